"""Filing: once only, for ever, whole or not at all; statements that tie; VAT of what is not paid, booked once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from hub.accounting.vat_period import vat_period
from hub.errors import Conflict, NotFound
from hub.model.booking import Rate
from hub.model.journal import JournalEntry, Posting
from hub.model.money import Money
from hub.reports.icp import icp
from hub.reports.oss import oss
from hub.reports.vat_due import due_rows
from hub.reports.vat_return import details, late_details, pro_rata_rows, tie_rows, vat_return
from hub.reports.verify_result import Tally
from hub.reports.verify_vat import check_filed
from hub.store import tables as t
from hub.store.oss_returns import file_oss
from hub.store.posted import find_entry
from hub.store.rates import save_rates
from hub.store.reversing import reverse
from hub.store.vat_due import book_steps, set_certain
from tests.books import Books
from tests.builders import D, invoice, line, party, sale
from tests.store.vat_books import TABLES, VatBooks, at

BELGIAN = party("BE", "BE0123456749")
JANUARY = date(2026, 1, 15)


def _sale(year: VatBooks, number: str, net: str, day: date = JANUARY, **changes: Any) -> None:
    on = changes.pop("on", None)
    made = sale(line(net, *changes.pop("vat", ("S", "21"))), number=number, issue_date=day, **changes)
    year.invoice(made, day, on=on)


def _report(books: Books, function: Any, *arguments: Any, **named: Any) -> Any:
    with books.hub.database.reading() as connection:
        found = function(connection, VatBooks.loaded(VatBooks.__new__(VatBooks), connection), *arguments, **named)
        return list(found)


def test_details_of_a_box_come_to_its_figure_and_name_entry_and_relation(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.55")
    _sale(year, "S2", "50.00")
    year.invoice(invoice(line("100.00", rate="9", accounting_cost="4340"), number="P1", issue_date=JANUARY), JANUARY)
    period = vat_period("2026-Q1")
    boxes = {row["box"]: row for row in _report(books, vat_return, period, TABLES)}
    for filed in (False, True):
        if filed:
            year.file("2026-Q1", date(2026, 4, 20))
        for box in ("1a", "5a", "5b", "5g"):
            rows = _report(books, details, period, TABLES, box=box)
            sign = {"5g": {"5b": -1}}.get(box, {})
            assert sum(Decimal(r["tax"]) * sign.get(r["box"], 1) for r in rows) == Decimal(boxes[box]["tax"]), box
    (row, _) = _report(books, details, period, TABLES, box="1a")
    assert (row["journal"], row["number"], row["relation"], row["base"], row["tax"]) == (
        "VRK",
        1,
        year.relation,
        "1000.55",
        "210.12",
    )
    lunch = _report(books, details, period, TABLES, box="5b")
    assert [(r["tax"], r["non_deductible"]) for r in lunch] == [("0.00", "9.00")]
    with pytest.raises(NotFound, match="HUB-VATR-06: found 9z, expected 1a"):
        _report(books, details, period, TABLES, box="9z")


def test_what_is_filed_cannot_be_changed_deleted_or_reversed(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    year.file("2026-Q1", date(2026, 4, 20))
    for table in ("vat_return", "vat_figure", "vat_declared"):
        for statement in (f"UPDATE {table} SET administration_id = administration_id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="LED-007"):
                books.execute(statement)
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, "MEM", 2026, 1)
        with pytest.raises(Conflict, match="HUB-ASK-26"):
            reverse(
                connection,
                books.hub.ids,
                year.loaded(connection),
                booked,
                date(2026, 5, 1),
                "",
                books.actor_id,
                at(JANUARY),
            )
    with pytest.raises(DBAPIError):
        books.execute("INSERT INTO vat_declared SELECT * FROM vat_declared")


def test_a_return_without_anything_is_filed_without_a_booking(books: Books) -> None:
    year = VatBooks(books)
    year.file("2026-Q1", date(2026, 4, 20))
    assert year.boxes("2026-Q1") == {}
    assert books.rows("SELECT entry_id, lines FROM vat_return") == [(None, 0)]


def test_two_that_file_at_once_file_once(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    failures: list[Exception] = []

    def file() -> None:
        try:
            year.file("2026-Q1", date(2026, 4, 20))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=file) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 2
    assert books.scalar("SELECT COUNT(*) FROM vat_return") == 1
    assert year.broken() == []


def test_a_filing_that_fails_leaves_nothing(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    year.file("2026-Q1", date(2026, 4, 20))
    _sale(year, "S2", "9000.00", on=date(2026, 4, 21))
    before = books.scalar("SELECT COUNT(*) FROM entry")
    with pytest.raises(Conflict, match="HUB-VATR-0[23]"):
        year.file("2026-Q2", date(2026, 7, 20), "all")
    with pytest.raises(NotFound, match="HUB-VATR-01"):
        year.file("2026-Q2", date(2026, 7, 20), "2025-Q4")
    with pytest.raises(NotFound, match="HUB-VATR-01"):
        year.supplement("2026-Q2", date(2026, 7, 20))
    assert books.scalar("SELECT COUNT(*) FROM entry") == before
    assert books.scalar("SELECT COUNT(*) FROM vat_return") == 1
    assert [(r["period"], r["box"], r["document"], r["base"]) for r in _report(books, late_details)] == [
        ("2026-Q1", "1a", None, "9000.00")
    ]


def test_what_goes_along_is_within_the_limit_altogether_too(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "10.00")
    _sale(year, "S2", "10.00", date(2026, 5, 4))
    year.file("2026-Q1", date(2026, 4, 20))
    year.file("2026-Q2", date(2026, 7, 20))
    for number, day in (("L1", date(2026, 3, 1)), ("L2", date(2026, 5, 1))):  # 630.00 each
        _sale(year, number, "3000.00", day, on=date(2026, 8, 1))
    with pytest.raises(Conflict, match=r"HUB-VATR-03: found 1260\.00"):
        year.file("2026-Q3", date(2026, 10, 20), "all")
    year.file("2026-Q3", date(2026, 10, 20), "2026-Q1")
    assert year.boxes("2026-Q3")["1a"] == ("3000.00", "630.00")


def test_monthly_returns_make_up_the_quarter_by_date(books: Books) -> None:
    year = VatBooks(books)
    for month in (1, 2, 3):
        _sale(year, f"S{month}", "100.99", date(2026, month, 15))
        year.file(f"2026-0{month}", date(2026, month + 1, 20))
    assert year.boxes("2026-Q1")["1a"] == ("302.97", "63.63")  # 3 x 21.2079, each rounded to 21.21
    assert year.declared("2026-02")["5g"] == "21"


def test_hand_booking_on_a_vat_account_is_named_as_a_difference(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    money = Money(D("5.00"), "EUR")
    postings = (Posting("1500", "credit", money, money), Posting("4990", "debit", money, money))
    year.entry(JournalEntry("MEM", JANUARY, "met de hand", postings))
    rows = {r["account"]: r for r in _report(books, tie_rows, vat_period("2026-Q1"))}
    assert (rows["1500"]["ledger"], rows["1500"]["this_return"], rows["1500"]["difference"]) == (
        "215.00",
        "210.00",
        "5.00",
    )
    year.file("2026-Q1", date(2026, 4, 20))
    assert year.balance("1500") == D("-5.00")  # filing moves what was declared, never what nobody declared
    assert year.broken() == []


def test_icp_ties_to_box_3b_before_and_after_filing_with_corrections_by_original_period(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "900.00", vat=("K", "0"), buyer=BELGIAN)
    _sale(year, "S2", "50.00", vat=("AE", "0"), buyer=BELGIAN)
    relation = books.scalar("SELECT id FROM relation WHERE code = :c", c=year.relation)
    with books.hub.database.transaction() as connection:
        connection.execute(
            insert(t.relation_key).values(
                administration_id=books.id, relation_id=relation, key="VAT:BE0123456749", confirmed=True
            )
        )

    def rows(period: str) -> list[dict[str, Any]]:
        return list(_report(books, icp, vat_period(period), TABLES))

    def shown(period: str) -> list[tuple[Any, ...]]:
        return [(r["vat_id"], r["goods"], r["services"], r["period"], r["correction"]) for r in rows(period)[:-1]]

    first = [("BE0123456749", "900.00", "50.00", "2026-Q1", False)]
    assert shown("2026-Q1") == first
    assert shown("2026-01") == [(*first[0][:3], "2026-01", False)]
    assert {f.code for f in rows("2026-Q1")[-1]["findings"]} == {"HUB-ICP-02"}
    year.file("2026-Q1", date(2026, 4, 20))
    _sale(year, "S3", "100.00", vat=("K", "0"), buyer=BELGIAN, on=date(2026, 4, 21))  # late
    assert shown("2026-Q1") == first
    year.file("2026-Q2", date(2026, 7, 20), "all")
    assert shown("2026-Q2") == [("BE0123456749", "100.00", "0.00", "2026-Q1", True)]
    _sale(year, "S4", "25.00", vat=("K", "0"), buyer=BELGIAN, on=date(2026, 7, 21))
    year.supplement("2026-Q1", date(2026, 7, 22))
    assert shown("2026-Q1") == [*first, ("BE0123456749", "25.00", "0.00", "2026-Q1", True)]
    for period, total in (("2026-Q1", "975.00"), ("2026-Q2", "100.00")):
        last = rows(period)[-1]
        assert (last["total"], last["box_3b"], last["difference"]) == (total, total, "0.00")


def test_oss_is_filed_with_its_exchange_difference_and_corrected_by_original_quarter(books: Books) -> None:
    year = VatBooks(books)
    with books.hub.database.transaction() as connection:
        rates = [Rate("SEK", date(2026, 3, 31), D("10.00")), Rate("SEK", date(2026, 6, 30), D("12.50"))]
        save_rates(connection, rates, "test")
    german, swedish = party("DE"), party("SE")
    _sale(year, "O1", "100.00", vat=("S", "19"), buyer=german)
    _kronor(year, sale(line("1000.00", rate="25"), buyer=swedish, number="O2", issue_date=JANUARY, currency="SEK"))
    quarter = vat_period("2026-Q1")

    def shown(period: str) -> list[tuple[Any, ...]]:
        *rows, last = _report(books, oss, vat_period(period), TABLES)
        assert Decimal(last["total"]) == sum(Decimal(r["tax"]) for r in rows)
        return [(r["country"], r["kind"], r["rate"], r["correction_of"], r["base"], r["tax"]) for r in rows]

    # 1,000.00 and 250.00 kronor: booked at 12.50 (80.00 and 20.00), declared at 10.00 (100.00 and 25.00)
    first = [("DE", "goods", "19", None, "100.00", "19.00"), ("SE", "goods", "25", None, "100.00", "25.00")]
    assert shown("2026-Q1") == first
    assert year.boxes("2026-Q1") == {}
    assert year.balance("1531") == D("-39.00")
    _file_oss(year, "2026-Q1", date(2026, 4, 20))
    assert shown("2026-Q1") == first
    assert year.balance("1531") == D("-44.00")
    with pytest.raises(Conflict, match="HUB-VATR-04.*date 2026-04-20"):
        _file_oss(year, "2026-Q1", date(2026, 4, 21))
    _sale(year, "O3", "10.00", date(2026, 3, 1), vat=("S", "19"), buyer=german, on=date(2026, 4, 22))
    _sale(year, "O4", "20.00", date(2026, 5, 1), vat=("S", "19"), buyer=german)
    assert shown("2026-Q1") == first
    assert shown("2026-Q2") == [
        ("DE", "goods", "19", None, "20.00", "3.80"), ("DE", "goods", "19", "2026-Q1", "10.00", "1.90"),
    ]  # fmt: skip
    _file_oss(year, "2026-Q2", date(2026, 7, 20))
    last = _report(books, oss, quarter, TABLES)[-1]
    assert (last["distance_sales"], last["threshold"], last["exceeded"]) == ("210.00", "10000.00", False)
    assert year.broken() == []


def _kronor(year: VatBooks, made: Any) -> None:
    """Booked at 12.50 kronor for a euro."""
    from tests.builders import facts, posted

    entry = posted(made, facts(relations=(), received_on=JANUARY, rates=(Rate("SEK", JANUARY, D("12.50")),)))
    year.entry(replace(entry, open_items=tuple(replace(i, currency="SEK") for i in entry.open_items)))


def _file_oss(year: VatBooks, period: str, on: date) -> None:
    year.books.hub.ids.reserve(300)
    with year.books.hub.database.transaction() as connection:
        file_oss(
            connection, year.books.hub.ids, year.loaded(connection), vat_period(period), year.books.actor_id, at(on)
        )


def _due(books: Books, as_of: date) -> list[tuple[str, str, str]]:
    return [(r["action"], r["vat"], r["tax_date"]) for r in _report(books, due_rows, "receivable", as_of)]


def _book(year: VatBooks, as_of: date) -> int:
    year.books.hub.ids.reserve(300)
    with year.books.hub.database.transaction() as connection:
        return len(
            book_steps(
                connection,
                year.books.hub.ids,
                year.loaded(connection),
                "receivable",
                as_of,
                year.books.actor_id,
                at(as_of),
            )
        )


def _certain(year: VatBooks, number: str, since: date) -> None:
    books = year.books
    books.hub.ids.reserve(10)
    with books.hub.database.transaction() as connection:
        loaded = year.loaded(connection)
        set_certain(connection, books.hub.ids, loaded, number, "", since, "failliet", books.actor_id, at(since))


def test_write_off_and_a_persons_word_make_a_bad_debt_certain(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    _sale(year, "S2", "2000.00")
    year.settle("S1", "1210.00", date(2026, 3, 1), "4375")
    assert _due(books, date(2026, 3, 31)) == [("reclaim", "-210.00", "2026-03-01")]
    _certain(year, "S2", date(2026, 3, 15))
    with pytest.raises(Conflict, match="HUB-VATR-07.*date 2026-03-15"):
        _certain(year, "S2", date(2026, 3, 16))
    assert _book(year, date(2026, 3, 31)) == 2
    assert "1a" not in year.boxes("2026-Q1")  # 3,000.00 and 630.00 sold, and had back
    assert _due(books, date(2028, 1, 1)) == []
    assert (year.balance("1308"), year.balance("4375")) == (D("-420.00"), D("1000.00"))  # the loss of S1 is net


def test_a_booking_of_a_bad_debt_that_is_reversed_comes_back_on_the_list(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    assert _book(year, date(2027, 1, 31)) == 1
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, "MEM", 2027, 1)
        reverse(
            connection,
            books.hub.ids,
            year.loaded(connection),
            booked,
            date(2027, 2, 1),
            "",
            books.actor_id,
            at(JANUARY),
        )
    assert _due(books, date(2027, 2, 1)) == [("reclaim", "-210.00", "2027-01-15")]


def test_two_that_book_bad_debts_at_once_book_them_once(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    failures: list[Exception] = []

    def book() -> None:
        try:
            _book(year, date(2027, 1, 31))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=book) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert books.scalar("SELECT COUNT(*) FROM vat_adjusted") == 1


def test_pro_rata_of_a_year_is_by_turnover_rounded_up(books: Books) -> None:
    """Taxed 1,000 and exempt 500: 66.67 % is 67 %; of 105.00 deducted at 100 % there should be 70.35."""
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    _sale(year, "S2", "500.00", vat=("E", "0"))
    year.invoice(invoice(line("500.00"), number="P1", issue_date=JANUARY), JANUARY)
    rows = {r["what"]: r["value"] for r in _report(books, pro_rata_rows, vat_period("2026"))}
    assert (rows["percentage"], rows["deducted"], rows["allowed"], rows["correction"]) == (
        "67",
        "105.00",
        "70.35",
        "-34.65",
    )


def _digests(books: Books) -> tuple[str, ...]:
    tally = Tally("vat-filed", "")
    with books.hub.database.reading() as connection:
        check_filed(connection, books.id, tally, "", lambda _count: None)
    return tally.result().failures


def test_figures_of_a_filed_return_that_were_changed_by_hand_show(books: Books) -> None:
    year = VatBooks(books)
    _sale(year, "S1", "1000.00")
    year.file("2026-Q1", date(2026, 4, 20))
    assert _digests(books) == ()
    from hub.store import guards

    with books.hub.database.transaction() as connection:
        guards.lift(connection)
        connection.exec_driver_sql("UPDATE vat_figure SET tax = tax + 1 WHERE box = '1a'")
        connection.exec_driver_sql("UPDATE vat_declared SET due = due + 1")
        guards.renew(connection)
    assert len(_digests(books)) == 1
    assert any("was declared otherwise" in failure for failure in year.broken())
    assert any("account 1500 is out by" in failure for failure in year.broken())
