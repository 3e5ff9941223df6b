"""The trial balance: always in balance, and the same bytes for the same postings."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hub.errors import NotFound
from hub.reports.trial_balance import trial_balance
from tests.books import Books, open_books
from tests.reports.ledger import NOON, book_invoice, days_after

NUMBERS = ["01", "02", "03", "04", "05", "08", "10", "12", "17", "18", "26", "27", "29", "30", "35", "36", "37", "38"]


def _rows(books: Books, **when: Any) -> list[dict[str, str]]:
    with books.hub.database.reading() as connection:
        return trial_balance(connection, books.id, **when)


def _sum(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_debit_equals_credit_and_accounts_stand_in_order(books: Books) -> None:
    books.take(*NUMBERS, together=True)
    rows = _rows(books)
    assert _sum(rows, "debit") == _sum(rows, "credit") > 0
    assert _sum(rows, "balance") == 0
    codes = [row["account"] for row in rows]
    assert codes == sorted(codes)
    assert all(Decimal(r["debit"]) - Decimal(r["credit"]) == Decimal(r["balance"]) for r in rows)


def test_one_invoice_is_cost_vat_and_creditor(books: Books) -> None:
    books.take("01")
    assert _rows(books) == [
        {"account": "1520", "name": "Voorbelasting", "debit": "60.27", "credit": "0.00", "balance": "60.27"},
        {"account": "1600", "name": "Crediteuren", "debit": "0.00", "credit": "347.27", "balance": "-347.27"},
        {
            "account": "4990",
            "name": "Nog te rubriceren kosten",
            "debit": "287.00",
            "credit": "0.00",
            "balance": "287.00",
        },
    ]


def test_the_same_documents_give_the_same_bytes_whatever_the_batches_and_the_engine(
    books: Books, tmp_path: Path
) -> None:
    books.take(*NUMBERS, together=True)
    with open_books(tmp_path / "again") as again:
        again.take(*NUMBERS)
        again.take(*NUMBERS)  # and once more: all duplicates
        assert json.dumps(_rows(again)) == json.dumps(_rows(books))


def test_both_time_axes_and_the_first_day_choose(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(30), posted_at=NOON)
    book_invoice(books, 2, 5000, days_after(30), posted_at=NOON + timedelta(hours=1))
    day = days_after(0)

    def turnover(**when: Any) -> Decimal:
        return _sum(_rows(books, **when), "debit")

    assert turnover() == turnover(as_of=day, first=day) == 150
    assert turnover(as_of=days_after(-1)) == turnover(first=days_after(1)) == 0
    assert turnover(known_at=NOON) == 100
    assert turnover(known_at=NOON - timedelta(microseconds=1)) == 0
    assert turnover(as_of=day, known_at=NOON + timedelta(hours=2)) == 150


def test_earlier_years_are_left_out_when_a_first_day_is_given(books: Books) -> None:
    books.take("01", "30")  # the second is booked in 2024
    assert _sum(_rows(books, as_of=date(2024, 12, 31)), "debit") == Decimal("423.50")
    assert _sum(_rows(books, first=date(2026, 1, 1)), "debit") == Decimal("347.27")


def test_an_administration_that_does_not_exist_is_not_found(books: Books) -> None:
    with books.hub.database.reading() as connection, pytest.raises(NotFound):
        trial_balance(connection, -1)
