"""Periods of a return by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.vat_period import a_year_after, period_of, vat_period


@pytest.mark.parametrize(
    ("name", "first", "last", "months"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), 3),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 31), 3),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 12),
    ],
)
def test_period_has_its_days(name: str, first: date, last: date, months: int) -> None:
    period = vat_period(name)
    assert (period.first, period.last, len(period.months)) == (first, last, months)
    assert first in period
    assert date.fromordinal(last.toordinal() + 1) not in period


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-13", "26-Q1", "2026-1", "2026-Q", "maart", "0001"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        vat_period(name)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["month", "quarter", "year"]))
def test_the_period_of_a_day_holds_it_and_is_found_by_its_name(day: date, length: str) -> None:
    period = period_of(day, length)  # type: ignore[arg-type]
    assert day in period
    assert vat_period(period.name) == period


def test_a_year_after_leap_day_is_the_first_of_march() -> None:
    assert a_year_after(date(2024, 2, 29)) == date(2025, 3, 1)
    assert a_year_after(date(2025, 3, 22)) == date(2026, 3, 22)
