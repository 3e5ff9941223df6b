"""Streams: documents of one sender that change one another, numbered by him, are booked in the order of their numbers.

Only what names a stream is in one; everything else is booked as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass

WAITS = "HUB-SEQ-01"


@dataclass(frozen=True, slots=True)
class Place:
    """A document's place in its stream: the stream's key, and the sender's own count, 1, 2, 3 …"""

    key: str
    seq: int


@dataclass(frozen=True, slots=True)
class StreamKnown:
    """Where a stream stood when one of its documents was looked up.

    `applied` is the last number that was booked or skipped with all before it; `used_by` the message that bears the
    document's own number, "" where the number was skipped, None while nobody has it; `recorded` the outcome that this
    very message has already, "" for none.
    """

    applied: int = 0
    used_by: str | None = None
    recorded: str = ""


def place_of(document: object) -> Place | None:
    """Where a document stands in its stream; None for what names none, which is almost everything."""
    found: Place | None = getattr(document, "place", None)
    return found
