"""Values of EDIFACT segments: numbers as ISO 9735 writes them, dates by their format qualifier (2379), periods of payment (C112)."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal

_NUMBER = re.compile(r"-?(\d{1,18}([.,]\d{0,10})?|[.,]\d{1,10})", re.ASCII)
_FORMATS = {"102": 8, "203": 12, "204": 14}  # CCYYMMDD, with hours and minutes, with seconds
_LONGEST_TERM = 3660  # days


def decimal_of(text: str, mark: str = "") -> Decimal | None:
    """An exact number, None when it is none. `mark` is the only decimal mark allowed, "" = point or comma; thousands have none."""
    plain = "".join(text.split())
    if not _NUMBER.fullmatch(plain) or (mark and (".,".replace(mark, "")) in plain):
        return None
    return Decimal(plain.replace(",", "."))


def day_of(text: str, form: str) -> date | None:
    """A day, None when it is none. More digits than the format has are a time of day, which some senders add."""
    if form == "101" and re.fullmatch(r"[0-9]{6}", text):
        return _day("20" + text)
    if form == "2" and re.fullmatch(r"[0-9]{6}", text):
        return _day(f"20{text[4:]}{text[2:4]}{text[:2]}")
    if form in ("", *_FORMATS) and re.fullmatch(r"[0-9]{8}([0-9]{4}|[0-9]{6})?", text):
        return _day(text[:8])
    return None


def days_of(text: str, form: str) -> tuple[date | None, date | None]:
    """First and last day of a period: format 718, or 610 (a month)."""
    if form == "718" and re.fullmatch(r"[0-9]{8}-?[0-9]{8}", text):
        return _day(text[:8]), _day(text[-8:])
    if form == "610" and (first := _day(text + "01")):
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return None, None


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def due_by_term(start: date, reference: str, relation: str, unit: str, count: str) -> date | None:
    """The day that is so many days, weeks or months after the invoice date; None for any other term of C112."""
    if reference not in ("5", "") or relation not in ("3", "") or not re.fullmatch(r"[0-9]{1,4}", count):
        return None
    number = int(count)
    if unit in ("D", "CD", "W") and number * (7 if unit == "W" else 1) <= _LONGEST_TERM:
        return start + timedelta(days=number * (7 if unit == "W" else 1))
    if unit == "M" and number <= 120:
        year, month = divmod(start.month - 1 + number, 12)
        last = calendar.monthrange(start.year + year, month + 1)[1]
        return date(start.year + year, month + 1, min(start.day, last))
    return None
