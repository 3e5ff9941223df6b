"""Deliver: dispatches from the lane of a sink to the far side. At least once, and never a blind second time.

    ticket ▸ T2a `sending` ▸ the far side ▸ T2b `sent` ▸ settle

Between T2a and T2b nobody knows whether it was sent (RELIABILITY 2.9, D1 and D2). What finds a dispatch there sends it
again where that is harmless, else asks the far side, else leaves it to a person.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import structlog

from hub.errors import NotFound, Transient
from hub.failpoints import hit
from hub.model.envelope import Delivery
from hub.ports import Consumer
from hub.transport import lanes
from hub.workers import delivering_together, letters_ahead
from hub.workers.delivering import Errand
from hub.workers.pause import Pause
from hub.workers.responses import ResponseMaker

if TYPE_CHECKING:
    from hub.bootstrap import Hub, OpenSink

CONCURRENCY = 8  # requests at once per sink
MAILS = CONCURRENCY * delivering_together.AT_HAND  # tickets of mails at hand: half a second's work
FLOW_SECONDS = 10.0  # for so long mails follow each other without a look at anything else
ROUND = (
    4 * CONCURRENCY
)  # tickets at hand, so that no thread waits for the slowest; a lease in a database is for one each
EMPTY_SECONDS = 0.6
IDLE_SECONDS = 0.2
RESPONSES_EVERY_SECONDS = 5.0
LOOKING_SHARE = 20  # times as long as it took is waited before the next look: a twentieth of a core at most
log = structlog.get_logger(__name__)


def deliver(hub: Hub, sinks: Sequence[str], *, once: bool = False, stop: threading.Event | None = None) -> int:
    """Deliver what is on the lanes of these sinks until `stop` is set, or with `once` until they are empty; how many.

    Raises `NotFound` for a sink that hub.toml does not have.
    """
    ended = stop or threading.Event()
    workers = [DeliverWorker(hub, name, ended) for name in sinks]
    if len(workers) == 1:
        return workers[0].run(once=once)
    with ThreadPoolExecutor(max_workers=max(len(workers), 1), thread_name_prefix="deliver") as pool:
        return sum(pool.map(lambda worker: worker.run(once=once), workers))


class DeliverWorker:
    """One sink: one thread that receives and settles, and several that wait for answers."""

    def __init__(self, hub: Hub, sink: str, ended: threading.Event) -> None:
        if sink not in hub.settings.sinks:
            raise NotFound(f"there is no sink {sink!r}; hub.toml has {', '.join(sorted(hub.settings.sinks)) or 'none'}")
        self._hub = hub
        self._ended = ended
        self._open: OpenSink = hub.sink(sink)
        self._lane = lanes.dispatch(sink)
        self._responses = ResponseMaker(hub, sink)
        self._look_at = 0.0
        self._of_mails = hub.settings.sinks[sink].kind == delivering_together.KIND
        self._handfuls: delivering_together.Handfuls | None = None
        self._ahead: letters_ahead.LettersAhead | None = None
        others = CONCURRENCY if hub.settings.embedded_queue else ROUND
        self._size = MAILS if self._of_mails else others

    def run(self, *, once: bool) -> int:
        """The loop. While the far side is given up on nothing is received, so an outage parks nothing."""
        pause, done = Pause(), 0
        consumers: dict[str, Consumer] = {}
        with ExitStack() as threads:
            pool = threads.enter_context(
                ThreadPoolExecutor(CONCURRENCY, thread_name_prefix=f"deliver-{self._open.name}")
            )
            if self._of_mails:
                self._handfuls = threads.enter_context(delivering_together.opened(self._hub, self._open, CONCURRENCY))
                self._ahead = None if once else threads.enter_context(letters_ahead.opened(self._hub))
            try:
                while not self._ended.is_set():
                    try:
                        moved = self._round(consumers, pool, once)
                    except Transient as error:
                        log.warning("deliver_waits", sink=self._open.name, reason=str(error))
                        pause.wait(self._ended)
                        continue
                    pause.reset()
                    done += moved
                    if once and not moved:
                        break
            finally:
                for consumer in consumers.values():
                    consumer.close()
        return done

    def _round(self, consumers: dict[str, Consumer], pool: ThreadPoolExecutor, once: bool) -> int:
        self._answer(once)
        if seconds := self._open.http.wait():
            if not once:
                self._ended.wait(min(seconds, 1.0))
            return 0
        moved = 0
        probing = self._open.http.given_up()
        for lane in (self._lane, lanes.suspect(self._lane)):
            if lane not in consumers:
                consumers[lane] = self._hub.transport.consume(lane, prefetch=self._size)
            alone = probing or lanes.is_suspect(lane)
            hurried = lanes.is_suspect(lane) or self._ahead is not None and self._ahead.is_behind()
            wait = 0.0 if hurried else EMPTY_SECONDS if once else IDLE_SECONDS
            if self._handfuls is not None and not alone:
                moved += self._flow(consumers[lane], self._handfuls, wait)
            elif received := consumers[lane].receive(1 if alone else self._size, wait):
                moved += self._carry(consumers[lane], received, pool)
        if not moved and self._ahead is not None and self._ahead.is_behind():
            self._ahead.make()
        return moved

    def _flow(self, consumer: Consumer, mails: delivering_together.Handfuls, wait: float) -> int:
        """Mails for as long as there are any: what ends is settled and makes room for others, so that no connection ever rests.

        Cut off by a broker or database that is away, those in hand go on, and the next flow settles them.
        """
        moved = failed = 0
        until = time.monotonic() + FLOW_SECONDS
        while True:
            if not failed and not self._is_to_stop() and time.monotonic() < until and (room := mails.room()):
                if received := consumer.receive(room, 0.0 if moved else wait):
                    hit("deliver:received")
                mails.take(received, self._is_to_stop)
            done, left, lost = mails.ended()
            if not done and not left:
                break
            failed += lost
            moved += self._settle(consumer, done, left)
        self._raise_where(failed)
        return moved

    def _carry(self, consumer: Consumer, received: Sequence[Delivery], pool: ThreadPoolExecutor) -> int:
        """All of them at once; each is settled when its end is recorded, and given back when the database is away."""
        hit("deliver:received")
        first = {delivery.envelope.message_id: delivery for delivery in reversed(received)}  # one may be there twice
        errands = {uid: pool.submit(self._run, delivery) for uid, delivery in first.items()}
        ended = {uid: errand.result() for uid, errand in errands.items()}
        recorded = [ended[delivery.envelope.message_id] for delivery in received]
        done = [d for d, ok in zip(received, recorded, strict=True) if ok]
        moved = self._settle(consumer, done, [d for d, ok in zip(received, recorded, strict=True) if not ok])
        self._raise_where(recorded.count(False))
        return moved

    def _settle(self, consumer: Consumer, done: Sequence[Delivery], left: Sequence[Delivery]) -> int:
        """How many came to their end."""
        hit("deliver:before-settle")
        consumer.settle(done)
        if left:
            consumer.release(left)
        return len(done)

    def _raise_where(self, failed: int) -> None:
        if failed:
            raise Transient(f"{failed} dispatches could not be recorded")

    def _is_to_stop(self) -> bool:
        return self._ended.is_set() or bool(self._open.http.wait())

    def _run(self, delivery: Delivery) -> bool | None:
        """As `Errand.run`; None = not begun, for we are to stop, or the far side was given up on since it was received."""
        if self._is_to_stop():
            return None
        return Errand(self._hub, self._open, delivery).run()

    def _answer(self, once: bool) -> None:
        """Make the business answers that are due, now and then: a look that takes long is taken less often."""
        began = time.monotonic()
        if not once and began < self._look_at:
            return
        self._responses.make()
        ended = time.monotonic()
        self._look_at = ended + max(RESPONSES_EVERY_SECONDS, LOOKING_SHARE * (ended - began))
