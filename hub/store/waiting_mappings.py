"""Messages that are held because a mapping lacks a word: which can go on now that it has it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.store import tables as t
from hub.store.feed_lookup import Mappings

LACKING = ("HUB-MAP-01", "HUB-MAP-02", "HUB-MAP-03")
TOGETHER = "HUB-FEED-06"  # held only because another document of the same file is


@dataclass(frozen=True, slots=True)
class WaitingWord:
    """One word that one held message waits for."""

    message_id: str
    sha256: str
    source: str
    table: str
    word: str
    file: str


def waiting_words(connection: Connection, administration_id: int) -> list[WaitingWord]:
    """Every word that held messages of an administration wait for, in order of arrival."""
    f, i, m = t.finding, t.inbox, t.message
    query = (
        select(f.c.message_uid, f.c.code, f.c.location, f.c.found, f.c.details, m.c.sha256)
        .join(i, i.c.message_uid == f.c.message_uid)
        .join(m, m.c.uid == f.c.message_uid)
        .where(f.c.administration_id == administration_id, i.c.outcome == "held", f.c.code.in_((*LACKING, TOGETHER)))
        .order_by(m.c.id, f.c.position)
    )
    return [_word(*row) for row in connection.execute(query)]


def can_go_on(words: list[WaitingWord], mappings: Mappings, administration: str) -> list[str]:
    """The messages of which every word is there now; those of one file that wait for each other go together."""
    lacking = {word.message_id for word in words if word.table and not _is_there(word, mappings, administration)}
    stuck = {word.sha256 for word in words if word.message_id in lacking}
    together = {word.message_id for word in words if not word.table and word.sha256 in stuck}
    return list(dict.fromkeys(w.message_id for w in words if w.message_id not in lacking | together))


def _is_there(word: WaitingWord, mappings: Mappings, administration: str) -> bool:
    return bool(mappings.of(word.source, administration)[0].look(word.table, word.word))


def _word(uid: str, code: str, location: str, found: str | None, details: str, sha256: str) -> WaitingWord:
    said: dict[str, str] = dict(json.loads(details))
    if code == TOGETHER:
        return WaitingWord(uid, sha256, "", "", "", "")
    file = said.get("file", "")
    word = found if code == "HUB-MAP-01" else said.get("word", "")
    return WaitingWord(uid, sha256, _source_of(file), said.get("table", location), word or "", file)


def _source_of(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".toml")
