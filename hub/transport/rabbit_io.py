"""One broker connection on its own thread: opened, watched, and opened again for ever.

pika's objects may be touched by their own thread only; everything here that other threads call
hands a function over and waits for its answer. Nothing is ever worked on in this thread, so
heartbeats are always served (RELIABILITY 2.10).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence

import pika
import structlog
from pika import exceptions
from pika.adapters.select_connection import IOLoop

from hub.errors import Unavailable, Usage

_FIRST_DELAY = 0.1
_LONGEST_DELAY = 5.0
_STABLE_SECONDS = 5.0  # a connection that lived this long starts its successors' delays afresh
_log = structlog.get_logger(__name__)
logging.getLogger("pika").setLevel(logging.CRITICAL)  # says each failed attempt five times; we say it once


def parse_urls(urls: str | Sequence[str]) -> list[pika.URLParameters]:
    """Connection parameters per broker, with our time limits. Raises `Usage` on an unreadable URL."""
    listed = [url.strip() for url in (urls.split(",") if isinstance(urls, str) else urls)]
    try:
        parameters = [pika.URLParameters(url) for url in listed if url]
    except (ValueError, TypeError, AttributeError):  # its text may quote the password
        raise Usage("HUB_BROKER_URL cannot be read; it looks like amqp://user:password@host:5672/") from None
    if not parameters:
        raise Usage("no broker URL given")
    for one in parameters:
        one.heartbeat = 10
        one.blocked_connection_timeout = 30
        one.socket_timeout = 5
        one.stack_timeout = 10
        one.connection_attempts = 1  # our own loop tries again, on the next host
    return parameters


class Link:
    """One connection to one of several brokers. Thread-safe."""

    def __init__(self, parameters: Sequence[pika.URLParameters], name: str) -> None:
        self.name = name
        self.blocked = False  # the broker has raised a disk or memory alarm
        self._parameters = parameters
        self._attempt = 0  # since the last stable connection
        self._turn = 0  # whose turn it is of the brokers
        self._opened_at = 0.0
        self._changed = threading.Condition()
        self._connection: pika.SelectConnection | None = None
        self._why_not = "no connection yet"
        self._failure: BaseException | None = None
        self._closing = False
        self._loop = IOLoop()
        self._thread = threading.Thread(target=self._run, name=f"rabbit-{name}", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> BaseException | None:
        """What ended the thread, when it ended by accident; every call raises `Unavailable` from then on."""
        return self._failure

    def connection(self, timeout: float) -> pika.SelectConnection:
        """The open connection; waits up to `timeout` seconds for one. Raises `Unavailable`."""
        with self._changed:
            self._changed.wait_for(lambda: self._connection or self._failure or self._closing, timeout)
            self._refuse_when_over()
            if self._connection is None:
                raise Unavailable(f"the broker cannot be reached: {self._why_not}")
            return self._connection

    def post(self, function: Callable[[], None]) -> None:
        """Run `function` on the connection's thread, soon. It must not raise."""
        self._refuse_when_over()
        self._loop.add_callback_threadsafe(function)

    def close(self, timeout: float = 5.0) -> None:
        """Close the connection and end the thread. Safe to call twice."""
        if not self._thread.is_alive():
            return
        self._loop.add_callback_threadsafe(self._shut)
        self._thread.join(timeout)
        if self._thread.is_alive():  # a frozen broker never answers
            self._loop.add_callback_threadsafe(self._loop.stop)
            self._thread.join(timeout)

    def _refuse_when_over(self) -> None:
        if self._failure is not None:
            raise Unavailable(f"the broker thread {self.name} died: {self._failure!r}") from self._failure
        if self._closing:
            raise Unavailable("this transport is closed")

    # -- from here on: the connection's own thread --------------------------------------------

    def _run(self) -> None:
        try:
            self._connect()
            self._loop.start()
        except BaseException as error:
            self._failure = error
            _log.critical("broker_thread_died", link=self.name, error=repr(error))
        finally:
            with self._changed:
                self._connection, self._closing = None, self._failure is None
                self._changed.notify_all()
            self._loop.close()

    def _connect(self) -> None:
        if self._closing:
            self._loop.stop()
            return
        parameters = self._parameters[self._turn % len(self._parameters)]
        self._turn += 1
        pika.SelectConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
            custom_ioloop=self._loop,
        )

    def _on_open(self, connection: pika.SelectConnection) -> None:
        connection.add_on_connection_blocked_callback(lambda *_: self._on_blocked(True))
        connection.add_on_connection_unblocked_callback(lambda *_: self._on_blocked(False))
        with self._changed:
            self._connection, self._opened_at, self.blocked = connection, time.monotonic(), False
            self._changed.notify_all()

    def _on_blocked(self, blocked: bool) -> None:
        self.blocked = blocked
        _log.warning("broker_alarm" if blocked else "broker_alarm_over", link=self.name)

    def _on_lost(self, _connection: pika.SelectConnection, reason: BaseException) -> None:
        with self._changed:
            was_stable = self._connection is not None and time.monotonic() - self._opened_at >= _STABLE_SECONDS
            self._connection, self._why_not, self.blocked = None, describe(reason), False
            self._changed.notify_all()
        if self._closing:
            self._loop.stop()
            return
        self._attempt = 0 if was_stable else self._attempt + 1
        delay = full_jitter(self._attempt)
        _log.warning("broker_connection_lost", link=self.name, reason=self._why_not, retry_seconds=round(delay, 2))
        self._loop.call_later(delay, self._connect)

    def _shut(self) -> None:
        with self._changed:
            self._closing = True
            connection = self._connection
            self._changed.notify_all()
        if connection is None:
            self._loop.stop()
        elif connection.is_open:
            connection.close()


def full_jitter(attempt: int) -> float:
    """Seconds to wait before connecting again: anything up to a bound that doubles from 0.1 to 5."""
    return random.uniform(0.0, min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(attempt, 10)))


def describe(reason: BaseException) -> str:
    """One line without secrets; pika wraps the cause two or three deep."""
    while (
        isinstance(reason, exceptions.AMQPConnectionError) and reason.args and isinstance(reason.args[0], BaseException)
    ):
        reason = reason.args[0]
    return str(reason) or type(reason).__name__
