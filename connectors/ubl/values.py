"""How one UBL element becomes a value, and how a table of tags becomes the fields of a group."""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from connectors.ubl.log import Log
from hub.formats.terms import (
    Table,
    Values,
    dated,
    text_of,
)

_as_date = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T[0-9:.]+(?:Z|[+-][0-9:]+)?)").fullmatch


def fill(element: etree._Element, table: Table, values: Values, log: Log) -> None:
    """Give each child to the action its tag has in `table`; a nested table fills the same values.

    A child that the table does not name is kept in the log, so that nothing is dropped.
    """
    find = table.get
    for child in element[:]:  # a slice is made in C at once; asking lxml child by child takes twice as long
        entry = find(child.tag)  # type: ignore[arg-type]
        if entry is None:
            log.keep(child)
        elif type(entry) is tuple:
            action, field = entry
            action(child, field, values, log)
        else:
            fill(child, entry, values, log)  # type: ignore[arg-type]


def date_of(element: etree._Element, log: Log) -> date | None:
    """The calendar date as written. A time or zone behind it is left off, with one finding HUB-UBL-09."""
    text = day = text_of(element, log)
    if len(text) > 10 and (match := _as_date(text)):
        day = match[1]
        log.add_once("HUB-UBL-09", "information", element, text, day, key="")
    try:
        if day[4:5] == day[7:8] == "-":
            return date.fromisoformat(day)
    except ValueError:
        pass
    log.add("HUB-UBL-08", "fatal", element, text, "xs:date")
    log.keep(element)
    return None


day = dated(date_of)
