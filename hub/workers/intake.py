"""Intake: messages from a lane to their outcomes. One transaction per batch, then one acknowledgement.

    receive ▸ suspects aside ▸ unpack ▸ read ▸ look up ▸ book ▸ record ▸ settle

While a full batch is looked up, booked and recorded by a thread of its own, this one receives and reads the next; one
at a time and in order. Measured on two cores that PostgreSQL and RabbitMQ are on too: a tenth more invoices a second.

Whatever goes wrong, a message is settled only after a commit that says what became of it (RELIABILITY 2.6, 2.14).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from hub import failpoints
from hub.errors import Transient
from hub.model.envelope import Delivery
from hub.model.result import Result
from hub.ports import Consumer
from hub.transport import lanes as lane_names
from hub.transport.embedded import EmbeddedConsumer
from hub.workers.batch import BatchRunner
from hub.workers.garbage import seldom_collected
from hub.workers.pause import Pause

if TYPE_CHECKING:
    from hub.bootstrap import Hub

EMPTY_SECONDS = 0.6  # how long `--once` waits for a message before it believes that the lane is empty
IDLE_SECONDS = 0.05  # a round without messages takes at least this long
DEAD_EVERY_SECONDS = 1.0
Found = TypeVar("Found")
log = structlog.get_logger(__name__)


def work(
    hub: Hub, lanes: Sequence[str] = ("invoice",), *, once: bool = False, stop: threading.Event | None = None
) -> int:
    """Consume lanes until `stop` is set, or with `once` until they are empty. The number of messages settled."""
    worker = IntakeWorker(hub, lanes, stop or threading.Event())
    try:
        return worker.run(once=once)
    finally:
        worker.close()


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was received from a lane in one go; `innocent` are those that are no suspects."""

    lane: str
    consumer: Consumer
    runner: BatchRunner
    deliveries: list[Delivery]
    innocent: list[Delivery]


