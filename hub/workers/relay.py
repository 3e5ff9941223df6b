"""Relay: the only publisher. Unsent outbox rows to the transport, in windows, until the broker confirms them."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text

from hub import failpoints
from hub.errors import Transient
from hub.store import outbox
from hub.store.store import now
from hub.transport.embedded import EmbeddedTransport
from hub.transport.lanes import all_lanes
from hub.workers.pause import Pause

if TYPE_CHECKING:
    from hub.bootstrap import Hub

WINDOW = 200
IDLE_SECONDS = 0.05
_ADVISORY_KEY = 4_842_100  # any fixed number: two relays are harmless, one is enough
log = structlog.get_logger(__name__)


def relay(hub: Hub, *, once: bool = False, stop: threading.Event | None = None) -> int:
    """Move the outbox until `stop` is set, or with `once` until nothing is due. The number of messages sent."""
    ended = stop or threading.Event()
    pause, sent = Pause(), 0
    while not ended.is_set():
        try:
            # Anew after every failure: on PostgreSQL the election ends with the connection.
            with _elected(hub, ended, wait=not once) as elected:
                while elected and not ended.is_set():
                    moved = _move(hub)
                    pause.reset()
                    sent += moved
                    if not moved and once:
                        return sent
                    if not moved:
                        ended.wait(IDLE_SECONDS)
        except Transient as error:
            log.warning("relay_waits", reason=str(error))
            if once:
                raise
            pause.wait(ended)
    return sent


def _move(hub: Hub) -> int:
    """One window. Select ▸ publish ▸ confirm ▸ mark; killed anywhere, the rows stay unsent and go out again under the same id."""
    if isinstance(hub.transport, EmbeddedTransport):
        return _move_embedded(hub, hub.transport)
    with hub.database.reading() as connection:
        pending = outbox.due(connection, now(), WINDOW, _lanes(hub))
    if not pending:
        return 0
    failpoints.hit("relay:before-publish")
    confirmed = hub.transport.publish([p.envelope for p in pending])
    failpoints.hit("relay:after-publish")
    done = [p.id for p, ok in zip(pending, confirmed, strict=True) if ok]
    with hub.database.transaction() as connection:
        outbox.mark_sent(connection, done, now())
        failpoints.hit("relay:before-commit")
    if len(done) < len(pending):
        raise Transient(f"{len(pending) - len(done)} messages were not confirmed; they stay in the outbox")
    return len(done)


def _lanes(hub: Hub) -> tuple[str, ...]:
    """The lanes that there are now."""
    return all_lanes(hub.settings.sinks)


def _move_embedded(hub: Hub, transport: EmbeddedTransport) -> int:
    """The queue is in the same file: out of the outbox and onto the lane in one commit."""
    with hub.database.reading() as connection:
        if not outbox.due(connection, now(), 1, _lanes(hub)):
            return 0
    failpoints.hit("relay:before-publish")
    with hub.database.transaction() as connection:
        pending = outbox.due(connection, now(), WINDOW, _lanes(hub))
        accepted = transport.publish_within(connection, [p.envelope for p in pending])
        outbox.mark_sent(connection, [p.id for p, ok in zip(pending, accepted, strict=True) if ok], now())
        failpoints.hit("relay:before-commit")
    return sum(accepted)


@contextmanager
def _elected(hub: Hub, ended: threading.Event, *, wait: bool) -> Iterator[bool]:
    """One relay at a time: an advisory lock on PostgreSQL, a file lock beside SQLite; both end with the process."""
    if hub.database.is_sqlite:
        with _file_elected(hub, ended, wait=wait) as elected:
            yield elected
        return
    with hub.database.reading() as connection:  # no transaction: it would stand open as long as the relay runs
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}).scalar():
            if ended.wait(0.5) or not wait:
                yield not ended.is_set()  # `--once` beside a running relay: twice is harmless
                return
        try:
            yield True
        finally:
            connection.invalidate()


@contextmanager
def _file_elected(hub: Hub, ended: threading.Event, *, wait: bool) -> Iterator[bool]:
    handle = os.open(hub.settings.home / "relay.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not wait or ended.is_set():
                    break
                time.sleep(0.2)
        yield not ended.is_set()
    finally:
        os.close(handle)
