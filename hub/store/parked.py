"""Parked messages: failed for good, kept with reason and payload, sent again exactly once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from hub.errors import Conflict, NotFound
from hub.model.envelope import Envelope
from hub.store import outbox
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.rows import insert_rows


def park(
    connection: Connection,
    ids: Ids,
    administration_id: int | None,
    envelope: Envelope,
    payload: bytes,
    reason: str,
    error_class: str,
    at: datetime,
) -> None:
    """Park one message of a lane; it is there once (unique on message and lane).

    One that a person sent again unchanged, and that failed again, is back among the parked.
    """
    fingerprint = hashlib.sha256(f"{error_class}|{reason.splitlines()[0] if reason else ''}".encode()).hexdigest()
    row = (
        ids.take(), administration_id, envelope.message_id, envelope.lane, reason[:4000], error_class[:100], fingerprint,
        outbox.envelope_text(envelope), payload, hashlib.sha256(payload).hexdigest(), "parked", at, None, None, None,
    )  # fmt: skip
    insert_rows(connection, t.parked, [row], ignore=True)
    p = t.parked
    replayed = (p.c.message_uid == envelope.message_id) & (p.c.lane == envelope.lane) & (p.c.state == "replayed")
    values = {
        "state": "parked",
        "reason": reason[:4000],
        "error_class": error_class[:100],
        "fingerprint": fingerprint,
        "parked_at": at,
    }
    connection.execute(update(p).where(replayed, p.c.replayed_as == p.c.message_uid).values(**values))


def note_attempt(
    connection: Connection,
    ids: Ids,
    administration_id: int | None,
    uid: str,
    lane: str,
    error: BaseException,
    at: datetime,
) -> None:
    """Record one technical failure."""
    name = type(error).__name__
    fingerprint = hashlib.sha256(f"{name}|{error}".encode()).hexdigest()
    insert_rows(
        connection,
        t.attempt,
        [(ids.take(), administration_id, uid, lane, at, name[:100], fingerprint, str(error)[:2000])],
    )


def list_parked(
    connection: Connection, administration_id: int | None = None, *, state: str = "parked", limit: int = 500
) -> list[dict[str, Any]]:
    """Parked messages, oldest first; of one administration, or all."""
    query = select(t.parked).where(t.parked.c.state == state)
    if administration_id is not None:
        query = query.where(
            (t.parked.c.administration_id == administration_id) | t.parked.c.administration_id.is_(None)
        )
    return [_shown(row) for row in connection.execute(query.order_by(t.parked.c.id).limit(limit))]


def show(connection: Connection, uid: str) -> dict[str, Any]:
    """One parked message with its attempts. Raises `NotFound`."""
    row = _row(connection, uid)
    tries = connection.execute(select(t.attempt).where(t.attempt.c.message_uid == uid).order_by(t.attempt.c.id))
    attempts = [{"at": str(a.at), "lane": a.lane, "class": a.error_class, "reason": a.reason} for a in tries]
    return {**_shown(row), "attempts": attempts}


def groups(connection: Connection) -> list[dict[str, Any]]:
    """Parked messages by cause: the same class and first line of the reason."""
    query = text(
        "SELECT fingerprint, error_class, MIN(reason) AS reason, COUNT(*) AS messages, MIN(parked_at) AS oldest "
        "FROM parked WHERE state = 'parked' GROUP BY fingerprint, error_class ORDER BY COUNT(*) DESC, fingerprint"
    )
    return [
        {
            "group": r.fingerprint[:12],
            "class": r.error_class,
            "reason": r.reason,
            "messages": r.messages,
            "oldest": str(r.oldest),
        }
        for r in connection.execute(query)
    ]


def in_group(connection: Connection, group: str) -> list[str]:
    """Ids of the parked messages of a group. Raises `NotFound` for a group that is empty."""
    query = select(t.parked.c.message_uid).where(t.parked.c.state == "parked", t.parked.c.fingerprint.startswith(group))
    found = list(connection.execute(query.order_by(t.parked.c.id)).scalars())
    if not found:
        raise NotFound(f"no parked messages in group {group}")
    return found


def replay(
    connection: Connection,
    ids: Ids,
    uid: str,
    actor_id: int,
    at: datetime,
    *,
    body: bytes | None = None,
    new_uid: str = "",
) -> str:
    """Send a parked message again, exactly once; the id it travels under.

    Unchanged it keeps its id (it was never processed); edited (`body`, `new_uid`) it is a new message
    caused by the old one. Raises `Conflict` when somebody else ended it first.
    """
    row = _row(connection, uid)
    sent_as = new_uid or uid
    same = (t.parked.c.id == row.id) & (t.parked.c.state == "parked")
    changed = connection.execute(
        update(t.parked).where(same).values(state="replayed", ended_at=at, ended_by=actor_id, replayed_as=sent_as)
    )
    if changed.rowcount == 0:
        raise Conflict(f"message {uid} was already {row.state}: nothing was sent")
    lane = row.lane.removesuffix(".suspect")
    envelope = outbox.envelope_of(lane, sent_as, row.envelope)
    if body is not None:
        headers = {**envelope.headers, "causationid": uid}
        envelope = Envelope(lane, sent_as, envelope.administration, body, "application/xml", envelope.type, headers)
    outbox.put(connection, ids, [(row.administration_id or 0, envelope)], at)
    return sent_as


def discard(connection: Connection, uid: str, actor_id: int, at: datetime) -> None:
    """End a parked message without sending it; it stays on record. Raises `Conflict` or `NotFound`."""
    row = _row(connection, uid)
    same = (t.parked.c.id == row.id) & (t.parked.c.state == "parked")
    if (
        connection.execute(
            update(t.parked).where(same).values(state="discarded", ended_at=at, ended_by=actor_id)
        ).rowcount
        == 0
    ):
        raise Conflict(f"message {uid} was already {row.state}")


def payload(connection: Connection, uid: str) -> bytes:
    """The bytes of a parked message, to look at or edit."""
    return bytes(_row(connection, uid).payload)


def _row(connection: Connection, uid: str) -> Any:
    query = select(t.parked).where(t.parked.c.message_uid == uid)
    row = connection.execute(query.order_by(t.parked.c.id.desc())).first()
    if row is None:
        raise NotFound(f"no parked message {uid}")
    return row


def _shown(row: Any) -> dict[str, Any]:
    return {
        "message_id": row.message_uid, "lane": row.lane, "state": row.state, "class": row.error_class, "reason": row.reason,
        "group": row.fingerprint[:12], "parked_at": str(row.parked_at), "sha256": row.payload_sha256, "replayed_as": row.replayed_as,
    }  # fmt: skip
