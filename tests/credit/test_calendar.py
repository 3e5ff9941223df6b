"""Dutch holidays, and days that count for post and offices."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.credit.calendar import counted_day, easter_sunday, holidays, is_post_day, is_working_day, working_day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25), (2285, 3, 22)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


def test_holidays_of_2026() -> None:
    assert sorted(str(day)[5:] for day in holidays(2026)) == [
        "01-01", "04-03", "04-05", "04-06", "04-27", "05-05", "05-14", "05-24", "05-25", "12-25", "12-26",
    ]  # fmt: skip


def test_kings_day_on_a_sunday_is_kept_the_day_before() -> None:
    assert date(2025, 4, 26) in holidays(2025)
    assert date(2025, 4, 27) not in holidays(2025)


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(1, 9))
def test_counted_day_passes_exactly_so_many_days_that_count(day: date, count: int) -> None:
    found = counted_day(day, count)
    passed = [date.fromordinal(n) for n in range(day.toordinal() + 1, found.toordinal() + 1)]
    assert sum(map(is_post_day, passed)) == count
    assert is_post_day(found)


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_working_day_is_the_first_there_is(day: date) -> None:
    found = working_day(day)
    assert is_working_day(found)
    assert not any(is_working_day(date.fromordinal(n)) for n in range(day.toordinal(), found.toordinal()))
