"""Skipping: a person decides that a number of a stream will never be booked, so that what follows goes on."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, insert, select

from hub.errors import Conflict, NotFound, Usage
from hub.model.finding import asked
from hub.store import held
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.rows import insert_rows
from hub.store.streams import AT_ONCE, lock, move_on

KEYS = AT_ONCE + 10  # to reserve before a transaction in which one number is skipped


def skip(
    connection: Connection, ids: Ids, administration_id: int, name: str, seq: int, reason: str, actor_id: int, at: datetime
) -> int:  # fmt: skip
    """Skip number `seq`, which may still have to come, and refuse what is held under it. How far the stream is now.

    Raises `NotFound` for a stream that nothing has named yet, `Usage` without a reason, and `Conflict` for a number that
    was booked or skipped. Reserve `KEYS` ids before the transaction.
    """
    name = name.strip().casefold()
    if not reason.strip():
        raise Usage(asked("HUB-SEQ-05", str(seq), stream=name))
    s = t.stream
    if not connection.execute(
        select(s.c.key).where(s.c.administration_id == administration_id, s.c.key == name)
    ).first():
        raise NotFound(asked("HUB-SEQ-06", name))
    applied = lock(connection, [(administration_id, name)])[administration_id, name]
    if seq < 1 or seq <= applied or _is_skipped(connection, administration_id, name, seq):
        raise Conflict(asked("HUB-SEQ-07", str(seq), str(applied + 1), stream=name))
    insert_rows(connection, t.stream_number, [(administration_id, name, seq, None, at, actor_id, reason.strip())])
    for uid in _held(connection, administration_id, name, seq):
        held.refuse(connection, ids, uid, reason, actor_id, at)
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what="stream.skip",
            subject=f"{name} {seq}", details=json.dumps({"reason": reason.strip()}),
        )
    )  # fmt: skip
    return move_on(connection, ids, (administration_id, name), applied, at)


def _is_skipped(connection: Connection, administration_id: int, name: str, seq: int) -> bool:
    n = t.stream_number
    query = select(n.c.seq).where(n.c.administration_id == administration_id, n.c.stream == name, n.c.seq == seq)
    return connection.execute(query).first() is not None


def _held(connection: Connection, administration_id: int, name: str, seq: int) -> list[str]:
    """Messages that bear a number and are held for a reason of their own."""
    w, i = t.stream_message, t.inbox
    query = (
        select(w.c.message_uid)
        .join(i, (i.c.message_uid == w.c.message_uid) & (i.c.administration_id == w.c.administration_id))
        .where(w.c.administration_id == administration_id, w.c.stream == name, w.c.seq == seq, i.c.outcome == "held")
    )
    return list(connection.execute(query.order_by(w.c.message_uid)).scalars())
