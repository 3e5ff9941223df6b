"""Turns: what a message that waits for its number is told now; it changes with its stream, so it is not stored."""

from __future__ import annotations

from sqlalchemy import Connection, and_, select

from hub.model.finding import Finding
from hub.model.stream import Place
from hub.steps.in_turn import waiting
from hub.store import tables as t
from hub.store.findings import load_findings


def findings_of(connection: Connection, uid: str) -> tuple[Finding, ...]:
    """The findings of a message: those that were stored with its outcome, or what it waits for."""
    return load_findings(connection, uid) or _waiting(connection, uid)


def _waiting(connection: Connection, uid: str) -> tuple[Finding, ...]:
    s, w = t.stream, t.stream_message
    query = (
        select(w.c.stream, w.c.seq, s.c.applied)
        .join(s, and_(s.c.administration_id == w.c.administration_id, s.c.key == w.c.stream))
        .where(w.c.waiting, w.c.message_uid == uid)
    )
    return tuple(waiting(Place(row.stream, row.seq), row.applied + 1) for row in connection.execute(query))