class IntakeWorker:
    """One thread over its lanes, each with its suspects, and the lane of the dead."""

    def __init__(self, hub: Hub, lanes: Sequence[str], ended: threading.Event) -> None:
        self._hub = hub
        self._ended = ended
        self._pause = Pause()
        self._lanes = [lane for lane in lanes for lane in (lane, lane_names.suspect(lane))]
        for lane in self._lanes:
            lane_names.require(lane, lane_names.all_lanes())
        self._consumers: dict[str, Consumer] = {}
        self._dead_at = 0.0
        self._recorder = ThreadPoolExecutor(1, "record")
        self._recording: tuple[_Batch, Future[list[Result]]] | None = None
        self._busy: frozenset[str] = frozenset()  # lanes that had something in the last round
        self.results: list[Result] | None = None  # kept only when somebody asks for them (tests, benches)

    def run(self, *, once: bool) -> int:
        """The loop. A world that is down is waited for; nothing received is forgotten meanwhile."""
        with seldom_collected():
            return self._loop(once)

    def _loop(self, once: bool) -> int:
        settled = 0
        while not self._ended.is_set():
            try:
                if not self._busy:  # nothing to read meanwhile
                    self._finish()
                found = {lane: self._round(lane, once) for lane in self._lanes}
                self._busy = frozenset(lane for lane, messages in found.items() if messages)
                done = sum(found.values()) + self._bury()
            except Transient as error:
                log.warning("intake_waits", reason=str(error))
                self._busy = frozenset()
                self._pause.wait(self._ended)
                continue
            self._pause.reset()
            settled += done
            if once and not done and self._empty():
                break
        self._finish()
        return settled

    def close(self) -> None:
        """Finish acknowledgements and give back what was prefetched."""
        self._recorder.shutdown()
        for consumer in self._consumers.values():
            consumer.close()
        self._consumers.clear()

    def _consumer(self, lane: str) -> Consumer:
        if lane not in self._consumers:
            prefetch = 1 if lane_names.is_suspect(lane) else self._hub.settings.prefetch
            self._consumers[lane] = self._hub.transport.consume(lane, prefetch=prefetch)
        return self._consumers[lane]

    def _round(self, lane: str, once: bool) -> int:
        """One batch of a lane; suspects come one by one."""
        size = 1 if lane_names.is_suspect(lane) else self._hub.settings.batch
        consumer = self._consumer(lane)
        deliveries = consumer.receive(size, self._patience(lane, once))
        if not deliveries:
            return 0
        failpoints.hit("intake:received")
        runner = BatchRunner(self._hub, lane, consumer)
        ahead = self._reads_ahead(lane, consumer, len(deliveries))
        if not ahead:
            self._finish()
        innocent = self._insist(lambda: runner.set_suspects_aside(deliveries), lane)
        if innocent is None:
            consumer.release(deliveries)
            return 0
        batch = _Batch(lane, consumer, runner, deliveries, innocent)
        if ahead:
            self._read_ahead(batch)
        else:
            self._settle(batch, self._insist(lambda: runner.run(innocent), lane))
        return len(deliveries)

    def _patience(self, lane: str, once: bool) -> float:
        """Seconds to wait on a lane: where messages come from, or on the first while there are none anywhere.

        The others are only glanced at, so that an idle lane never holds up a busy one.
        """
        if self._recording is not None:
            return self._hub.settings.linger_seconds if lane in self._busy else 0.0
        if lane in self._busy or (not self._busy and lane == self._lanes[0]):
            return EMPTY_SECONDS if once else max(self._hub.settings.linger_seconds, IDLE_SECONDS)
        if once and not self._busy:  # before `--once` says that a lane is empty, its messages get time to arrive
            return EMPTY_SECONDS / 4
        return 0.0

    def _reads_ahead(self, lane: str, consumer: Consumer, count: int) -> bool:
        """Whether `count` deliveries are recorded while the next are read: of a full batch, as more will be waiting.

        Not from a queue in the database, whose lock is held meanwhile, and no suspects: who may kill finds no neighbours.
        """
        settings = self._hub.settings
        full = count >= settings.batch and settings.prefetch >= 2 * settings.batch
        return full and not lane_names.is_suspect(lane) and not isinstance(consumer, EmbeddedConsumer)

    def _read_ahead(self, batch: _Batch) -> None:
        """Read it while the one before is recorded; then have it recorded while the next is read."""
        runner, innocent = batch.runner, batch.innocent
        try:
            prepared = runner.prepare(innocent)
        except Exception as error:
            failed = error
            self._finish()
            self._settle(batch, self._insist(lambda: runner.run_again(innocent, failed), batch.lane))
            return
        self._finish()
        self._recording = batch, self._recorder.submit(runner.conclude, prepared)

    def _finish(self) -> None:
        """Wait for the batch that is being recorded, and settle it."""
        if self._recording is None:
            return
        (batch, future), self._recording = self._recording, None
        results: list[Result] | None
        try:
            results = future.result()
        except Exception as error:
            failed = error
            results = self._insist(lambda: batch.runner.run_again(batch.innocent, failed), batch.lane)
        self._settle(batch, results)

    def _settle(self, batch: _Batch, results: list[Result] | None) -> None:
        """Done with a batch, unless it was given up (None)."""
        if results is None:
            batch.consumer.release(batch.deliveries)
            return
        if self.results is not None:
            self.results.extend(results)
        failpoints.hit("intake:before-settle")
        batch.consumer.settle(batch.deliveries)
        failpoints.hit("intake:after-settle")

    def _insist(self, act: Callable[[], list[Found]], lane: str) -> list[Found] | None:
        """Run the whole transaction function again and again; the batch is kept in hand meanwhile. None = told to stop."""
        pause = Pause()
        while True:
            try:
                return act()
            except Transient as error:
                log.warning("batch_waits", lane=lane, reason=str(error))
                if self._ended.is_set():
                    return None
                pause.wait(self._ended)

    def _bury(self) -> int:
        """The lane of the dead, now and then: into the parked table, where people see them."""
        if time.monotonic() - self._dead_at < DEAD_EVERY_SECONDS:
            return 0
        self._dead_at = time.monotonic()
        if lane_names.DEAD not in self._consumers:
            self._consumers[lane_names.DEAD] = self._hub.transport.consume(lane_names.DEAD, prefetch=10)
        consumer = self._consumers[lane_names.DEAD]
        deliveries = consumer.receive(10, 0.0)
        if deliveries:
            BatchRunner(self._hub, lane_names.DEAD, consumer).park_dead(deliveries)
            failpoints.hit("intake:dead-parked")
            consumer.settle(deliveries)
        return len(deliveries)

    def _empty(self) -> bool:
        """Whether `--once` is done: nothing waits on the lanes, their suspects or among the dead."""
        if any(self._hub.transport.depth(lane) for lane in (*self._lanes, lane_names.DEAD)):
            self._dead_at = 0.0
            return False
        return True
