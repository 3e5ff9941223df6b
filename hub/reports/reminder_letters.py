"""The reminders of a run as letters are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.model.codec import restore
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.packing import unpacked


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A reminder with its key and its state."""

    key: int
    reference: str
    state: str
    reminder: Reminder


def reminders_in_run(
    connection: Connection,
    administration_id: int,
    number: int,
    *,
    relation: str = "",
    channel: str = "",
    state: str = "",
) -> list[LetterRow]:
    """In order of the run; of one debtor by code, one channel or one state where those are given."""
    r, n, own = t.reminder, t.dunning_run, t.relation
    query = (
        select(r.c.id, r.c.reference, r.c.state, r.c.body)
        .join_from(r, n, (n.c.id == r.c.run_id) & (n.c.administration_id == r.c.administration_id))
        .join(own, (own.c.id == r.c.relation_id) & (own.c.administration_id == r.c.administration_id))
        .where(r.c.administration_id == administration_id, n.c.number == number)
        .order_by(r.c.position)
    )
    for column, wanted in ((own.c.code, relation), (r.c.channel, channel), (r.c.state, state)):
        query = query.where(column == wanted) if wanted else query
    return [
        LetterRow(int(row.id), row.reference, row.state, restore(Reminder, unpacked(row.body)))
        for row in connection.execute(query)
    ]
