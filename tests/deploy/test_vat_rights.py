"""Filing a VAT return in PostgreSQL: a bookkeeper may, a worker may not, and nobody changes it afterwards."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import ProgrammingError

from hub.accounting.vat_period import vat_period
from hub.store.administrations import load_books
from hub.store.store import now
from hub.store.vat_filing import file_return
from tests.books import open_books
from tests.deploy.conftest import Roles
from tests.store.vat_books import TABLES

pytestmark = pytest.mark.postgres


def _file(url: str, home: Path, period: str) -> None:
    with open_books(home, url) as books:
        books.hub.ids.reserve(300)
        with books.hub.database.transaction() as connection:
            loaded = load_books(connection, ["demo"])["demo"]
            file_return(connection, books.hub.ids, loaded, vat_period(period), TABLES, books.actor_id, now())


def test_bookkeeper_files_and_a_worker_cannot(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.url("worker")) as books:
        assert [r.outcome for r in books.take("01", "02", "10", together=True)] == ["posted"] * 3
    with pytest.raises(ProgrammingError, match="permission denied"):
        _file(granted.url("worker"), tmp_path, "2026-Q1")
    _file(granted.url("bookkeeper"), tmp_path, "2026-Q1")
    with psycopg.connect(granted.url("bookkeeper")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("DELETE FROM vat_declared")
