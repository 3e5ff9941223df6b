"""How one CII element becomes a value, and how a table of names becomes the fields of a group.

Tables go by local name: D16B, D22B and ZUGFeRD 1.0 differ in namespaces and in a few names, which stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from connectors.cii.log import Log
from hub.formats.xml import local_name
from hub.model.party import Identifier

Values = dict[str, Any]
Action = Callable[[etree._Element, str, Values, Log], None]
Table = dict[str, "tuple[Action, str] | Table"]

_BLANKS = " \t\r\n"  # what XML calls white space; a no-break space is content
_LONGEST_NUMBER = 60  # digits; xs:decimal must carry 18
_is_decimal = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch  # xs:decimal: no exponent, NaN or INF
_DATE_ONLY = "102"  # UNTDID 2379: CCYYMMDD, the only form that EN 16931 allows
_WITH_TIME = re.compile(r"([0-9]{8})(?:[0-9]{4}|[0-9]{6})").fullmatch  # UNTDID 2379: 203 and 204
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?").fullmatch
_UNIT_FIELD = {"quantity": "unit", "base_quantity": "base_unit"}


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


def text_of(element: etree._Element, log: Log) -> str:
    """The text of an element without the blanks around it; comments inside do not end it."""
    written = element.text or ""
    for child in element:
        log.keep(child)
        written += child.tail or ""
    return written.strip(_BLANKS)


def decimal_of(element: etree._Element, log: Log) -> Decimal | None:
    """The number as written. None with a fatal finding HUB-CII-07 when it is no plain decimal."""
    written = text_of(element, log)
    number = _decimal(written) if len(written) <= _LONGEST_NUMBER else None
    if number is None:
        log.unreadable("HUB-CII-07", element, written, "xs:decimal")
    return number


@lru_cache(maxsize=4096)
def _decimal(written: str) -> Decimal | None:
    return Decimal(written) if _is_decimal(written) else None


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


def text(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: the text, when there is any. A second one for the same field is kept apart."""
    value = text_of(element, log)
    if field in values:
        log.keep(element)
    elif value:
        values[field] = value


def texts(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: one more text of a repeatable field."""
    if value := text_of(element, log):
        values.setdefault(field, []).append(value)


def identifier(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: a value with its @schemeID."""
    value = text_of(element, log)
    if field in values:
        log.keep(element)
    elif value:
        values[field] = Identifier(value, element.get("schemeID", ""))


def identifiers(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: one more value with its @schemeID."""
    if value := text_of(element, log):
        values.setdefault(field, []).append(Identifier(value, element.get("schemeID", "")))


def day(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: a date."""
    if field in values:
        log.keep(element)
    elif value := date_of(element, log):
        values[field] = value


def number(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: a decimal that is no money: a rate, percentage, factor or price."""
    if field in values:
        log.keep(element)
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def amount(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: an amount in the document currency. Stated twice = fatal HUB-CII-22.

    EN 16931 gives it no @currencyID; where there is one (ZUGFeRD 1.0 wants it) it is remembered and judged at the end.
    """
    currency = element.get("currencyID")
    if currency not in log.currencies:
        log.currencies[currency] = element
    if field in values:
        log.unreadable("HUB-CII-22", element, element.text or "", "1")
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def quantity(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: a quantity with its @unitCode."""
    if field not in values and (unit := element.get("unitCode")):
        values[_UNIT_FIELD[field]] = unit
    number(element, field, values, log)


def one(read: Callable[[etree._Element, Log], Any]) -> Action:
    """An action that reads a group which may stand once."""

    def action(element: etree._Element, field: str, values: Values, log: Log) -> None:
        if field in values:
            log.keep(element)
        else:
            values[field] = read(element, log)

    return action


def many(read: Callable[[etree._Element, Log], Any]) -> Action:
    """An action that reads one more of a repeatable group; `read` answers None for what it could not make."""

    def action(element: etree._Element, field: str, values: Values, log: Log) -> None:
        if (value := read(element, log)) is not None:
            values.setdefault(field, []).append(value)

    return action
