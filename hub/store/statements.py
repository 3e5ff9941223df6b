"""Bank statements in the books: recorded once, each movement booked once, in the order in which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, text

from hub.accounting.bank_movements import movements_of, recognised, text_key
from hub.accounting.bank_statement import chain, own_account
from hub.errors import Conflict, NotFound
from hub.model.bank_statement import BankStatement
from hub.model.finding import Finding
from hub.model.mapping import Mapping
from hub.model.money import Money, from_minor, to_minor
from hub.model.movement import KnownMovement, KnownStatement, Movement
from hub.model.payment import Payment
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.payments import BookedMovement, keys_needed, record_movements
from hub.store.rows import insert_rows

_LATEST = 40  # statements of an account that a new one is compared with; pages of one day included


@dataclass(frozen=True, slots=True)
class RecordedStatement:
    """What became of a statement: its movements in order, those that were known as duplicates, and what was noticed."""

    id: int
    movements: list[BookedMovement]
    findings: tuple[Finding, ...]


def statement_keys(statement: BankStatement) -> int:
    """How many ids to reserve before the transaction."""
    return keys_needed(len(statement.entries)) + 1


def record_statement(
    connection: Connection, ids: Ids, books: Books, statement: BankStatement, mapping: Mapping, document_id: int | None,
    message_uid: str, actor_id: int, at: datetime,
) -> RecordedStatement:  # fmt: skip
    """Record a statement that adds up and book its movements, within the caller's transaction.

    Keys are to be reserved before (`statement_keys`). Statements of one account wait for each other here. Raises `NotFound`
    for an account that is none of ours and `Conflict` for figures that do not agree: both are findings before.
    """
    own = own_account(books.snapshot, statement.account)
    if own is None:
        raise NotFound(f"{statement.account} is none of our bank accounts")
    if statement.imbalance or statement.closing is None:
        raise Conflict(f"statement {statement.number} of {statement.account} does not add up: {statement.imbalance}")
    account_id = books.accounts[own.account]
    _lock(connection, account_id)
    place = chain(statement, known_statements(connection, books.id, account_id, statement))
    movements, findings = movements_of(statement, books.snapshot, mapping)
    known = known_movements(connection, books.id, account_id, movements)
    wanted = recognised(movements, (k for _, k in known), follows=place.follows)
    booked = record_movements(connection, ids, books, wanted, actor_id, at)
    statement_id = ids.take()
    insert_rows(connection, t.bank_statement, [(
        books.id, statement_id, account_id, statement.number[:100], statement.sequence, statement.format or "bank", statement.currency,
        _minor(statement, statement.opening), _minor(statement, statement.closing), statement.opening_date, statement.day,
        statement.page, statement.lines or len(statement.entries), place.previous.id if place.previous else None,
        to_minor(place.gap, statement.currency), document_id, message_uid, at, actor_id,
    )])  # fmt: skip
    _tell(connection, books.id, statement_id, booked, {k.identity: key for key, k in known})
    return RecordedStatement(statement_id, booked, (*findings, *place.findings))


def _minor(statement: BankStatement, amount: Decimal | None) -> int | None:
    return None if amount is None else to_minor(amount, statement.currency)


def _tell(
    connection: Connection, administration_id: int, statement_id: int, booked: Sequence[BookedMovement], known: dict[str, int]
) -> None:  # fmt: skip
    """Which movements the statement told of, the known ones too."""
    keys = {b.movement.identity: b.id for b in booked if b.id} | known
    rows = {keys[b.movement.identity]: b.movement.line for b in booked}
    insert_rows(
        connection,
        t.bank_statement_entry,
        [(administration_id, statement_id, key, line) for key, line in sorted(rows.items())],
    )


def _lock(connection: Connection, account_id: int) -> None:
    """Who records a statement of the same account waits here; on SQLite a write transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": account_id})


def known_statements(
    connection: Connection, administration_id: int, account_id: int, statement: BankStatement
) -> list[KnownStatement]:
    """Statements of the account that closed on or before the day on which this one does, latest first."""
    s = t.bank_statement
    query = (
        select(s)
        .where(s.c.administration_id == administration_id, s.c.account_id == account_id, s.c.closing_date <= statement.day)
        .order_by(s.c.closing_date.desc(), s.c.id.desc())
        .limit(_LATEST)
    )  # fmt: skip
    return [
        KnownStatement(
            row.id, row.number, row.sequence, _money(row.opening, row.currency), Money(from_minor(row.closing, row.currency), row.currency),
            row.opening_date, row.closing_date, row.lines,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(from_minor(minor, currency), currency)


def known_movements(
    connection: Connection, administration_id: int, account_id: int, movements: Sequence[Movement]
) -> list[tuple[int, KnownMovement]]:
    """Movements on the account in the days of these, with their ids, in the order in which they came."""
    days = [day for m in movements for day in (m.payment.on, m.value_date) if day is not None]
    if not days:
        return []
    m = t.payment
    query = select(m).where(
        m.c.administration_id == administration_id, m.c.account_id == account_id, m.c.booked_on >= min(days),
        m.c.booked_on <= max(days),
    )  # fmt: skip
    return [(row.id, _known(row)) for row in connection.execute(query.order_by(m.c.id))]


def _known(row: Any) -> KnownMovement:
    amount = Money(from_minor(row.amount, row.currency), row.currency)
    payment = Payment(
        row.booked_on, amount, "", "", row.part, row.iban, row.name, row.reference, row.end_to_end_id, row.description
    )
    return KnownMovement(
        row.identity, row.booked_on, amount, row.iban, text_key(payment), row.transaction_id, row.source
    )
