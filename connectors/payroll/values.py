"""Dates, periods and amounts of payroll packages, in all their shapes."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,4}))?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_PACKED_DAY_FIRST = re.compile(r"(\d{2})(\d{2})(\d{4})")
_YEAR_PERIOD = re.compile(r"(\d{4})\s*[-/ ]?\s*(P?)\s*(\d{1,2})", re.IGNORECASE)
_PERIOD_YEAR = re.compile(r"(P?)(\d{1,2})\s*[-/ ]\s*(\d{4})", re.IGNORECASE)
_PERIOD = re.compile(r"(P?)0*(\d{1,2})", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_ ]?(P?)(0[1-9]|1[0-3])(?!\d)", re.IGNORECASE)


def exact(text: str) -> Decimal | None:
    """A number as XML and JSON write it, with four decimals at most; None for anything else."""
    return Decimal(text) if _NUMBER.fullmatch(text.strip()) else None


def day_of(text: str, *, packed: str = "ymd") -> date | None:
    """`2026-03-25`, `2026-03-25T00:00:00`, `25-3-2026`, `25-03-26`; eight digits as `packed` says (`ymd` or `dmy`)."""
    said = text.strip()
    if packed == "dmy" and (found := _PACKED_DAY_FIRST.fullmatch(said)):
        return _made(found[3], found[2], found[1])
    if found := _DAY_FIRST.fullmatch(said):
        return _made(found[3] if len(found[3]) == 4 else f"20{found[3]}", found[2], found[1])
    if found := _YEAR_FIRST.fullmatch(said):
        return _made(found[1], found[2], found[3])
    return None


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def period_of(text: str, on: date | None = None) -> str:
    """`2026-03` of `3/2026`, `2026/03`, `03`; `2026-P04` where the package says P; that of the day where it says nothing.

    What is none of these is kept as it is written: it only has to be the same again.
    """
    said = text.strip()
    if found := _PERIOD_YEAR.fullmatch(said):
        return _period(found[3], found[1], found[2])
    if found := _YEAR_PERIOD.fullmatch(said):
        return _period(found[1], found[2], found[3])
    if on is not None and (found := _PERIOD.fullmatch(said)):
        return _period(str(on.year), found[1], found[2])
    return said or (f"{on:%Y-%m}" if on else "")


def _period(year: str, mark: str, number: str) -> str:
    return f"{year}-{mark.upper()}{int(number):02d}"


def named_period(file_name: str) -> str:
    """The period in a file's name: `loon-2026-03.csv`, `202603.csv`, `2026P04.xml`; "" when there is none."""
    found = _IN_NAME.search(file_name)
    return _period(found[1], found[2], found[3]) if found else ""


def last_day(period: str) -> date | None:
    """The last day of a month that `period_of` gave; of a period of four weeks its last day too (13 of them, from 1 January)."""
    found = re.fullmatch(r"(\d{4})-(P?)(\d{2})", period)
    if found is None:
        return None
    year, number = int(found[1]), int(found[3])
    if found[2] and 1 <= number <= 13:
        return date(year, 12, 31) if number == 13 else date.fromordinal(date(year, 1, 1).toordinal() + 28 * number - 1)
    return date(year, number, monthrange(year, number)[1]) if 1 <= number <= 12 else None
