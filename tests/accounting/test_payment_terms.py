"""When it is due, and until when which discount holds."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.payment_terms import choose_due, due_date
from hub.model.administration import PaymentTerm
from hub.model.invoice import PaymentMeans
from tests.builders import DAY, D, administration, booked, codes, credit_note, invoice, known, posted, starter
from tests.builders import facts as facts_of

DATES = st.dates(date(1990, 1, 1), date(2100, 12, 31))
DAYS = st.integers(0, 120)
LATER = date(2026, 5, 1)


@given(DATES, DAYS)
def test_days_are_added(start: date, days: int) -> None:
    assert due_date(PaymentTerm("t", "t", days), start) == start + timedelta(days=days)


@given(DATES, DAYS, DAYS)
def test_end_of_month_is_the_last_day_of_the_month_then_extra_days(start: date, days: int, extra: int) -> None:
    due = due_date(PaymentTerm("t", "t", days, end_of_month=True, extra_days=extra), start) - timedelta(days=extra)
    reached = start + timedelta(days=days)
    assert (due.year, due.month) == (reached.year, reached.month)
    assert due.day == calendar.monthrange(due.year, due.month)[1]


@pytest.mark.parametrize(
    ("start", "days", "extra", "due"),
    [
        (date(2024, 1, 31), 29, 0, date(2024, 2, 29)),
        (date(2023, 1, 31), 28, 0, date(2023, 2, 28)),
        (date(2024, 2, 29), 0, 30, date(2024, 3, 30)),
        (date(2025, 12, 31), 0, 30, date(2026, 1, 30)),
        (date(2025, 12, 15), 30, 0, date(2026, 1, 31)),
    ],
)
def test_end_of_month_in_leap_years_and_over_new_year(start: date, days: int, extra: int, due: date) -> None:
    assert due_date(PaymentTerm("t", "t", days, end_of_month=True, extra_days=extra), start) == due


@given(st.dates(), DAYS, st.booleans())
def test_there_is_a_due_date_to_the_end_of_the_calendar(start: date, days: int, end: bool) -> None:
    assert due_date(PaymentTerm("t", "t", days, end, days), start) >= start


def test_the_documents_own_due_date_wins() -> None:
    due = choose_due(invoice(due_date=LATER), known(), starter(), "purchase")
    assert (due.on, due.decision.why, due.finding) == (LATER, "document_due_date", None)


def test_a_difference_with_the_agreed_term_is_a_finding() -> None:
    given = facts_of(relations=(known(purchase_term="30"),))
    booking = booked(invoice(due_date=LATER), given)
    assert booking.outcome == "posted"
    assert "HUB-TERM-01" in codes(booking)
    assert booking.entry is not None
    assert booking.entry.open_items[0].due_date == LATER


def test_a_due_date_that_is_the_agreed_one_says_nothing() -> None:
    booking = booked(invoice(due_date=DAY + timedelta(days=30)), facts_of(relations=(known(purchase_term="30"),)))
    assert "HUB-TERM-01" not in codes(booking)


def test_a_term_of_the_administration_is_no_agreement_to_differ_from() -> None:
    due = choose_due(invoice(due_date=LATER), known(), administration(default_purchase_term="14"), "purchase")
    assert (due.on, due.finding) == (LATER, None)


def test_without_due_date_the_relations_term_counts_then_that_of_the_administration() -> None:
    books = administration(default_purchase_term="14", default_sales_term="EM")
    assert choose_due(invoice(), known(purchase_term="60"), books, "purchase").on == DAY + timedelta(days=60)
    assert choose_due(invoice(), known(), books, "purchase").on == DAY + timedelta(days=14)
    assert choose_due(invoice(), known(), books, "sales").on == date(2026, 3, 31)


def test_a_relations_term_that_no_longer_exists_falls_back_to_the_administrations() -> None:
    books = administration(default_purchase_term="14")
    assert choose_due(invoice(), known(purchase_term="gone"), books, "purchase").on == DAY + timedelta(days=14)


def test_without_any_term_it_is_due_on_the_invoice_date() -> None:
    due = choose_due(invoice(), known(), starter(), "purchase")
    assert (due.on, due.decision.why) == (DAY, "no_term_issue_date")


def test_the_due_date_of_a_payment_means_counts_where_bt_9_is_missing() -> None:
    made = invoice(payment_means=(PaymentMeans(code="58", due_date=LATER),))
    assert choose_due(made, known(), starter(), "purchase").on == LATER


def test_a_credit_note_falls_due_on_its_own_date() -> None:
    due = choose_due(credit_note(due_date=LATER), known(purchase_term="30"), starter(), "purchase")
    assert (due.on, due.finding) == (DAY, None)


def test_an_agreed_discount_stands_on_the_open_item() -> None:
    item = posted(invoice(), facts_of(relations=(known(purchase_term="8K2"),))).open_items[0]
    assert (item.discount_until, item.discount_percentage) == (DAY + timedelta(days=8), D(2))


def test_an_agreed_discount_holds_also_when_the_document_has_its_own_due_date() -> None:
    item = posted(invoice(due_date=LATER), facts_of(relations=(known(purchase_term="8K2"),))).open_items[0]
    assert (item.due_date, item.discount_until) == (LATER, DAY + timedelta(days=8))


def test_a_discount_that_was_never_agreed_is_not_taken_beside_the_documents_own_due_date() -> None:
    item = posted(invoice(due_date=LATER), facts_of(administration(default_purchase_term="8K2"))).open_items[0]
    assert (item.discount_until, item.discount_percentage) == (None, None)


def test_a_date_at_the_end_of_the_calendar_is_no_crash() -> None:
    books = administration(default_purchase_term="EM30")
    assert booked(invoice(issue_date=date.max), facts_of(books)).outcome == "posted"
