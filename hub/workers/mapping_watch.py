"""Mapping watch: a line that a bookkeeper adds to a mapping releases what waited for it, without a command or a restart."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from hub.errors import Usage
from hub.store.administrations import administration_codes, administration_ids, load_books
from hub.store.store import actor_of, now
from hub.store.waiting_mappings import KEYS_AT_ONCE, Released, can_go_on, release_ready, waiting_words

if TYPE_CHECKING:
    from hub.bootstrap import Hub

EVERY_SECONDS = 2.0
AFTER_TROUBLE_SECONDS = 60.0
Stamp = tuple[tuple[str, int, int], ...]
log = structlog.get_logger(__name__)


class MappingWatch:
    """Looks whether files in `HUB_HOME/mappings` changed, and then releases. Costs a listing of that folder while nothing does."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._folder = hub.settings.home / "mappings"
        self._seen: Stamp | None = None
        self._next = 0.0

    def look(self) -> int:
        """How many messages were released now. Never raises: what keeps it from releasing is logged, and it tries later."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        stamp = _stamp(self._folder)
        if stamp == self._seen:
            return 0
        try:
            done = apply_all(self._hub)
        except Usage as error:  # a file that cannot be read; it is read again once it was changed
            log.warning("mapping_unreadable", reason=str(error))
            self._seen = stamp
            return 0
        except Exception as error:
            log.warning("mappings_not_applied", error=type(error).__name__, exc_info=error)
            self._next = time.monotonic() + AFTER_TROUBLE_SECONDS
            return 0
        if done.released:
            log.info("mappings_applied", released=done.released, waiting=done.waiting)
        self._seen = None if done.released and done.waiting else stamp  # more of them than fit in one commit
        return done.released


def apply_all(hub: Hub) -> Released:
    """Release what can go on, of every administration. Raises `Usage` for a mapping that cannot be read."""
    done = Released(0, 0)
    with hub.database.reading() as connection:  # without a lock, as most often nothing can go on
        ids = administration_ids(connection, administration_codes(connection))
        words = {code: waiting_words(connection, ids[code]) for code in ids}
    for code, waiting in words.items():
        if not can_go_on(waiting, hub.mappings, code):
            done = Released(done.released, done.waiting + len({word.message_id for word in waiting}))
            continue
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(KEYS_AT_ONCE)
        with hub.database.transaction() as connection:
            books = load_books(connection, [code])[code]
            more = release_ready(connection, hub.ids, books, hub.mappings, actor_id, now())
        done = Released(done.released + more.released, done.waiting + more.waiting)
    return done


def _stamp(folder: Path) -> Stamp:
    if not folder.is_dir():
        return ()
    found = [*folder.glob("*.toml"), *folder.glob("*/*.toml")]
    return tuple(sorted((str(f), s.st_mtime_ns, s.st_size) for f in found for s in [f.stat()]))
