"""Letters made ahead: while a frozen run waits for somebody to send it, its letters are made, and of who is mailed all of the mail
that says the same whenever it leaves. That takes several times as long as all the rest of sending it.

Nothing depends on it: a letter that is not there yet is made when its mail is, and one that is kept is used only where it is made
of the very same. So nobody locks anything, and two who made the same letter have wasted a few milliseconds.
"""

from __future__ import annotations

import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import Connection

from hub.errors import Transient, Usage
from hub.letters.edition import made_of
from hub.letters.reminder import reminder_pdf
from hub.model.codec import from_json, to_json
from hub.model.reminder import Reminder
from hub.store.letters import (
    KeptLetter,
    Key,
    drop_letters,
    keep_letters,
    kept_letters,
    letters_made,
    without_letter,
)
from hub.store.reminders import said_of
from hub.workers.rendering_reminder import mail_ahead, still_true

if TYPE_CHECKING:
    from hub.bootstrap import Hub

CHUNK = 16  # letters in one commit: a tenth of a second or two
LOOK_SECONDS, DROP_SECONDS = 5.0, 60.0
LOOKING_SHARE = 20  # times as long as a look took is waited before the next
T = TypeVar("T")
log = structlog.get_logger(__name__)


class LettersAhead:
    """Makes what is missing, a chunk at a time. Its threads end with `opened`; used from one thread."""

    def __init__(self, hub: Hub, makers: Executor) -> None:
        self._hub = hub
        self._makers = makers
        self._chunks: deque[Sequence[Key]] = deque()
        self._look_at = self._drop_at = 0.0
        self._is_able = True

    def is_behind(self) -> bool:
        """Whether there are letters to make; looks for them now and then, and takes away those that have left."""
        if not self._chunks and self._is_able and time.monotonic() >= self._look_at:
            self._tried(self._look)
        return bool(self._chunks)

    def make(self) -> int:
        """The next chunk; how many letters of it were made."""
        chunk = self._chunks.popleft() if self._chunks else ()
        return self._tried(lambda: self._make(chunk)) or 0

    def _tried(self, act: Callable[[], T]) -> T | None:
        """It only helps, so it is never in the way: whoever sends makes what is missing, and tells what is wrong with which."""
        try:
            return act()
        except Transient:
            raise
        except Exception as error:
            log.warning("letters_not_made_ahead", error=f"{type(error).__name__}: {error}")
            self._is_able = not isinstance(error, Usage)  # the typesetter is not installed
            self._look_at = time.monotonic() + DROP_SECONDS
            return None

    def _look(self) -> None:
        began = time.monotonic()
        with self._hub.database.reading() as connection:
            missing = without_letter(connection)
        if not missing and began >= self._drop_at:
            with self._hub.database.transaction() as connection:
                drop_letters(connection)
            self._drop_at = began + DROP_SECONDS
        chunks = [missing[at : at + CHUNK] for at in range(0, len(missing), CHUNK)]
        random.shuffle(chunks)  # so that several processes do not make the same
        self._chunks.extend(chunks)
        ended = time.monotonic()
        self._look_at = ended + max(LOOK_SECONDS, LOOKING_SHARE * (ended - began))

    def _make(self, keys: Sequence[Key]) -> int:
        with self._hub.database.reading() as connection:
            wanted: dict[Key, bytes] = {}
            for administration_id, several in groupby(keys, key=lambda key: key[0]):
                theirs = [key for _, key in several]
                missing = sorted(set(theirs) - letters_made(connection, administration_id, theirs))
                found = said_of(connection, administration_id, missing)
                wanted |= {(administration_id, key): said for key, (_, said) in found.items()}
        made = dict(zip(wanted, self._makers.map(_letter, wanted.values()), strict=True))
        if made:
            with self._hub.database.transaction() as connection:
                keep_letters(connection, made)
        return len(made)


def _letter(said: bytes) -> KeptLetter:
    """What leaves: a mail as far as it can be made; a letter by post, also of who turns out to have no address."""
    reminder = from_json(Reminder, said)
    if reminder.channel == "email":
        with suppress(ValueError):
            return KeptLetter(made_of("mail", said), mail_ahead(reminder))
    return KeptLetter(made_of("letter", said), reminder_pdf(reminder))


def letters_of(connection: Connection, administration_id: int, reminders: Mapping[int, Reminder]) -> Iterator[bytes]:
    """The PDF of each, by key and in order: the one that was made ahead, else made now, as many at once as there are cores."""
    keys = list(reminders)
    with ThreadPoolExecutor(os.cpu_count() or 1) as makers:
        for at in range(0, len(keys), CHUNK):
            part = keys[at : at + CHUNK]
            there = kept_letters(connection, administration_id, part)
            yield from makers.map(lambda key, there=there: _pdf(reminders[key], there.get(key)), part)


def _pdf(reminder: Reminder, kept: KeptLetter | None) -> bytes:
    return still_true(kept, "letter", to_json(reminder).encode()) or reminder_pdf(reminder)


@contextmanager
def opened(hub: Hub) -> Iterator[LettersAhead]:
    """With a thread for each core."""
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="letters-ahead") as makers:
        yield LettersAhead(hub, makers)


def make_all(hub: Hub, done: Callable[[int], None] = lambda _count: None) -> int:
    """All that are missing now, told after each commit; how many."""
    made = 0
    with opened(hub) as ahead:
        while ahead.is_behind():
            made += (count := ahead.make())
            done(count)
    return made
