"""General ledger, journals, balance list and statement: opening plus turnover is closing, and all of it ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hub.errors import NotFound
from hub.reports.balance_list import balance_list
from hub.reports.general_ledger import general_ledger
from hub.reports.journal import journal_report
from hub.reports.statement import statement
from hub.reports.trial_balance import trial_balance, year_balance
from tests.books import Books
from tests.reports.ledger import NOON, book_invoice, book_payment, days_after

NUMBERS = ["01", "02", "03", "08", "10", "12", "30", "36", "37", "38"]
Rows = list[dict[str, Any]]


def _rows(books: Books, report: Callable[..., Iterable[dict[str, Any]]], *given: Any, **when: Any) -> Rows:
    with books.hub.database.reporting() as connection:
        return list(report(connection, books.id, *given, **when))


def _sum(rows: Rows, column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def _code(books: Books, relation: int) -> str:
    return str(books.scalar("SELECT code FROM relation WHERE id = :r", r=relation))


def test_general_ledger_closes_where_the_trial_balance_stands(books: Books) -> None:
    books.take(*NUMBERS, together=True)
    closing = {r["account"]: r for r in _rows(books, general_ledger) if r["kind"] == "closing"}
    for row in _rows(books, trial_balance):
        assert {key: closing[row["account"]][key] for key in ("debit", "credit", "balance")} == {
            key: row[key] for key in ("debit", "credit", "balance")
        }
    assert len(closing) == len(_rows(books, trial_balance))


def test_general_ledger_runs_from_its_opening(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30))
    book_payment(books, 2, invoice, 4000, on=days_after(5))
    book_payment(books, 3, invoice, 1000, on=days_after(9), posted_at=NOON + timedelta(days=60))
    rows = _rows(books, general_ledger, accounts=["1600"], first=days_after(1), last=days_after(8))
    assert [(r["kind"], r["balance"]) for r in rows] == [
        ("opening", "-100.00"), ("posting", "-60.00"), ("closing", "-60.00"),
    ]  # fmt: skip
    later = _rows(books, general_ledger, accounts=["1600"], first=days_after(6))
    assert later[-1]["balance"] == "-50.00"
    assert _rows(books, general_ledger, accounts=["1600"], known_at=NOON)[-1]["balance"] == "-60.00"


def test_a_posting_names_everything_one_may_go_on_to(books: Books) -> None:
    result = books.take("01")[0]
    line = next(r for r in _rows(books, general_ledger, accounts=["1600"]) if r["kind"] == "posting")
    assert (line["entry"], line["relation"], line["invoice"], line["message_id"]) == (
        "INK/2026/1", "C0001", "GK-2026-0012", result.message.id,
    )  # fmt: skip
    assert line["item"] == books.scalar("SELECT id FROM open_item")


def test_costs_of_an_earlier_year_do_not_open_the_next(books: Books) -> None:
    books.take("30")  # booked in 2024
    (year,) = {str(row[0])[:4] for row in books.rows("SELECT booking_date FROM entry")}
    first = days_after(0)
    assert year == "2024"
    cost = next(r["account"] for r in _rows(books, trial_balance) if r["account"].startswith("4"))
    assert _rows(books, general_ledger, accounts=[cost], first=first)[0]["balance"] == "0.00"
    assert _rows(books, general_ledger, accounts=["1600"], first=first)[0]["balance"] != "0.00"


def test_a_year_opens_with_what_the_one_before_left_and_the_ledger_says_the_same(books: Books) -> None:
    books.take("01", "08", "30", "36")  # of 2026, and of 2024
    years = {year: _rows(books, year_balance, year=year, retained="0640") for year in (2024, 2025, 2026, 2027)}
    for rows in years.values():
        for column in ("opening", "balance"):
            assert sum(Decimal(row[column]) for row in rows) == 0
        assert sum(Decimal(row["debit"]) - Decimal(row["credit"]) for row in rows) == 0
    for year, rows in years.items():
        opened = {row["account"]: row["opening"] for row in rows if Decimal(row["opening"])}
        assert not any(code.startswith(("4", "8")) for code in opened)
        for row in rows:
            ledger = _rows(books, general_ledger, accounts=[row["account"]], first=date(year, 1, 1),
                           last=date(year, 12, 31), retained="0640")  # fmt: skip
            assert (ledger[0]["balance"], ledger[-1]["balance"]) == (row["opening"], row["balance"]), row
        if year > 2024:
            left = {row["account"]: Decimal(row["balance"]) for row in years[year - 1]}
            result = sum(balance for code, balance in left.items() if code.startswith(("4", "8")))
            carried = {code: balance for code, balance in left.items() if not code.startswith(("4", "8")) and balance}
            if result:
                carried["0640"] = carried.get("0640", Decimal(0)) + result
            assert {code: Decimal(balance) for code, balance in opened.items()} == carried
    assert any(Decimal(row["opening"]) for row in years[2026] if row["account"] == "0640")


def test_a_year_may_be_seen_on_a_day_within_it(books: Books) -> None:
    books.take("01")
    before = _rows(books, year_balance, year=2026, retained="0640", as_of=date(2026, 1, 1))
    assert before == []
    assert _rows(books, year_balance, year=2026, retained="0640", as_of=date(2026, 1, 31))


def test_an_account_that_does_not_exist_is_not_found(books: Books) -> None:
    with pytest.raises(NotFound, match="no account 9"):
        _rows(books, general_ledger, accounts=["1600", "9"])
    with pytest.raises(NotFound, match="no journal"):
        _rows(books, journal_report, journal="NONE")
    with pytest.raises(NotFound, match="HUB-ASK-01"):
        _rows(books, statement, "nobody")


def test_every_journal_is_in_balance(books: Books) -> None:
    books.take(*NUMBERS, together=True)
    rows = _rows(books, journal_report)
    totals = [r for r in rows if r["kind"] == "total"]
    assert [t["journal"] for t in totals] == ["INK", "VRK"]
    assert all(t["debit"] == t["credit"] != "0.00" for t in totals)
    assert sum(t["lines"] for t in totals) == len(rows) - 2 == books.scalar("SELECT COUNT(*) FROM posting")


def test_balance_list_ties_and_its_opening_is_the_closing_before(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(5))
    book_invoice(books, 2, 5000, days_after(40), side="receivable", posted_at=NOON + timedelta(days=3))
    book_payment(books, 3, invoice, 2500, on=days_after(10), posted_at=NOON + timedelta(days=50))
    for when in ({}, {"as_of": days_after(9)}, {"as_of": days_after(10), "known_at": NOON}, {"first": days_after(2)}):
        rows = _rows(books, balance_list, **when)
        ties = [r for r in rows if "control_account" in r]
        assert [t["side"] for t in ties] == ["receivable", "payable"]
        assert all(t["difference"] == "0.00" and t["closing"] == t["control_account"] for t in ties)
        for tie in ties:
            assert _sum([r for r in rows if r["side"] == tie["side"] and "relation" in r], "closing") == Decimal(
                tie["closing"]
            )
    (payable, _) = _rows(books, balance_list, side="payable", first=days_after(6))
    assert (payable["opening"], payable["debit"], payable["credit"], payable["closing"]) == (
        "100.00",
        "25.00",
        "0.00",
        "75.00",
    )


def test_balance_list_of_the_demo_documents_agrees_with_the_open_items(books: Books) -> None:
    books.take(*NUMBERS, together=True)
    control = {r["account"]: Decimal(r["balance"]) for r in _rows(books, trial_balance)}
    for side, account, sign in (("receivable", "1300", 1), ("payable", "1600", -1)):
        last = _rows(books, balance_list, side=side)[-1]
        assert Decimal(last["closing"]) == sign * control[account]
        assert last["difference"] == "0.00"


def test_a_statement_runs_over_both_sides(books: Books) -> None:
    owed = book_invoice(books, 1, 10000, days_after(30))
    book_invoice(books, 2, 3000, days_after(30), side="receivable", like=owed)
    book_payment(books, 3, owed, 4000, on=days_after(7))
    code = _code(books, owed.relation)
    rows = _rows(books, statement, code)
    assert rows[0]["balance"] == "0.00"
    assert rows[-1] == {
        "kind": "closing",
        "relation": code,
        "date": None,
        "debit": "70.00",
        "credit": "100.00",
        "balance": "-30.00",
    }
    assert _rows(books, statement, code, side="receivable")[-1]["balance"] == "30.00"
    assert [r["balance"] for r in _rows(books, statement, code, first=days_after(1))] == ["-70.00", "-30.00", "-30.00"]
    assert _rows(books, statement, code, last=days_after(3))[-1]["balance"] == "-70.00"
