"""Streams: how far each is, what it stands still for, and one of them number by number."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, select

from hub.errors import NotFound
from hub.model.finding import asked
from hub.reports.messages import instant_text
from hub.store import tables as t


def list_streams(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """Every stream, with the number it is at, how many wait, and the message of the next number where that has come."""
    s, w = t.stream, t.stream_message
    query = (
        select(s.c.key, s.c.applied, func.count(w.c.message_uid).label("waiting"), func.min(w.c.since).label("since"))
        .outerjoin(w, and_(w.c.administration_id == s.c.administration_id, w.c.stream == s.c.key, w.c.waiting))
        .where(s.c.administration_id == administration_id)
        .group_by(s.c.key, s.c.applied)
        .order_by(s.c.key)
    )
    heads = _heads(connection, administration_id)
    return [_listed(row, heads.get(row.key)) for row in connection.execute(query)]


def _listed(row: Any, head: Any) -> dict[str, Any]:
    quiet = "missing" if row.waiting else "in_order"
    return {
        "stream": row.key,
        "applied": row.applied,
        "next": row.applied + 1,
        "state": quiet if head is None else head.outcome or "under_way",
        "waiting": row.waiting,
        "since": instant_text(row.since) if row.since is not None else None,
        "message_id": head.message_uid if head is not None else None,
        "number": head.number if head is not None else None,
    }


def _heads(connection: Connection, administration_id: int) -> dict[str, Any]:
    """Per stream the last message that bears its next number: held or refused it stops the stream, else it is on its way."""
    s, w, i = t.stream, t.stream_message, t.inbox
    query = (
        select(w.c.stream, w.c.message_uid, w.c.number, i.c.outcome)
        .join(
            s, and_(s.c.administration_id == w.c.administration_id, s.c.key == w.c.stream, w.c.seq == s.c.applied + 1)
        )
        .outerjoin(i, and_(i.c.administration_id == w.c.administration_id, i.c.message_uid == w.c.message_uid))
        .where(w.c.administration_id == administration_id, func.coalesce(i.c.outcome, "") != "duplicate")
        .order_by(w.c.since, w.c.message_uid)
    )
    return {row.stream: row for row in connection.execute(query)}


def show_stream(connection: Connection, administration_id: int, name: str) -> list[dict[str, Any]]:
    """One stream: numbers that are booked or skipped, and messages that wait, are held or were refused, by number.

    Raises `NotFound` when nothing has named it.
    """
    name = name.strip().casefold()
    s = t.stream
    if not connection.execute(
        select(s.c.key).where(s.c.administration_id == administration_id, s.c.key == name)
    ).first():
        raise NotFound(asked("HUB-SEQ-06", name))
    rows = [*_done(connection, administration_id, name), *_others(connection, administration_id, name)]
    return sorted(rows, key=lambda row: (row["seq"], row["at"]))


def _done(connection: Connection, administration_id: int, name: str) -> list[dict[str, Any]]:
    n, w, u = t.stream_number, t.stream_message, t.app_user
    query = (
        select(n.c.seq, n.c.message_uid, n.c.at, n.c.reason, u.c.name, w.c.number)
        .join(u, u.c.id == n.c.actor_id)
        .outerjoin(w, and_(w.c.administration_id == n.c.administration_id, w.c.message_uid == n.c.message_uid))
        .where(n.c.administration_id == administration_id, n.c.stream == name)
    )
    return [
        _row(
            r,
            "posted" if r.message_uid else "skipped",
            instant_text(r.at),
            r.name if not r.message_uid else None,
            r.reason,
        )
        for r in connection.execute(query)
    ]


def _others(connection: Connection, administration_id: int, name: str) -> list[dict[str, Any]]:
    w, i = t.stream_message, t.inbox
    query = (
        select(w.c.seq, w.c.message_uid, w.c.number, w.c.since, w.c.waiting, i.c.outcome)
        .outerjoin(i, and_(i.c.administration_id == w.c.administration_id, i.c.message_uid == w.c.message_uid))
        .where(w.c.administration_id == administration_id, w.c.stream == name)
    )
    return [
        _row(r, r.outcome or ("waits" if r.waiting else "under_way"), instant_text(r.since))
        for r in connection.execute(query)
        if r.outcome != "posted"
    ]


def _row(row: Any, state: str, at: str, actor: str | None = None, reason: str = "") -> dict[str, Any]:
    return {
        "seq": row.seq, "state": state, "number": row.number, "message_id": row.message_uid, "at": at, "actor": actor,
        "reason": reason or None,
    }  # fmt: skip
