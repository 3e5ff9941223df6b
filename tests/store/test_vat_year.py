"""A year of VAT worked out by hand: a filed quarter, late invoices, a supplement, a bad debt and its revival."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.accounting.vat_period import vat_period
from hub.errors import Conflict
from hub.reports.vat_due import due_rows
from hub.reports.vat_return import filed_rows, late_rows, tie_rows
from hub.store.vat_due import book_steps
from tests.books import Books
from tests.builders import SUPPLIER, D, credit_note, invoice, line, party, sale
from tests.store.vat_books import TABLES, VatBooks, at

BELGIAN, GERMAN, AMERICAN = party("BE", "BE0123456749"), party("DE", "DE123456789"), party("US")
VAT_ACCOUNTS = ("1500", "1501", "1502", "1504", "1505", "1506", "1520")


def _first_quarter(year: VatBooks) -> None:
    """1a 1,000.55 + 3,000.00, tax 210.12 + 630.00; 1b 200.00, 18.00; 2a 800.00, 168.00; 5b 105.00 + 168.00."""
    year.invoice(sale(line("1000.55"), number="S1", issue_date=date(2026, 1, 15)), date(2026, 2, 14))
    year.invoice(sale(line("200.00", rate="9"), number="S2", issue_date=date(2026, 2, 10)), date(2026, 3, 12))
    year.invoice(sale(line("3000.00"), number="S3", issue_date=date(2026, 2, 20)), date(2026, 3, 22))
    year.invoice(invoice(line("500.00"), number="P1", issue_date=date(2026, 3, 5)), date(2026, 4, 4))
    year.invoice(invoice(line("800.00", "AE", "0"), number="P2", issue_date=date(2026, 3, 6)), date(2026, 4, 5))
    year.pay("S1", "1210.67", date(2026, 2, 16))  # 1,000.55 + 210.12
    year.pay("S2", "218.00", date(2026, 3, 12))
    year.pay("P1", "605.00", date(2026, 3, 31))
    year.pay("P2", "800.00", date(2026, 3, 31))


def test_quarter_is_filed_in_whole_euros_and_its_balances_move(books: Books) -> None:
    year = VatBooks(books)
    _first_quarter(year)
    exact = {
        "1a": ("4000.55", "840.12"), "1b": ("200.00", "18.00"), "2a": ("800.00", "168.00"),
        "5a": ("0.00", "1026.12"),  # 840.12 + 18.00 + 168.00
        "5b": ("0.00", "273.00"),  # 105.00 + 168.00
        "5c": ("0.00", "753.12"), "5g": ("0.00", "753.12"),
    }  # fmt: skip
    assert year.boxes("2026-Q1") == exact
    year.file("2026-Q1", date(2026, 4, 20))
    assert year.boxes("2026-Q1") == exact
    assert year.declared("2026-Q1") == {
        "1a": "840", "1b": "18", "2a": "168", "5a": "1026", "5b": "273", "5c": "753", "5g": "753"
    }  # fmt: skip
    assert {account: year.balance(account) for account in VAT_ACCOUNTS if year.balance(account)} == {}
    assert (year.balance("1530"), year.balance("4671")) == (D("-753.00"), D("-0.12"))  # 753.12 - 753.00 in our favour
    assert books.rows("SELECT DISTINCT state FROM period WHERE first_day < '2026-04-01' AND name LIKE '2026-%'") == [
        ("locked",)
    ]
    assert year.broken() == []


def test_filed_quarter_is_filed_once_and_in_no_other_length(books: Books) -> None:
    year = VatBooks(books)
    _first_quarter(year)
    year.file("2026-Q1", date(2026, 4, 20))
    for name in ("2026-Q1", "2026-02", "2026"):
        with pytest.raises(Conflict, match="HUB-VATR-04.*date 2026-04-20"):
            year.file(name, date(2026, 4, 21))


def _second_quarter(year: VatBooks) -> None:
    """One of every box; what is in none: exempt, foreign VAT, and horeca which deducts nothing."""
    day, due = date(2026, 5, 4), date(2026, 6, 3)
    year.invoice(sale(line("1500.00"), number="S5", issue_date=day), due)  # 1a 315.00
    credit = credit_note(
        line("100.00"), seller=sale().seller, buyer=SUPPLIER, number="C1", issue_date=date(2026, 6, 2)
    )  # 1a -21.00
    year.invoice(credit, date(2026, 6, 2))
    year.invoice(sale(line("40.00", "Z", "0"), number="S8", issue_date=day), due)  # 1e
    year.invoice(sale(line("60.00", "E", "0"), number="S9", issue_date=day), due)  # exempt: nowhere
    year.invoice(sale(line("250.00", "G", "0"), buyer=AMERICAN, number="S10", issue_date=day), due)  # 3a
    year.invoice(sale(line("900.00", "K", "0"), buyer=BELGIAN, number="S11", issue_date=day), due)  # 3b
    year.invoice(invoice(line("400.00", "K", "0"), seller=GERMAN, number="P4", issue_date=day), due)  # 4b 84.00
    year.invoice(invoice(line("300.00", "AE", "0"), seller=AMERICAN, number="P5", issue_date=day), due)  # 4a 63.00
    german = invoice(line("100.00", rate="19"), seller=GERMAN, number="P6", issue_date=day)
    year.invoice(german, due)  # foreign VAT: cost, nowhere
    lunch = invoice(line("100.00", rate="9", accounting_cost="4340"), number="P7", issue_date=day)
    year.invoice(lunch, due)  # horeca: 9.00 joins the cost, 5b 0.00


def test_every_box_has_what_belongs_to_it_and_nothing_else(books: Books) -> None:
    year = VatBooks(books)
    _second_quarter(year)
    assert year.boxes("2026-Q2") == {
        "1a": ("1400.00", "294.00"),  # 1,500 - 100; 315.00 - 21.00
        "1e": ("40.00", "0.00"), "3a": ("250.00", "0.00"), "3b": ("900.00", "0.00"),
        "4a": ("300.00", "63.00"), "4b": ("400.00", "84.00"),
        "5a": ("0.00", "441.00"),  # 294.00 + 63.00 + 84.00
        "5b": ("0.00", "147.00"),  # 63.00 + 84.00
        "5c": ("0.00", "294.00"), "5g": ("0.00", "294.00"),
    }  # fmt: skip
    with books.hub.database.reading() as connection:
        ties = tie_rows(connection, year.loaded(connection), vat_period("2026-Q2"))
    assert {row["difference"] for row in ties} == {"0.00"}
    assert year.broken() == []


def test_year_with_late_invoices_a_supplement_a_bad_debt_and_its_revival(books: Books) -> None:
    year = VatBooks(books)
    _first_quarter(year)
    year.file("2026-Q1", date(2026, 4, 20))

    # A sale of 28 March, 2,000.00 with 420.00 VAT, comes after filing: late, and within the limit of 1,000.
    late = sale(line("2000.00"), number="S4", issue_date=date(2026, 3, 28))
    year.invoice(late, date(2026, 4, 27), on=date(2026, 4, 25))
    assert year.boxes("2026-Q1")["1a"] == ("4000.55", "840.12")
    _second_quarter(year)
    assert year.boxes("2026-Q2")["1a"] == ("1400.00", "294.00")
    year.file("2026-Q2", date(2026, 7, 20), "2026-Q1")
    assert year.boxes("2026-Q2")["1a"] == ("3400.00", "714.00")  # 1,400 + 2,000; 294.00 + 420.00
    assert year.boxes("2026-Q2")["5g"] == ("0.00", "714.00")  # 714.00 + 63.00 + 84.00 - 147.00

    # A purchase of 30 March, 10,000.00 with 2,100.00 VAT, found on 20 August: above the limit, so a supplement.
    found = invoice(line("10000.00"), number="P3", issue_date=date(2026, 3, 30))
    year.invoice(found, date(2026, 4, 29), on=date(2026, 8, 20))
    with books.hub.database.reading() as connection:
        (row,) = late_rows(connection, year.loaded(connection), TABLES)
    assert (row["period"], row["net"], row["may_go_along"]) == ("2026-Q1", "-2100.00", False)
    assert (row["limit"], row["found_on"], row["deadline"]) == ("1000.00", "2026-08-20", "2026-10-15")  # 8 weeks
    with pytest.raises(Conflict, match="HUB-VATR-0[23]"):
        year.file("2026-Q3", date(2026, 10, 20), "2026-Q1")
    year.supplement("2026-Q1", date(2026, 8, 25))
    year.invoice(
        sale(line("1000.00"), number="S6", issue_date=date(2026, 7, 10)), date(2026, 8, 9), on=date(2026, 8, 26)
    )
    year.file("2026-Q3", date(2026, 10, 20))
    assert year.boxes("2026-Q3")["5g"] == ("0.00", "210.00")
    year.invoice(sale(line("100.10"), number="S7", issue_date=date(2026, 11, 3)), date(2026, 12, 3))
    year.file("2026-Q4", date(2027, 1, 20))
    assert year.boxes("2026-Q4")["1a"] == ("100.10", "21.02")  # 100.10 x 21 % = 21.021
    with books.hub.database.reading() as connection:
        filed = filed_rows(connection, year.loaded(connection))
    assert [(r["period"], r["kind"], r["declared"]) for r in filed] == [
        ("2026-Q1", "return", "753"), ("2026-Q1", "supplement", "-2100"), ("2026-Q2", "return", "714"),
        ("2026-Q3", "return", "210"), ("2026-Q4", "return", "21"),
    ]  # fmt: skip
    assert year.balance("1530") == -(753 - 2100 + 714 + 210 + 21)
    assert {account for account in VAT_ACCOUNTS if year.balance(account)} == set()

    _bad_debt(year)


def _bad_debt(year: VatBooks) -> None:
    """S3 (3,000.00 + 630.00, due 22 March 2026) is never paid; P3 (10,000.00 + 2,100.00, due 29 April 2026) not by us."""
    for number, amount in (("S4", "2420.00"), ("S5", "1815.00"), ("S6", "1210.00"), ("S7", "121.12")):
        year.pay(number, amount, date(2027, 1, 4))
    for number, amount in (("S8", "40.00"), ("S9", "60.00"), ("S10", "250.00"), ("S11", "900.00")):
        year.pay(number, amount, date(2027, 1, 4))
    for number, amount in (("P4", "400.00"), ("P5", "300.00"), ("P6", "119.00"), ("P7", "109.00")):
        year.pay(number, amount, date(2027, 1, 4))
    assert _due(year, "receivable", date(2027, 3, 21)) == []
    assert _due(year, "receivable", date(2027, 3, 31)) == [("S3", "reclaim", "-3000.00", "-630.00", "2027-Q1")]
    _book(year, "receivable", date(2027, 3, 31))
    assert _due(year, "receivable", date(2027, 3, 31)) == []
    year.file("2027-Q1", date(2027, 4, 20))
    assert year.boxes("2027-Q1") == {
        "1a": ("-3000.00", "-630.00"), "5a": ("0.00", "-630.00"), "5c": ("0.00", "-630.00"), "5g": ("0.00", "-630.00")
    }  # fmt: skip

    # A third is paid on 10 May 2027: 1,210.00 of 3,630.00 brings back 1,000.00 and 210.00.
    year.pay("S3", "1210.00", date(2027, 5, 10))
    assert _due(year, "receivable", date(2027, 6, 30)) == [("S3", "pay_back", "1000.00", "210.00", "2027-Q2")]
    assert _due(year, "payable", date(2027, 6, 30)) == [("P3", "give_back", "-10000.00", "-2100.00", "2027-Q2")]
    _book(year, "receivable", date(2027, 6, 30))
    _book(year, "payable", date(2027, 6, 30))
    year.file("2027-Q2", date(2027, 7, 20))
    assert year.boxes("2027-Q2") == {
        "1a": ("1000.00", "210.00"), "5a": ("0.00", "210.00"), "5b": ("0.00", "-2100.00"),
        "5c": ("0.00", "2310.00"), "5g": ("0.00", "2310.00"),  # 210.00 + 2,100.00
    }  # fmt: skip
    assert (year.balance("1308"), year.balance("1529")) == (D("-420.00"), D("2100.00"))  # 630 - 210

    # We pay P3 after all: the input VAT is deducted again.
    year.pay("P3", "12100.00", date(2027, 7, 15))
    assert _due(year, "payable", date(2027, 9, 30)) == [("P3", "deduct_again", "10000.00", "2100.00", "2027-Q3")]
    _book(year, "payable", date(2027, 9, 30))
    assert _due(year, "payable", date(2027, 9, 30)) == []
    assert year.boxes("2027-Q3") == {
        "5b": ("0.00", "2100.00"), "5c": ("0.00", "-2100.00"), "5g": ("0.00", "-2100.00")
    }  # fmt: skip
    assert year.balance("1529") == 0
    assert year.open_numbers() == ["C1", "S3"]
    assert year.broken() == []


def _due(year: VatBooks, side: str, as_of: date) -> list[tuple[str, str, str, str, str]]:
    with year.books.hub.database.reading() as connection:
        rows = due_rows(connection, year.loaded(connection), side, as_of)  # type: ignore[arg-type]
    return [(r["invoice"], r["action"], r["base"], r["vat"], r["period"]) for r in rows]


def _book(year: VatBooks, side: str, as_of: date) -> Decimal:
    year.books.hub.ids.reserve(300)
    with year.books.hub.database.transaction() as connection:
        done = book_steps(
            connection,
            year.books.hub.ids,
            year.loaded(connection),
            side,
            as_of,
            year.books.actor_id,
            at(as_of),  # type: ignore[arg-type]
        )
    return Decimal(sum(step.tax for step, _ in done)).scaleb(-2)
