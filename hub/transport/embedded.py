"""The queue of the embedded installation: lanes as rows in the SQLite file of the ledger.

Any number of processes may use one file. A lease is void when its process is dead (`leases.py`), when
its consumer was closed, or when a consumer of this same process has not been heard of for
`lease_seconds` on the monotonic clock; no wall clock is asked.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from hub.errors import Unavailable, Usage
from hub.model.envelope import Delivery, Envelope
from hub.store import queue
from hub.store.database import Database
from hub.transport import lanes
from hub.transport.commits import Commits
from hub.transport.leases import Boot
from hub.transport.rows import Lease, to_delivery, to_row

_SHORTEST_PAUSE = 0.005
_LONGEST_PAUSE = 0.05
_LOOK_FOR_DEAD_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class EmbeddedTransport:
    """`hub.ports.Transport` on a SQLite `Database`.

    `publish_within` and `EmbeddedConsumer.settle_within` join a running `Database.transaction()`, so
    that effect and queue are one commit.
    """

    def __init__(self, database: Database, *, sinks: Sequence[str] = (), lease_seconds: float = 1800.0) -> None:
        if not database.is_sqlite:
            raise Usage("the embedded queue lives in a SQLite file; with PostgreSQL, set HUB_BROKER_URL")
        self.database = database
        self.lease_seconds = lease_seconds
        self.boot = Boot(Path(database.url.database or "").parent / "leases")
        self.commits = Commits(database)
        self._lanes = frozenset(lanes.all_lanes(sinks))
        self._numbers = itertools.count(1)
        self._consumers: dict[str, EmbeddedConsumer] = {}
        self._lock = threading.Lock()
        self._next_look = 0.0

    def publish(self, batch: Sequence[Envelope]) -> list[bool]:
        """Put a batch on its lanes in one commit; see `hub.ports.Transport.publish`."""
        with self.transaction() as connection:
            return self.publish_within(connection, batch)

    def publish_within(self, connection: Connection, batch: Sequence[Envelope]) -> list[bool]:
        """As `publish`, inside the caller's transaction: True holds from its commit on.

        False only for an envelope that no transport can carry (`lanes.fits`).
        """
        for envelope in batch:
            lanes.require(envelope.lane, self._lanes)
        fitting = [lanes.fits(envelope) for envelope in batch]
        queue.add(connection, [to_row(envelope) for envelope, fits in zip(batch, fitting, strict=True) if fits])
        if not all(fitting):
            _log.error("envelope_does_not_fit", count=fitting.count(False))
        return fitting

    def consume(self, lane: str, *, prefetch: int) -> EmbeddedConsumer:
        """Read `lane`, holding at most `prefetch` unsettled messages at once."""
        lanes.require(lane, {*self._lanes, lanes.DEAD})
        self.refuse_when_closed()
        consumer = EmbeddedConsumer(self, lane, prefetch, self.boot.owner(next(self._numbers)))
        with self._lock:
            self._consumers[consumer.owner] = consumer
        return consumer

    def depth(self, lane: str) -> int:
        """Messages waiting on the lane, not counting those handed out."""
        lanes.require(lane, {*self._lanes, lanes.DEAD})
        with _as_unavailable(), self.database.reading() as connection:
            return queue.depth(connection, lane)

    def close(self) -> None:
        """Give back what is held and let go of the boot's lock. Safe to call twice."""
        for consumer in list(self._consumers.values()):
            consumer.close()
        self.commits.close()
        self.boot.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One write transaction, with the database's failures as `Unavailable`."""
        with _as_unavailable(), self.database.transaction() as connection:
            yield connection

    def refuse_when_closed(self) -> None:
        """Raise `Unavailable` when others would take the consumers of this transport for dead."""
        if not self.boot.alive:
            raise Unavailable("the queue was closed, or belongs to the parent of this process")

    def forget(self, consumer: EmbeddedConsumer) -> None:
        """A consumer was closed."""
        with self._lock:
            self._consumers.pop(consumer.owner, None)

    def void_dead_leases(self) -> None:
        """Return what the dead hold to their lanes; looks at most once a second."""
        with self._lock:
            if time.monotonic() < self._next_look:
                return
            self._next_look = time.monotonic() + _LOOK_FOR_DEAD_SECONDS
        with _as_unavailable(), self.database.reading() as connection:
            gone = [owner for owner in queue.owners(connection) if self._is_gone(owner)]
        if gone:
            with self.transaction() as connection:
                queue.give_back(connection, gone, dead=lanes.DEAD, reason=lanes.LIMIT_REACHED)
            _log.warning("leases_of_the_dead_voided", owners=len(gone))

    def _is_gone(self, owner: str) -> bool:
        if not self.boot.started(owner):
            return self.boot.is_dead(owner)
        with self._lock:
            consumer = self._consumers.get(owner)
        return consumer is None or time.monotonic() > consumer.expires


