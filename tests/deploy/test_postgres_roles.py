"""Least privilege in PostgreSQL: each role can do its work, and nothing to what is booked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import ProgrammingError

from hub.store import held, outbox, queue, tables  # noqa: F401  (fills the metadata)
from hub.store.database import Database
from hub.store.ids import Ids
from hub.store.metadata import metadata
from hub.store.store import actor_of
from tests.approvals import Office, bill, credit_for
from tests.books import open_books
from tests.deploy.conftest import DEPLOY, Roles

pytestmark = pytest.mark.postgres

BOOKED = ("entry", "posting", "vat_line", "open_item", "entry_facts", "original", "message", "chart", "activity")
EMBEDDED_ONLY = {"queue_message"}
AT = datetime(2026, 6, 2, tzinfo=UTC)


def _denied(url: str, statement: str) -> None:
    with (
        psycopg.connect(url) as connection,
        pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)),
    ):
        connection.execute(statement.encode())


def _worked(roles: Roles, home: Path) -> None:
    with open_books(home, roles.url("worker")) as books:
        outcomes = [result.outcome for result in books.take("01", "02", "03", "04", "05", "10", together=True)]
    assert outcomes == ["posted"] * 6


def test_worker_takes_documents_to_their_outcome_when_it_has_only_its_own_rights(
    granted: Roles, tmp_path: Path
) -> None:
    _worked(granted, tmp_path)
    with psycopg.connect(granted.url("report")) as connection:
        found = connection.execute("SELECT count(*) FROM entry").fetchone()
    assert found is not None
    assert found[0] >= 5


@pytest.mark.parametrize("role", ["worker", "bookkeeper", "relay", "report"])
def test_nobody_changes_or_deletes_what_is_booked_when_connected_as_a_service(
    granted: Roles, tmp_path: Path, role: str
) -> None:
    _worked(granted, tmp_path)
    for table in BOOKED:
        first = next(iter(metadata.tables[table].columns)).name
        _denied(granted.url(role), f"UPDATE {table} SET {first} = {first}")
        _denied(granted.url(role), f"DELETE FROM {table}")
        _denied(granted.url(role), f"TRUNCATE {table} CASCADE")


def test_owner_is_refused_too_when_it_changes_a_posting(granted: Roles, tmp_path: Path) -> None:
    _worked(granted, tmp_path)
    with psycopg.connect(granted.url("owner")) as connection, pytest.raises(errors.RestrictViolation):
        connection.execute("UPDATE posting SET amount = amount + 1")


def test_worker_cannot_change_the_books_it_works_on(granted: Roles) -> None:
    for statement in (
        "UPDATE account SET control = ''",
        "UPDATE administration SET chart_hash = ''",
        "UPDATE period SET state = 'open'",
        "UPDATE relation SET settings = '{}'",
        "INSERT INTO chart SELECT * FROM chart",
        "DELETE FROM document",
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id integer)",
        "CREATE TEMPORARY TABLE mine (id integer)",
    ):
        _denied(granted.url("worker"), statement)


def test_report_reads_everything_and_writes_nothing(granted: Roles, tmp_path: Path) -> None:
    _worked(granted, tmp_path)
    with psycopg.connect(granted.url("report"), autocommit=True) as connection:
        for table in metadata.tables:
            connection.execute(f"SELECT * FROM {table} LIMIT 1".encode())
        connection.execute("SET default_transaction_read_only = off")  # its own choice, and no way round the rights
        for table in sorted(set(metadata.tables) - EMBEDDED_ONLY):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"INSERT INTO {table} SELECT * FROM {table}".encode())


def test_relay_moves_the_outbox_and_sees_no_books(granted: Roles) -> None:
    worker = Database(granted.url("worker"))
    with worker.transaction() as connection:
        envelope = outbox.claim_envelope("invoice", "m1", "demo", "0" * 64, 10, "application/xml")
        outbox.put(connection, _reserved(worker), [(1, envelope)], AT)
    relay = Database(granted.url("relay"))
    with relay.transaction() as connection:
        pending = outbox.due(connection, AT, 10)
        outbox.mark_sent(connection, [row.id for row in pending], AT)
        assert outbox.prune(connection, AT + 2 * outbox.KEEP_SENT) == 1
    assert [row.envelope.message_id for row in pending] == ["m1"]
    for table in ("posting", "document", "original", "relation"):
        _denied(granted.url("relay"), f"SELECT * FROM {table}")
    _denied(granted.url("relay"), "UPDATE outbox SET envelope = ''")
    worker.close()
    relay.close()


def test_bookkeeper_releases_what_is_held_and_a_worker_cannot(granted: Roles, tmp_path: Path) -> None:
    uid = _a_held_message(granted, tmp_path)
    with pytest.raises(ProgrammingError, match="permission denied"):
        _release(granted.url("worker"), uid)
    _release(granted.url("bookkeeper"), uid)
    with psycopg.connect(granted.url("report")) as connection:
        found = connection.execute("SELECT message_uid FROM outbox").fetchall()
    assert found == [(uid,)]


def test_worker_begins_an_approval_and_only_a_bookkeeper_ends_it(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.url("worker")) as books:
        Office(books).take(bill("F0"))
    with open_books(tmp_path, granted.url("bookkeeper")) as books:
        Office(books).relation(purchase_method="book_at_once")
    with open_books(tmp_path, granted.url("worker")) as books:
        worker = Office(books)
        worker.take(bill("F1"), bill("F2"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            worker.approve("F1", "anna")
    with open_books(tmp_path, granted.url("bookkeeper")) as books:
        person = Office(books, worker.arrived)
        person.approve("F1", "anna")
        person.reject("F2", "anna", "wait_for_credit")
    with open_books(tmp_path, granted.url("worker")) as books:
        assert Office(books).take(credit_for("C2", "F2"))[0].outcome == "posted"
    with psycopg.connect(granted.url("report")) as connection:
        found = connection.execute("SELECT count(*) FROM entry").fetchone()
    assert found == (6,)  # three invoices, a move to cost, a credit note and what closes it


def test_every_table_is_named_in_the_grants_so_that_a_new_one_is_a_decision() -> None:
    text = (DEPLOY / "postgres-grants.sql").read_text()
    assert [table for table in metadata.tables if table not in text] == []


def test_both_scripts_run_a_second_time(granted: Roles, tmp_path: Path) -> None:
    granted.run("", "postgres-roles.sql")
    granted.run("owner", "postgres-grants.sql")
    _worked(granted, tmp_path)


def _reserved(database: Database) -> Ids:
    ids = Ids(database)
    ids.reserve(100)
    return ids


def _release(url: str, uid: str) -> None:
    database = Database(url)
    try:
        ids = _reserved(database)
        actor = actor_of(database, ids, "lena", AT)
        with database.transaction() as connection:
            held.release(connection, ids, uid, ["X"], "seen", actor, AT)
    finally:
        database.close()


def _a_held_message(roles: Roles, home: Path) -> str:
    with open_books(home, roles.url("worker")) as books:
        (result,) = books.take("16")  # of a supplier nobody knows
    assert result.outcome == "held"
    return result.message.id
