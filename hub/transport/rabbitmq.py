"""The queues of production: quorum queues on RabbitMQ 3.10 and later, one per lane."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import structlog

from hub.errors import Permanent, Unavailable
from hub.model.envelope import Envelope
from hub.transport import lanes
from hub.transport.rabbit_consumer import RabbitConsumer
from hub.transport.rabbit_io import Link, parse_urls
from hub.transport.rabbit_publisher import Publisher
from hub.transport.rabbit_session import ANSWER_SECONDS, Request, Session

_LONGEST_LANE = 1_000_000
_NEVER = 1_000_000  # redeliveries on `dead`: 4.x drops after 20 where no limit is named, 3.10 knows no "unlimited"
_log = structlog.get_logger(__name__)


class RabbitTransport:
    """`hub.ports.Transport` on one broker or a cluster (several URLs, taken in turn).

    Publishing and consuming have a connection and a thread each: a broker alarm blocks the publisher
    and must not hold up acknowledgements (RELIABILITY 2.10). With `declare=False` nothing is created,
    for a user without that permission; `prefix` carries the version of the topology.
    """

    def __init__(
        self,
        urls: str | Sequence[str],
        *,
        prefix: str = "hub.v1",
        sinks: Sequence[str] = (),
        declare: bool = True,
        confirm_seconds: float = 5.0,
        connect_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._parameters = parse_urls(urls)
        self._prefix = prefix
        self._lanes = lanes.all_lanes(sinks)
        self._declares = declare
        self._is_declared = False
        self._connect_seconds = connect_seconds
        self._lock = threading.RLock()
        self._links: dict[str, Link] = {}
        self._asking: dict[str, Session] = {}  # per link: under an alarm the publisher's answers nothing
        self._consumers: list[RabbitConsumer] = []
        self._closed = False
        self._publisher = Publisher(
            f"{prefix}.work",
            confirm_seconds=confirm_seconds,
            open_session=lambda: self._open_session("publish", self._connect_seconds),
        )

    @property
    def failure(self) -> BaseException | None:
        """What ended one of our threads by accident; the process should then end too."""
        return next((link.failure for link in self._links.values() if link.failure is not None), None)

    def publish(self, batch: Sequence[Envelope]) -> list[bool]:
        """Publish and wait for the confirms; see `hub.ports.Transport.publish`.

        False also for an envelope that no transport can carry (`lanes.fits`), and where the lane's
        queue or the exchange is missing; the topology is declared again before the next attempt.
        """
        for envelope in batch:
            lanes.require(envelope.lane, self._lanes)
        if not batch:
            return []
        self._refuse_alarm()
        self._declare_once("publish")
        fitting = [lanes.fits(envelope) for envelope in batch]
        confirmed, returned = self._publisher.publish(
            [envelope for envelope, fits in zip(batch, fitting, strict=True) if fits]
        )
        if not all(fitting):
            _log.error("envelope_does_not_fit", count=fitting.count(False))
        if not all(confirmed):
            trouble = f"no queue for {', '.join(sorted(returned))}" if returned else self._publisher.trouble
            _log.error("messages_not_confirmed", count=confirmed.count(False), reason=trouble)
            self._is_declared = False
        outcomes = iter(confirmed)
        return [fits and next(outcomes) for fits in fitting]

    def consume(self, lane: str, *, prefetch: int) -> RabbitConsumer:
        """Read `lane` with its own channel. Raises `Unavailable` when the broker does not answer in time."""
        lanes.require(lane, (*self._lanes, lanes.DEAD))
        self._declare_once("consume")
        consumer = RabbitConsumer(
            lane,
            self._queue(lane),
            self._prefix,
            prefetch,
            mend=self._mend,
            open_session=lambda timeout: self._open_session("consume", timeout),
        )
        with self._lock:
            self._consumers.append(consumer)
        return consumer

    def depth(self, lane: str) -> int:
        """Messages waiting on the lane, not counting those handed out."""
        lanes.require(lane, (*self._lanes, lanes.DEAD))
        self._declare_once("consume")
        answer = self._ask(
            "consume", lambda channel, done: channel.queue_declare(self._queue(lane), passive=True, callback=done)
        )
        return int(answer.method.message_count)

    def declare(self, link: str = "consume") -> None:
        """Create exchanges, queues and bindings where they are missing. Raises `Conflict` when one differs."""
        work, dead = f"{self._prefix}.work", f"{self._prefix}.dead"
        for exchange, kind in ((work, "direct"), (dead, "fanout")):
            self._ask(link, _declare_exchange(exchange, kind))
        self._ask(link, _declare_queue(dead, {"x-queue-type": "quorum", "x-delivery-limit": _NEVER}))
        self._ask(link, _bind(dead, dead, ""))
        for lane in self._lanes:
            self._ask(link, _declare_queue(self._queue(lane), lane_arguments(lane, dead)))
            self._ask(link, _bind(self._queue(lane), work, lane))
        self._is_declared = True

    def close(self) -> None:
        """Flush acknowledgements, close every connection, end the threads. Safe to call twice."""
        with self._lock:
            self._closed = True
            consumers, self._consumers = self._consumers, []
            links, self._links = self._links, {}
        for consumer in consumers:
            consumer.close()
        for link in links.values():
            link.close()

    def _queue(self, lane: str) -> str:
        return f"{self._prefix}.{lane}"

    def _link(self, name: str) -> Link:
        with self._lock:
            if self._closed:
                raise Unavailable("this transport is closed")
            if name not in self._links:
                self._links[name] = Link(self._parameters, name)
            return self._links[name]

    def _open_session(self, link: str, timeout: float) -> Session:
        return Session(self._link(link), timeout)

    def _refuse_alarm(self) -> None:
        if self._link("publish").blocked:
            raise Unavailable("the broker takes no messages: its disk or memory alarm is on")

    def _declare_once(self, link: str) -> None:
        with self._lock:
            if not self._declares or self._is_declared:
                return
            try:
                self.declare(link)
            except Permanent as refused:  # 403: a user of least privilege; its owner declared the topology
                _log.info("topology_is_not_ours", prefix=self._prefix, reason=str(refused))
                self._declares = False

    def _mend(self) -> bool:
        """Declare again what somebody deleted; False when that is not ours to do."""
        if not self._declares:
            return False
        _log.warning("topology_declared_again", prefix=self._prefix)
        self.declare()
        return True

    def _ask(self, link: str, request: Request) -> Any:
        """One request on a channel kept for this; a refused one closes it, and the next opens another."""
        with self._lock:
            session = self._asking.get(link)
            if session is None or not session.is_open:
                session = self._asking[link] = self._open_session(link, self._connect_seconds)
            return session.ask(request)


def lane_arguments(lane: str, dead_exchange: str) -> dict[str, Any]:
    """The queue arguments of a lane. Changing one means a new prefix and draining the old (RELIABILITY 2.2)."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": lanes.delivery_limit(lane),
        "x-dead-letter-exchange": dead_exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # at-least-once silently becomes at-most-once without it
        "x-max-length": _LONGEST_LANE,
    }


def _declare_exchange(name: str, kind: str) -> Request:
    return lambda channel, done: channel.exchange_declare(name, kind, durable=True, callback=done)


def _declare_queue(name: str, arguments: dict[str, Any]) -> Request:
    return lambda channel, done: channel.queue_declare(name, durable=True, arguments=arguments, callback=done)


def _bind(queue: str, exchange: str, key: str) -> Request:
    return lambda channel, done: channel.queue_bind(queue, exchange, routing_key=key, callback=done)
