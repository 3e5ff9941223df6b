"""Fixtures that every room of the tests may use; servers start at their first use and stop with the run."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import services

if TYPE_CHECKING:
    from hub.model.finding import Finding
    from hub.ports import Transport
    from hub.store.database import Database

_open = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the run owns the folder of servers; xdist's workers inherit it."""
    if not hasattr(config, "workerinput"):
        _open.enter_context(services.shared_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    _open.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested: a skip of a whole server is easily overlooked."""
    skipped = {
        str(report.longrepr[2])
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    for reason in sorted(reason for reason in skipped if "NOT TESTED" in reason):
        terminalreporter.write_line(reason, red=True, bold=True)


@pytest.fixture(autouse=True)
def no_rule_trips(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A rule that raises is a finding for a user and a failure here; tests that break one on purpose are marked `trips`."""
    if request.node.get_closest_marker("trips"):
        yield
        return
    from hub.rules import judging, rule

    told: list[str] = []
    bug = rule.bug

    def heard(what: str, error: Exception, where: str = "") -> Finding:
        told.append(f"{what} at {where}: {error!r}")
        return bug(what, error, where)

    monkeypatch.setattr(rule, "bug", heard)
    monkeypatch.setattr(judging, "bug", heard)
    yield
    assert told == [], "rules raised on a document"


@contextlib.contextmanager
def or_skip(what: str) -> Iterator[None]:
    """Without the server: skip on a laptop, fail where CI is set."""
    try:
        yield
    except services.Missing as missing:
        sentence = f"{what} is NOT TESTED, it is not installed: {missing}"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    """A RabbitMQ broker: an empty virtual host of this test module."""
    with or_skip("RabbitMQ"):
        services.broker()
    with services.fresh_vhost() as url:
        yield url


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database of this test."""
    with or_skip("PostgreSQL"):
        services.postgres()
    with services.fresh_database() as url:
        yield url


@pytest.fixture
def postgres_tables_url() -> Iterator[str]:
    """A PostgreSQL database of this test with the schema and rates, as `open_books` makes it: a copy takes a tenth of the time."""
    from tests.books import postgres_with_tables

    with or_skip("PostgreSQL"):
        services.postgres()
    with services.fresh_database(services.prepared(services.TABLES, postgres_with_tables)) as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A SQLite file of this test, with the queue table."""
    from hub.store.database import Database
    from hub.store.queue import queue_message

    database = Database(f"sqlite:///{tmp_path}/hub.db")
    queue_message.metadata.create_all(database.engine, tables=[queue_message])
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database of this test, without tables."""
    from hub.store.database import Database

    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Either engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(params=["sim", "embedded", pytest.param("rabbit", marks=pytest.mark.rabbit)])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Each of the three transports, with empty lanes."""
    built = _build_transport(request)
    yield built
    built.close()


def _build_transport(request: pytest.FixtureRequest) -> Transport:
    if request.param == "sim":
        from hub.transport.sim import SimTransport

        return SimTransport()
    if request.param == "embedded":
        from hub.transport.embedded import EmbeddedTransport

        return EmbeddedTransport(request.getfixturevalue("sqlite_database"))
    from hub.transport.rabbitmq import RabbitTransport

    return RabbitTransport(request.getfixturevalue("broker_url"), prefix=f"t{uuid.uuid4().hex[:8]}")
