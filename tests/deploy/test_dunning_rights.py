"""Reminding under least privilege: a bookkeeper makes and sends runs, a worker records what became of what left, and no more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from hub.model.dispatch import Delivered
from hub.store import delivery_effects, dispatches
from hub.store.letters import drop_letters
from hub.workers.letters_ahead import make_all
from tests.books import open_books
from tests.debtors import AT, TODAY, Debtors
from tests.deploy.conftest import Roles

pytestmark = pytest.mark.postgres


def test_bookkeeper_sends_a_run_and_the_worker_records_what_became_of_it(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.superuser_url) as books:
        debtors = Debtors(books)
        debtors.bank_read_until()
        debtors.invoice(debtors.add(), "F1", "100.00", TODAY - timedelta(days=20))
        debtors.invoice(debtors.add("Bram Bos", email="bram@example.org"), "F2", "100.00", TODAY - timedelta(days=20))
    with open_books(tmp_path, granted.url("bookkeeper")) as bookkeeper:
        debtors = Debtors(bookkeeper)
        number = debtors.frozen()
        debtors.pay(int(bookkeeper.scalar("SELECT id FROM open_item WHERE number = 'F2'")), "100.00")
        assert (debtors.send(number).mails, debtors.states()) == (1, {"H-1-1": "staged", "H-1-2": "dropped"})
    with open_books(tmp_path, granted.url("worker")) as worker:
        worker.hub.ids.reserve(100)
        with worker.hub.database.transaction() as connection:
            found = dispatches.load(connection, str(worker.scalar("SELECT uid FROM dispatch")))
            assert found is not None
            delivery_effects.parked(connection, worker.hub.ids, found[0], "550", AT)
            delivery_effects.delivered(connection, worker.hub.ids, found[0], Delivered("<m1>"), AT)
        assert worker.rows("SELECT state FROM reminder ORDER BY reference") == [("sent",), ("dropped",)]


def test_worker_makes_letters_ahead_and_takes_them_away(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.superuser_url) as books:
        debtors = Debtors(books)
        debtors.bank_read_until()
        debtors.invoice(debtors.add(), "F1", "100.00", TODAY - timedelta(days=20))
        debtors.frozen()
    with open_books(tmp_path, granted.url("worker")) as worker:
        assert make_all(worker.hub) == 1
        with worker.hub.database.transaction() as connection:
            assert drop_letters(connection) == 0
    with open_books(tmp_path, granted.superuser_url) as books:
        books.execute("UPDATE dunning_run SET state = 'cancelled'")
    with open_books(tmp_path, granted.url("worker")) as worker, worker.hub.database.transaction() as connection:
        assert drop_letters(connection) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reminder SET body = body", "UPDATE reminder SET principal = principal", "DELETE FROM reminder",
        "UPDATE dunning_run SET state = 'frozen'", "UPDATE reminder_item SET level = level", "DELETE FROM reminder_item",
    ],
)  # fmt: skip
def test_worker_changes_neither_what_a_reminder_says_nor_a_run(granted: Roles, statement: str) -> None:
    with psycopg.connect(granted.url("worker")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())
