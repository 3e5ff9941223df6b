"""What is written off is lost without its VAT, whether the VAT was had back before the write-off or after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from hub.model.settlement import Allocation, Settlement
from hub.store.payments import record_settlement
from hub.store.posted import find_entry
from hub.store.reversing import reverse
from hub.store.vat_due import book_steps, due_steps
from tests.books import Books
from tests.builders import D, line, sale
from tests.store.vat_books import VatBooks, at

SOLD, DUE, YEAR = date(2026, 1, 1), date(2026, 1, 15), date(2027, 1, 15)
LATER = date(2027, 2, 1)


@pytest.fixture
def year(books: Books) -> Iterator[VatBooks]:
    """Books with one sale of 1,000.00 and 210.00 VAT, due on 15 January 2026; at the end every invariant holds."""
    made = VatBooks(books)
    made.invoice(sale(line("1000.00"), number="S1", issue_date=SOLD), DUE)
    yield made
    assert made.broken() == []


def _write_off(year: VatBooks, amount: str, on: date) -> int:
    year.books.hub.ids.reserve(100)
    settlement = Settlement(None, (Allocation(year.item("S1"), D("0.00"), written_off=Decimal(amount)),))
    with year.books.hub.database.transaction() as connection:
        posted = record_settlement(
            connection,
            year.books.hub.ids,
            year.loaded(connection),
            settlement,
            on,
            "failliet",
            year.books.actor_id,
            at(on),
        )
    return posted.number


def _reverse(year: VatBooks, number: int, on: date) -> None:
    year.books.hub.ids.reserve(100)
    with year.books.hub.database.transaction() as connection:
        booked = find_entry(connection, year.books.id, "MEM", on.year, number)
        reverse(
            connection,
            year.books.hub.ids,
            year.loaded(connection),
            booked,
            on,
            "toch niet",
            year.books.actor_id,
            at(on),
        )


def _book(year: VatBooks, as_of: date) -> list[int]:
    year.books.hub.ids.reserve(300)
    with year.books.hub.database.transaction() as connection:
        args = (connection, year.books.hub.ids, year.loaded(connection), "receivable", as_of)
        return [step.tax for step, _ in book_steps(*args, year.books.actor_id, at(as_of))]


def _due(year: VatBooks, as_of: date) -> list[int]:
    with year.books.hub.database.reading() as connection:
        return [step.tax for step in due_steps(connection, year.loaded(connection), "receivable", as_of)]


def _stands(year: VatBooks) -> tuple[Decimal, Decimal, Decimal]:
    """Debtors, VAT had back beside them, and the loss."""
    return year.balance("1300"), year.balance("1308"), year.balance("4375")


def test_vat_had_back_before_goes_along_with_the_write_off(year: VatBooks) -> None:
    assert _book(year, YEAR) == [21000]
    assert _stands(year) == (D("1210.00"), D("-210.00"), D("0.00"))
    _write_off(year, "1210.00", LATER)
    assert _stands(year) == (D("0.00"), D("0.00"), D("1000.00"))
    assert _due(year, date(2030, 1, 1)) == []


def test_vat_had_back_after_the_write_off_lowers_the_loss(year: VatBooks) -> None:
    _write_off(year, "1210.00", date(2026, 6, 1))
    assert _stands(year) == (D("0.00"), D("0.00"), D("1210.00"))
    assert _book(year, date(2026, 6, 30)) == [21000]
    assert _stands(year) == (D("0.00"), D("0.00"), D("1000.00"))


def test_vat_of_a_year_ago_that_is_booked_after_the_write_off_lowers_the_loss(year: VatBooks) -> None:
    _write_off(year, "1210.00", LATER)
    assert _book(year, LATER) == [21000]
    assert _stands(year) == (D("0.00"), D("0.00"), D("1000.00"))


def test_part_that_is_written_off_takes_its_own_part_of_the_vat(year: VatBooks) -> None:
    """500.00 holds 86.78 VAT (500 x 210 / 1210); the other 710.00 stays with the debtors and is paid after all."""
    _write_off(year, "500.00", date(2026, 6, 1))
    assert _book(year, date(2026, 6, 30)) == [8678]
    assert _stands(year) == (D("710.00"), D("0.00"), D("413.22"))
    assert _book(year, YEAR) == [12322]
    assert _stands(year) == (D("710.00"), D("-123.22"), D("413.22"))
    year.pay("S1", "710.00", LATER)
    assert _book(year, LATER) == [-12322]
    assert _stands(year) == (D("0.00"), D("0.00"), D("413.22"))


def test_write_off_in_two_parts_leaves_nothing_beside_the_debtors(year: VatBooks) -> None:
    _book(year, YEAR)
    _write_off(year, "400.00", LATER)
    assert _stands(year) == (D("810.00"), D("-140.58"), D("330.58"))  # 400 x 210 / 1210 = 69.42
    _write_off(year, "810.00", LATER)
    assert _stands(year) == (D("0.00"), D("0.00"), D("1000.00"))


def test_write_off_that_is_reversed_brings_its_vat_back_when_it_was_no_year_yet(year: VatBooks) -> None:
    number = _write_off(year, "1210.00", date(2026, 6, 1))
    assert _book(year, date(2026, 6, 30)) == [21000]
    _reverse(year, number, date(2026, 7, 1))
    assert _book(year, date(2026, 7, 31)) == [-21000]
    assert _stands(year) == (D("1210.00"), D("0.00"), D("0.00"))
    assert _due(year, date(2026, 12, 31)) == []
    assert _due(year, YEAR) == [21000]


def test_write_off_that_is_reversed_stands_with_the_debtors_again(year: VatBooks) -> None:
    _book(year, YEAR)
    number = _write_off(year, "1210.00", LATER)
    _reverse(year, number, date(2027, 3, 1))
    assert _stands(year) == (D("1210.00"), D("-210.00"), D("0.00"))
    year.pay("S1", "1210.00", date(2027, 4, 1))
    assert _book(year, date(2027, 4, 30)) == [-21000]
    assert _stands(year) == (D("0.00"), D("0.00"), D("0.00"))
