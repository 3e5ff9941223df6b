"""Lines (LIN to the next) and the allowances and charges of line and document (ALC)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.edifact.codes import (
    BUYER_ITEM,
    CATEGORIES,
    EARLIER_CATEGORIES,
    GTIN,
    SELLER_ITEM,
    STANDARD_ITEM,
    VAT,
)
from connectors.edifact.groups import Group, Section
from connectors.edifact.log import Log
from hub.formats.edifact_segments import Segment
from hub.model.invoice import AllowanceCharge, Line, Period
from hub.model.party import Identifier

_SUB_LINE = "1"  # 5495: a part of another line, whose amount holds it already
_QUANTITIES = ("47", "12", "46")  # invoiced, despatched, delivered
_NET, _GROSS = "AAA", "AAB"
_NAMES, _TITLE = ("F", "E", "B"), "050"  # IMD 7077 free text; 7081 of the book trade
_DIRECTIONS = ("A", "C")


def is_vat(tax: Segment) -> bool:
    """Whether a TAX is of VAT, which is also what it is when it does not say."""
    return tax.value(2).upper() in (VAT, "")


def read_category(tax: Segment | None, log: Log) -> tuple[str, Decimal | None]:
    """Category and rate. A rate without category is of the standard kind; an unknown category is a fatal finding."""
    if tax is None or not is_vat(tax):
        return "", None
    rate, said = log.number(log.use(tax), 5, 3), tax.value(6).upper()
    category = EARLIER_CATEGORIES.get(said, said)
    if category and category not in CATEGORIES:
        log.add("HUB-EDI-10", "fatal", tax, said, " ".join(sorted(CATEGORIES)))
    return category or ("S" if rate else ""), rate


def read_line(section: Section, number: int, default: tuple[str, Decimal | None], log: Log) -> Line | None:
    """One line; None for a part of another line, and with a fatal finding where it has no net amount (MOA 203)."""
    lin = section.groups[0].head
    if lin.value(4) == _SUB_LINE:
        return None
    moa = section.first("MOA", "203")
    net = log.amount(moa) if moa else None
    if moa is None:
        log.mapped = False
        log.add("HUB-EDI-08", "fatal", lin, "", "MOA+203")
    if net is None:
        return None
    log.use(lin)
    tax = next((group for group in section.all("TAX") if is_vat(group.head)), None)
    category, rate = read_category(tax.head, log) if tax else default
    vat = tax.first("MOA", "124", "150") if tax else None
    values: dict[str, Any] = {**_items(section, log), **_words(section, log), **_price(section, log)}
    _quantity(section, values, log)
    allowances = [read_allowance_charge(group, log, of_line=True) for group in section.all("ALC")]
    return Line(
        lin.value(1) or str(number), net, vat_category=category, vat_rate=rate, vat_amount=log.amount(vat) if vat else None,
        period=_period(section, log), allowances_charges=tuple(a for a in allowances if a), order_line=_order_line(section, log),
        **values,
    )  # fmt: skip


def _quantity(section: Section, values: dict[str, Any], log: Log) -> None:
    if qty := section.first("QTY", *_QUANTITIES):
        values["quantity"], values["unit"] = log.number(log.use(qty), 1, 1), qty.value(1, 2)


def _price(section: Section, log: Log) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if pri := section.first("PRI", _NET):
        made["price"] = log.number(log.use(pri), 1, 1)
        made["base_quantity"], made["base_unit"] = log.number(pri, 1, 4), pri.value(1, 5)
    if pri := section.first("PRI", _GROSS):
        made["gross_price"] = log.number(log.use(pri), 1, 1)
    return made


def _items(section: Section, log: Log) -> dict[str, Any]:
    """Item numbers of LIN and PIA, by whose they are."""
    told: dict[str, Any] = {}
    numbers = [(section.groups[0].head, 3)]
    numbers += [(g.head, element) for g in section.all("PIA") for element in range(2, len(g.head.elements))]
    for segment, element in numbers:
        value, kind = segment.value(element), segment.value(element, 1).upper()
        if not value:
            continue
        if kind in STANDARD_ITEM and "standard_item_id" not in told:
            told["standard_item_id"] = Identifier(value, GTIN if value.isdecimal() else "")
        elif kind in SELLER_ITEM and "seller_item_id" not in told:
            told["seller_item_id"] = value
        elif kind in BUYER_ITEM and "buyer_item_id" not in told:
            told["buyer_item_id"] = value
        else:
            continue
        log.use(segment)
    return told


def _words(section: Section, log: Log) -> dict[str, Any]:
    """Name and description of the item (IMD), properties and notes (FTX)."""
    texts = [(g.head, " ".join(g.head.every(3, 3))) for g in section.all("IMD")]
    texts = [(log.use(imd), text) for imd, text in texts if text]
    named = [text for imd, text in texts if imd.value(1) in _NAMES or imd.value(2) == _TITLE]
    name = (named or [text for _, text in texts] or [""])[0]
    rest = [text for _, text in texts if text != name]
    notes, attributes = [], []
    for group in section.all("FTX"):
        parts = group.head.every(4)
        if not parts:
            continue
        log.use(group.head)
        if group.head.value(1) == "ACF" and len(parts) == 2:
            attributes.append((parts[0], parts[1]))
        else:
            notes.append(" ".join(parts))
    return {
        "item_name": name, "item_description": " ".join(rest), "note": " ".join(notes), "attributes": tuple(attributes),
    }  # fmt: skip


def _period(section: Section, log: Log) -> Period | None:
    """BG-26 (DTM 167 and 168)."""
    first, last = section.first("DTM", "167"), section.first("DTM", "168")
    if first is None and last is None:
        return None
    return Period(log.day(first) if first else None, log.day(last) if last else None)


def _order_line(section: Section, log: Log) -> str:
    for group in section.all("RFF"):
        if group.head.value(1) == "ON" and group.head.value(1, 2):
            return log.use(group.head).value(1, 2)
    return ""


def read_allowance_charge(group: Group, log: Log, *, of_line: bool = False) -> AllowanceCharge | None:
    """An allowance (A) or charge (C); None where it states no amount, which is said of one of the whole document."""
    alc, word = group.head, group.head.value(1).upper()
    if word in ("N", ""):  # none
        return None
    if word not in _DIRECTIONS:
        log.add("HUB-EDI-10", "warning" if of_line else "fatal", alc, word, "A C")
        return None
    moa = group.first("MOA", "8", "204" if word == "A" else "23")
    amount = log.amount(moa) if moa else None
    if amount is None:
        if moa is None and not of_line:
            log.add("HUB-EDI-16", "warning", alc, alc.raw, "MOA+8")
        return None
    base, pcd = group.first("MOA", "25"), group.first("PCD", "1", "2", "3", "12", "13")
    tax = group.first("TAX", "7")
    category, rate = read_category(tax, log) if tax else ("", None)
    log.use(alc)
    return AllowanceCharge(
        word == "C", amount, log.amount(base) if base else None, log.number(log.use(pcd), 1, 1) if pcd else None,
        "" if of_line else category, None if of_line else rate, " ".join(alc.every(5, 3)) or alc.value(2),
        alc.value(5).upper() if alc.value(5).isalnum() else "",
    )  # fmt: skip
