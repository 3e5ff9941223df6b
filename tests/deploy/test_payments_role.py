"""Paying with a bookkeeper's rights alone: what it needs is granted, and the movements themselves are never changed."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.books import open_books
from tests.deploy.conftest import Roles
from tests.store import test_payments as paying

pytestmark = pytest.mark.postgres


def test_bookkeeper_pays_matches_undoes_and_sends_a_file(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.url("worker")) as books:
        books.take("01", "02")
    with open_books(tmp_path, granted.url("bookkeeper")) as books:
        number = next(iter(paying.open_now(books)))
        (done,) = paying.take_lines(books, f"2026-11-20;-10,00;;x;{number}")
        at = done.posted
        assert at is not None
        paying.within(
            books,
            lambda c, b: paying.unmatch(
                c, books.hub.ids, b, at.journal, 2026, at.number, paying.DAY, "", books.actor_id, paying.now()
            ),
        )
        proposal = paying._propose(books)
        paying.within(
            books,
            lambda c, b: paying.confirm(
                c, books.hub.ids, b, proposal, books.actor_id, paying.now(), in_transit=True
            ),
        )  # fmt: skip
        paying.within(books, lambda c, b: paying.export(c, books.hub.ids, b, proposal, books.actor_id, paying.now()))
        assert paying.open_now(books) == {}
    with psycopg.connect(granted.url("bookkeeper")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("UPDATE payment SET amount = amount + 1")
