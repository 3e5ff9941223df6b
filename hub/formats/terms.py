"""How an element becomes a value, for every format of invoices in XML: the actions that their tables of names lead to.

A table gives each child of an element to an action under the name of a field. What differs between formats (names, dates, which
code a finding has) is theirs; the codes stand on their log.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from lxml import etree

from hub.formats.document_log import DocumentLog
from hub.formats.xml import BLANKS
from hub.model.party import Identifier

L = TypeVar("L", bound=DocumentLog)
Values = dict[str, Any]
Action = Callable[[etree._Element, str, Values, Any], None]
"""Reads an element into `values` under a name, and tells the log of the format what it met."""
Table = dict[str, "tuple[Action, str] | Table"]

# BR-CL-24, the types an invoice may embed; anything else is kept but never opened by us.
MEDIA_TYPES = frozenset(
    (
        "application/pdf",
        "image/png",
        "image/jpeg",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    )
)
_LONGEST_NUMBER = 60  # digits; xs:decimal must carry 18, real files have 28
_is_decimal = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch  # xs:decimal: no exponent, NaN or INF
_UNIT_FIELD = {"quantity": "unit", "base_quantity": "base_unit"}


def text_of(element: etree._Element, log: DocumentLog) -> str:
    """The text of an element without the blanks around it; comments inside do not end it.

    `text` and `decimal_of`, which read most values, ask only for what has something inside.
    """
    text = element.text
    if len(element):
        text = (text or "") + "".join(child.tail or "" for child in element)
        for child in element:
            log.keep(child)
    return text.strip(BLANKS) if text else ""


def decimal_of(element: etree._Element, log: DocumentLog) -> Decimal | None:
    """The number as written. None with a fatal finding `NO_NUMBER` when it is no plain decimal."""
    text = text_of(element, log) if len(element) else (element.text or "").strip(BLANKS)
    number = _decimal(text) if len(text) <= _LONGEST_NUMBER else None
    if number is None:
        log.unreadable(log.NO_NUMBER, element, text, "xs:decimal")
    return number


@lru_cache(maxsize=4096)  # a document repeats its amounts and rates: line, subtotal, total
def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _is_decimal(text) else None


def text(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: the text, when there is any. A second one for the same field is kept apart."""
    value = text_of(element, log) if len(element) else (element.text or "").strip(BLANKS)
    if field in values:
        log.keep(element)
    elif value:
        values[field] = value


def texts(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: one more text of a repeatable field."""
    if value := text_of(element, log):
        values.setdefault(field, []).append(value)


def identifier(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: a value with its @schemeID."""
    value = text_of(element, log)
    if field in values:
        log.keep(element)
    elif value:
        values[field] = Identifier(value, element.get("schemeID", ""))


def identifiers(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: one more value with its @schemeID."""
    if value := text_of(element, log):
        values.setdefault(field, []).append(Identifier(value, element.get("schemeID", "")))


def dated(read: Callable[[etree._Element, L], date | None]) -> Action:
    """An action that reads a date, as this format writes it."""

    def action(element: etree._Element, field: str, values: Values, log: L) -> None:
        if field in values:
            log.keep(element)
        elif value := read(element, log):
            values[field] = value

    return action


def number(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: a decimal that is no money: a rate, percentage, factor or price."""
    if field in values:
        log.keep(element)
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def plain_amount(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: an amount whose currency is judged elsewhere or not at all. Stated twice = fatal finding `TWICE`."""
    if field in values:
        log.unreadable(log.TWICE, element, element.text or "", "1")
    elif (value := decimal_of(element, log)) is not None:
        values[field] = value


def amount(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: an amount in the document currency; its @currencyID is remembered and judged at the end."""
    currency = element.get("currencyID")
    if currency not in log.currencies:
        log.currencies[currency] = element
    plain_amount(element, field, values, log)


def quantity(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: a quantity with its @unitCode."""
    if field not in values and (unit := element.get("unitCode")):
        values[_UNIT_FIELD[field]] = unit
    number(element, field, values, log)


def one(read: Callable[[etree._Element, L], Any]) -> Action:
    """An action that reads a group which may stand once."""

    def action(element: etree._Element, field: str, values: Values, log: L) -> None:
        if field in values:
            log.keep(element)
        else:
            values[field] = read(element, log)

    return action


def many(read: Callable[[etree._Element, L], Any]) -> Action:
    """An action that reads one more of a repeatable group; `read` answers None for what it could not make."""

    def action(element: etree._Element, field: str, values: Values, log: L) -> None:
        if (value := read(element, log)) is not None:
            values.setdefault(field, []).append(value)

    return action


def embedded(element: etree._Element, field: str, values: Values, log: DocumentLog) -> None:
    """Action: BT-125. Bytes that are not strict base64 are a finding and stay as text among the unmapped."""
    for attribute, target in (("mimeCode", "media_type"), ("filename", "file_name")):
        if value := element.get(attribute):
            values[target] = value
    media_type = values.get("media_type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        log.add(
            log.OTHER_TYPE, "warning", element, media_type or None, ", ".join(sorted(MEDIA_TYPES)), below="/@mimeCode"
        )
    written = "".join([element.text or "", *(child.tail or "" for child in element)])
    try:
        values[field] = binascii.a2b_base64(written.encode("ascii").translate(None, BLANKS.encode()), strict_mode=True)
    except (ValueError, binascii.Error):
        log.add(log.NO_BASE64, "warning", element, written.strip()[:40], "base64")
        log.keep(element)
