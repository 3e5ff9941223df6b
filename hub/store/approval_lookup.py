"""What booking must know of approvals: under which method a document waits already, and rejected invoices that a credit note names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select

from hub.model.approval import CREDIT
from hub.model.booking import EarlierApproval, EarlierDocument, Facts
from hub.model.invoice import Invoice, normalised_number
from hub.model.message import Message
from hub.model.money import from_minor
from hub.store import tables as t
from hub.store.approval_rows import Waiting, items_of, load_approvals, on_suspense, provisional_entry
from hub.store.open_items import read_items

ENDED_BADLY = ("rejected", "credited")


def with_approvals(
    connection: Connection,
    arrivals: Sequence[tuple[Message, Invoice | None]],
    facts: list[Facts],
    books: Mapping[str, int],
) -> list[Facts]:
    """The facts with what approval adds; asks nothing for what is new and no credit note of an earlier invoice."""
    numbers = [_named(invoice) for _, invoice in arrivals]
    decided = [message.id for message, _ in arrivals if message.decided]
    if not decided and not any(numbers):
        return facts
    begun = find_begun(connection, decided) if decided else {}
    ids = {books[message.administration] for (message, _), named in zip(arrivals, numbers, strict=True) if named}
    rejected = find_rejected(connection, ids, {number for named in numbers for number in named}) if ids else []
    made = []
    for known, (message, _), named in zip(facts, arrivals, numbers, strict=True):
        own = books[message.administration]
        mine = tuple(r for a, r in rejected if a == own and r.document.number_key in named) if named else ()
        method = begun.get(message.id, "")
        made.append(replace(known, begun=method, rejected=mine) if method or mine else known)
    return made


def _named(invoice: Invoice | None) -> frozenset[str]:
    """Numbers of the invoices that a credit note says it credits (BT-25)."""
    if invoice is None or invoice.kind != "credit_note":
        return frozenset()
    return frozenset(normalised_number(p.number) for p in invoice.preceding)


def find_begun(connection: Connection, uids: Sequence[str]) -> dict[str, str]:
    """Per message the method under which its approval began."""
    a = t.approval
    query = select(a.c.message_uid, a.c.method).where(a.c.message_uid.in_(sorted(set(uids))), a.c.method != CREDIT)
    return {row.message_uid: row.method for row in connection.execute(query)}


def find_rejected(
    connection: Connection, administration_ids: Iterable[int], numbers: Iterable[str]
) -> list[tuple[int, EarlierApproval]]:
    """Rejected purchase invoices with one of these numbers (normalised), refused ones too, with the ids of their administrations."""
    found = []
    for administration_id in sorted(set(administration_ids)):
        rows = {row.message_uid: row for row in _documents(connection, administration_id, sorted(set(numbers)))}
        approvals = load_approvals(connection, administration_id, list(rows))
        for uid, waiting in sorted(approvals.items()):
            if waiting.now.state in ENDED_BADLY:
                found.append((administration_id, rejected_of(connection, administration_id, rows[uid], waiting)))
    return found


def _documents(connection: Connection, administration_id: int, numbers: Sequence[str]) -> Sequence[Row[Any]]:
    d, a, r, s = t.document, t.approval, t.relation, t.relation.alias("s")
    query = (
        select(d, func.coalesce(s.c.key, r.c.key, "").label("relation_key"))
        .join(a, (a.c.administration_id == d.c.administration_id) & (a.c.message_uid == d.c.message_uid))
        .outerjoin(r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id))
        .outerjoin(s, (s.c.administration_id == r.c.administration_id) & (s.c.id == r.c.merged_into))
        .where(
            d.c.administration_id == administration_id, d.c.number_key.in_(numbers), d.c.direction == "purchase",
            d.c.kind == "invoice", a.c.method != CREDIT,
        )
    )  # fmt: skip
    return connection.execute(query).all()


def rejected_of(connection: Connection, administration_id: int, row: Row[Any], waiting: Waiting) -> EarlierApproval:
    """One rejected document as booking sees it; `row` is its document with `relation_key`."""
    booked = waiting.method == "book_at_once"
    notes = _registered(connection, administration_id, waiting.uid)
    total = Decimal(0) if row.total is None else from_minor(row.total, row.currency)
    left = (
        _outstanding(connection, administration_id, waiting.uid) if booked else total - sum(notes.values(), Decimal(0))
    )
    suspense = on_suspense(connection, administration_id, waiting.uid)[0] if booked else 0
    return EarlierApproval(
        _earlier(row), waiting.method, waiting.now.state, waiting.now.ending, left, from_minor(suspense, row.currency), waiting.account,
        tuple(sorted(notes)),
    )  # fmt: skip


def _earlier(row: Row[Any]) -> EarlierDocument:
    total = None if row.total is None else from_minor(row.total, row.currency)
    issued = row.issue_date or date.min
    return EarlierDocument(
        row.relation_key, row.direction, row.number_key, row.kind, row.type_code, issued, total, row.currency, row.sha256,
        row.fingerprint, row.message_uid, row.outcome,
    )  # fmt: skip


def _registered(connection: Connection, administration_id: int, uid: str) -> dict[str, Decimal]:
    """Numbers and totals of the credit notes that were registered for it without booking; the same one twice counts once."""
    a, d = t.approval, t.document
    query = (
        select(d.c.number_key, d.c.total, d.c.currency)
        .join(a, (a.c.administration_id == d.c.administration_id) & (a.c.message_uid == d.c.message_uid))
        .where(a.c.administration_id == administration_id, a.c.of_uid == uid, d.c.outcome == "duplicate")
    )
    rows = connection.execute(query)
    return {row.number_key: from_minor(row.total or 0, row.currency) for row in rows}


def _outstanding(connection: Connection, administration_id: int, uid: str) -> Decimal:
    entry_id = provisional_entry(connection, administration_id, uid)
    items = items_of(connection, administration_id, [entry_id]) if entry_id is not None else []
    balances = read_items(connection, administration_id, items).values()
    return sum((item.outstanding.amount for item in balances), Decimal(0))
