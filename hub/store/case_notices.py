"""A debtor who pays us while an agency has his case: the agency is told, in the transaction that books the payment."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.formats.case_protocol import MEDIA_TYPE, Heading, payment_json
from hub.model.dispatch import Dispatch
from hub.model.journal import JournalEntry
from hub.model.money import from_minor
from hub.store import dispatches
from hub.store import tables as t
from hub.store.case_rows import Happened, add_event
from hub.store.ids import IdsWithin
from hub.store.keyed import keyed

_KINDS = {"bank": "payment", "cash": "payment", "sales": "credit"}
_EACH = dispatches.KEYS + 1  # keys: those of a dispatch, and of an event


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry that was sealed, as far as it matters here. `document_id` is that of the document that it books."""

    administration_id: int
    administration: str
    entry_id: int
    name: str  # as people know it: `BNK/2026/12`
    journal_kind: str
    entry: JournalEntry
    document_id: int | None
    actor_id: int
    at: Any


def tell_agencies(connection: Connection, settled: Sequence[Settled]) -> int:
    """Stage a notice for each claim of an open case that these entries moved; how many. One query where there is no case.

    What an agency itself told us is not told back.
    """
    moved = _moved(settled)
    cases = _cases(connection, {item for _, item in moved})
    if not cases:
        return 0
    told_by_agency = _of_agencies(connection, {s.document_id for s in settled if s.document_id is not None})
    by_entry = {s.entry_id: s for s in settled}
    mine = [
        (by_entry[entry], cases[item], amount)
        for (entry, item), amount in sorted(moved.items())
        if item in cases and amount and by_entry[entry].document_id not in told_by_agency
    ]
    if not mine:
        return 0
    left = _left(connection, {row.claim for _, row, _ in mine})
    ids = IdsWithin(connection, _EACH * len(mine))
    for entry, row, amount in mine:
        _tell(connection, ids, entry, row, amount, left[row.claim])
    return len(mine)


def _moved(settled: Iterable[Settled]) -> dict[tuple[int, int], Decimal]:
    """By entry and item what was paid on it; negative where a payment was taken back."""
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for one in settled:
        for posting in one.entry.postings:
            if posting.settles is not None:
                sign = 1 if posting.side == "credit" else -1
                found[one.entry_id, posting.settles] += sign * posting.amount.amount
    return found


def _cases(connection: Connection, items: set[int]) -> dict[int, Any]:
    if not items:
        return {}
    c, i, o = t.collection_case, t.case_item, t.open_item
    query = (
        select(i.c.claim, c.c.id, c.c.number, c.c.agency, c.c.agency_reference, c.c.state, o.c.number.label("invoice"), o.c.currency)
        .join_from(i, c, (c.c.administration_id == i.c.administration_id) & (c.c.id == i.c.case_id))
        .join(o, (o.c.administration_id == i.c.administration_id) & (o.c.id == i.c.open_item_id))
        .where(keyed(connection, i.c.claim, items))
    )  # fmt: skip
    return {row.claim: row for row in connection.execute(query)}


def _of_agencies(connection: Connection, documents: set[int]) -> set[int]:
    if not documents:
        return set()
    d = t.document
    return set(
        connection.execute(
            select(d.c.id).where(keyed(connection, d.c.id, documents), d.c.kind == "case_message")
        ).scalars()
    )


def _left(connection: Connection, items: set[int]) -> dict[int, Decimal]:
    p = t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount))
    query = (
        select(p.c.open_item_id, func.min(p.c.currency).label("currency"), rest.label("rest"))
        .where(keyed(connection, p.c.open_item_id, items))
        .group_by(p.c.open_item_id)
    )
    return {row.open_item_id: from_minor(int(row.rest), row.currency) for row in connection.execute(query)}


def _tell(connection: Connection, ids: IdsWithin, entry: Settled, row: Any, amount: Decimal, left: Decimal) -> None:
    uid, kind = str(uuid.uuid4()), _KINDS.get(entry.journal_kind, "other")
    body = payment_json(
        Heading(uid, entry.at, row.number, row.agency_reference), currency=row.currency, invoice=row.invoice,
        on=entry.entry.booking_date, amount=amount, outstanding=left, kind=kind, payment=entry.name,
    )  # fmt: skip
    out = Dispatch(
        uid, entry.administration, row.agency, "collection.payment", row.number, body, MEDIA_TYPE, entry.at,
        f"case:{row.number}:paid:{entry.entry_id}:{row.claim}", (("case", row.number),),
    )  # fmt: skip
    dispatches.put(connection, ids, entry.administration_id, [out], entry.at)
    details = {"dispatch": uid, "invoice": row.invoice, "outstanding": str(left), "entry": entry.name}
    happened = Happened("paid_to_us", row.state, "hub", amount=amount, details=details, entry_id=entry.entry_id)
    add_event(connection, ids, entry.administration_id, row.id, happened, entry.at, entry.actor_id, row.currency)
