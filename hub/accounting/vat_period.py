"""VatPeriod: the month, quarter or year that a return is about, by its name: 2026-01, 2026-Q1, 2026."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Length = Literal["month", "quarter", "year"]
_NAME = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class VatPeriod:
    """A period of a return; both days belong to it."""

    name: str
    length: Length
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def months(self) -> tuple[str, ...]:
        """The accounting periods within it, as 2026-01."""
        return tuple(f"{self.first.year}-{month:02d}" for month in range(self.first.month, self.last.month + 1))


def vat_period(name: str) -> VatPeriod:
    """The period of that name. Raises ValueError for what is none."""
    match = _NAME.fullmatch(name.strip().upper())
    if match is None or int(match[1]) < 1900:
        raise ValueError(f"{name!r} is no period of a return: write 2026-Q1, 2026-01 or 2026")
    year = int(match[1])
    if match[2]:
        return period_of(date(year, 3 * int(match[2]), 1), "quarter")
    return period_of(date(year, int(match[3] or 1), 1), "month" if match[3] else "year")


def period_of(day: date, length: Length) -> VatPeriod:
    """The month, quarter or year that a day lies in."""
    year = day.year
    if length == "year":
        return VatPeriod(f"{year}", length, date(year, 1, 1), date(year, 12, 31))
    if length == "quarter":
        quarter = (day.month + 2) // 3
        return VatPeriod(f"{year}-Q{quarter}", length, date(year, 3 * quarter - 2, 1), _end(year, 3 * quarter))
    return VatPeriod(f"{year}-{day.month:02d}", length, date(year, day.month, 1), _end(year, day.month))


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def a_year_after(day: date) -> date:
    """The day on which a year has passed since a day: the same day of next year, 1 March after a 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
