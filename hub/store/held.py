"""How a person ends what is held: release, so that it is decided again with findings accepted; or refuse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from hub.errors import Conflict, NotFound
from hub.model.approval import WAITS
from hub.store import outbox
from hub.store import tables as t
from hub.store.approval_rows import is_waiting
from hub.store.ids import Ids


def release(
    connection: Connection, ids: Ids, uid: str, codes: Sequence[str], reason: str, actor_id: int, at: datetime, *,
    approved: bool = False,
) -> None:  # fmt: skip
    """Accept findings `codes` (none = only what has changed since) and decide the message again.

    The held outcome makes place in the same commit in which the message goes back to its lane.
    Raises `NotFound`, or `Conflict` when the message is not held. Only `approved` by whose turn it is,
    what waits for approval goes on (`hub.store.approval`).
    """
    administration_id = _held(connection, uid)
    if WAITS in codes and not approved:
        raise Conflict(f"{WAITS} is not accepted here: approve the invoice (hub approve)")
    _decide(connection, ids, administration_id, uid, "release", codes, reason, actor_id, at)
    document = select(t.document.c.id).where(
        t.document.c.administration_id == administration_id, t.document.c.message_uid == uid
    )
    here = t.attachment.c.administration_id == administration_id
    connection.execute(delete(t.attachment).where(here, t.attachment.c.document_id.in_(document)))
    connection.execute(
        delete(t.document).where(t.document.c.administration_id == administration_id, t.document.c.message_uid == uid)
    )
    connection.execute(
        delete(t.finding).where(t.finding.c.administration_id == administration_id, t.finding.c.message_uid == uid)
    )
    connection.execute(delete(t.inbox).where(t.inbox.c.message_uid == uid))
    _send_again(connection, ids, administration_id, uid, at)


def refuse(
    connection: Connection, ids: Ids, uid: str, reason: str, actor_id: int, at: datetime, *, approved: bool = False
) -> None:
    """Turn a held message into a refused one; its number is free again for a corrected document.

    Raises `Conflict` when it waits for approval: then it is rejected, by whose turn it is.
    """
    administration_id = _held(connection, uid)
    if not approved and is_waiting(connection, administration_id, uid):
        raise Conflict("this invoice waits for approval: reject it (hub reject)")
    _decide(connection, ids, administration_id, uid, "refuse", (), reason, actor_id, at)
    connection.execute(update(t.inbox).where(t.inbox.c.message_uid == uid).values(outcome="refused"))
    same = (t.document.c.administration_id == administration_id) & (t.document.c.message_uid == uid)
    connection.execute(update(t.document).where(same).values(outcome="refused", claim=None))


def _held(connection: Connection, uid: str) -> int:
    """The administration of a held message; locks its inbox row, so that only one person ends it."""
    query = select(t.inbox.c.administration_id, t.inbox.c.outcome).where(t.inbox.c.message_uid == uid)
    row = connection.execute(query.with_for_update() if connection.dialect.name != "sqlite" else query).first()
    if row is None:
        raise NotFound(f"no message {uid} with an outcome")
    if row.outcome != "held":
        raise Conflict(f"message {uid} is {row.outcome}, not held")
    return int(row.administration_id)


def _decide(
    connection: Connection, ids: Ids, administration_id: int, uid: str, decision: str, codes: Sequence[str], reason: str, actor_id: int,
    at: datetime,
) -> None:  # fmt: skip
    values = {
        "administration_id": administration_id, "id": ids.take(), "message_uid": uid, "decision": decision,
        "codes": json.dumps(sorted(codes)), "reason": reason, "at": at, "actor_id": actor_id,
    }  # fmt: skip
    connection.execute(insert(t.message_decision).values(values))


def _send_again(connection: Connection, ids: Ids, administration_id: int, uid: str, at: datetime) -> None:
    m, o, a = t.message, t.original, t.administration
    query = (
        select(m.c.lane, m.c.sha256, m.c.media_type, o.c.size, a.c.code)
        .join(o, (o.c.administration_id == m.c.administration_id) & (o.c.sha256 == m.c.sha256))
        .join(a, a.c.id == m.c.administration_id)
        .where(m.c.administration_id == administration_id, m.c.uid == uid)
    )
    row = connection.execute(query).one()
    envelope = outbox.claim_envelope(row.lane, uid, row.code, row.sha256, row.size, row.media_type)
    outbox.put(connection, ids, [(administration_id, envelope)], at)
