"""Keys: blocks of bigints taken from the database once in a thousand, so that a batch asks for none."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, text

from hub.store.database import Database

BLOCK = 1000


class Ids:
    """Hands out ids that are unique over all tables and processes; gaps are allowed, order means nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._next = 0
        self._end = 0
        self.headroom = (
            1  # how many keys one that was counted may come to, where changes are told to others (`events.py`)
        )

    def take(self) -> int:
        """One fresh id."""
        with self._lock:
            if self._next >= self._end:
                self._refill()
            self._next += 1
            return self._next - 1

    def _refill(self) -> None:
        """Its own short transaction: it must not be called inside one that holds the write lock on SQLite."""
        with self._database.transaction() as connection:
            first = connection.execute(
                text("UPDATE id_block SET next = next + :n WHERE name = 'hub' RETURNING next - :n"), {"n": BLOCK}
            ).scalar_one()
        self._next, self._end = int(first), int(first) + BLOCK

    def reserve(self, count: int) -> None:
        """Make sure that `count` ids can be taken without asking the database; call before a transaction."""
        count *= self.headroom
        with self._lock:
            if self._end - self._next < count:
                with self._database.transaction() as connection:
                    first = connection.execute(
                        text("UPDATE id_block SET next = next + :n WHERE name = 'hub' RETURNING next - :n"),
                        {"n": max(BLOCK, count)},
                    ).scalar_one()
                self._next, self._end = int(first), int(first) + max(BLOCK, count)


class IdsWithin(Ids):
    """Keys that nobody could count before: a block taken in the caller's own transaction, as no other may be open in it."""

    def __init__(self, connection: Connection, count: int) -> None:
        query = text("UPDATE id_block SET next = next + :n WHERE name = 'hub' RETURNING next - :n")
        first = int(connection.execute(query, {"n": count}).scalar_one())
        self._keys = iter(range(first, first + count))

    def take(self) -> int:
        """One fresh id. Raises StopIteration past those that were counted."""
        return next(self._keys)

    def reserve(self, count: int) -> None:
        """They were counted already."""
