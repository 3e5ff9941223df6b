"""Manual entries into the books: all of a file, or none of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from hub.accounting.manual_entry import Surroundings, plan_manual
from hub.model.finding import Finding
from hub.model.invoice import normalised_number
from hub.model.manual import ManualEntry
from hub.model.plan import PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.open_index import open_index
from hub.store.payments import note
from hub.store.settling_items import settling_items


def post_manual(
    connection: Connection, ids: Ids, books: Books, entries: Sequence[ManualEntry], actor_id: int, at: datetime
) -> tuple[list[PostedEntry], list[Finding]]:
    """Book entries in the caller's transaction; with a fatal finding nothing is booked.

    Keys to reserve: one an entry, one a line, one for the activity, and 13 a fiscal year that is opened.
    """
    around = _surroundings(connection, books, entries)
    plans, findings = [], []
    for entry in entries:
        plan, found = plan_manual(entry, around)
        findings += found
        if plan is not None:
            plans.append(plan)
    if any(finding.fatal for finding in findings):
        return [], findings
    posted = post(connection, ids, books, plans, actor_id, at)
    for one in posted:
        note(
            connection,
            ids,
            books.id,
            actor_id,
            at,
            "entry.by_hand",
            f"{one.journal} {one.number}",
            one.entry.description,
        )
    return posted, findings


def _surroundings(connection: Connection, books: Books, entries: Sequence[ManualEntry]) -> Surroundings:
    lines = [line for entry in entries for line in entry.lines]
    codes = sorted({line.relation for line in lines if line.relation})
    r = t.relation
    known: set[str] = set()
    for start in range(0, len(codes), 500):
        part = codes[start : start + 500]
        known.update(
            connection.execute(select(r.c.code).where(r.c.administration_id == books.id, r.c.code.in_(part))).scalars()
        )
    numbers = {normalised_number(line.invoice) for line in lines if line.invoice}
    index = open_index(connection, books.id) if numbers else None
    wanted = {item for number in numbers for item in index.by_key.get(number, ())} if index else set()
    items = settling_items(connection, books.id, wanted, lock=True)
    return Surroundings(books.snapshot, frozenset(known), items, books.closed)
