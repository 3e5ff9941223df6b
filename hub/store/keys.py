"""Where keys come from: blocks that a process holds (`ids.py`), or a block taken within a transaction."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, text


class Keys(Protocol):
    """Where keys come from."""

    def take(self) -> int: ...


class KeysWithin:
    """Keys for rows that nobody could count before: a block taken in the caller's own transaction, as no other may be open."""

    def __init__(self, connection: Connection, count: int) -> None:
        query = text("UPDATE id_block SET next = next + :n WHERE name = 'hub' RETURNING next - :n")
        self._next = int(connection.execute(query, {"n": count}).scalar_one())
        self._end = self._next + count

    def take(self) -> int:
        """One fresh id. Raises IndexError past those that were counted."""
        if self._next >= self._end:
            raise IndexError("more keys were taken than were counted")
        self._next += 1
        return self._next - 1
