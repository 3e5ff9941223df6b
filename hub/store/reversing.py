"""Reversing what is booked: the only way to undo an entry, once, in a period that is open."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from hub.accounting.reversal import reversal
from hub.errors import Conflict
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.approval_guard import companions
from hub.store.booking import first_open_day, post
from hub.store.corrections import of_entry, standing, take_back_lesson
from hub.store.ids import Ids
from hub.store.memo_claims import take_back
from hub.store.open_items import lock_items
from hub.store.posted import BookedEntry, load_entries


def reverse(
    connection: Connection,
    ids: Ids,
    books: Books,
    booked: BookedEntry,
    on: date,
    reason: str,
    actor_id: int,
    at: datetime,
    *,
    tax_date: date | None = None,
    of_approval: bool = False,
) -> PostedEntry:
    """Book the reversal of an entry on `on`, or on the first open day after it.

    Raises `Conflict` when it was reversed already, is a reversal itself, is of a collection case, or opened items that
    were settled since: those settlements are undone first. VAT falls on the day of the reversal, or on `tax_date`.
    What was approved goes with its move to cost; what still waits is rejected instead (`of_approval`). Corrections of
    its lines go with an invoice; what a correction taught is forgotten with it.
    """
    if booked.reversed_by is not None:
        raise Conflict(asked("HUB-ASK-24", f"{booked.entry.journal} {booked.year}/{booked.number}"))
    if booked.reversal_of is not None:
        raise Conflict(asked("HUB-ASK-25"))
    _require_not_filed(connection, books.id, booked)
    _require_no_case(connection, books.id, booked)
    _require_unsettled(connection, books.id, booked)
    with_it = [] if of_approval else companions(connection, books.id, booked)
    corrected = of_entry(connection, books.id, booked) if booked.message_uid is None else None
    with_it += [one.entry_id for one in reversed(standing(connection, books.id, booked.document_id, booked.id))]
    moves = load_entries(connection, books.id, with_it)
    for move in (moves[key] for key in with_it):  # the last first: each stands on the one before
        reverse(connection, ids, books, move, on, reason, actor_id, at, of_approval=True)
    day = first_open_day(connection, books.id, max(on, booked.entry.booking_date))
    said = f"Storno {booked.entry.journal} {booked.year}/{booked.number} {reason}".strip()
    entry = reversal(booked.entry, day, said, tax_date)
    decision = Decision(
        "reversal",
        f"{booked.entry.journal} {booked.year}/{booked.number}",
        "reversed_by_hand",
        words=(("reason", reason),),
    )
    plan = PlannedEntry(
        entry,
        (decision,),
        {"reverses": booked.id, "reason": reason},
        reversal_of=booked.id,
        document_id=booked.document_id,
    )
    (posted,) = post(connection, ids, books, [plan], actor_id, at)
    take_back(connection, books.id, [booked.id], posted.id)
    if corrected is not None:
        take_back_lesson(connection, books.id, corrected)
    details = json.dumps({"reason": reason, "entry": posted.id, "reverses": booked.id})
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id, id=ids.take(), at=at, actor_id=actor_id, what="entry.reversed",
            subject=f"{booked.entry.journal} {booked.year}/{booked.number}", details=details,
        )
    )  # fmt: skip
    return posted


def _require_not_filed(connection: Connection, administration_id: int, booked: BookedEntry) -> None:
    """A VAT return is never taken back: what is wrong in it is corrected by what comes after."""
    r = t.vat_return.c
    query = select(r.period).where(r.administration_id == administration_id, r.entry_id == booked.id)
    if (period := connection.execute(query).scalar()) is not None:
        raise Conflict(asked("HUB-ASK-26", period))


def _require_no_case(connection: Connection, administration_id: int, booked: BookedEntry) -> None:
    """What a case's entries come to is where its agency says that the money is: the next message reckons with this entry."""
    m, c = t.case_money, t.collection_case
    query = (
        select(c.c.number, c.c.agency)
        .join_from(m, c, (c.c.administration_id == m.c.administration_id) & (c.c.id == m.c.case_id))
        .where(m.c.administration_id == administration_id, m.c.entry_id == booked.id)
    )
    if (row := connection.execute(query.limit(1)).first()) is not None:
        raise Conflict(asked("HUB-CASE-14", row.number, agency=row.agency))


def _require_unsettled(connection: Connection, administration_id: int, booked: BookedEntry) -> None:
    """Items that this entry opened must be whole: a payment of them would hang in the air."""
    touched = {p.settles for p in booked.entry.postings if p.settles is not None}
    for item in lock_items(connection, administration_id, touched).values():
        if item.entry_id == booked.id and item.outstanding != item.original:
            settled = item.original.amount - item.outstanding.amount
            raise Conflict(asked("HUB-ASK-27", str(settled), invoice=item.number, currency=item.original.currency))
