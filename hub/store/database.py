"""The database: one engine, one way to write. SQLite and PostgreSQL behind the same three methods."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from hub.errors import Bug, Unavailable
from hub.store.blobs import understand_blobs
from hub.store.driver import send, without_waiting

_POOL = 10  # connections that a pool keeps open: eight threads that deliver, and what is beside them
_KEPT = 4  # connections at most that stay checked out between uses: as many as threads that ever find or record at once


def _configure_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "temp_store=MEMORY"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


# Look-ups name keys, and go by index whatever the statistics say: without any, as in a new database, the planner reads
# tables whole (measured: 17 ms instead of 1 with 100,000 relations). A plan that cannot go wrong need not be made each time.
_BY_KEY = "enable_seqscan = off, enable_hashjoin = off, enable_mergejoin = off, jit = off, plan_cache_mode = force_generic_plan"

# Reports read much: sums per relation fit in memory instead of spilling (measured with 1.5 million postings on open items:
# 1.9 s instead of 2.2), and an index that holds all columns is read instead of the table (1.4 s). Compiling takes longer than it saves.
_TO_ADD_UP = "work_mem = '32MB', random_page_cost = 1.1, jit = off"


def _plan_by_key(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.autocommit = True
    for setting in _BY_KEY.split(", "):
        dbapi_connection.execute(f"SET {setting}")


class Database:
    """Where everything is recorded.

    `url` is a SQLAlchemy URL; `sqlite:///…` or `postgresql://…` (psycopg 3). On SQLite every write
    transaction holds an exclusive lock on `write.lock` beside the file: versions before 3.51.3 can
    corrupt a WAL file when two connections write or checkpoint at once (RELIABILITY 0.11).
    """

    def __init__(self, url: str, *, pool_size: int = _POOL) -> None:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.dialect: str = parsed.get_backend_name()
        self.url = parsed
        self.actors: dict[str, int] = {}  # user ids by name; they never change
        self._thread_lock = threading.Lock()
        self._mine = threading.local()
        self._lock_file: Path | None = None
        self._at_hand: list[Connection] = []  # connections of `_finder` that wait for their next use
        if self.dialect == "sqlite":
            path = Path(parsed.database or "")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = path.parent / "write.lock"
            self.engine: Engine = create_engine(parsed, poolclass=QueuePool, pool_size=pool_size, max_overflow=20)
            event.listen(self.engine, "connect", _configure_sqlite)
            self._reader = self._finder = self.engine
        else:
            options: dict[str, Any] = {
                "poolclass": QueuePool,
                "pool_size": pool_size,
                "connect_args": {"connect_timeout": 5},
            }
            self.engine = create_engine(parsed, **options)
            # Reading needs no transaction: without BEGIN and ROLLBACK a look-up costs one round trip a query.
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._finder = create_engine(parsed, **options, isolation_level="AUTOCOMMIT")
            event.listen(self._finder, "connect", _plan_by_key)
            for engine in (self.engine, self._finder):
                event.listen(engine, "connect", understand_blobs)

    @property
    def pools(self) -> tuple[Any, ...]:
        """Where its connections come from: what is remembered per database is remembered with each."""
        return tuple({id(pool): pool for pool in (self.engine.pool, self._finder.pool)}.values())

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
        with self._file_lock(), self._connected() as connection, _begun(connection, "BEGIN IMMEDIATE"):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One connection for reading; a consistent snapshot per statement. Nothing written here is kept."""
        with self._reading(self._reader) as connection:
            yield connection

    @contextmanager
    def reporting(self) -> Iterator[Connection]:
        """As `reading`, for reports: one snapshot for all their statements, so that what must tie ties while others book.

        With more memory to add up in, and indexes that hold all that is asked for before tables.
        """
        with self.reading() as connection:
            connection.exec_driver_sql("BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                for setting in () if self.is_sqlite else _TO_ADD_UP.split(", "):
                    connection.exec_driver_sql(f"SET LOCAL {setting}")
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def finding(self) -> Iterator[Connection]:
        """As `reading`, for queries that find rows by their keys and must never read a table whole."""
        with self._kept() as connection:
            yield connection

    @contextmanager
    def recording(self, *, waiting: bool = True) -> Iterator[Connection]:
        """As `transaction`, on the connection that was just used for `finding`, so that one server process does it all.

        Without `waiting`, PostgreSQL is sent BEGIN with the first statement and COMMIT with the last (`driver.without_waiting`).
        """
        if self.is_sqlite:
            with self._file_lock(), self._kept() as connection, _begun(connection, "BEGIN IMMEDIATE"):
                yield connection
            return
        with self._kept() as connection, _begun(connection, "BEGIN", waiting=waiting):
            yield connection

    @contextmanager
    def _kept(self) -> Iterator[Connection]:
        """A connection of the finder, which stays checked out: the pool's part costs as much as a query.

        One that saw an exception goes back to the pool, which cleans it or throws it away, and the others with it.
        """
        connection = self._one_at_hand()
        try:
            with _unavailable_when_down():
                connection = connection or self._finder.connect()
                yield connection
        except BaseException:
            self._let_go()
            if connection is not None:
                connection.close()
            raise
        if connection.in_transaction():  # SQLAlchemy's idea of one; the server is in none
            connection.rollback()
        if len(self._at_hand) < _KEPT:
            self._at_hand.append(connection)
        else:
            connection.close()

    def _let_go(self) -> None:
        while connection := self._one_at_hand():
            connection.close()

    def _one_at_hand(self) -> Connection | None:
        try:
            return self._at_hand.pop()
        except IndexError:  # asked for rather than looked at first: threads share them
            return None

    @contextmanager
    def _reading(self, engine: Engine) -> Iterator[Connection]:
        with self._connected(engine) as connection:
            if not self.is_sqlite:
                yield connection
                return
            connection.exec_driver_sql("PRAGMA query_only=ON")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA query_only=OFF")

    def close(self) -> None:
        """Close every pooled connection."""
        self._let_go()
        self.engine.dispose()
        self._finder.dispose()

    @contextmanager
    def _connected(self, engine: Engine | None = None) -> Iterator[Connection]:
        with _unavailable_when_down(), (engine or self.engine).connect() as connection:
            yield connection

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        assert self._lock_file is not None
        if getattr(self._mine, "held", False):
            raise Bug("a write transaction within a write transaction: pass the connection on instead")
        with self._thread_lock:
            handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._mine.held = True
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                self._mine.held = False
                os.close(handle)  # closing releases the lock, also when the process is killed


@contextmanager
def _unavailable_when_down() -> Iterator[None]:
    """A database that is down, restarting or full is `Unavailable`, wherever it shows."""
    try:
        yield
    except DBAPIError as error:
        if is_down(error):
            raise Unavailable(f"the database does not answer: {error.orig}") from error
        raise


def is_down(error: DBAPIError) -> bool:
    """Connection lost, server restarting or disk full: a state of the world, not of what was asked."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state[:2] in ("08", "53", "57") or error.connection_invalidated:
        return True
    text = str(error.orig)
    return isinstance(error, OperationalError | InterfaceError) and (
        not state and any(words in text for words in _DOWN)
    )


_DOWN = (
    "connection",
    "server closed",
    "disk I/O",
    "database or disk is full",
    "unable to open",
    "timeout expired",
    "could not",
)


@contextmanager
def _begun(connection: Connection, begin: str, *, waiting: bool = True) -> Iterator[None]:
    """A transaction by our own words: committed on a clean exit, rolled back on any exception."""
    try:
        with nullcontext() if waiting else without_waiting(connection):
            send(connection, begin)
            yield
            send(connection, "COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: Connection) -> None:
    """Roll back; after ENOSPC or EIO SQLite has already done so and a second ROLLBACK raises."""
    if connection.invalidated:  # gone, and its transaction with it; asking again would open another
        return
    try:
        connection.exec_driver_sql("ROLLBACK")
    except Exception:
        connection.invalidate()
