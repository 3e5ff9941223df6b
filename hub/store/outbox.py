"""The outbox: what must still be published. Written with the effect it follows from; only the relay moves it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text, update

from hub.model.envelope import Envelope
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.rows import insert_rows

CLAIM = "application/vnd.hub.claim+json"
KEEP_SENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pending:
    """One unsent row."""

    id: int
    envelope: Envelope


def envelope_text(envelope: Envelope) -> str:
    """An envelope as JSON; the body as text where it is UTF-8, else base64."""
    data: dict[str, object] = {
        "administration": envelope.administration,
        "content_type": envelope.content_type,
        "type": envelope.type,
        "headers": dict(envelope.headers),
    }
    try:
        data["body"] = envelope.body.decode("utf-8")
    except UnicodeDecodeError:
        data["base64"] = base64.b64encode(envelope.body).decode("ascii")
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def envelope_of(lane: str, message_id: str, stored: str) -> Envelope:
    """The envelope that `envelope_text` wrote."""
    data = json.loads(stored)
    body = data["body"].encode() if "body" in data else base64.b64decode(data["base64"])
    return Envelope(lane, message_id, data["administration"], body, data["content_type"], data["type"], data["headers"])


def claim_envelope(
    lane: str, uid: str, administration: str, sha256: str, size: int, media_type: str, *, attempt: int = 0
) -> Envelope:
    """The claim check of a stored message: what travels on the broker instead of the document (RELIABILITY 2.4)."""
    body = json.dumps({"blob": sha256, "size": size, "media": media_type}, sort_keys=True).encode()
    headers = {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": uid,
        "cloudEvents_type": f"hub.{lane}.received.v1",
        "cloudEvents_source": "hub",
        "administration": administration,
        "sha256": sha256,
        "size": str(size),
        "attempt": str(attempt),
    }
    return Envelope(lane, uid, administration, body, CLAIM, f"hub.{lane}.received.v1", headers)


def put(
    connection: Connection,
    ids: Ids,
    envelopes: Sequence[tuple[int, Envelope]],
    at: datetime,
    *,
    not_before: datetime | None = None,
) -> None:
    """Add envelopes, each with the id of its administration (0 where it has none)."""
    rows = [(ids.take(), a, e.lane, e.message_id, envelope_text(e), not_before or at, at, None) for a, e in envelopes]
    insert_rows(connection, t.outbox, rows)


def put_again(connection: Connection, ids: Ids, administration_id: int, uids: Sequence[str], at: datetime) -> None:
    """Stored messages back to their lanes, in the order given."""
    m, o, a = t.message, t.original, t.administration
    query = (
        select(m.c.uid, m.c.lane, m.c.sha256, m.c.media_type, o.c.size, a.c.code)
        .join(o, (o.c.administration_id == m.c.administration_id) & (o.c.sha256 == m.c.sha256))
        .join(a, a.c.id == m.c.administration_id)
        .where(m.c.administration_id == administration_id, m.c.uid.in_(uids))
    )
    rows = {row.uid: row for row in connection.execute(query)}
    claims = [
        claim_envelope(row.lane, row.uid, row.code, row.sha256, row.size, row.media_type)
        for row in (rows[uid] for uid in uids)
    ]
    put(connection, ids, [(administration_id, claim) for claim in claims], at)


def due(connection: Connection, at: datetime, limit: int, lanes: Sequence[str] = ()) -> list[Pending]:
    """Unsent rows whose time has come. By *unsent*, never by cursor: ids become visible out of order.

    Only of `lanes`, where any are given: what waits for a sink that was taken out of the settings holds up nobody.
    """
    o = t.outbox
    query = select(o.c.id, o.c.lane, o.c.message_uid, o.c.envelope).where(o.c.sent_at.is_(None), o.c.not_before <= at)
    if lanes:
        query = query.where(o.c.lane.in_(lanes))
    rows = connection.execute(query.order_by(o.c.not_before, o.c.id).limit(limit))
    return [Pending(row.id, envelope_of(row.lane, row.message_uid, row.envelope)) for row in rows]


def mark_sent(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """The broker confirmed these."""
    if ids:
        connection.execute(update(t.outbox).where(t.outbox.c.id.in_(ids)).values(sent_at=at))


def unsent(connection: Connection) -> tuple[int, datetime | None]:
    """How many rows wait, and since when the oldest one that is due."""
    query = select(func.count(), func.min(t.outbox.c.not_before)).where(t.outbox.c.sent_at.is_(None))
    count, oldest = connection.execute(query).one()
    return int(count), oldest


def next_due(connection: Connection) -> datetime | None:
    """When the next unsent row is due."""
    return connection.execute(select(func.min(t.outbox.c.not_before)).where(t.outbox.c.sent_at.is_(None))).scalar()


def prune(connection: Connection, at: datetime, limit: int = 5000) -> int:
    """Forget a chunk of rows that were sent a week ago."""
    old = select(t.outbox.c.id).where(t.outbox.c.sent_at < at - KEEP_SENT).limit(limit)
    return connection.execute(delete(t.outbox).where(t.outbox.c.id.in_(old))).rowcount


def attempts_of(connection: Connection, uid: str) -> int:
    """How often this message failed so far."""
    return int(
        connection.execute(text("SELECT COUNT(*) FROM attempt WHERE message_uid = :uid"), {"uid": uid}).scalar_one()
    )
