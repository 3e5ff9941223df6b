"""One channel of a broker connection, for its whole life, with the broker's refusals as our errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import pika
from pika import exceptions
from pika.channel import Channel

from hub.errors import Conflict, HubError, NotFound, Permanent, Unavailable
from hub.transport.rabbit_io import Link, describe

ANSWER_SECONDS = 10.0  # how long the broker may take over one request
Answer = Callable[[Any], None]
Request = Callable[[Channel, Answer], Any]  # sends one request, with the answer's function as pika's callback


class Session:
    """One channel of a link, for its whole life: once closed it stays so, and a new one is opened.

    Its tags mean nothing on another channel, so whoever holds a tag holds its session too.
    """

    def __init__(self, link: Link, timeout: float = ANSWER_SECONDS) -> None:
        self._link = link
        self._error: HubError | None = None
        self._ended = threading.Event()
        self._pending: set[Future[Any]] = set()
        self._listeners: list[Callable[[], None]] = []
        self._channel: Channel | None = None
        connection = link.connection(timeout)
        opened: Future[Any] = Future()
        link.post(lambda: self._open(connection, opened))
        try:
            self._wait(opened, timeout)
        except Unavailable as error:
            too_late = error
            link.post(lambda: self.fail(too_late))
            raise

    @property
    def is_open(self) -> bool:
        """Whether the channel can still be used, as far as is known."""
        return self._error is None and self._link.failure is None

    @property
    def error(self) -> HubError:
        """Why the channel is gone."""
        return self._error or Unavailable("the broker connection is gone")

    def ask(self, request: Request, timeout: float = ANSWER_SECONDS) -> Any:
        """Send one request and wait for its answer.

        `request(channel, answer)` passes `answer` to pika as callback. Raises what closed the channel:
        `NotFound`, `Conflict` (other arguments), `Permanent` (no permission) or `Unavailable`.
        """
        future: Future[Any] = Future()
        self._link.post(lambda: self._start(request, future))
        return self._wait(future, timeout)

    def post(self, action: Callable[[Channel], None]) -> None:
        """Do `action(channel)` soon, unless the channel is gone by then."""
        self._link.post(lambda: self._act(action))

    def on_end(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the connection's thread once the channel is gone. Only from that thread."""
        self._listeners.append(listener)

    def close(self, timeout: float = ANSWER_SECONDS) -> None:
        """Close the channel and wait until the broker has seen all that was posted before."""
        if not self.is_open:
            return
        try:
            self.post(lambda channel: channel.close())
        except Unavailable:
            return
        self._ended.wait(timeout)

    def fail(self, error: HubError) -> None:
        """The channel is of no more use, because of `error`. Only from the connection's thread."""
        if self._error is not None:
            return
        self._error = error
        for future in self._pending:
            if not future.done():
                future.set_exception(error)
        for listener in self._listeners:
            listener()
        channel = self._channel
        if channel is not None and not (channel.is_closing or channel.is_closed):
            channel.close()

    def _open(self, connection: pika.SelectConnection, opened: Future[Any]) -> None:
        self._pending.add(opened)
        try:
            channel = connection.channel(on_open_callback=lambda _: _resolve(opened, None))
        except exceptions.AMQPError as error:
            self.fail(_translate(error))
            self._ended.set()
            return
        self._channel = channel
        channel.add_on_close_callback(self._on_closed)
        channel.add_on_cancel_callback(lambda _: self.fail(Unavailable("the broker cancelled the consumer")))

    def _on_closed(self, _channel: Channel, reason: BaseException) -> None:
        self.fail(_translate(reason))
        self._ended.set()

    def _start(self, request: Request, future: Future[Any]) -> None:
        if self._channel is None or self._error is not None:
            future.set_exception(self.error)
            return
        self._pending.add(future)
        try:
            request(self._channel, lambda answer: _resolve(future, answer))
        except exceptions.AMQPError as error:
            future.set_exception(_translate(error))

    def _act(self, action: Callable[[Channel], None]) -> None:
        if self._channel is None or self._error is not None:
            return
        try:
            action(self._channel)
        except exceptions.AMQPError as error:
            self.fail(_translate(error))

    def _wait(self, future: Future[Any], timeout: float) -> Any:
        deadline = time.monotonic() + timeout
        try:
            while True:  # in slices: a thread that died answers nobody
                try:
                    return future.result(min(0.5, max(0.0, deadline - time.monotonic())))
                except FutureTimeoutError:
                    if self._link.failure is not None or time.monotonic() >= deadline:
                        raise Unavailable("the broker did not answer in time") from self._link.failure
        finally:
            self._pending.discard(future)


def _resolve(future: Future[Any], answer: Any) -> None:
    if not future.done():
        future.set_result(answer)


def _translate(reason: BaseException) -> HubError:
    """The broker's reply code as one of our errors."""
    if isinstance(reason, exceptions.ChannelClosedByBroker):
        kinds: dict[int, type[HubError]] = {403: Permanent, 404: NotFound, 406: Conflict}
        return kinds.get(reason.reply_code, Unavailable)(f"the broker says: {reason.reply_text}")
    return Unavailable(f"the broker channel is gone: {describe(reason)}")
