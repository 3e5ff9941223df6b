"""What every report shares: the two time axes, amounts as text, order by code point, rows in a stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, collate, select

from hub.errors import NotFound
from hub.model.money import from_minor, money_text
from hub.store import tables as t

STREAM_ROWS = 500  # rows that are fetched at a time where a list can be long


def seen(as_of: date | None, known_at: datetime | None, first: date | None = None) -> list[ColumnElement[bool]]:
    """Conditions on `entry`: booked from `first` to `as_of`, and posted no later than the instant `known_at`."""
    conditions: list[ColumnElement[bool]] = []
    if first is not None:
        conditions.append(t.entry.c.booking_date >= first)
    if as_of is not None:
        conditions.append(t.entry.c.booking_date <= as_of)
    if known_at is not None:
        conditions.append(t.entry.c.posted_at <= utc(known_at))
    return conditions


def utc(instant: datetime) -> datetime:
    """The instant in UTC, as both engines compare it; one without a zone is UTC already."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def signed(amount: Any) -> ColumnElement[int]:
    """A column of `posting`, debit positive."""
    return case((t.posting.c.side == "debit", amount), else_=-amount)


def by_code_point(connection: Connection, column: Any) -> ColumnElement[Any]:
    """Order of a text column that is the same on every machine, whatever the database's locale."""
    return collate(column, "BINARY" if connection.dialect.name == "sqlite" else "C")


def stream(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a long answer, a few at a time on both engines.

    PostgreSQL keeps a cursor within a transaction only, and readers have none of their own.
    """
    driver: Any = connection.connection.driver_connection
    with nullcontext() if connection.dialect.name == "sqlite" else driver.transaction():
        yield from connection.execute(query, execution_options={"yield_per": STREAM_ROWS})


def base_currency(connection: Connection, administration_id: int) -> str:
    """The currency an administration keeps its books in. Raises `NotFound`."""
    found = connection.execute(select(t.administration.c.currency).where(t.administration.c.id == administration_id))
    currency = found.scalar()
    if currency is None:
        raise NotFound(f"there is no administration with id {administration_id}")
    return str(currency)


def text_of(minor: int | Decimal, currency: str) -> str:
    """Minor units as the JSON text of an amount; sums come back as Decimal from PostgreSQL."""
    return money_text(from_minor(int(minor), currency), currency)
