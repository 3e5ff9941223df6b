"""Sending a run of reminding, killed anywhere and done twice at once: each reminder is staged once, with one dispatch and one ticket."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hub.settings import Settings
from tests.books import Books, open_books
from tests.debtors import TODAY, Debtors
from tests.faults import process

CHUNK, DEBTORS = 3, 10
LATE = TODAY - timedelta(days=20)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation with a frozen run of ten reminders, one of them about what was paid since."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path, url) as books:
        debtors = Debtors(books)
        debtors.bank_read_until()
        items = [debtors.invoice(debtors.add(f"Debiteur {n}"), f"F{n}", "100.00", LATE) for n in range(DEBTORS)]
        debtors.frozen()
        debtors.pay(items[4], "100.00")
    return Settings(home=tmp_path, database_url=url)


def _assert_each_once(settings: Settings) -> None:
    with open_books(settings.home, settings.database_url) as books:
        states = books.rows("SELECT state, COUNT(*) FROM reminder GROUP BY state ORDER BY state")
        assert states == [("dropped", 1), ("staged", DEBTORS - 1)]
        assert books.scalar("SELECT state FROM dunning_run") == "sent"
        assert _count(books, "reminder_item WHERE claim IS NOT NULL") == DEBTORS - 1
        keys = [key for (key,) in books.rows("SELECT key FROM dispatch")]
        assert sorted(keys) == sorted(
            {f"reminder:{reference}" for reference, state in _states(books) if state == "staged"}
        )
        tickets = books.rows("SELECT message_uid FROM outbox WHERE lane = 'dispatch.mail'")
        assert sorted(tickets) == sorted(books.rows("SELECT dispatch_uid FROM reminder WHERE state = 'staged'"))


def _count(books: Books, what: str) -> int:
    return int(books.scalar(f"SELECT COUNT(*) FROM {what}"))


def _states(books: Books) -> list[tuple[str, str]]:
    return [(str(reference), str(state)) for reference, state in books.rows("SELECT reference, state FROM reminder")]


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("label", ["stage:locked", "stage:written", "stage:committed"])
def test_killed_while_sending_it_goes_on_where_it_stopped(settings: Settings, label: str, nth: int) -> None:
    assert process.run("send", settings, f"{label}:{nth}:kill", number=1, chunk=CHUNK), f"{label} was not passed"
    assert not process.run("send", settings, number=1, chunk=CHUNK)
    _assert_each_once(settings)


def test_sent_by_three_at_once_each_leaves_once(settings: Settings) -> None:
    children = [process.start("send", settings, number=1, chunk=CHUNK) for _ in range(3)]
    assert [process.finish(child) for child in children] == [False, False, False]
    _assert_each_once(settings)
