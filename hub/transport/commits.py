"""Has anybody written to the SQLite file since I looked? The cheap question of a waiting consumer."""

from __future__ import annotations

import threading
from typing import Any

from hub.store.database import Database


class Commits:
    """A number that differs after every commit of any process, read in microseconds. Thread-safe.

    It comes from `PRAGMA data_version`, which tells a connection of the commits of all others; so this
    one connection is kept for the question and never writes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._lock = threading.Lock()

    def version(self) -> int:
        """Read it before looking: when it is still the same later, looking again finds the same."""
        with self._lock:
            if self._connection is None:
                self._connection = self._database.engine.raw_connection()
            return int(self._connection.cursor().execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give the connection back. Safe to call twice."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
