"""Parts: a file that holds several documents comes apart here, each document a message of its own with its own outcome.

The first document bears the id of the message itself, the others `<id>~2`, `<id>~3` …; all are of the same original. So
whatever can be done with a message (release, refuse, retry) can be done with one document of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from hub.model.message import Message
from hub.ports import Reading, Store

PORTION = 500  # documents of one commit, where a file holds more
WHOLE = "whole"  # `settings.commit` of a mapping: all documents of a file are booked, or none
Part = tuple[Message, Reading]
_MARK = "~"


def part_of(message: Message, number: int) -> Message:
    """The message of the document with this number, counted from 1."""
    if number == 1:
        return message
    return replace(message, id=f"{message.id}{_MARK}{number}", external_id=f"{message.external_id}{_MARK}{number}")


def number_of(uid: str) -> int:
    """Which document of its file a message is of; 1 for the file itself."""
    digits = uid.rpartition(_MARK)[2] if _MARK in uid else ""
    return int(digits) if digits.isdecimal() and len(digits) < 8 else 1


def base_of(uid: str) -> str:
    """The id of the message that brought the file."""
    return uid.rpartition(_MARK)[0] if number_of(uid) > 1 else uid


def parts(message: Message, reading: Reading) -> Iterator[Part]:
    """Every document of a message; of a message that is itself a document of a file, that one."""
    wanted = number_of(message.id)
    if wanted > 1:
        found = next(islice(reading.rest, wanted - 2, None), None)
        yield message, found if found is not None else replace(reading, rest=())
        return
    yield message, replace(reading, rest=()) if reading.rest else reading
    for number, other in enumerate(reading.rest, 2):
        yield part_of(message, number), other


def parts_of(messages: Sequence[Message], readings: Sequence[Reading]) -> Iterator[Part]:
    """Every document of every message, in order; what is lazy in a reading is walked once."""
    for message, reading in zip(messages, readings, strict=True):
        yield from parts(message, reading)


def in_portions(every: Iterable[Part], store: Store) -> Iterator[tuple[Sequence[Part], bool]]:
    """Portions that are recorded in one commit each, and whether it is the last.

    A file that is booked whole is a portion of its own: what follows it must not rest on what turns out not to be booked.
    """
    waiting: list[Part] = []
    for part in every:
        if waiting and _parted(waiting, part, store):
            yield waiting, False
            waiting = []
        waiting.append(part)
    if waiting:
        yield waiting, True


def whole_files(some: Iterable[Part], store: Store) -> dict[str, str]:
    """Of each document whose file is booked whole or not at all: the file, by the message id of the document."""
    return {message.id: base_of(message.id) for message, reading in some if _whole((message, reading), store)}


def _parted(waiting: Sequence[Part], part: Part, store: Store) -> bool:
    before = waiting[-1]
    if base_of(before[0].id) == base_of(part[0].id):
        return len(waiting) >= PORTION and not _whole(part, store)
    return len(waiting) >= PORTION or _whole(before, store) or _whole(part, store)


def _whole(part: Part, store: Store) -> bool:
    message, reading = part
    if not reading.source:  # an invoice that no mapping is of: nothing to look for on the disk
        return False
    return store.setting(reading.source, message.administration, "commit") == WHOLE
