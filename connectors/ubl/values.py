"""How one UBL element becomes a value, and how a table of tags becomes the fields of a group."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import BLANKS
from hub.model.party import Identifier

Values = dict[str, Any]
Action = Callable[[etree._Element, str, Values, Log], None]
Table = dict[str, "tuple[Action, str] | Table"]

_LONGEST_NUMBER = 60  # digits; xs:decimal must carry 18, real files have 28
_is_decimal = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch  # xs:decimal: no exponent, NaN or INF
_as_date = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T[0-9:.]+(?:Z|[+-][0-9:]+)?)").fullmatch
_UNIT_FIELD = {"quantity": "unit", "base_quantity": "base_unit"}


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


def text_of(element: etree._Element, log: Log) -> str:
    """The text of an element without the blanks around it; comments inside do not end it.

    `text` and `decimal_of`, which read most values, ask only for what has something inside.
    """
    text = element.text
    if len(element):
        text = (text or "") + "".join(child.tail or "" for child in element)
        for child in element:
            log.keep(child)
    return text.strip(BLANKS) if text else ""


def decimal_of(element: etree._Element, log: Log) -> Decimal | None:
    """The number as written. None with a fatal finding HUB-UBL-07 when it is no plain decimal."""
    text = text_of(element, log) if len(element) else (element.text or "").strip(BLANKS)
    number = _decimal(text) if len(text) <= _LONGEST_NUMBER else None
    if number is None:
        log.unreadable("HUB-UBL-07", element, text, "xs:decimal")
    return number


@lru_cache(maxsize=4096)  # a document repeats its amounts and rates: line, subtotal, total
def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _is_decimal(text) else None


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
    log.unreadable("HUB-UBL-08", element, text, "xs:date")
    return None


def text(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: the text, when there is any. A second one for the same field is kept apart."""
    value = text_of(element, log) if len(element) else (element.text or "").strip(BLANKS)
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
    """Action: a decimal that is no money: a rate, percentage or factor."""
    if field in values:
        log.keep(element)
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def plain_amount(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: an amount whose currency is judged elsewhere or not at all. Stated twice = fatal HUB-UBL-22."""
    if field in values:
        log.unreadable("HUB-UBL-22", element, element.text or "", "1")
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def amount(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: an amount in the document currency; its @currencyID is remembered and judged at the end."""
    currency = element.get("currencyID")
    if currency not in log.currencies:
        log.currencies[currency] = element
    plain_amount(element, field, values, log)


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
