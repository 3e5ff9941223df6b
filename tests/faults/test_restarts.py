"""Broker and database die and come back while everybody works: processes wait, go on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.bootstrap import Hub
from hub.errors import Transient, Unavailable
from hub.settings import Settings
from hub.store import tables as t
from hub.store.rows import insert_rows
from tests import services
from tests.books import open_books
from tests.conftest import or_skip
from tests.faults import process
from tests.faults.checks import assert_sound, count, is_quiet
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import POSTGRES_RABBIT, hasten, replay_parked
from tests.private_servers import Broker, Postgres, find_postgres

pytestmark = [pytest.mark.rabbit, pytest.mark.postgres]
_PATIENCE_SECONDS = 90.0
_PER_PUBLISH = 60


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    with or_skip("RabbitMQ"), services.own_broker() as node:
        yield node


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    binaries = find_postgres()
    with or_skip("PostgreSQL"):
        if binaries is None:
            raise services.Missing(services.install_command(["postgresql"]))
    server = Postgres(Path(os.environ[services.FOLDER]) / f"own-{uuid.uuid4().hex[:8]}", binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def crash(server: Postgres) -> None:
    """`pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers from the log."""
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)
    _until(server.pid_ended, "PostgreSQL does not end")


class Office:
    """A relay and two workers that must live through everything, and a sender that sends until it has a receipt."""

    def __init__(self, settings: Settings) -> None:
        self.hub = Hub(settings)
        self.bodies: list[bytes] = []
        self.uids: list[str] = []
        roles = ("relay", "worker", "worker")
        self._children = [process.start(role, settings, once=False) for role in roles]

    def publish(self) -> None:
        new = documents(_PER_PUBLISH, first=len(self.bodies))
        self.bodies += new
        _until(lambda: self._sent(new), "nobody takes documents")

    def _sent(self, bodies: list[bytes]) -> bool:
        try:
            self.uids += process.put(self.hub, bodies)
        except Transient:
            return False
        return True

    def posted(self) -> int:
        try:
            return count(self.hub, "SELECT COUNT(*) FROM entry")
        except Transient:
            return -1

    def wait_posted(self, number: int) -> float:
        """Seconds until so many are posted."""
        began = time.monotonic()
        _until(lambda: self.posted() >= number, f"only {self.posted()} of {number} are posted")
        return time.monotonic() - began

    def wait_quiet(self) -> None:
        def is_done() -> bool:
            try:
                hasten(self.hub)
                return is_quiet(self.hub) and not replay_parked(self.hub)
            except Transient:
                return False

        _until(is_done, "still something under way")

    def close(self) -> None:
        """Everybody is still there, and ends when told to."""
        assert [child.exitcode for child in self._children] == [None, None, None], "somebody died of it"
        for child in self._children:
            child.terminate()
        for child in self._children:
            assert not process.finish(child)


def test_nothing_is_lost_when_broker_and_database_are_killed_and_started_again(
    own_broker: Broker, own_postgres: Postgres, tmp_path: Path
) -> None:
    with open_books(tmp_path, own_postgres.url()):
        pass
    settings = Settings(
        home=tmp_path, database_url=own_postgres.url(), broker_url=own_broker.url(), batch=8, prefetch=16
    )
    office = Office(settings)
    office.publish()
    office.wait_posted(20)
    for round_number in range(1, 3):
        for name, kill, start in (
            ("broker", own_broker.kill, own_broker.start),
            ("database", lambda: crash(own_postgres), own_postgres.start),
        ):
            office.publish() if name == "database" else None
            kill()
            time.sleep(0.5 * round_number)
            start()
            before = max(office.posted(), 0)
            office.publish()
            print(f"{name}: first new posting {office.wait_posted(before + 1):.1f} s after it was back")
    office.wait_quiet()
    office.close()
    assert_sound(office.hub, office.bodies, office.uids)
    office.hub.close()


def test_relay_waits_when_the_database_is_gone_before_it_is_elected(
    own_broker: Broker, own_postgres: Postgres, tmp_path: Path
) -> None:
    with open_books(tmp_path, own_postgres.url()):
        pass
    settings = Settings(home=tmp_path, database_url=own_postgres.url(), broker_url=own_broker.url())
    hub = Hub(settings)
    first, second = (process.start("relay", settings, once=False) for _ in range(2))  # one of them waits for the other
    time.sleep(1.0)
    crash(own_postgres)
    third = process.start("relay", settings, once=False)
    time.sleep(1.0)
    own_postgres.start()
    bodies = documents(5)
    uids = process.put(hub, bodies)
    _until(lambda: count(hub, "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == 0, "nobody relays")
    for child in (first, second, third):
        assert child.exitcode is None, "a relay died of it"
        child.terminate()
        assert not process.finish(child)
    assert not process.run("worker", settings)
    assert_sound(hub, bodies, uids)
    hub.close()


def test_lost_connection_is_unavailable_in_the_middle_of_a_copy(new_stack: NewStack) -> None:
    """COPY goes past SQLAlchemy; its errors must be understood all the same, or a batch is taken for broken."""
    with new_stack(POSTGRES_RABBIT).hub() as hub, pytest.raises(Unavailable):
        _copy_on_a_lost_connection(hub)


def _copy_on_a_lost_connection(hub: Hub) -> None:
    with hub.database.transaction() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with hub.database.reading() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        insert_rows(connection, t.finding, [(1, "x", 0, "X", "hub", "fatal", "us", None, None, None, "[]", None)])


def _until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)
