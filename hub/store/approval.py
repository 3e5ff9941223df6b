"""What a person does to a document under approval, in the transaction that also books what follows from it."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from hub.accounting.approval import Act, ActKind, Case, Ending, Standing, after, allowed
from hub.accounting.suspense import from_decisions, move_to_cost
from hub.errors import Conflict
from hub.model.approval import BLOCK, CREDIT, WAITS
from hub.model.decision import Decision
from hub.model.journal import JournalEntry, Posting
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import held
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.approval_rows import Waiting, add_act, find_approval, items_of, lock, provisional_entry
from hub.store.booking import first_open_day, post
from hub.store.ids import Ids
from hub.store.open_items import lift_blocks
from hub.store.posted import BookedEntry, load_entries
from hub.store.reversing import reverse

KEYS = 60  # to reserve before a transaction in which one act is done


@dataclass(frozen=True, slots=True)
class Done:
    """What an act led to: where the document stands, and what was booked by it. `released` = it goes back to its lane."""

    uid: str
    now: Standing
    steps: int
    entry: PostedEntry | None = None
    released: bool = False


def do(
    connection: Connection, ids: Ids, books: Books, uid: str, kind: ActKind, actor_id: int, at: datetime, *, comment: str = "",
    to: str = "", ending: Ending = "",
) -> Done:  # fmt: skip
    """Do one act on a document that waits. Reserve `KEYS` ids before the transaction.

    Raises `NotFound` when it is not under approval or `to` is unknown, `Conflict` when the actor is not at turn or somebody
    else was first, `Usage` for an act without its reason or ending.
    """
    lock(connection, books.id, [uid])
    waiting = find_approval(connection, books.id, uid)
    if waiting.method == CREDIT:
        raise Conflict("this credit note belongs to a rejected invoice and needs no approval of its own")
    actor = _name(connection, actor_id)
    asked = Act(kind, actor, at.date(), comment, to, ending)
    act = allowed(_case(connection, books, waiting), asked)
    now = after(waiting.flow, waiting.now, act)
    entry = _effect(connection, ids, books, waiting, now, act, actor_id, at)
    add_act(connection, books.id, waiting, act, now, actor_id, at, entry.id if entry else None)
    _note(connection, ids, books.id, uid, act, now, actor_id, at)
    return Done(
        uid, now, len(waiting.flow.steps), entry, now.state == "approved" and waiting.method == "register_first"
    )


def _effect(
    connection: Connection,
    ids: Ids,
    books: Books,
    waiting: Waiting,
    now: Standing,
    act: Act,
    actor_id: int,
    at: datetime,
) -> PostedEntry | None:
    """What an ending does to the books; anything else leaves them as they are."""
    if now.state == "approved":
        if waiting.method == "register_first":
            held.release(connection, ids, waiting.uid, [WAITS], act.comment, actor_id, at, approved=True)
            return None
        return _approve(connection, ids, books, waiting, now, actor_id, at)
    if now.state != "rejected":
        return None
    if waiting.method == "register_first":
        if waiting.now.waits:  # else it was refused when it was rejected first
            held.refuse(connection, ids, waiting.uid, act.comment, actor_id, at, approved=True)
        return None
    if now.ending == "returned":
        return _take_back(connection, ids, books, waiting, act, actor_id, at)
    return None  # wait for the credit note: booked and blocked as it is


def _approve(
    connection: Connection, ids: Ids, books: Books, waiting: Waiting, now: Standing, actor_id: int, at: datetime
) -> PostedEntry | None:
    """Suspense to cost, on the original date or the first open day after it, and the items may be paid."""
    booked = _booked(connection, books, waiting.uid)
    names = ", ".join(now.approved_by)
    day = first_open_day(connection, books.id, booked.entry.booking_date)
    entry = move_to_cost(
        booked.entry, _intended(connection, books.id, booked.id), waiting.account, memorial(books, booked.entry), day,
        f"Akkoord {booked.entry.description}",
    )  # fmt: skip
    lift_blocks(connection, books.id, items_of(connection, books.id, [booked.id]), BLOCK, actor_id, at)
    if entry is None:
        return None
    decision = Decision("approval", _named(booked), "approved_by", words=(("names", names),))
    facts = {"approves": booked.id, "approval": waiting.uid}
    plan = PlannedEntry(entry, (decision,), facts, document_id=booked.document_id)
    return post(connection, ids, books, [plan], actor_id, at)[0]


def _take_back(
    connection: Connection, ids: Ids, books: Books, waiting: Waiting, act: Act, actor_id: int, at: datetime
) -> PostedEntry:
    """Reverse the provisional entry (DOMAIN 10.6 no. 15).

    While the period of its VAT is open, in that period: nothing of it was declared. Else VAT is corrected on the day of the rejection.
    """
    booked = _booked(connection, books, waiting.uid)
    dates = {line.tax_date for line in booked.entry.vat_lines} or {booked.entry.booking_date}
    still_open = all(first_open_day(connection, books.id, day) == day for day in dates)
    on = booked.entry.booking_date if still_open else at.date()
    return reverse(
        connection, ids, books, booked, on, act.comment, actor_id, at,
        tax_date=max(dates) if still_open else None, of_approval=True,
    )  # fmt: skip


def _booked(connection: Connection, books: Books, uid: str) -> BookedEntry:
    entry_id = provisional_entry(connection, books.id, uid)
    if entry_id is None:
        raise Conflict(f"message {uid} was never booked")
    booked = load_entries(connection, books.id, [entry_id])[entry_id]
    if booked.reversed_by is not None:
        raise Conflict(f"entry {_named(booked)} was reversed already")
    return booked


def _named(booked: BookedEntry) -> str:
    return f"{booked.entry.journal} {booked.year}/{booked.number}"


def memorial(books: Books, entry: JournalEntry) -> str:
    """Where moves between our own accounts are booked; the entry's own journal where there is no memorial."""
    try:
        return books.snapshot.journal("memorial").code
    except LookupError:
        return entry.journal