class EmbeddedConsumer:
    """`hub.ports.Consumer` on one lane of the table. Used from one thread; `close` from any."""

    def __init__(self, transport: EmbeddedTransport, lane: str, prefetch: int, owner: str) -> None:
        self.owner = owner
        self._transport = transport
        self._lane = lane
        self._prefetch = prefetch
        self._held: dict[int, int] = {}  # id -> attempt
        self._empty_at: int | None = None  # the state of the file in which the lane had nothing for us
        self._settling = False  # settled inside a transaction whose end we do not see
        self._closed = threading.Event()
        self._stay_alive()

    @property
    def expires(self) -> float:
        """When, on the monotonic clock, this consumer counts as hung."""
        return self._expires

    def receive(self, max_n: int, wait: float) -> list[Delivery]:
        """Lease up to `max_n`; waits at most `wait` seconds for the first."""
        deadline = time.monotonic() + wait
        pause = _SHORTEST_PAUSE
        while not self._closed.is_set():
            batch = self._claim(max_n)
            remaining = deadline - time.monotonic()
            if batch or remaining <= 0:
                return batch
            self._closed.wait(min(pause, remaining))
            pause = min(pause * 2, _LONGEST_PAUSE)
        return []

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these for good. Idempotent; tokens of another life are ignored."""
        ids = self._still_held(deliveries)
        if ids:
            with self._transport.transaction() as connection:
                queue.remove(connection, self.owner, ids)
            self._drop(ids)

    def settle_within(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        """As `settle`, inside the caller's transaction: effect and removal are one commit.

        When that transaction rolls back, the messages are still held by this consumer.
        """
        queue.remove(connection, self.owner, self._still_held(deliveries))
        self._settling = True
        self._stay_alive()

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give back unprocessed. It counts as one handing-over."""
        ids = self._still_held(deliveries)
        if ids:
            with self._transport.transaction() as connection:
                self._give_back(connection, ids)
            self._drop(ids)

    def close(self) -> None:
        """Give back what is held and stop. Safe to call twice."""
        if self._closed.is_set():
            return
        self._closed.set()
        try:
            with self._transport.transaction() as connection:
                self._give_back(connection, None)
        finally:
            self._transport.forget(self)  # from here on others of this process may void what is left

    def _claim(self, max_n: int) -> list[Delivery]:
        self._stay_alive()
        self._transport.refuse_when_closed()
        self._transport.void_dead_leases()
        room = self._room(max_n)
        if not room:
            return []
        with self._transport.transaction() as connection:
            if self._closed.is_set():
                return []
            self._transport.refuse_when_closed()
            rows = queue.claim(connection, self._lane, self.owner, room)
        self._held.update({row.id: row.attempts for row in rows})
        return [to_delivery(row) for row in rows]

    def _room(self, max_n: int) -> int:
        """How many to ask for: 0 when as much is held as may be, or nothing waits. Takes no write lock."""
        with _as_unavailable():
            version = self._transport.commits.version()
            if version == self._empty_at and not self._settling:
                return 0
            with self._transport.database.reading() as connection:
                if self._settling:
                    self._held, self._settling = queue.held(connection, self.owner), False
                if queue.is_waiting(connection, self._lane):
                    return max(0, min(max_n, self._prefetch - len(self._held)))
        self._empty_at = version
        return 0

    def _still_held(self, deliveries: Sequence[Delivery]) -> list[int]:
        tokens = [delivery.token for delivery in deliveries]
        return sorted(
            {
                token.id
                for token in tokens
                if isinstance(token, Lease) and token.owner == self.owner and self._held.get(token.id) == token.attempt
            }
        )

    def _give_back(self, connection: Connection, ids: list[int] | None) -> None:
        queue.give_back(connection, [self.owner], dead=lanes.DEAD, reason=lanes.LIMIT_REACHED, ids=ids)

    def _drop(self, ids: list[int]) -> None:
        for message in ids:
            self._held.pop(message, None)
        self._stay_alive()

    def _stay_alive(self) -> None:
        self._expires = time.monotonic() + self._transport.lease_seconds


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """Locked, full or broken disk: the same work may succeed later."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"the queue table cannot be used: {error.orig}") from error
