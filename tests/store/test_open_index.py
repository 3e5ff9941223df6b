"""The index of what is open, kept in mind from statement to statement: always what a new one would be, whoever booked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from hub.store import open_index as module
from hub.store.administrations import Books as StoreBooks
from hub.store.merging import merge_relations
from hub.store.open_index import OpenIndex, kept_index, open_index
from hub.store.payment_files import movements_of
from hub.store.payments import record_movements
from hub.store.store import now
from tests.books import Books, open_books
from tests.store.relations import add, changing
from tests.store.test_payments import open_now, take_lines, within


def _same(connection: Connection, administration_id: int) -> OpenIndex:
    """The index that is kept, when it says what a new one says: the same lists in the same order."""
    new = open_index(connection, administration_id)
    with kept_index(connection, administration_id) as kept:
        assert (kept.by_relation, kept.by_key, kept.by_amount, kept.negative) == (
            new.by_relation, new.by_key, new.by_amount, new.negative,
        )  # fmt: skip
        assert len(kept) == len(new)
    return kept


def _check(books: Books) -> OpenIndex:
    with books.hub.database.transaction() as connection:
        return _same(connection, books.id)


def _pay(books: Books, connection: Connection, loaded: StoreBooks, line: str) -> None:
    movements, _ = movements_of(f"date;amount;description\n{line}".encode(), "bank.csv", loaded.snapshot)
    record_movements(connection, books.hub.ids, loaded, movements, books.actor_id, now())


def _is_kept(books: Books, earlier: OpenIndex, later: OpenIndex) -> bool:
    """On SQLite nothing is kept, and nothing need be asked."""
    return books.hub.database.is_sqlite or earlier is later


def test_index_follows_what_is_booked_and_settled(books: Books) -> None:
    books.take("01", "03", "05")
    first = _check(books)
    assert len(first) >= 2
    books.take("07")
    assert _is_kept(books, first, _check(books))
    number, amount = next((n, a) for n, a in open_now(books).items() if a > 0)
    take_lines(books, f"2026-11-20;-{amount - 1};;x;{number}")
    assert _is_kept(books, first, _check(books))
    take_lines(books, f"2026-11-21;-1;;x;{number}")
    last = _check(books)
    assert number not in open_now(books)
    assert _is_kept(books, first, last)


def test_what_was_rolled_back_is_forgotten(books: Books) -> None:
    books.take("01", "05")
    count = len(_check(books))
    number, amount = next((n, a) for n, a in open_now(books).items() if a > 0)

    def work(connection: Connection, loaded: StoreBooks) -> None:
        _pay(books, connection, loaded, f"2026-11-20;-{amount};{number}")
        assert len(_same(connection, books.id)) == count - 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        within(books, work)
    assert len(_check(books)) == count
    take_lines(books, "2026-11-20;-1;;x;it takes the number that was given back")
    assert len(_check(books)) == count


def test_what_another_process_booked_is_seen(books: Books, tmp_path: Path) -> None:
    books.take("01", "03", "07")
    first = _check(books)
    url = "" if books.hub.database.is_sqlite else str(books.hub.database.url.render_as_string(hide_password=False))
    with open_books(tmp_path, url) as other:
        other.take("05")
        assert len(_check(other)) > 1
        again = _check(books)
        assert _is_kept(books, first, again)
        number, amount = next((n, a) for n, a in open_now(books).items() if a > 0)
        take_lines(books, f"2026-11-20;-{amount};;x;{number}")
        _check(other)


def test_items_of_a_double_are_the_survivors(books: Books) -> None:
    [first] = books.take("01")
    [survivor] = add(books, "Papierhuis, de echte")
    assert first.relation_code in _check(books).by_relation
    with changing(books) as change:
        merge_relations(change, first.relation_code, survivor, "double")
    assert set(_check(books).by_relation) == {survivor}


def test_more_than_may_be_kept_is_read_each_time(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_ITEMS", 1)
    books.take("01", "05")
    assert _check(books) is not _check(books)


def test_a_line_finds_the_same_whether_the_index_is_new_or_kept(books: Books) -> None:
    books.take("01", "05")
    take_lines(books, "2026-11-19;-0.01;;x;warms up")
    number, amount = next((n, a) for n, a in open_now(books).items() if a > 0)
    books.take("07")
    lines = [f"2026-11-20;-{amount};;x;{number}", f"2026-11-20;-{amount};;x;{number}"]
    assert [done.outcome for done in take_lines(books, *lines)] == ["matched", "suspense"]
