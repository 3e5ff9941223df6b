"""Fixtures of the fault tests: a factory of stacks, from templates that are set up once per test process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from hub.settings import Settings
from tests import services
from tests.books import open_books
from tests.conftest import or_skip
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, Stack, copy_sqlite, empty_broker

NewStack = Callable[..., Stack]
_held: set[str] = set()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the starter administration in it."""
    home = tmp_path_factory.mktemp("template")
    with open_books(home) as books:
        books.execute("DELETE FROM id_block WHERE 1 = 0")  # checkpoints: the file alone must be whole
        with books.hub.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return home / "hub.sqlite"


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a PostgreSQL database with the starter administration in it."""
    with or_skip("PostgreSQL"):
        server = services.postgres().url
    name = f"hub_template_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with open_books(Path(), f"{server.rpartition('/')[0]}/{name}"):
        pass
    yield name
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_stack(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[NewStack]:
    """Makes an empty stack of a kind, set up with the starter administration; several in one test share a broker in turn."""
    with contextlib.ExitStack() as made:

        def make(kind: str, **settings: object) -> Stack:
            home = copy_sqlite(sqlite_template, tmp_path / f"{kind}-{uuid.uuid4().hex[:6]}")
            broker = database = ""
            if kind != EMBEDDED:
                broker = request.getfixturevalue("broker_url")
                made.enter_context(_alone_on(broker))
                empty_broker(broker)
            if kind == POSTGRES_RABBIT:
                (home / "hub.sqlite").unlink()
                template = request.getfixturevalue("postgres_template")
                database = made.enter_context(services.fresh_database(template))
            chosen = {"batch": 8, "prefetch": 16, **settings}
            return Stack(kind, Settings(home=home, database_url=database, broker_url=broker, **chosen))  # type: ignore[arg-type]

        yield make


@contextlib.contextmanager
def _alone_on(broker: str) -> Iterator[None]:
    """A broker that was given by URL has one set of queues for all test processes: they take turns."""
    if services.broker().control is not None or broker in _held:
        yield
        return
    with (Path(os.environ[services.FOLDER]) / "turn.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _held.add(broker)
        try:
            yield
        finally:
            _held.discard(broker)
