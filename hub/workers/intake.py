"""Intake: messages from a lane to their outcomes. One transaction per batch, then one acknowledgement.

    receive ▸ suspects aside ▸ unpack ▸ read ▸ look up ▸ book ▸ record ▸ settle

Whatever goes wrong, a message is settled only after a commit that says what became of it (RELIABILITY 2.6, 2.14).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import structlog

from hub import failpoints
from hub.errors import Transient
from hub.model.envelope import Delivery
from hub.model.result import Result
from hub.ports import Consumer
from hub.transport import lanes as lane_names
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
                found = {lane: self._round(lane, once) for lane in self._lanes}
                self._busy = frozenset(lane for lane, messages in found.items() if messages)
                done = sum(found.values()) + self._bury()
            except Transient as error:
                log.warning("intake_waits", reason=str(error))
                self._pause.wait(self._ended)
                continue
            self._pause.reset()
            settled += done
            if once and not done and self._empty():
                break
        return settled

    def close(self) -> None:
        """Finish acknowledgements and give back what was prefetched."""
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
        self._until_done(consumer, deliveries, lane)
        return len(deliveries)

    def _patience(self, lane: str, once: bool) -> float:
        """Seconds to wait on a lane: where messages come from, or on the first while there are none anywhere.

        The others are only glanced at, so that an idle lane never holds up a busy one.
        """
        if lane in self._busy or (not self._busy and lane == self._lanes[0]):
            return EMPTY_SECONDS if once else max(self._hub.settings.linger_seconds, IDLE_SECONDS)
        if once and not self._busy:  # before `--once` says that a lane is empty, its messages get time to arrive
            return EMPTY_SECONDS / 4
        return 0.0

    def _until_done(self, consumer: Consumer, deliveries: list[Delivery], lane: str) -> None:
        """Suspects aside, then the rest to its outcomes, each until the world lets it commit."""
        runner = BatchRunner(self._hub, lane, consumer)
        innocent = self._insist(lambda: runner.set_suspects_aside(deliveries), lane)
        results = self._insist(lambda: runner.run(innocent), lane) if innocent else []
        if innocent is None or results is None:
            consumer.release(deliveries)
            return
        if self.results is not None:
            self.results.extend(results)
        failpoints.hit("intake:before-settle")
        consumer.settle(deliveries)
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
