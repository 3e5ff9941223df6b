"""A real mail server on loopback, that keeps what it gets and refuses whom it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Letterbox:
    """What came in: address and mail; `answers` by address go before, for as many times as there are."""

    port: int = 0
    mails: list[tuple[str, Any]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    after_data: dict[str, list[str]] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Refuse, or take."""
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail; an answer of `hang up` closes the connection instead of answering."""
        for address in envelope.rcpt_tos:
            if self.after_data.get(address):
                answer = self.after_data[address].pop(0)
                if answer == "hang up":
                    self.mails.append((address, message_from_bytes(envelope.content, policy=default)))
                    server.transport.abort()
                return answer
            self.mails.append((address, message_from_bytes(envelope.content, policy=default)))
        return "250 taken"

    @property
    def addresses(self) -> list[str]:
        """Who got one, in order."""
        return [address for address, _ in self.mails]


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    """A server of one test."""
    box = Letterbox()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        box.port = found.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop(no_assert=True)
