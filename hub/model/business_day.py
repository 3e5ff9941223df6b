"""BusinessDay: to which day of business an instant belongs: that of the town where the till stands, and bars close after midnight."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZONE = "Europe/Amsterdam"
ENDS = "04:00"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def business_day(moment: datetime, zone: str = ZONE, ends: str = ENDS) -> date:
    """The day of business. An instant with an offset is first put on the clock of `zone`; one without is on it already.

    What happens before `ends` (`HH:MM`) belongs to the day before. It is compared on the clock, so the nights in which
    the clock is moved are a day like any other. Raises ValueError for an unknown zone or a clock that is none.
    """
    try:
        local = moment if moment.tzinfo is None else moment.astimezone(_zone(zone))
    except OverflowError:  # the very first and last hours that can be written have no clock elsewhere
        local = moment
    end = closing_time(ends)
    day = local.date()
    return day - timedelta(days=1) if local.time() < end and day > date.min else day


def closing_time(ends: str) -> time:
    """`04:00` as a time. Raises ValueError."""
    found = _CLOCK.fullmatch(ends.strip())
    if found is None:
        raise ValueError(f"{ends!r} is no time of day")
    return time(int(found[1]), int(found[2]))


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a name with a path in it is an OSError
        raise ValueError(f"{name!r} is no time zone") from error
