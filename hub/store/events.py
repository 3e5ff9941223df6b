"""Events: what changed, told to those who want to know, in the transaction that changed it.

An event says which relation changed and how, not what it looks like now: that is looked up when it leaves, so that an
event which waited a day never brings yesterday's address, and two that overtake each other end in the same picture.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from hub.model.dispatch import Dispatch
from hub.store import dispatches
from hub.store import tables as t
from hub.store.cache import cache_of, remember
from hub.store.database import Database
from hub.store.ids import Ids

TYPES = ("relation.created", "relation.changed", "relation.merged", "relation.held", "relation.released")
MEDIA_TYPE = "application/json"
_WATCHERS = "event-watchers"


@dataclass(frozen=True, slots=True)
class Watcher:
    """A sink that wants to know: which events, of which administration ("" = all)."""

    sink: str
    events: tuple[str, ...]
    administration: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a relation. `version` is the feed's; `what` the act as the activity knows it."""

    type: str
    relation: str
    version: int
    what: str


def watch(database: Database, watchers: Sequence[Watcher]) -> None:
    """Who is told of what changes through this database from now on, in this process."""
    for pool in database.pools:
        remember(pool, _WATCHERS, {"all": tuple(watchers)})


def created_event(code: str, version: int) -> Event:
    """A relation that was not there before."""
    return Event("relation.created", code, version, "relation.created")


def relation_event(
    connection: Connection, administration_id: int, relation_id: int, code: str, version: int, what: str,
    details: Mapping[str, Any],
) -> Event:  # fmt: skip
    """What a change amounts to for others: `held` from the first hold on, `released` only when no hold is left."""
    kind = "relation.changed"
    if what == "relation.merged":
        kind = what
    elif what == "relation.hold_set":
        kind = "relation.held"
    elif what == "relation.hold_lifted" or details.get("effect") == "hold":
        s = t.relation_reason
        mine = (s.c.administration_id == administration_id) & (s.c.relation_id == relation_id)
        held = select(exists().where(mine, s.c.effect == "hold", s.c.lifted_at.is_(None)))
        kind = "relation.changed" if connection.execute(held).scalar_one() else "relation.released"
    return Event(kind, code, version, what)


def announce(connection: Connection, ids: Ids, administration_id: int, events: Sequence[Event], at: datetime) -> None:
    """A dispatch for everybody who wants to know. Costs nothing where nobody does."""
    watchers: tuple[Watcher, ...] = cache_of(connection, _WATCHERS).get("all", ())
    if not watchers or not events:
        return
    a = t.administration
    code = connection.execute(select(a.c.code).where(a.c.id == administration_id)).scalar_one()
    mine = [w for w in watchers if w.administration in ("", code)]
    out = [_dispatch(code, w.sink, event, at) for event in events for w in mine if event.type in w.events]
    if out:
        dispatches.put(connection, ids, administration_id, out, at)


def _dispatch(administration: str, sink: str, event: Event, at: datetime) -> Dispatch:
    body = {
        "type": event.type,
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "data": {
            "administration": administration, "relation": event.relation, "version": event.version, "what": event.what,
        },
    }  # fmt: skip
    key = f"{event.relation}:{event.version}:{event.type}"
    return Dispatch(
        str(uuid.uuid4()),
        administration,
        sink,
        event.type,
        event.relation,
        json.dumps(body).encode(),
        MEDIA_TYPE,
        at,
        key,
    )
