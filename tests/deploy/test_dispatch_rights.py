"""What goes out, under least privilege: the worker sends and answers, the bookkeeper's changes are told, and neither does more."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from hub.model.envelope import Delivery
from hub.settings import SinkSettings
from hub.store import dispatches
from hub.workers.delivering import Errand
from hub.workers.responses import ResponseMaker
from tests.books import Books, open_books
from tests.deploy.conftest import Roles
from tests.far_side import FarSide, Reply, far_side
from tests.workers.dispatching import hold, hook

pytestmark = pytest.mark.postgres


def _sinks(partner: FarSide, home: Path) -> list[SinkSettings]:
    answers = SinkSettings("ap", "peppol-folder", responses=("demo",), options={"path": str(home / "out")})
    return [hook(partner.url), answers]


def _run(books: Books) -> None:
    """Every dispatch that waits, as the deliver worker does it."""
    for (uid,) in books.rows("SELECT uid FROM dispatch WHERE state = 'waiting'"):
        with books.hub.database.reading() as connection:
            found = dispatches.load(connection, str(uid))
        assert found is not None
        ticket = Delivery(dispatches.ticket(found[0]), 0, None)
        assert Errand(books.hub, books.hub.sink(found[0].sink), ticket).run()


def test_worker_sends_what_a_bookkeeper_changed_and_answers_senders(
    granted: Roles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_HOOK", "s1")
    with far_side() as partner:
        sinks = _sinks(partner, tmp_path)
        with open_books(tmp_path, granted.url("worker"), sinks=sinks) as worker:
            worker.take("01")
            code = str(worker.scalar("SELECT code FROM relation"))
            with open_books(tmp_path, granted.url("bookkeeper"), sinks=sinks) as bookkeeper:
                hold(bookkeeper, code)
            _run(worker)
            assert [asked.json["type"] for asked in partner.asked] == ["relation.created", "relation.held"]
            maker = ResponseMaker(worker.hub, "ap")
            for _ in range(2):
                assert maker.make() == 1
                _run(worker)
            assert worker.rows("SELECT state, COUNT(*) FROM dispatch GROUP BY state") == [("sent", 4)]
            partner.trade = lambda _asked: Reply(410)
            with open_books(tmp_path, granted.url("bookkeeper"), sinks=sinks) as bookkeeper:
                hold(bookkeeper, code)
            _run(worker)
            assert worker.rows("SELECT state FROM parked") == [("parked",)]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("worker", "UPDATE dispatch SET body = body"), ("worker", "DELETE FROM dispatch"), ("worker", "UPDATE dispatch SET sink = sink"),
        ("worker", "UPDATE business_response SET status = status"), ("worker", "DELETE FROM business_response"),
        ("relay", "SELECT body FROM dispatch"), ("report", "UPDATE dispatch SET state = state"),
        ("worker", "UPDATE parked SET payload = payload"), ("worker", "UPDATE relation SET settings = settings"),
    ],
)  # fmt: skip
def test_nobody_rewrites_what_was_sent(granted: Roles, role: str, statement: str) -> None:
    with (
        psycopg.connect(granted.url(role)) as connection,
        pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)),
    ):
        connection.execute(statement.encode())
