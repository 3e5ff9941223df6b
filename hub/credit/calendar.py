"""Days that count: Dutch public holidays, days on which post is presumed delivered, and days on which an office works."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

MONDAY, SATURDAY, SUNDAY = 0, 5, 6


@lru_cache(maxsize=400)
def holidays(year: int) -> frozenset[date]:
    """Generally recognised holidays of art. 3 Algemene termijnenwet, those made equal to them and 5 May included."""
    easter = easter_sunday(year)
    kings_day = date(year, 4, 27) if date(year, 4, 27).weekday() != SUNDAY else date(year, 4, 26)
    by_easter = (easter + timedelta(days=n) for n in (-2, 0, 1, 39, 49, 50))  # Good Friday … Whit Monday
    return frozenset(
        (date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), *by_easter)
    )


def easter_sunday(year: int) -> date:
    """By the Gregorian computus (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_post_day(day: date) -> bool:
    """Whether the day counts for presumed delivery: no Sunday, Monday or holiday (HR 2016:2704)."""
    return day.weekday() not in (SUNDAY, MONDAY) and day not in holidays(day.year)


def is_working_day(day: date) -> bool:
    """Whether an office sends letters on it."""
    return day.weekday() not in (SATURDAY, SUNDAY) and day not in holidays(day.year)


def counted_day(after: date, count: int) -> date:
    """The n-th post day after a day, for `count` = n."""
    day = after
    while count:
        day += timedelta(days=1)
        count -= is_post_day(day)
    return day


def working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
