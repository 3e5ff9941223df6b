"""Publish: documents to a lane. Stored first with their outbox row, in one commit; the relay moves them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from hub import failpoints
from hub.errors import Conflict, NotFound
from hub.model.message import Message
from hub.store import outbox
from hub.store.administrations import load_books
from hub.store.messages import find_receipts, store_arrivals
from hub.store.store import actor_of, now
from hub.transport import lanes
from hub.workers.identity import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.bootstrap import Hub

CHUNK = 200
_turn = (
    threading.Lock()
)  # the threads of one door take turns: ids that one has reserved must be there when it takes them


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to publish. `external_id` makes it idempotent at the door; "" = every time is a new arrival."""

    body: bytes
    file_name: str = ""
    media_type: str = "application/xml"
    external_id: str = ""
    wished: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a sender gets for a document: its message id; `new` is false when it had come before under the same external id."""

    message_id: str
    new: bool


def publish(
    hub: Hub, administration: str, documents: Iterable[Document], lane: str, *, channel: str = "cli"
) -> Iterator[str]:
    """Store and queue documents in chunks; yields the message ids of each chunk once it is committed. Raises as `store`."""
    return (stored.message_id for stored in store(hub, administration, documents, lane, channel=channel))


def store(hub: Hub, administration: str, documents: Iterable[Document], lane: str, *, channel: str) -> Iterator[Stored]:
    """As `publish`, telling what was new. Threads may call it at once.

    Raises `Conflict` when a sender's id comes again with other bytes, and `NotFound` for an unknown lane or
    administration, before anything is stored.
    """
    lanes.require(lane, lanes.all_lanes())
    with hub.database.reading() as connection:
        books = load_books(connection, [administration]).get(administration)
    if books is None:
        raise NotFound(f"there is no administration {administration!r}")
    actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
    rest = iter(documents)
    while chunk := list(islice(rest, CHUNK)):
        with _turn:
            receipts = _store_chunk(hub, books.id, administration, chunk, lane, channel, actor_id)
        yield from receipts


def _store_chunk(
    hub: Hub,
    administration_id: int,
    administration: str,
    chunk: Sequence[Document],
    lane: str,
    channel: str,
    actor_id: int,
) -> list[Stored]:
    """T1: originals, messages and outbox rows in one commit; what was there already is not queued again.

    Raises `Conflict` when a sender's id comes again with other bytes (RELIABILITY 2.5).
    """
    at = now()
    messages = [_message(administration, document, channel) for document in chunk]
    hub.ids.reserve(2 * len(messages))
    with hub.database.transaction() as connection:
        new = store_arrivals(connection, hub.ids, lane, [(administration_id, m) for m in messages], actor_id)
        claims = [
            (administration_id, outbox.claim_envelope(lane, m.id, administration, m.sha256, len(m.body), m.media_type))
            for m in messages
            if m.id in new
        ]
        outbox.put(connection, hub.ids, claims, at)
        receipts = _receipts(connection, administration_id, channel, [m for m in messages if m.id not in new])
        failpoints.hit("publish:before-commit")
    failpoints.hit("publish:after-commit")
    return [Stored(receipts.get(m.id, m.id), m.id in new) for m in messages]


def _receipts(
    connection: Connection, administration_id: int, channel: str, repeated: Sequence[Message]
) -> dict[str, str]:
    """For what came before: the id under which it was stored then, which is the sender's receipt."""
    if not repeated:
        return {}
    before = find_receipts(connection, administration_id, channel, {m.external_id for m in repeated})
    for message in repeated:
        uid, sha256 = before[message.external_id]
        if sha256 != message.sha256:
            raise Conflict(f"{message.external_id!r} was received before with other contents, as message {uid}")
    return {m.id: before[m.external_id][0] for m in repeated}


def _message(administration: str, document: Document, channel: str) -> Message:
    uid = new_id()
    sha256 = hashlib.sha256(document.body).hexdigest()
    return Message(
        uid, administration, channel, document.external_id or uid, document.media_type, document.body, sha256, now(), document.file_name,
        document.wished,
    )  # fmt: skip
