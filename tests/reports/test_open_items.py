"""Open items follow from postings alone, on every day and as known on every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hub.reports.open_items import Which, open_items
from tests.books import Books
from tests.reports.ledger import NOON, book_invoice, book_payment, days_after


def _items(books: Books, side: Which = "both", **when: Any) -> list[dict[str, Any]]:
    with books.hub.database.reading() as connection:
        return list(open_items(connection, books.id, side=side, **when))


def _left(books: Books, **when: Any) -> list[tuple[str, str]]:
    return [(item["settled"], item["outstanding"]) for item in _items(books, **when)]


def test_an_invoice_is_open_for_its_amount_due(books: Books) -> None:
    books.take("01")
    assert _items(books) == [
        {
            "item": books.scalar("SELECT id FROM open_item"),
            "relation": "C0001",
            "relation_name": "Papierhuis De Gouden Klem B.V.",
            "side": "payable",
            "part": "normal",
            "invoice": "GK-2026-0012",
            "date": "2026-01-15",
            "due_date": "2026-02-14",
            "currency": "EUR",
            "original": "347.27",
            "settled": "0.00",
            "outstanding": "347.27",
            "outstanding_base": "347.27",
            "blocked": False,
            "block_reasons": [],
        }
    ]


def test_a_credit_note_lowers_what_we_owe_and_a_sale_is_owed_to_us(books: Books) -> None:
    books.take("01", "03", "36", "38")
    outstanding = {item["invoice"]: (item["side"], item["outstanding"]) for item in _items(books)}
    assert outstanding["GK-2026-0012"] == ("payable", "347.27")
    assert outstanding["GK-2026-C003"] == ("payable", "-60.38")
    sides = [side for side, _ in outstanding.values()]
    assert sorted(sides) == ["payable", "payable", "receivable", "receivable"]
    assert [amount.startswith("-") for side, amount in outstanding.values() if side == "receivable"].count(True) == 1
    assert {item["invoice"] for item in _items(books, "payable")} == {"GK-2026-0012", "GK-2026-C003"}


def test_the_parts_of_an_invoice_with_a_g_account_stand_apart(books: Books) -> None:
    result = books.take("10")[0]
    assert result.invoice is not None
    parts = _items(books)
    assert [item["part"] for item in parts] == ["normal", "g_account"]
    assert sum(float(item["original"]) for item in parts) == float(result.invoice.totals.due or 0)


def test_an_invoice_in_another_currency_is_open_in_that_currency(books: Books) -> None:
    books.take("08")
    assert [(item["currency"], item["outstanding"]) for item in _items(books)] == [("USD", "1480.00")]


def test_a_prepaid_amount_was_never_open(books: Books) -> None:
    result = books.take("12")[0]
    assert result.invoice is not None
    assert [item["original"] for item in _items(books)] == [str(result.invoice.totals.due)]


def test_a_payment_settles_from_its_booking_date_on(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30))
    book_payment(books, 2, invoice, 4000, on=days_after(10))
    assert _left(books) == [("40.00", "60.00")]
    assert _left(books, as_of=days_after(9)) == [("0.00", "100.00")]
    assert _left(books, as_of=days_after(10)) == [("40.00", "60.00")]
    assert _left(books, as_of=days_after(-1)) == []


def test_what_was_known_on_a_day_stays_what_was_known(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30), posted_at=NOON)
    late = NOON + timedelta(days=40)
    book_payment(books, 2, invoice, 10000, on=days_after(10), posted_at=late)
    assert _left(books) == []
    assert _left(books, as_of=days_after(20), known_at=late - timedelta(seconds=1)) == [("0.00", "100.00")]
    assert _left(books, as_of=days_after(20), known_at=late) == []
    assert _left(books, known_at=NOON - timedelta(seconds=1)) == []


def test_a_settled_item_is_shown_when_asked_for(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30))
    book_payment(books, 2, invoice, 10000)
    assert _left(books) == []
    assert _left(books, settled_too=True) == [("100.00", "0.00")]


def test_a_payment_booked_before_its_invoice_still_stands_on_the_item(books: Books) -> None:
    invoice = book_invoice(books, 1, 10000, days_after(30))
    book_payment(books, 2, invoice, 10000, on=days_after(-5))
    assert [(i["original"], i["outstanding"]) for i in _items(books, as_of=days_after(-1))] == [("0.00", "-100.00")]


def test_a_new_iban_blocks_until_a_person_lifts_it(books: Books) -> None:
    books.take("17", "18")
    blocked = {item["invoice"]: (item["blocked"], item["block_reasons"]) for item in _items(books)}
    assert sorted(blocked.values()) == [(False, []), (True, ["new_iban"])]
    at = datetime.now(UTC)
    books.execute(
        "UPDATE open_item_block SET lifted_at = :at, lifted_by = :by", at=_instant(books, at), by=books.actor_id
    )
    assert not any(item["blocked"] for item in _items(books))
    before = _items(books, known_at=at - timedelta(microseconds=1))
    assert sum(item["blocked"] for item in before) == 1


def _instant(books: Books, at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if books.hub.database.is_sqlite else "+00")


def test_nothing_of_another_administration_is_seen(books: Books) -> None:
    books.take("01")
    other = books.second()
    with books.hub.database.reading() as connection:
        assert list(open_items(connection, other)) == []


def test_items_stand_in_order_of_relation_and_due_date(books: Books) -> None:
    books.take("17", "01", "03", "18", "02")
    order = [(item["relation"], item["due_date"]) for item in _items(books)]
    assert order == sorted(order)
    assert date.fromisoformat(order[0][1])
