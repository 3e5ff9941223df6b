"""Dispatch: something that goes out. Delivered at least once, and harmless when it arrives twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DispatchState = Literal["waiting", "sending", "sent", "parked"]
STATES: tuple[DispatchState, ...] = ("waiting", "sending", "sent", "parked")


def lane_of(sink: str) -> str:
    """The lane of everything that leaves through `sink` (`mail` gives `dispatch.mail`)."""
    return f"dispatch.{sink}"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One thing for one sink.

    `id` is a UUID and the idempotency key at the far side: it stays the same however often it is sent. `type` says what
    the body is (`relation.held`, `peppol.invoice-response`), `subject` whom or what it is about, for people. `key` makes
    it one of its kind within its sink: the same thing asked for twice is dispatched once. `headers` are what the sink
    needs beside the body (participants of a Peppol document). `not_before` None = as soon as possible.
    """

    id: str
    administration: str
    sink: str
    type: str
    subject: str
    body: bytes
    media_type: str
    created_at: datetime
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    not_before: datetime | None = None

    def header(self, name: str) -> str:
        """A header's value, "" when it is not there."""
        return dict(self.headers).get(name, "")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the far side said: its own reference, "" where it gave none, and a word for people (`unchanged`).

    `messages` are messages that its answer amounts to, as bytes that a source reads (a case that is accepted or rejected at
    once): they are taken in as if they had been sent by themselves.
    """

    reference: str = ""
    note: str = ""
    messages: tuple[bytes, ...] = ()
