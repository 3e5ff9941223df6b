"""What the contract suite needs of a transport besides the port: consumers in lives of their own that can be ended."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hub.errors import Unavailable
from hub.model.envelope import Delivery, Envelope
from hub.ports import Consumer, Transport
from hub.store.database import Database
from hub.store.queue import queue_message
from hub.transport.embedded import EmbeddedTransport
from hub.transport.rabbitmq import RabbitTransport
from hub.transport.sim import SimConsumer, SimTransport
from tests.proxy import Proxy

PATIENCE_SECONDS = 20.0


class Harness(Protocol):
    """A transport to publish with, and consumers that behave like separate processes."""

    @property
    def transport(self) -> Transport:
        """The one to publish with."""
        ...

    def consumer(self, lane: str = "invoice", *, prefetch: int = 100) -> Consumer:
        """A consumer with a life of its own."""
        ...

    def lose(self, consumer: Consumer) -> None:
        """End that life without a word: kill -9, or the cable is pulled."""
        ...

    def close(self) -> None: ...


class SimHarness:
    """Everything in one object."""

    def __init__(self) -> None:
        self.transport = SimTransport(seed=1)

    def consumer(self, lane: str = "invoice", *, prefetch: int = 100) -> SimConsumer:
        return self.transport.consume(lane, prefetch=prefetch)

    def lose(self, consumer: Consumer) -> None:
        assert isinstance(consumer, SimConsumer)
        self.transport.crash_consumer(consumer)

    def close(self) -> None:
        self.transport.close()


class EmbeddedHarness:
    """Every consumer has its own boot, as separate processes on one file have."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lives: dict[Consumer, EmbeddedTransport] = {}
        self.transport = self._boot()
        queue_message.metadata.create_all(self.transport.database.engine, tables=[queue_message])

    def consumer(self, lane: str = "invoice", *, prefetch: int = 100) -> Consumer:
        life = self._boot()
        consumer = life.consume(lane, prefetch=prefetch)
        self._lives[consumer] = life
        return consumer

    def lose(self, consumer: Consumer) -> None:
        self._lives.pop(consumer).boot.abandon()

    def close(self) -> None:
        for life in (*self._lives.values(), self.transport):
            life.close()
            life.database.close()

    def _boot(self) -> EmbeddedTransport:
        return EmbeddedTransport(Database(f"sqlite:///{self._folder}/hub.db"))


class RabbitHarness:
    """Every consumer has its own connection, through its own proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.prefix = f"t{uuid.uuid4().hex[:8]}"
        self.transport = RabbitTransport(url, prefix=self.prefix)
        self.transport.declare()
        self._lives: dict[Consumer, tuple[RabbitTransport, Proxy]] = {}

    def consumer(self, lane: str = "invoice", *, prefetch: int = 100) -> Consumer:
        proxy = Proxy(urlsplit(self.url).port or 5672)
        life = RabbitTransport(through(self.url, proxy), prefix=self.prefix, declare=False)
        consumer = life.consume(lane, prefetch=prefetch)
        self._lives[consumer] = life, proxy
        return consumer

    def lose(self, consumer: Consumer) -> None:
        self._lives[consumer][1].reset()

    def close(self) -> None:
        for life, proxy in self._lives.values():
            life.close()
            proxy.close()
        self.transport.close()


def through(url: str, proxy: Proxy) -> str:
    """The same broker, by way of `proxy`."""
    parts = urlsplit(url)
    return url.replace(f":{parts.port}/", f":{proxy.port}/", 1)


def envelopes(*names: str, lane: str = "invoice") -> list[Envelope]:
    """Small messages called `names`."""
    return [Envelope(lane, name, "demo", f"<a>{name}</a>".encode()) for name in names]


def receive_exactly(consumer: Consumer, count: int) -> list[Delivery]:
    """`count` deliveries, in the order of their arrival; fails when they do not come."""
    found: list[Delivery] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} deliveries came"
        try:
            found += consumer.receive(count - len(found), 0.5)
        except Unavailable:
            found.clear()  # the connection was lost: all of it comes again
    return found


def names(deliveries: Sequence[Delivery]) -> list[str]:
    """Their message ids."""
    return [delivery.envelope.message_id for delivery in deliveries]


def eventually(action: Callable[[], bool]) -> None:
    """Try until it is true; being unavailable is one of the ways of not being true yet."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if action():
                return
        except Unavailable:
            pass
        time.sleep(0.05)
    raise AssertionError("it never came true")
