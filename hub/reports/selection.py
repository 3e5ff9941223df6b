"""What every report shares: the two time axes, amounts as text, order by code point, rows in a stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, case, cast, collate, func, select

from hub.errors import NotFound
from hub.model.money import decimals
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


def seen_postings(
    as_of: date | None, known_at: datetime | None, first: date | None = None
) -> list[ColumnElement[bool]]:
    """As `seen`, on the columns of `posting` alone; `known_at` only where the postings stand on open items."""
    p = t.posting
    conditions: list[ColumnElement[bool]] = []
    if first is not None:
        conditions.append(p.c.booking_date >= first)
    if as_of is not None:
        conditions.append(p.c.booking_date <= as_of)
    if known_at is not None:
        conditions.append(p.c.posted_at <= utc(known_at))
    return conditions


def utc(instant: datetime) -> datetime:
    """The instant in UTC, as both engines compare it; one without a zone is UTC already."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def signed(amount: Any) -> ColumnElement[int]:
    """A column of `posting`, debit positive."""
    return case((t.posting.c.side == "debit", amount), else_=-amount)


def total_of(amount: Any, where: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """The sum, of the rows that meet `where`, as a whole number and 0 for none.

    PostgreSQL's own sum of bigints is a numeric, slow to read in thousands; a filter costs it less than a case in each sum.
    """
    found = func.sum(amount)
    return cast(func.coalesce(found if where is None else found.filter(where), 0), BigInteger)


def control_accounts(connection: Connection, administration_id: int) -> dict[str, list[int]]:
    """The keys of the control accounts by side: `receivable` and `payable`, each a list that may be empty."""
    a = t.account
    found: dict[str, list[int]] = {"receivable": [], "payable": []}
    query = select(a.c.id, a.c.control).where(a.c.administration_id == administration_id, a.c.control != "")
    for account_id, control in connection.execute(query.order_by(a.c.id)):
        found[control].append(account_id)
    return found


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
    """Minor units as the JSON text of an amount: whole numbers only, a report writes hundreds of thousands of them."""
    whole, places = int(minor), decimals(currency)
    digits = str(abs(whole)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if whole < 0 else text
