"""Handing over with a bookkeeper's rights alone, and ending a case with a worker's."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from hub.store.case_end import end_case
from hub.store.store import now
from tests.agency.running import incasso
from tests.books import open_books
from tests.deploy.conftest import Roles
from tests.store.cases import debtor, handed_over, invoice, letter, pay, prepared

pytestmark = pytest.mark.postgres


def test_bookkeeper_hands_over_and_worker_ends_it(granted: Roles, tmp_path: Path) -> None:
    sinks = [incasso("http://127.0.0.1:9")]
    with open_books(tmp_path, granted.url("bookkeeper"), sinks=sinks) as books:
        code = debtor(books)
        item = invoice(books, code, "VF-1")
        letter(books, code, {item: "1000.00"})
        handed_over(books, prepared(books, code, "VF-1").number)
        pay(books, code, item, "100.00")
        case_id, actor = books.scalar("SELECT id FROM collection_case"), books.actor_id
    with open_books(tmp_path, granted.url("worker"), sinks=sinks) as books:
        books.hub.ids.reserve(50)
        with books.hub.database.transaction() as connection:
            assert end_case(
                connection,
                books.hub.ids,
                books.id,
                case_id,
                state="closed",
                close_reason="paid",
                at=now(),
                actor_id=actor,
            )
        assert books.scalar("SELECT COUNT(*) FROM relation_reason WHERE lifted_at IS NULL") == 0
        assert books.scalar("SELECT COUNT(*) FROM case_item WHERE claim IS NOT NULL") == 0
        assert books.scalar("SELECT COUNT(*) FROM dispatch") == 2
    with psycopg.connect(granted.url("worker")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("UPDATE collection_case SET principal = 0")