def _intended(connection: Connection, administration_id: int, entry_id: int) -> tuple[Posting, ...]:
    f = t.entry_facts
    query = select(f.c.decisions).where(f.c.administration_id == administration_id, f.c.entry_id == entry_id)
    return from_decisions(json.loads(zlib.decompress(connection.execute(query).scalar_one())))


def _case(connection: Connection, books: Books, waiting: Waiting) -> Case:
    snapshot = books.snapshot
    named = {
        name for flow in (*snapshot.approval_flows, waiting.flow) for step in flow.steps for name in step.approvers
    }
    named |= {s.user for s in snapshot.approval_substitutes}
    known = frozenset(connection.execute(select(t.app_user.c.name)).scalars()) | named
    submitters = submitters_of(connection, books.id, waiting)
    return Case(waiting.flow, waiting.now, submitters, snapshot.approval_substitutes, known)


def submitters_of(connection: Connection, administration_id: int, waiting: Waiting) -> tuple[str, ...]:
    """Who brought the document in: handed it in, booked it, or released it while it was held."""
    m, d, u = t.message, t.message_decision, t.app_user
    handed_in = select(u.c.name).join(m, m.c.actor_id == u.c.id).where(
        m.c.administration_id == administration_id, m.c.uid == waiting.uid
    )  # fmt: skip
    released = select(u.c.name).join(d, d.c.actor_id == u.c.id).where(
        d.c.administration_id == administration_id, d.c.message_uid == waiting.uid, d.c.decision == "release"
    )  # fmt: skip
    names = {waiting.booked_by, *connection.execute(handed_in).scalars(), *connection.execute(released).scalars()}
    return tuple(sorted(names))


def _name(connection: Connection, actor_id: int) -> str:
    return str(connection.execute(select(t.app_user.c.name).where(t.app_user.c.id == actor_id)).scalar_one())


def _note(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    uid: str,
    act: Act,
    now: Standing,
    actor_id: int,
    at: datetime,
) -> None:
    details = {"comment": act.comment, "state": now.state, "to": act.to, "ending": act.ending, "for": act.on_behalf_of}
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what=f"approval.{act.kind}", subject=uid,
            details=json.dumps({name: value for name, value in details.items() if value}, sort_keys=True),
        )
    )  # fmt: skip
