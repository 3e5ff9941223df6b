"""How one CII element becomes a value, and how a table of names becomes the fields of a group.

Tables go by local name: D16B, D22B and ZUGFeRD 1.0 differ in namespaces and in a few names, which stand side by side.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from lxml import etree

from connectors.cii.log import Log
from hub.formats.terms import (
    Table,
    Values,
    dated,
    text_of,
)
from hub.formats.xml import local_name

_DATE_ONLY = "102"  # UNTDID 2379: CCYYMMDD, the only form that EN 16931 allows
_WITH_TIME = re.compile(r"([0-9]{8})(?:[0-9]{4}|[0-9]{6})").fullmatch  # UNTDID 2379: 203 and 204
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?").fullmatch


@lru_cache(maxsize=1024)
def _name(tag: Any) -> str:
    return local_name(tag)


def fill(element: etree._Element, table: Table, values: Values, log: Log) -> None:
    """Give each child to the action its name has in `table`; a nested table fills the same values.

    A child that the table does not name is kept in the log, so that nothing is dropped.
    """
    for child in element[:]:
        entry = table.get(_name(child.tag))  # type: ignore[arg-type]
        if entry is None:
            log.keep(child)
        elif isinstance(entry, tuple):
            action, field = entry
            action(child, field, values, log)
        else:
            fill(child, entry, values, log)


def date_of(element: etree._Element, log: Log) -> date | None:
    """The calendar date in a DateTimeString, DateString or DateTime below `element`, or in itself.

    Anything but CCYYMMDD under format 102 that is a date all the same is read, with one finding HUB-CII-09.
    """
    inner = next((child for child in element if isinstance(child.tag, str)), element)
    written = text_of(inner, log)
    form = inner.get("format", "")
    digits = _digits(written)
    try:
        day = date.fromisoformat(digits) if digits else None
    except ValueError:
        day = None
    if day is None:
        log.add("HUB-CII-08", "fatal", inner, written, "CCYYMMDD")
        log.keep(inner)
    elif digits != written or form != _DATE_ONLY:
        log.add_once(
            "HUB-CII-09", "information", inner, f"{written} ({form or '-'})", str(day), key=form + str(len(written))
        )
    return day


def _digits(written: str) -> str:
    """CCYYMMDD of what is written, "" when it is none of the forms we know."""
    if len(written) == 8 and written.isascii() and written.isdecimal():
        return written
    if timed := _WITH_TIME(written):
        return timed[1]
    iso = _ISO(written)
    return "".join(iso.groups()[:3]) if iso else ""


day = dated(date_of)
