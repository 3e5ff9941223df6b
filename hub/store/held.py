"""How a person ends what is held: release, so that it is decided again with findings accepted; or refuse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from hub.errors import Conflict, NotFound
from hub.model.approval import WAITS
from hub.model.finding import asked
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
    outbox.put_again(connection, ids, administration_id, [uid], at)


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
        _refuse_waiting(connection, uid)
        raise NotFound(f"no message {uid} with an outcome")
    if row.outcome != "held":
        raise Conflict(f"message {uid} is {row.outcome}, not held")
    return int(row.administration_id)


def _refuse_waiting(connection: Connection, uid: str) -> None:
    """A message that only waits for its turn is ended by what it waits for."""
    w = t.stream_message
    query = select(w.c.stream, w.c.seq).where(w.c.message_uid == uid, w.c.waiting)
    row = connection.execute(query).first()
    if row is not None:
        raise Conflict(asked("HUB-SEQ-04", str(row.seq), stream=row.stream))


def _decide(
    connection: Connection, ids: Ids, administration_id: int, uid: str, decision: str, codes: Sequence[str], reason: str, actor_id: int,
    at: datetime,
) -> None:  # fmt: skip
    values = {
        "administration_id": administration_id, "id": ids.take(), "message_uid": uid, "decision": decision,
        "codes": json.dumps(sorted(codes)), "reason": reason, "at": at, "actor_id": actor_id,
    }  # fmt: skip
    connection.execute(insert(t.message_decision).values(values))
