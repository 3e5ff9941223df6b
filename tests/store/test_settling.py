"""Settling: what the database refuses, and what two at once cannot do."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hub.errors import Conflict
from hub.model.journal import JournalEntry, Posting
from hub.model.money import Money
from hub.model.plan import PlannedEntry
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.booking import first_open_day, post
from hub.store.open_items import OpenBalance, open_item_ids, read_items
from hub.store.periods import set_state
from hub.store.posted import find_entry, load_entries
from hub.store.reversing import reverse
from hub.store.store import now
from tests.books import Books


def _loaded(books: Books, connection: Connection) -> StoreBooks:
    return load_books(connection, ["demo"])["demo"]


def _first_item(books: Books) -> OpenBalance:
    with books.hub.database.reading() as connection:
        ids = open_item_ids(connection, books.id)
        return read_items(connection, books.id, ids[:1])[ids[0]]


def _payment(item: OpenBalance, amount: Decimal, on: date = date(2026, 11, 20)) -> PlannedEntry:
    money = Money(amount, "EUR")
    postings = (Posting(item.account, "debit", money, money, settles=item.id), Posting("1100", "credit", money, money))
    return PlannedEntry(JournalEntry("MEM", on, "betaling", postings))


def _book(books: Books, plan: PlannedEntry) -> None:
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        post(connection, books.hub.ids, _loaded(books, connection), [plan], books.actor_id, now())


def test_settlement_lowers_what_is_open_when_it_is_booked(books: Books) -> None:
    books.take("01")
    item = _first_item(books)
    _book(books, _payment(item, Decimal("10.00")))
    left = _first_item(books)
    assert left.outstanding.amount == item.original.amount - 10
    assert left.outstanding_base == left.outstanding


def test_settlement_is_refused_by_the_database_when_it_takes_more_than_is_open(books: Books) -> None:
    books.take("01")
    item = _first_item(books)
    with pytest.raises(Exception, match="LED-008"):
        _book(books, _payment(item, item.original.amount + Decimal("0.01")))
    assert _first_item(books).outstanding == item.original


def test_two_settlements_of_one_item_cannot_take_the_same_cent_when_they_run_at_once(books: Books) -> None:
    books.take("01")
    item = _first_item(books)
    failures: list[Exception] = []

    def pay() -> None:
        try:
            _book(books, _payment(item, item.original.amount))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 3
    assert all("LED-008" in str(error) for error in failures)
    with books.hub.database.reading() as connection:
        assert open_item_ids(connection, books.id) == []


def test_reversal_takes_back_the_whole_entry_and_once_only(books: Books) -> None:
    books.take("01")
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, "INK", 2026, 1)
        loaded = _loaded(books, connection)
        posted = reverse(connection, books.hub.ids, loaded, booked, date(2026, 11, 20), "dubbel", books.actor_id, now())
    assert posted.number == 2
    with books.hub.database.reading() as connection:
        assert open_item_ids(connection, books.id) == []
        undone = load_entries(connection, books.id, [booked.id])[booked.id]
    assert undone.reversed_by == posted.id
    assert books.scalar("SELECT SUM(tax_in_base) FROM vat_line") == 0
    with books.hub.database.transaction() as connection, pytest.raises(Conflict, match="HUB-ASK-24"):
        reverse(connection, books.hub.ids, loaded, undone, date(2026, 11, 20), "", books.actor_id, now())


def test_reversal_is_refused_when_the_invoice_was_paid(books: Books) -> None:
    books.take("01")
    _book(books, _payment(_first_item(books), Decimal("1.00")))
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, "INK", 2026, 1)
        loaded = _loaded(books, connection)
        with pytest.raises(Conflict, match=r"HUB-ASK-27: found 1\.00"):
            reverse(connection, books.hub.ids, loaded, booked, date(2026, 11, 20), "", books.actor_id, now())


def test_first_open_day_is_after_every_closed_period(books: Books) -> None:
    books.take("01")
    with books.hub.database.transaction() as connection:
        for month in ("2026-10", "2026-11"):
            set_state(connection, books.hub.ids, books.id, month, "closed", books.actor_id, now())
        assert first_open_day(connection, books.id, date(2026, 10, 5)) == date(2026, 12, 1)
        assert first_open_day(connection, books.id, date(2026, 9, 5)) == date(2026, 9, 5)


def test_planned_entry_is_refused_when_its_period_is_closed(books: Books, tmp_path: Path) -> None:
    books.take("01")
    with books.hub.database.transaction() as connection:
        set_state(connection, books.hub.ids, books.id, "2026-11", "closed", books.actor_id, now())
    with pytest.raises(Conflict, match="HUB-ASK-06: found 2026-11"):
        _book(books, _payment(_first_item(books), Decimal("1.00")))
