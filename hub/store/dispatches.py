"""Dispatches: written with what they follow from, each with the outbox row that carries it; then only their state moves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from hub.errors import NotFound
from hub.model.dispatch import Delivered, Dispatch, DispatchState, lane_of
from hub.model.envelope import Envelope
from hub.store import outbox
from hub.store import tables as t
from hub.store.driver import fetch
from hub.store.ids import Ids
from hub.store.messages import as_instant
from hub.store.rows import insert_new
from hub.store.sets import records, values, within

TICKET = "application/vnd.hub.dispatch+json"
KEYS = 2  # ids that one dispatch takes: its own and its outbox row's


def put(
    connection: Connection, ids: Ids, administration_id: int, dispatches: Sequence[Dispatch], at: datetime
) -> set[str]:
    """Add dispatches, each on the lane of its sink; the ids of those that are new. One with a known `key` is not added.

    What travels through the broker is a ticket: the body, which may hold personal data, stays in the database.
    """
    rows = [_row(ids.take(), administration_id, one, at) for one in dispatches]
    new = insert_new(connection, t.dispatch, rows, "uid")
    tickets: dict[datetime | None, list[tuple[int, Envelope]]] = {}
    for one in dispatches:
        if one.id in new:
            tickets.setdefault(one.not_before, []).append((administration_id, ticket(one)))
    for not_before, together in tickets.items():
        outbox.put(connection, ids, together, at, not_before=not_before)
    return new


def _row(key: int, administration_id: int, one: Dispatch, at: datetime) -> tuple[Any, ...]:
    headers = json.dumps(dict(one.headers), sort_keys=True, ensure_ascii=False)
    return (
        administration_id, key, one.id, one.sink, one.type[:60], one.subject, (one.key or one.id)[:200], one.media_type[:100],
        headers, one.body, "waiting", 0, "", "", one.created_at, at,
    )  # fmt: skip


def ticket(one: Dispatch) -> Envelope:
    """What travels: which dispatch it is, and nothing of what it says."""
    body = json.dumps({"dispatch": one.id, "type": one.type}, sort_keys=True).encode()
    headers = {
        "cloudEvents_specversion": "1.0", "cloudEvents_id": one.id, "cloudEvents_type": f"hub.dispatch.{one.sink}.v1",
        "cloudEvents_source": "hub", "administration": one.administration,
    }  # fmt: skip
    return Envelope(lane_of(one.sink), one.id, one.administration, body, TICKET, f"hub.dispatch.{one.sink}.v1", headers)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a dispatch stands: since when, after how many tries, and what went wrong last ("" = nothing, or it is being sent)."""

    state: DispatchState
    attempts: int
    note: str
    since: datetime


def load(connection: Connection, uid: str) -> tuple[Dispatch, Standing] | None:
    """A dispatch and how it stands; None when there is none."""
    return load_many(connection, [uid]).get(uid)


def load_many(connection: Connection, uids: Sequence[str]) -> dict[str, tuple[Dispatch, Standing]]:
    """Those of them that there are."""
    rows = connection.execute(_query(), {"uids": list(uids)})
    return {
        row.uid: (_dispatch(row), Standing(row.state, int(row.attempts), row.note, as_instant(row.changed_at)))
        for row in rows
    }


@lru_cache(maxsize=1)
def _query() -> Any:
    d, a = t.dispatch, t.administration
    wanted = d.c.uid.in_(bindparam("uids", expanding=True))
    return select(d, a.c.code).join(a, a.c.id == d.c.administration_id).where(wanted)


def _dispatch(row: Row[Any]) -> Dispatch:
    headers = tuple(sorted(json.loads(row.headers).items()))
    return Dispatch(
        row.uid, row.code, row.sink, row.type, row.subject, bytes(row.body), row.media_type, as_instant(row.created_at), row.key,
        headers,
    )  # fmt: skip


def begin(connection: Connection, uid: str, standing: Standing, at: datetime) -> bool:
    """T2a: from here on it may have been sent. False when another worker began meanwhile: then nothing was changed."""
    return uid in begin_many(connection, {uid: standing}, at)


