"""Ageing: no item falls through, and every total is the control account's (PEERS 2.9 names who gets it wrong)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.reports.ageing import BUCKETS, ageing, place
from hub.reports.open_items import ItemBalance, Which
from tests.books import Books
from tests.reports.ledger import NOON, book_invoice, book_payment, days_after
from tests.reports.tampering import lift_guards

DUE = date(2026, 6, 30)


def _report(books: Books, side: Which = "payable", **when: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    with books.hub.database.reading() as connection:
        *lines, last = ageing(connection, books.id, side=side, **when)
    return lines, last


def _item(due: date, original: int = 100) -> ItemBalance:
    return ItemBalance("C1", "x", "payable", "normal", "1", due, due, "EUR", original, original, original, ())


@pytest.mark.parametrize(
    ("late", "column"),
    [(-400, 0), (-31, 0), (-30, 0), (-29, 0), (-1, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4),
     (400, 4)],
)  # fmt: skip
def test_every_number_of_days_has_its_column(late: int, column: int) -> None:
    assert place(_item(DUE), BUCKETS, DUE + timedelta(days=late)) == column


@given(
    due=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    limits=st.lists(st.integers(1, 400), unique=True, max_size=6).map(sorted),
)
def test_no_item_falls_out_of_all_columns(due: date, day: date, limits: Sequence[int]) -> None:
    column = place(_item(due), limits, day)
    late = (day - due).days
    low = [-(10**6), 0, *limits][column]
    high = [0, *limits, 10**6][column]
    assert low < late <= high or (column == 0 and late <= 0)


def test_a_credit_note_is_not_due_until_it_is_matched(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(0))
    book_invoice(books, 2, -2500, days_after(0), like=invoice)
    lines, last = _report(books, as_of=days_after(95))
    assert [(line["not_due"], line["buckets"], line["total"]) for line in lines] == [
        ("-25.00", ["0.00", "0.00", "0.00", "100.00"], "75.00")
    ]
    assert (last["total"], last["control_account"], last["difference"]) == ("75.00", "75.00", "0.00")


def test_each_item_stands_in_one_column_and_the_columns_add_up(books: Books) -> None:
    lates = (-45, -30, 0, 1, 30, 31, 60, 61, 90, 91, 365)
    for number, late in enumerate(lates, 1):
        book_invoice(books, number, 10**number, days_after(-late))
    lines, last = _report(books, as_of=days_after(0))
    assert len(lines) == len(lates)
    for line in lines:
        amounts = [line["not_due"], *line["buckets"]]
        assert sum(amount != "0.00" for amount in amounts) == 1
        assert sum(map(Decimal, amounts)) == Decimal(line["total"])
    assert last["not_due"] == "11.10"
    assert last["buckets"] == ["1100.00", "110000.00", "11000000.00", "1100000000.00"]
    assert (last["total"], last["difference"]) == (last["control_account"], "0.00")


def test_limits_of_ones_own_give_one_column_more(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(-8))
    _, last = _report(books, as_of=days_after(0), buckets=(14, 7))
    assert last["buckets"] == ["0.00", "100.00", "0.00"]


def test_ageing_ties_to_the_control_account_on_every_day_and_as_known(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(5))
    book_invoice(books, 2, 5000, days_after(40), side="receivable", posted_at=NOON + timedelta(days=3))
    book_payment(books, 3, invoice, 2500, on=days_after(10), posted_at=NOON + timedelta(days=50))
    expected = {-1: ("0.00", "0.00"), 0: ("100.00", "50.00"), 10: ("75.00", "50.00")}
    for day, (payable, receivable) in expected.items():
        for side, total in (("payable", payable), ("receivable", receivable)):
            _, last = _report(books, side, as_of=days_after(day))  # type: ignore[arg-type]
            assert (last["total"], last["control_account"], last["difference"]) == (total, total, "0.00")
    _, last = _report(books, as_of=days_after(10), known_at=NOON + timedelta(days=49))
    assert (last["total"], last["difference"]) == ("100.00", "0.00")
    _, last = _report(books, "receivable", as_of=days_after(10), known_at=NOON)
    assert (last["total"], last["difference"]) == ("0.00", "0.00")


def test_both_sides_are_what_they_owe_us_minus_what_we_owe_them(books: Books) -> None:
    owed = book_invoice(books, 1, 10000, days_after(0))
    book_invoice(books, 2, 3000, days_after(0), side="receivable", like=owed)
    lines, last = _report(books, "both", as_of=days_after(1))
    assert [line["total"] for line in lines] == ["-70.00"]
    assert (last["total"], last["control_account"], last["difference"]) == ("-70.00", "-70.00", "0.00")


def test_the_demo_documents_age_in_base_currency_and_tie(books: Books) -> None:
    books.take("01", "02", "03", "08", "10", "12", "17", "18", "36", "37", "38", together=True)
    for side in ("payable", "receivable", "both"):
        for day in (date(2026, 1, 20), date(2026, 4, 30), date(2026, 12, 31), date(2030, 1, 1)):
            lines, last = _report(books, side, as_of=day)  # type: ignore[arg-type]
            assert last["difference"] == "0.00"
            assert (
                sum(Decimal(line["total"]) for line in lines)
                == Decimal(last["total"])
                == Decimal(last["control_account"])
            )
    lines, _ = _report(books, as_of=date(2026, 12, 31))
    dollar = next(line for line in lines if line["name"].startswith("Sagebrush"))
    assert dollar["total"] == "1275.86"  # 1480.00 USD


def test_books_without_entries_are_tied(books: Books) -> None:
    lines, last = _report(books)
    assert lines == []
    assert (last["total"], last["control_account"], last["difference"]) == ("0.00", "0.00", "0.00")


def test_items_add_up_to_their_relations_column_by_column(books: Books) -> None:
    first = book_invoice(books, 1, 10000, days_after(-8))
    book_invoice(books, 2, -2500, days_after(-40), like=first)
    third = book_invoice(books, 3, 7000, days_after(-95))
    book_payment(books, 4, third, 1000, on=days_after(2))
    book_invoice(books, 5, 300, days_after(12), side="receivable", like=first)
    for side in ("payable", "receivable", "both"):
        for day in (days_after(0), days_after(1), days_after(30)):
            for basis in ("due", "invoice"):
                lines, last = _report(books, side, as_of=day, basis=basis)  # type: ignore[arg-type]
                items, same = _report(books, side, as_of=day, basis=basis, items=True)  # type: ignore[arg-type]
                assert last == same
                for line in lines:
                    mine = [item for item in items if item["relation"] == line["relation"]]
                    for column in range(4):
                        assert sum(Decimal(i["buckets"][column]) for i in mine) == Decimal(line["buckets"][column])
                    assert sum(Decimal(i["not_due"]) for i in mine) == Decimal(line["not_due"])


def test_days_may_count_from_the_invoice_date(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30))
    book_invoice(books, 2, -2500, days_after(30), like=invoice)
    _, last = _report(books, as_of=days_after(31), basis="invoice")
    assert (last["not_due"], last["buckets"], last["difference"]) == (
        "-25.00",
        ["0.00", "100.00", "0.00", "0.00"],
        "0.00",
    )
    _, due = _report(books, as_of=days_after(31))
    assert due["buckets"] == ["100.00", "0.00", "0.00", "0.00"]


def test_limits_beyond_the_calendar_still_hold_everything(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(-8))
    _, last = _report(books, as_of=days_after(0), buckets=(10**7,))
    assert last["buckets"] == ["100.00", "0.00"]


def test_what_stands_on_a_control_account_and_no_item_shows_as_a_difference(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(0))
    lift_guards(books, "posting")
    books.execute("UPDATE posting SET open_item_id = NULL, relation_id = NULL WHERE open_item_id IS NOT NULL")
    for known_at in (None, NOON + timedelta(days=1)):
        _, last = _report(books, as_of=days_after(0), known_at=known_at)
        assert (last["total"], last["control_account"], last["difference"]) == ("0.00", "100.00", "-100.00")


def test_what_stands_on_an_item_and_no_control_account_shows_as_a_difference(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(0))
    lift_guards(books, "posting")
    cost = "SELECT id FROM account WHERE code = '4990'"
    books.execute(f"UPDATE posting SET account_id = ({cost}) WHERE open_item_id IS NOT NULL")
    _, last = _report(books, as_of=days_after(0))
    assert (last["total"], last["control_account"], last["difference"]) == ("100.00", "0.00", "100.00")


def test_a_report_ties_while_others_book(books: Books) -> None:
    book_invoice(books, 1, 10000, days_after(0))
    with books.hub.database.reporting() as connection:
        report = ageing(connection, books.id, side="payable", as_of=days_after(0))
        first = next(report)
        book_invoice(books, 2, 5000, days_after(0))
        (last,) = report
    assert (first["total"], last["total"], last["control_account"], last["difference"]) == (
        "100.00",
        "100.00",
        "100.00",
        "0.00",
    )
    assert _report(books, as_of=days_after(0))[1]["total"] == "150.00"
