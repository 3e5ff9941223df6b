"""Amounts, signs and moments of these files."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from lxml import etree

from hub.formats.xml_stream import child_text

ZERO = Decimal(0)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_TRUE = ("true", "1")


class Unreadable(ValueError):
    """A text that is not what it should be. `place` is the element's name."""

    def __init__(self, place: str, found: str, expected: str) -> None:
        super().__init__(place)
        self.place, self.found, self.expected = place, found, expected


def amount(element: etree._Element, name: str, *, empty: bool = False) -> Decimal:
    """The amount of a child. Raises `Unreadable`; also for none, unless it may be `empty`."""
    said = child_text(element, name)
    if not said and empty:
        return ZERO
    if not _NUMBER.fullmatch(said):
        raise Unreadable(name, said, "1234.56")
    return Decimal(said)


def signed(value: Decimal, side: str) -> Decimal:
    """What lowers revenue is negative: `D`, whether or not a minus stands there too (returns carry both)."""
    return -abs(value) if side == "D" else value


def moment(element: etree._Element, day: str, time: str) -> datetime:
    """The local instant of a date and a time child. Raises `Unreadable`."""
    said = f"{child_text(element, day)[:10]}T{child_text(element, time) or '00:00:00'}"
    try:
        return datetime.fromisoformat(said).replace(tzinfo=None)
    except ValueError:
        raise Unreadable(day, said, "2026-03-02T18:30:00") from None


def is_true(element: etree._Element, name: str) -> bool:
    """Whether a flag is set."""
    return child_text(element, name).casefold() in _TRUE
