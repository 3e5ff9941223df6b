"""Messages that are held because a mapping lacks a word: which can go on now that it has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from hub.parts import base_of
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.feed_lookup import Mappings
from hub.store.held import release
from hub.store.ids import Ids

AT_ONCE = 5_000  # messages that are released in one commit
KEYS_AT_ONCE = 20_000
LACKING = ("HUB-MAP-01", "HUB-MAP-02", "HUB-MAP-03")
TOGETHER = "HUB-FEED-06"  # held only because another document of the same file is


@dataclass(frozen=True, slots=True)
class WaitingWord:
    """One word that one held message waits for."""

    message_id: str
    source: str
    table: str
    word: str
    file: str
    blocked: bool = False

    @property
    def together(self) -> bool:
        """Whether it lacks no word itself, and is held with its file."""
        return not self.table


def waiting_words(connection: Connection, administration_id: int) -> list[WaitingWord]:
    """Every word that held messages of an administration wait for, in order of arrival; without a word, those that wait
    for another document of their file: `blocked` while one of them waits for something else than a word."""
    f, i, m = t.finding, t.inbox, t.message
    here, held = f.c.administration_id == administration_id, i.c.outcome == "held"
    query = (
        select(f.c.message_uid, f.c.code, f.c.location, f.c.found, f.c.details)
        .join(i, i.c.message_uid == f.c.message_uid)
        .join(m, m.c.uid == f.c.message_uid)
        .where(here, held, f.c.code.in_((*LACKING, TOGETHER)))
        .order_by(m.c.id, f.c.position)
    )
    words = [_word(*row) for row in connection.execute(query)]
    if not any(word.together for word in words):
        return words
    others = select(i.c.message_uid).where(
        i.c.administration_id == administration_id, i.c.outcome.in_(("held", "conflict"))
    )
    known = {word.message_id for word in words}
    blocked = {base_of(uid) for (uid,) in connection.execute(others) if uid not in known}
    return [replace(word, blocked=word.together and base_of(word.message_id) in blocked) for word in words]


def can_go_on(words: list[WaitingWord], mappings: Mappings, administration: str) -> list[str]:
    """The messages of which every word is there now; those of one file that wait for each other go together."""
    lacking = {word.message_id for word in words if not word.together and not _is_there(word, mappings, administration)}
    stuck = {base_of(uid) for uid in lacking}
    together = {w.message_id for w in words if w.together and (w.blocked or base_of(w.message_id) in stuck)}
    return list(dict.fromkeys(w.message_id for w in words if w.message_id not in lacking | together))


@dataclass(frozen=True, slots=True)
class Released:
    """How many messages went back to their lane, and how many still wait."""

    released: int
    waiting: int


def release_ready(
    connection: Connection, ids: Ids, books: Books, mappings: Mappings, actor_id: int, at: datetime
) -> Released:
    """Release what waited for a word that is there now, at most `AT_ONCE`; takes `KEYS_AT_ONCE` keys at most."""
    words = waiting_words(connection, books.id)
    ready = can_go_on(words, mappings, books.snapshot.code)[:AT_ONCE]
    for uid in ready:
        release(connection, ids, uid, (), "mapping", actor_id, at)
    return Released(len(ready), len({word.message_id for word in words}) - len(ready))


def _is_there(word: WaitingWord, mappings: Mappings, administration: str) -> bool:
    return bool(mappings.of(word.source, administration)[0].look(word.table, word.word))


def _word(uid: str, code: str, location: str, found: str | None, details: str) -> WaitingWord:
    said: dict[str, str] = dict(json.loads(details))
    if code == TOGETHER:
        return WaitingWord(uid, "", "", "", "")
    file = said.get("file", "")
    word = found if code == "HUB-MAP-01" else said.get("word", "")
    return WaitingWord(uid, _source_of(file), said.get("table", location), word or "", file)


def _source_of(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".toml")
