"""Publishing to a RabbitMQ broker: mandatory, persistent, in windows, and True only when confirmed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pika import spec
from pika.channel import Channel

from hub.errors import Unavailable
from hub.model.envelope import Envelope
from hub.transport.rabbit_codec import to_properties
from hub.transport.rabbit_session import Answer, Session

_WINDOW_MESSAGES = 500
_WINDOW_BYTES = 16 * 1024 * 1024  # what may stand in the socket buffer at once


class Window:
    """A batch on its way: which tags are open, and what became of the others."""

    def __init__(self, batch: Sequence[Envelope]) -> None:
        self.batch = batch
        self.confirmed = [False] * len(batch)
        self.finished = threading.Event()
        self.returned: set[str] = set()  # lanes that led to no queue
        self.sent = False
        self._open: dict[int, int] = {}  # tag -> place in the batch, ascending

    def opened(self, tag: int, place: int) -> None:
        """The message at `place` was handed to the socket as `tag`."""
        self._open[tag] = place

    def answered(self, tag: int, *, multiple: bool, positive: bool) -> None:
        """The broker confirmed or refused. Tags of an earlier window mean nothing here."""
        tags = [one for one in self._open if one <= tag] if multiple else [tag]
        for one in tags:
            place = self._open.pop(one, None)
            if place is not None:
                self.confirmed[place] = positive and self.batch[place].lane not in self.returned
        if not self._open:
            self.finished.set()


class Publisher:
    """One channel in confirm mode. Thread-safe: one window at a time."""

    def __init__(self, exchange: str, *, open_session: Callable[[], Session], confirm_seconds: float) -> None:
        self._exchange = exchange
        self._open_session = open_session
        self._confirm_seconds = confirm_seconds
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._window: Window | None = None
        self._tag = 0  # the last one used on this channel; only the connection's thread touches it

    @property
    def trouble(self) -> str:
        """Why messages were not confirmed, as far as the broker said."""
        session = self._session
        return "refused, or no confirm in time" if session is None or session.is_open else str(session.error)

    def publish(self, batch: Sequence[Envelope]) -> tuple[list[bool], set[str]]:
        """Per envelope whether the broker has it for good; and the lanes that led nowhere.

        Raises `Unavailable` when nothing could be sent.
        """
        confirmed: list[bool] = []
        returned: set[str] = set()
        with self._lock:
            for part in _windows(batch):
                try:
                    window = self._send(part)
                except Unavailable:
                    if not any(confirmed):
                        raise
                    break
                confirmed += window.confirmed
                returned |= window.returned
        return confirmed + [False] * (len(batch) - len(confirmed)), returned

    def _send(self, batch: Sequence[Envelope]) -> Window:
        if self._session is None or not self._session.is_open:
            self._session = self._confirming()
        window = Window(batch)
        prepared = [(envelope.lane, envelope.body, to_properties(envelope)) for envelope in batch]
        self._session.post(lambda channel: self._write(channel, window, prepared))
        window.finished.wait(self._confirm_seconds)
        if not window.sent:
            raise Unavailable(f"nothing could be sent: {self._session.error}")
        return window

    def _confirming(self) -> Session:
        session = self._open_session()
        session.ask(lambda channel, answer: channel.confirm_delivery(self._on_answer, callback=answer))
        session.ask(self._watch)
        return session

    # -- from here on: the connection's own thread --------------------------------------------

    def _watch(self, channel: Channel, answer: Answer) -> None:
        self._tag, self._window = 0, None
        channel.add_on_return_callback(self._on_return)
        channel.add_on_close_callback(lambda *_: self._on_end())
        answer(None)

    def _write(
        self, channel: Channel, window: Window, prepared: Sequence[tuple[str, bytes, spec.BasicProperties]]
    ) -> None:
        self._window = window
        for place, (lane, body, properties) in enumerate(prepared):
            self._tag += 1
            window.opened(self._tag, place)
            window.sent = True
            channel.basic_publish(self._exchange, lane, body, properties, mandatory=True)

    def _on_answer(self, frame: Any) -> None:
        if self._window is not None:
            method = frame.method
            self._window.answered(
                method.delivery_tag, multiple=method.multiple, positive=isinstance(method, spec.Basic.Ack)
            )

    def _on_return(self, _channel: Channel, method: spec.Basic.Return, _properties: object, _body: bytes) -> None:
        """An unroutable message is confirmed all the same, after this (RELIABILITY 2.2).

        All of the window for that lane that is not confirmed yet counts as unknown.
        """
        if self._window is not None:
            self._window.returned.add(str(method.routing_key))

    def _on_end(self) -> None:
        if self._window is not None:
            self._window.finished.set()


def _windows(batch: Sequence[Envelope]) -> Iterator[Sequence[Envelope]]:
    """The batch in parts that fit the socket buffer."""
    part: list[Envelope] = []
    size = 0
    for envelope in batch:
        if part and (len(part) == _WINDOW_MESSAGES or size + len(envelope.body) > _WINDOW_BYTES):
            yield part
            part, size = [], 0
        part.append(envelope)
        size += len(envelope.body)
    if part:
        yield part
