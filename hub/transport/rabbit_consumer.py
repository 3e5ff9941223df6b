"""Reading one lane of a RabbitMQ broker: a channel, a prefetch window, and which tags are still open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from pika.channel import Channel

from hub.errors import NotFound, Unavailable
from hub.model.envelope import Delivery
from hub.transport.rabbit_codec import to_delivery
from hub.transport.rabbit_session import ANSWER_SECONDS, Answer, Session

_LINGER_SECONDS = 0.02  # how long a batch may fill once its first message is there
_OPEN_SECONDS = 1.0  # the least that a new channel is given
_END = None  # put into the inbox when the channel is gone


@dataclass(frozen=True, slots=True)
class Tag:
    """The token of one handing-over: a delivery tag, and the only channel on which it means something."""

    session: Session
    number: int


class RabbitConsumer:
    """`hub.ports.Consumer` on a queue. Used from one thread; `close` from any.

    `open_session` gives a fresh channel, `mend` declares the topology again and says whether it did.
    """

    def __init__(
        self,
        lane: str,
        queue: str,
        prefix: str,
        prefetch: int,
        *,
        open_session: Callable[[float], Session],
        mend: Callable[[], bool],
    ) -> None:
        self._lane = lane
        self._queue = queue
        self._prefix = prefix
        self._prefetch = prefetch
        self._open_session = open_session
        self._mend = mend
        self._closed = False
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._open: dict[int, None] = {}  # tags received and neither settled nor released, in order
        self._session: Session | None = None
        self._ensure_session(ANSWER_SECONDS)

    def receive(self, max_n: int, wait: float) -> list[Delivery]:
        """Up to `max_n`; see `hub.ports.Consumer.receive`. Opens a lost channel again."""
        if self._closed:
            raise Unavailable("this consumer is closed")
        deadline = time.monotonic() + wait
        session = self._ensure_session(max(wait, _OPEN_SECONDS))
        if self._closed:  # meanwhile, by another thread
            session.close()
            return []
        arrived = self._collect(max_n, deadline)
        if self._closed:
            return []
        if not session.is_open:  # what has arrived belongs to a dead channel and comes again
            self._session = None
            raise Unavailable(str(session.error)) from session.error
        self._open.update((method.delivery_tag, None) for method, _, _ in arrived)
        return [
            to_delivery(self._lane, self._prefix, method, properties, body, Tag(session, method.delivery_tag))
            for method, properties, body in arrived
        ]

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Acknowledge; several at once where no lower tag is open."""
        session, tags = self._take_open(deliveries)
        if not tags:
            return
        up_to, singles = split(tags, self._open)

        def acknowledge(channel: Channel) -> None:
            if up_to is not None:
                channel.basic_ack(up_to, multiple=True)
            for tag in singles:
                channel.basic_ack(tag)

        self._post(session, acknowledge)

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give back unprocessed. Brokers before 4.3 count it as a redelivery."""
        session, tags = self._take_open(deliveries)

        def requeue(channel: Channel) -> None:
            for tag in tags:
                channel.basic_nack(tag, requeue=True)

        if tags:
            self._post(session, requeue)

    def close(self) -> None:
        """Flush acknowledgements, give back the rest, stop. Safe to call twice."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ensure_session(self, timeout: float) -> Session:
        if self._session is None or not self._session.is_open:
            self._session = None
            try:
                self._session = self._consume(timeout)
            except NotFound:  # the queue was deleted
                if not self._mend():
                    raise
                self._session = self._consume(timeout)
        return self._session

    def _consume(self, timeout: float) -> Session:
        """Open a channel and start consuming; what older channels brought is forgotten."""
        session = self._open_session(timeout)
        inbox: SimpleQueue[Any] = SimpleQueue()
        self._inbox, self._open = inbox, {}

        def start(channel: Channel, answer: Answer) -> None:
            session.on_end(lambda: inbox.put(_END))
            channel.basic_consume(self._queue, lambda _, *message: inbox.put(message), callback=answer)

        try:
            session.ask(lambda channel, answer: channel.basic_qos(prefetch_count=self._prefetch, callback=answer))
            session.ask(start)
        except Exception:
            session.close()
            raise
        return session

    def _collect(self, max_n: int, deadline: float) -> list[Any]:
        arrived: list[Any] = []
        until = deadline
        while len(arrived) < max_n:
            try:
                message = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            if message is _END:
                break
            if not arrived:
                until = min(deadline, time.monotonic() + _LINGER_SECONDS)
            if len(arrived) + len(self._open) + 1 >= self._prefetch:  # the broker sends no more
                until = time.monotonic()
            arrived.append(message)
        return arrived

    def _take_open(self, deliveries: Iterable[Delivery]) -> tuple[Session | None, list[int]]:
        """The tags that are still open on the present channel, lowest first; they are no longer open."""
        tokens = [delivery.token for delivery in deliveries]
        tags = sorted(
            {
                token.number
                for token in tokens
                if isinstance(token, Tag) and token.session is self._session and token.number in self._open
            }
        )
        for tag in tags:
            del self._open[tag]
        return self._session, tags

    @staticmethod
    def _post(session: Session | None, action: Callable[[Channel], None]) -> None:
        """A channel that is gone settles nothing; its messages come again and the inbox knows them."""
        if session is not None and session.is_open:
            session.post(action)


def split(tags: Sequence[int], still_open: Iterable[int]) -> tuple[int | None, list[int]]:
    """Which `tags` (ascending) one multiple acknowledgement covers, and which need their own.

    A multiple acknowledgement takes every lower tag of the channel with it, so it may only reach to
    below the lowest tag that is still open.
    """
    lowest = min(still_open, default=None)
    covered = [tag for tag in tags if lowest is None or tag < lowest]
    return (covered[-1] if covered else None), list(tags[len(covered) :])