def begin_many(connection: Connection, standings: Mapping[str, Standing], at: datetime) -> set[str]:
    """T2a of several; those that nobody else began meanwhile. In order of id, so that two workers never wait for each other."""
    begun: set[str] = set()
    alike: dict[tuple[str, int], list[str]] = {}
    for uid, standing in standings.items():
        alike.setdefault((standing.state, standing.attempts), []).append(uid)
    locked = "" if connection.dialect.name == "sqlite" else "FOR UPDATE SKIP LOCKED"
    statement = f"""
        UPDATE dispatch SET state = 'sending', attempts = attempts + 1, note = '', changed_at = :at WHERE id IN (
            SELECT id FROM dispatch WHERE {within(connection, "uid", "uids")} AND state = :state AND attempts = :attempts
            ORDER BY id {locked}) RETURNING uid"""
    for (state, attempts), uids in sorted(alike.items()):
        told = {"at": at, "uids": values(connection, uids), "state": state, "attempts": attempts}
        begun |= {uid for (uid,) in fetch(connection, statement, told)}
    return begun


def end(connection: Connection, uid: str, delivered: Delivered, at: datetime) -> None:
    """T2b: it arrived."""
    end_many(connection, {uid: delivered}, at)


def end_many(connection: Connection, delivered: Mapping[str, Delivered], at: datetime) -> None:
    """T2b of several, whom nobody else has in hand."""
    told = [{"uid": uid, "said": one.reference[:500], "noted": one.note[:500]} for uid, one in delivered.items()]
    columns = {"uid": "text", "said": "text", "noted": "text"}
    statement = f"""
        UPDATE dispatch SET state = 'sent', reference = v.said, note = v.noted, changed_at = :at
        FROM {records(connection, "told", columns)} AS v WHERE dispatch.uid = v.uid RETURNING dispatch.uid"""
    fetch(connection, statement, {"at": at, "told": json.dumps(told)})


def move(connection: Connection, uid: str, state: DispatchState, note: str, at: datetime) -> None:
    """It did not arrive: it waits again, stays in doubt (`sending`), or is parked."""
    stands = {"state": state, "note": note[:500], "changed_at": at}
    connection.execute(update(t.dispatch).where(t.dispatch.c.uid == uid).values(**stands))


def is_parked(connection: Connection, uid: str) -> bool:
    """Whether it still lies parked: not when a person sent it again."""
    p = t.parked
    query = select(p.c.id).where(p.c.message_uid == uid, p.c.state != "replayed")
    return connection.execute(query).first() is not None


def listed(
    connection: Connection, administration_id: int, *, sink: str = "", state: str = "", limit: int = 100
) -> list[dict[str, Any]]:
    """The latest dispatches first."""
    d = t.dispatch
    query = select(d).where(d.c.administration_id == administration_id)
    if sink:
        query = query.where(d.c.sink == sink)
    if state:
        query = query.where(d.c.state == state)
    return [
        _shown(row) for row in connection.execute(query.order_by(d.c.created_at.desc(), d.c.id.desc()).limit(limit))
    ]


def shown(connection: Connection, administration_id: int, uid: str) -> dict[str, Any]:
    """One dispatch with its body and every failure. Raises `NotFound`."""
    d, a = t.dispatch, t.attempt
    row = connection.execute(select(d).where(d.c.administration_id == administration_id, d.c.uid == uid)).first()
    if row is None:
        raise NotFound(f"there is no dispatch {uid}")
    tries = connection.execute(select(a).where(a.c.message_uid == uid).order_by(a.c.id))
    failures = [{"at": _text(one.at), "class": one.error_class, "reason": one.reason} for one in tries]
    return {
        **_shown(row),
        "headers": json.loads(row.headers),
        "body": bytes(row.body).decode("utf-8"),
        "failures": failures,
    }


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.uid, "sink": row.sink, "type": row.type, "subject": row.subject, "state": row.state, "attempts": row.attempts,
        "reference": row.reference, "note": row.note, "created_at": _text(row.created_at), "changed_at": _text(row.changed_at),
    }  # fmt: skip


def _text(value: Any) -> str:
    return as_instant(value).isoformat().replace("+00:00", "Z")
