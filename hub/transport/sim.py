"""The in-memory twin of the queues: seeded, single-stepped, and as treacherous as you ask.

Shipped, because a deterministic transport is how the hub's own faults are found and replayed, and how
others can test a connector without a broker. It keeps every promise of `hub.ports.Transport`.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

from hub.errors import Unavailable
from hub.model.envelope import Delivery, Envelope
from hub.transport import lanes


class Clock(Protocol):
    """Time that can be passed instead of waited for."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SimulatedClock:
    """A clock that stands still until somebody sleeps. Seconds."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Seconds since the start of the simulation."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Pass `seconds` at once."""
        self._now += max(0.0, seconds)


@dataclass(frozen=True, slots=True)
class Faults:
    """How treacherous the queues are: chances from 0 to 1 per message, and the longest delay in seconds.

    `drop` loses a message before it is safe and says so (False); `unknown` keeps it and says False
    all the same, as when a confirm is lost; `duplicate` keeps it twice.
    """

    drop: float = 0.0
    unknown: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    longest_delay: float = 5.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message on a lane: visible from `ready` on."""

    number: int
    envelope: Envelope
    ready: float
    attempts: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """One handing-over: to which life of which consumer, and the how-manieth in all."""

    consumer: int
    generation: int
    number: int


class SimTransport:
    """`hub.ports.Transport` in memory. The same seed and calls give the same history."""

    def __init__(
        self, seed: int = 0, *, clock: Clock | None = None, faults: Faults | None = None, sinks: Sequence[str] = ()
    ) -> None:
        self.clock: Clock = clock or SimulatedClock()
        self.faults = faults or Faults()
        self._random = Random(seed)
        self._lanes: dict[str, list[_Waiting]] = {lane: [] for lane in (*lanes.all_lanes(sinks), lanes.DEAD)}
        self._numbers = itertools.count(1)
        self._consumers: list[SimConsumer] = []
        self._lock = threading.RLock()

    def publish(self, batch: Sequence[Envelope]) -> list[bool]:
        """Keep the batch, as far as the faults allow; see `hub.ports.Transport.publish`."""
        known = self._lanes.keys() - {lanes.DEAD}
        for envelope in batch:
            lanes.require(envelope.lane, known)
        with self._lock:
            return [lanes.fits(envelope) and self._accept(envelope) for envelope in batch]

    def consume(self, lane: str, *, prefetch: int) -> SimConsumer:
        """Read `lane`, holding at most `prefetch` unsettled messages at once."""
        lanes.require(lane, self._lanes)
        with self._lock:
            consumer = SimConsumer(self, len(self._consumers), lane, prefetch)
            self._consumers.append(consumer)
            return consumer

    def depth(self, lane: str) -> int:
        """Messages waiting on the lane, not counting those handed out; delayed ones included."""
        lanes.require(lane, self._lanes)
        with self._lock:
            return len(self._lanes[lane])

    def close(self) -> None:
        """Close every consumer; the messages stay."""
        for consumer in list(self._consumers):
            consumer.close()

    def crash_consumer(self, consumer: SimConsumer) -> None:
        """The consumer's process dies: what it held goes back, and its next `receive` says `Unavailable`."""
        with self._lock:
            consumer.lose_connection()

    def crash_everything(self) -> None:
        """Every consumer dies. Messages that `publish` called True are still there."""
        with self._lock:
            for consumer in self._consumers:
                consumer.lose_connection()

    def take(self, lane: str, count: int) -> list[_Waiting]:
        """The next `count` visible messages, which leave the lane."""
        with self._lock:
            return [message for message in (self._take_one(lane) for _ in range(count)) if message]

    def next_ready(self, lane: str) -> float | None:
        """When the first message of `lane` becomes visible; None on an empty lane."""
        with self._lock:
            return min((message.ready for message in self._lanes[lane]), default=None)

    def put_back(self, lane: str, message: _Waiting) -> None:
        """Not settled: back at its old place, or on `dead` past the limit."""
        with self._lock:
            limit = lanes.delivery_limit(lane)
            if limit is not None and message.attempts > limit:
                lane, message = lanes.DEAD, replace(message, attempts=0, reason=lanes.LIMIT_REACHED)
            self._lanes[lane].append(message)
            self._lanes[lane].sort(key=lambda waiting: waiting.number)

    def _accept(self, envelope: Envelope) -> bool:
        if self._chance(self.faults.drop):
            return False
        for _ in range(2 if self._chance(self.faults.duplicate) else 1):
            delay = self._random.uniform(0, self.faults.longest_delay) if self._chance(self.faults.delay) else 0.0
            kept = replace(envelope, headers=lanes.travelling(envelope.headers))
            self._lanes[envelope.lane].append(_Waiting(next(self._numbers), kept, self.clock.now() + delay))
        return not self._chance(self.faults.unknown)

    def _take_one(self, lane: str) -> _Waiting | None:
        waiting = self._lanes[lane]
        visible = [index for index, message in enumerate(waiting) if message.ready <= self.clock.now()]
        if not visible:
            return None
        chosen = self._random.choice(visible) if self._chance(self.faults.reorder) else visible[0]
        return waiting.pop(chosen)

    def _chance(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability


class SimConsumer:
    """`hub.ports.Consumer` in memory. Waiting passes the simulated clock instead of time."""

    def __init__(self, transport: SimTransport, number: int, lane: str, prefetch: int) -> None:
        self._transport = transport
        self._number = number
        self._lane = lane
        self._prefetch = prefetch
        self._generation = 0
        self._hand_outs = itertools.count(1)
        self._held: dict[Token, _Waiting] = {}
        self._lost = False
        self._closed = False

    def receive(self, max_n: int, wait: float) -> list[Delivery]:
        """Up to `max_n`; when nothing is visible, passes time until something is, at most `wait` seconds."""
        if self._closed:
            return []
        if self._lost:
            self._lost = False
            raise Unavailable("the consumer's connection is gone")
        room = min(max_n, self._prefetch - len(self._held))
        messages = self._transport.take(self._lane, room)
        if not messages:
            self._pass_time(wait)
            messages = self._transport.take(self._lane, room)
        return [self._hand_out(message) for message in messages]

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these for good. Idempotent; tokens of an older connection are ignored."""
        for delivery in deliveries:
            self._take_held(delivery)

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give back unprocessed. It counts as one handing-over."""
        for delivery in deliveries:
            message = self._take_held(delivery)
            if message:
                self._transport.put_back(self._lane, message)

    def close(self) -> None:
        """Give back the rest and stop. Safe to call twice."""
        self.lose_connection()
        self._closed = True

    def lose_connection(self) -> None:
        """Everything held goes back; tokens in hand are stale from here on."""
        held, self._held = self._held, {}
        self._generation += 1
        self._lost = True
        for message in held.values():
            self._transport.put_back(self._lane, message)

    def _hand_out(self, message: _Waiting) -> Delivery:
        token = Token(self._number, self._generation, next(self._hand_outs))
        self._held[token] = replace(message, attempts=message.attempts + 1)
        return Delivery(message.envelope, redeliveries=message.attempts, token=token, reason=message.reason)

    def _take_held(self, delivery: Delivery) -> _Waiting | None:
        return self._held.pop(delivery.token, None) if isinstance(delivery.token, Token) else None

    def _pass_time(self, wait: float) -> None:
        clock = self._transport.clock
        ready = self._transport.next_ready(self._lane)
        clock.sleep(wait if ready is None else min(wait, max(0.0, ready - clock.now())))
