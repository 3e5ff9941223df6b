"""Notes on relations: who wrote what, when, and whom he had on the telephone. Kept for ever, never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hub.errors import NotFound, Usage
from hub.store import tables as t
from hub.store.relation_changes import Changing
from hub.store.relations import family, resolve
from hub.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `contact` is the name of the person it is about, empty when nobody was named."""

    id: int
    at: datetime
    author: str
    text: str
    contact: str = ""
    contact_id: int | None = None


def add_note(change: Changing, code: str, text: str, contact_id: int | None = None) -> int:
    """Write a note; its id. Raises `NotFound` for the relation or its contact, `Usage` for an empty note."""
    if not text.strip():
        raise Usage("a note says something")
    relation_id, code = resolve(change.connection, change.administration_id, code)
    if contact_id is not None:
        c = t.relation_contact
        mine = family(change.connection, change.administration_id, relation_id)
        query = select(c.c.id).where(c.c.administration_id == change.administration_id, c.c.relation_id.in_(mine))
        if change.connection.execute(query.where(c.c.id == contact_id)).first() is None:
            raise NotFound(f"{code} has no contact {contact_id}")
    note_id = change.ids.take()
    row = (change.administration_id, note_id, relation_id, contact_id, change.at, change.actor_id, text.strip())
    insert_rows(change.connection, t.relation_note, [row])
    return note_id


def read_notes(connection: Connection, administration_id: int, relation_id: int) -> list[Note]:
    """The newest first, also those of relations that were merged into this one."""
    n, u, c = t.relation_note, t.app_user, t.relation_contact
    query = (
        select(n.c.id, n.c.at, n.c.text, n.c.contact_id, u.c.name, c.c.name.label("contact"))
        .join_from(n, u, u.c.id == n.c.actor_id)
        .outerjoin(c, (c.c.administration_id == n.c.administration_id) & (c.c.id == n.c.contact_id))
        .where(
            n.c.administration_id == administration_id,
            n.c.relation_id.in_(family(connection, administration_id, relation_id)),
        )
        .order_by(n.c.at.desc(), n.c.id.desc())
    )
    return [
        Note(row.id, row.at, row.name, row.text, row.contact or "", row.contact_id) for row in connection.execute(query)
    ]
