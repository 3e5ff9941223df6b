"""The history of an invoice: every posting, what was left after it, and where it came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub.reports.history import history
from tests.books import Books
from tests.reports.ledger import NOON, book_invoice, book_payment, days_after


def _history(books: Books, number: str, **when: Any) -> list[dict[str, Any]]:
    with books.hub.database.reading() as connection:
        return history(connection, books.id, number, **when)


def test_an_invoice_shows_its_whole_entry_and_its_source(books: Books) -> None:
    result = books.take("01")[0]
    rows = _history(books, "GK-2026-0012")
    assert [(r["account"], r["debit"], r["credit"], r["balance"]) for r in rows] == [
        ("4990", "287.00", "0.00", "0.00"),
        ("1520", "60.27", "0.00", "0.00"),
        ("1600", "0.00", "347.27", "347.27"),
    ]
    source = {"message_id": result.message.id, "channel": "demo", "file": "01-office-supplies.xml", "findings": []}
    assert all(row["source"] == source for row in rows)


def test_a_number_is_found_however_it_is_written(books: Books) -> None:
    books.take("01")
    assert _history(books, "gk 2026 0012") == _history(books, "GK-2026-0012") != []
    assert _history(books, "GK-2026-001") == []


def test_payments_run_the_balance_down(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30), name="F-1")
    book_payment(books, 2, invoice, 4000, on=days_after(5))
    book_payment(books, 3, invoice, 6000, on=days_after(9), posted_at=NOON + timedelta(days=60))
    rows = [r for r in _history(books, "F-1") if r["open_item"]]
    assert [(r["date"], r["balance"]) for r in rows] == [
        (str(days_after(0)), "100.00"),
        (str(days_after(5)), "60.00"),
        (str(days_after(9)), "0.00"),
    ]
    assert _history(books, "F-1", as_of=days_after(5))[-1]["balance"] == "60.00"
    assert _history(books, "F-1", known_at=NOON)[-1]["balance"] == "60.00"


def test_the_same_number_of_two_relations_runs_apart(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(30), name="7")
    book_invoice(books, 2, 500, days_after(30), name="7")
    balances = [r["balance"] for r in _history(books, "7") if r["open_item"]]
    assert balances == ["100.00", "5.00"]


def test_a_foreign_invoice_runs_in_its_own_currency(books: Books) -> None:
    result = books.take("08")[0]
    assert result.invoice is not None
    last = _history(books, result.invoice.number)[-1]
    assert (last["currency"], last["balance"], last["base"]) == ("USD", "1480.00", "1275.86")
