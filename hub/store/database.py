"""The database: one engine, one way to write. SQLite and PostgreSQL behind the same three methods."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import QueuePool

from hub.errors import Unavailable


def _configure_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "temp_store=MEMORY"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


class Database:
    """Where everything is recorded.

    `url` is a SQLAlchemy URL; `sqlite:///…` or `postgresql://…` (psycopg 3). On SQLite every write
    transaction holds an exclusive lock on `write.lock` beside the file: versions before 3.51.3 can
    corrupt a WAL file when two connections write or checkpoint at once (RELIABILITY 0.11).
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.dialect: str = parsed.get_backend_name()
        self.url = parsed
        self._thread_lock = threading.RLock()
        self._lock_file: Path | None = None
        if self.dialect == "sqlite":
            path = Path(parsed.database or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = path.parent / "write.lock"
            self.engine: Engine = create_engine(parsed, poolclass=QueuePool, pool_size=pool_size, max_overflow=20)
            event.listen(self.engine, "connect", _configure_sqlite)
        else:
            self.engine = create_engine(
                parsed,
                poolclass=QueuePool,
                pool_size=pool_size,
                pool_pre_ping=True,
                connect_args={"connect_timeout": 5},
            )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded store."""
        return self.dialect == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One write transaction: commits on a clean exit, rolls back on any exception.

        Raises `Unavailable` when the database cannot be reached.
        """
        if not self.is_sqlite:
            with self._connected() as connection, connection.begin():
                yield connection
            return
        with self._file_lock(), self._connected() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One connection for reading; a consistent snapshot per statement. Nothing written here is kept."""
        with self._connected() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA query_only=ON")
            try:
                yield connection
            finally:
                if self.is_sqlite:
                    connection.exec_driver_sql("PRAGMA query_only=OFF")
                else:
                    connection.rollback()

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        from sqlalchemy.exc import OperationalError

        try:
            connection = self.engine.connect()
        except OperationalError as error:
            raise Unavailable(f"the database cannot be reached: {error.orig}") from error
        with connection:
            yield connection

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        assert self._lock_file is not None
        with self._thread_lock:
            handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)  # closing releases the lock, also when the process is killed


def _roll_back(connection: Connection) -> None:
    """Roll back; after ENOSPC or EIO SQLite has already done so and a second ROLLBACK raises."""
    try:
        connection.exec_driver_sql("ROLLBACK")
    except Exception:
        connection.invalidate()
