"""On which day it is booked: its own when open, else the first open day, never silently."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.booking_date import choose_booking_date
from tests.builders import DAY, RECEIVED, administration, booked, codes, decision_of, facts, invoice, posted, starter

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def test_an_open_day_is_kept() -> None:
    booking = booked(invoice())
    assert booking.entry is not None
    assert (booking.entry.booking_date, decision_of(booking, "booking_date").why) == (DAY, "document_date")


def test_a_closed_period_moves_it_to_the_first_open_day_and_keeps_the_vat_date() -> None:
    booking = booked(invoice(), facts(closed=(MARCH,)))
    assert booking.entry is not None
    assert booking.entry.booking_date == date(2026, 4, 1)
    assert booking.entry.vat_lines[0].tax_date == DAY
    assert "HUB-DATE-01" in codes(booking)
    assert decision_of(booking, "booking_date").why == "first_open_day"


def test_closed_periods_in_a_row_are_all_passed() -> None:
    assert posted(invoice(), facts(closed=(APRIL, MARCH))).booking_date == date(2026, 5, 1)


def test_an_administration_that_wants_to_be_asked_holds_it() -> None:
    booking = booked(invoice(), facts(administration(closed_period="hold"), closed=(MARCH,)))
    assert (booking.outcome, booking.entry) == ("held", None)
    assert "HUB-DATE-01" in codes(booking)


def test_once_a_person_has_accepted_it_is_booked_on_the_first_open_day() -> None:
    given = facts(administration(closed_period="hold"), closed=(MARCH,), released=("HUB-DATE-01",))
    assert posted(invoice(), given).booking_date == date(2026, 4, 1)


def test_before_the_first_year_counts_as_closed() -> None:
    booking = booked(invoice(issue_date=date(2009, 12, 15)))
    assert booking.entry is not None
    assert booking.entry.booking_date == date(2024, 1, 1)
    assert "HUB-DATE-01" in codes(booking)


def test_the_end_of_next_year_is_the_last_day_that_may_be_booked_on() -> None:
    assert posted(invoice(issue_date=date(2027, 12, 31))).booking_date == date(2027, 12, 31)


def test_a_date_further_ahead_is_booked_on_the_day_it_came_in() -> None:
    booking = booked(invoice(issue_date=date(2028, 1, 1)))
    assert booking.entry is not None
    assert booking.entry.booking_date == RECEIVED
    assert "HUB-DATE-02" in codes(booking)


def test_without_any_open_day_a_person_decides() -> None:
    booking = booked(invoice(), facts(closed=((date(2024, 1, 1), date(2027, 12, 31)),)))
    assert booking.outcome == "held"
    assert "HUB-DATE-03" in codes(booking)


def test_a_period_closed_to_the_end_of_time_is_no_crash() -> None:
    assert "HUB-DATE-03" in codes(booked(invoice(), facts(closed=((date(2024, 1, 1), date.max),))))


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.lists(st.tuples(st.dates(date(2023, 1, 1), date(2028, 1, 1)), st.integers(0, 200)), max_size=5),
)
def test_the_day_is_open_within_bounds_and_the_first_such_day(issued: date, periods: list[tuple[date, int]]) -> None:
    closed = tuple((start, date.fromordinal(start.toordinal() + days)) for start, days in periods)
    on = choose_booking_date(issued, starter(), closed, RECEIVED).on
    first, last = date(2024, 1, 1), date(2027, 12, 31)
    wished = RECEIVED if issued > last else max(issued, first)
    days = (date.fromordinal(n) for n in range(wished.toordinal(), last.toordinal() + 1))
    assert on == next((day for day in days if not any(start <= day <= end for start, end in closed)), None)
