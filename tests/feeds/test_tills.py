"""Tills through the pipeline: days and receipts are booked once, look-alikes never, and verify derives them again."""

from __future__ import annotations

from tests.books import Books, message_of
from tests.connectors.fiskaltrust.build import DELIVERY, ORDER, SALE, file, item, pay
from tests.connectors.fiskaltrust.build import receipt as receipt_request
from tests.connectors.saft_till.build import audit_file, receipt, register, z_report
from tests.feeds.test_files_of_several import all_hold, balance

SOLD = receipt(1, ("2", "121.00"))
BACK = receipt(2, ("2", "-12.10"), lines=(("D", "-12.10", "-10.00", "-2.10", "21"),), total="-12.10", side="D")


def test_an_audit_file_is_booked_per_day_and_a_longer_one_is_a_conflict(books: Books) -> None:
    first = audit_file(register(SOLD))
    assert [r.outcome for r in books.process([message_of(first, uid="noon")])] == ["posted"]
    assert [r.outcome for r in books.process([message_of(first + b"\n", uid="again")])] == ["duplicate"]
    later = books.process([message_of(audit_file(register(SOLD, BACK)), uid="night")])
    assert [r.outcome for r in later] == ["conflict"]
    assert (balance(books, "1050"), balance(books, "8000"), balance(books, "1500")) == (12100, -10000, -2100)
    all_hold(books)


def test_receipts_that_the_report_contradicts_wait_for_a_person(books: Books) -> None:
    results = books.process([message_of(audit_file(register(z_report("Z1", "120.00"), SOLD)), uid="f")])
    assert [r.outcome for r in results] == ["held"]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 0
    all_hold(books)


def test_a_broken_audit_file_books_nothing(books: Books) -> None:
    data = audit_file(register(SOLD), register(SOLD, number="2"))
    assert [r.outcome for r in books.process([message_of(data[:-30], uid="f")])] == ["refused"]
    all_hold(books)


def test_receipts_are_booked_once_and_orders_never(books: Books) -> None:
    evening = file(
        receipt_request(item("121.00"), pay("121.00")),
        receipt_request(item("-121.00"), pay("-121.00"), at="2026-03-02T18:40:00Z", case=SALE + 0x40000),
        receipt_request(item("12.10"), case=ORDER, number="2"),
        receipt_request(item("12.10"), pay("12.10", "PIN", 4), number="2", at="2026-03-02T19:00:00Z"),
        receipt_request(item("50.00"), pay("50.00", "Zimmer", 0x11), number="3", case=DELIVERY),
    )
    results = books.process([message_of(evening, uid="f")])
    assert [r.outcome for r in results] == ["posted", "posted", "refused", "posted", "held"]
    alone = file(receipt_request(item("12.10"), pay("12.10", "PIN", 4), number="2", at="2026-03-02T19:00:00Z"))
    assert [r.outcome for r in books.process([message_of(alone, uid="g")])] == ["duplicate"]
    assert (balance(books, "1000"), balance(books, "1050"), balance(books, "8000")) == (0, 1210, -1000)
    all_hold(books)


def test_a_rate_that_is_not_dutch_is_held(books: Books) -> None:
    german = file(receipt_request(item("119.00", "19"), pay("119.00", "Bar")))
    assert [r.outcome for r in books.process([message_of(german, uid="f")])] == ["held"]
    all_hold(books)
