"""What every change of a relation leaves behind: who did it (activity), and a version by which others follow (the feed).

A version is taken before anything is changed: its counter is one row per administration, so changes of relations wait for
each other in the same order everywhere, and a reader of the feed never sees version 8 before 7 is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, text, update

from hub.store import tables as t
from hub.store.events import announce, relation_event
from hub.store.ids import Ids


@dataclass(slots=True)
class Changing:
    """A change of relations of one administration by one person, at one instant, in the caller's transaction."""

    connection: Connection
    ids: Ids
    administration_id: int
    actor_id: int
    at: datetime
    version: int = 0  # the last one taken

    def begin(self, count: int = 1) -> int:
        """Take `count` versions before touching anything; the first of them."""
        query = "UPDATE administration SET next_change = next_change + :n WHERE id = :id RETURNING next_change - :n"
        parameters = {"n": count, "id": self.administration_id}
        self.version = int(self.connection.execute(text(query), parameters).scalar_one())
        return self.version

    def done(self, relation_id: int, code: str, what: str, details: Mapping[str, Any]) -> None:
        """Note who changed what, and give the relation the version that was taken."""
        r = t.relation
        mine = (r.c.administration_id == self.administration_id) & (r.c.id == relation_id)
        seen = {"version": self.version, "changed_at": self.at, "changed_by": self.actor_id}
        self.connection.execute(update(r).where(mine).values(**seen))
        self.note([(code, what, details)])
        event = relation_event(self.connection, self.administration_id, relation_id, code, self.version, what, details)
        announce(self.connection, self.ids, self.administration_id, [event], self.at)

    def note(self, rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Only who did what: for what is no part of the card (an order, a note). Rows of subject, what, details."""
        values = [
            {
                "administration_id": self.administration_id, "id": self.ids.take(), "at": self.at, "actor_id": self.actor_id,
                "what": what, "subject": code, "details": json.dumps(details, sort_keys=True, ensure_ascii=False, default=str),
            }
            for code, what, details in rows
        ]  # fmt: skip
        if values:
            self.connection.execute(insert(t.activity), values)
