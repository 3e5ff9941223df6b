"""Dates as XML Schema writes them, compared with UTC where no time zone is given."""

from __future__ import annotations

import re
from functools import lru_cache

from hub.rules.rule import Undecidable

_YEAR = r"-?(?:[0-9]{4}|[1-9][0-9]{4,8})"  # a year of more than four digits does not begin with 0
_ZONE = r"Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
_DATE = re.compile(rf"[ \t\r\n]*({_YEAR})-([0-9]{{2}})-([0-9]{{2}})({_ZONE})?[ \t\r\n]*")


@lru_cache(maxsize=1024)
def minutes_of(text: str) -> int:
    """The start of an xs:date in minutes, only fit for comparing. Raises Undecidable when it is no date."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise Undecidable(f"not a date: {text[:40]!r}")
    year, month, day, zone = int(match[1]), int(match[2]), int(match[3]), match[4]
    if not (1 <= month <= 12 and 1 <= day <= _length(year, month)):
        raise Undecidable(f"not a date: {text[:40]!r}")
    minutes = _days(year, month, day) * 1440
    if zone is None or zone == "Z":
        return minutes
    offset = int(zone[1:3]) * 60 + int(zone[4:6])
    return minutes - offset if zone[0] == "+" else minutes + offset


def _length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days(year: int, month: int, day: int) -> int:
    """Days since a fixed day in the proleptic Gregorian calendar, for years that datetime cannot hold too."""
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day


def in_order(start: str, end: str) -> bool:
    """Whether `end` is not before `start`."""
    return minutes_of(end) >= minutes_of(start)
