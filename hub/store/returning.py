"""Payments that come back: the original is found by its end-to-end id, and what it had settled opens again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.accounting.payment_differences import named_account
from hub.accounting.returns import mirrored, reopened, reopening
from hub.model.decision import Decision
from hub.model.journal import JournalEntry
from hub.model.money import from_minor
from hub.model.payment import Payment
from hub.model.plan import PlannedEntry
from hub.model.settlement import Allocation
from hub.store import tables as t
from hub.store.posted import BookedEntry, load_entries
from hub.store.proposals import items_of_lines
from hub.store.workshop import Workshop

_CHUNK = 500


def returns(shop: Workshop, payments: Sequence[Payment]) -> list[PlannedEntry | None]:
    """For each payment that takes an earlier one back the entry that does so; None where nothing certain is found."""
    named = sorted({p.end_to_end_id for p in payments if p.end_to_end_id})
    originals = _originals(shop.connection, shop.books.id, named)
    lines = _lines(shop.connection, shop.books.id, named)
    used: set[int] = set()
    return [_plan(shop, payment, originals, lines, used) for payment in payments]


def _plan(
    shop: Workshop, payment: Payment, originals: Sequence[Row[Any]], lines: Sequence[Row[Any]], used: set[int]
) -> PlannedEntry | None:
    """By the movement that paid; else by the line of our file, where the bank had booked that in one sum."""
    account = shop.books.accounts[payment.bank_account]
    for row in originals:
        same = row.end_to_end_id == payment.end_to_end_id and row.account_id == account
        if same and row.id not in used and row.amount == -payment.amount.minor and row.booked_on <= payment.on:
            plan = _by_movement(shop, payment, row)
            if plan is not None:
                used.add(row.id)
                return plan
    for row in lines:
        sign = -1 if row.kind == "transfer" else 1
        if row.end_to_end_id == payment.end_to_end_id and sign * row.amount == -payment.amount.minor:
            return _by_line(shop, payment, row)
    return None


def _by_movement(shop: Workshop, payment: Payment, row: Row[Any]) -> PlannedEntry | None:
    booked = _entries(shop.connection, shop.books.id, row.id)
    entry = mirrored(payment, [b.entry for b in booked], shop.open_day(payment.on), _said(payment))
    if entry is None or any(p.account == named_account(shop.books.snapshot, "suspense") for p in entry.postings):
        return None  # what still waits is nobody's yet: so does its return
    return _moved(shop, payment, entry, {"returns": row.id})


def _by_line(shop: Workshop, payment: Payment, row: Row[Any]) -> PlannedEntry | None:
    allocations = [
        Allocation(i.open_item_id, from_minor(i.amount, row.currency), from_minor(i.discount, row.currency))
        for i in items_of_lines(shop.connection, shop.books.id, [row.id])
    ]
    shop.need(a.item for a in allocations)
    entry = reopening(payment, allocations, shop.items, shop.open_day(payment.on), _said(payment))
    return _moved(shop, payment, entry, {"returns_line": row.id}) if entry else None


def _moved(shop: Workshop, payment: Payment, entry: JournalEntry, facts: dict[str, Any]) -> PlannedEntry | None:
    touched = {p.settles for p in entry.postings if p.settles is not None}
    shop.need(touched)
    changes = reopened(entry, shop.items)
    if changes is None:
        return None
    for change in changes:
        shop.move(change.item, change.amount, change.base)
    numbers = " ".join(shop.items[key].number for key in sorted(touched)) or payment.end_to_end_id
    decision = Decision("match", numbers, "match_returned", words=(("reason", payment.returned),))
    return PlannedEntry(entry, (decision,), {"payment": payment, **facts})


def _said(payment: Payment) -> str:
    return " ".join(filter(None, ("Retour", payment.returned, payment.name, payment.end_to_end_id)))


def _originals(connection: Connection, administration_id: int, named: Sequence[str]) -> list[Any]:
    """Movements with these end-to-end ids, latest first; a return has none of its own."""
    m = t.payment
    columns = (m.c.id, m.c.end_to_end_id, m.c.amount, m.c.account_id, m.c.booked_on)
    return [
        row
        for part in _chunks(named)
        for row in connection.execute(
            select(*columns)
            .where(m.c.administration_id == administration_id, m.c.end_to_end_id.in_(part), m.c.returned == "")
            .order_by(m.c.booked_on.desc(), m.c.id.desc())
        )
    ]


def _lines(connection: Connection, administration_id: int, named: Sequence[str]) -> list[Any]:
    """Lines of our own files with these end-to-end ids that the bank has carried out."""
    n, q = t.payment_line, t.payment_proposal
    return [
        row
        for part in _chunks(named)
        for row in connection.execute(
            select(n.c.id, n.c.end_to_end_id, n.c.amount, n.c.currency, q.c.kind)
            .join(q, (q.c.administration_id == n.c.administration_id) & (q.c.id == n.c.proposal_id))
            .where(n.c.administration_id == administration_id, n.c.end_to_end_id.in_(part), n.c.state == "answered")
        )
    ]


def _entries(connection: Connection, administration_id: int, payment_id: int) -> list[BookedEntry]:
    """The entries in force that booked and matched a movement."""
    n = t.payment_entry
    query = select(n.c.entry_id).where(n.c.administration_id == administration_id, n.c.payment_id == payment_id)
    found = load_entries(connection, administration_id, connection.execute(query).scalars())
    return [entry for entry in found.values() if entry.reversed_by is None]


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
