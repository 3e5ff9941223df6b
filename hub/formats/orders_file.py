"""Announced orders as neutral CSV or JSON: a row an order, Dutch or English names, every fault named by row and column.

Columns (any order; `;` `,` or tab between): `number` ordernummer, `relation` relatie (a code, or `KVK:12345678`, `VAT:…`, `0106:…`),
`date` datum, `amount` bedrag (with VAT, zero or more), and when wanted `currency` valuta and `source` bron (the shop or
system that numbered it). JSON: a list of objects with these names, or one object a line; amounts as text or number.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hub.formats.amounts import AmbiguousAmount, read_amount, read_date
from hub.formats.csv_text import csv_rows, decoded, heading
from hub.model.announced_order import AnnouncedOrder
from hub.model.finding import Finding
from hub.model.keys import identifier_key
from hub.model.money import Money
from hub.model.party import Identifier

MOST_BYTES = 64 * 1024 * 1024
NAMES = {
    "number": ("number", "nummer", "ordernummer", "order_number", "order"),
    "relation": ("relation", "relatie", "debiteur", "klant", "customer"),
    "date": ("date", "datum", "orderdatum", "order_date"),
    "amount": ("amount", "bedrag", "totaal", "total"),
    "currency": ("currency", "valuta", "munt"),
    "source": ("source", "bron", "winkel", "shop"),
}
_NEEDED = ("number", "relation", "date", "amount")
_LONGEST = {"number": 100, "source": 40, "relation": 100}


def read_orders(data: bytes, currency: str) -> tuple[list[AnnouncedOrder], list[Finding]]:
    """The orders, and what is wrong with rows that cannot be read; `currency` where a row names none."""
    if len(data) > MOST_BYTES:
        return [], [_wrong("HUB-ORDER-05", "", str(len(data)), str(MOST_BYTES))]
    text = decoded(data).strip()
    wrong: list[Finding] = []
    rows = _json_rows(text, wrong) if text[:1] in ("[", "{") else _csv_rows(text, wrong)
    orders: list[AnnouncedOrder] = []
    seen: dict[tuple[str, str], str] = {}
    for place, row in rows:
        order, faults = _order(place, row, currency)
        wrong += faults
        if order is None:
            continue
        if before := seen.get((order.source, order.number)):
            wrong.append(_wrong("HUB-ORDER-10", place, order.number, before))
        seen[order.source, order.number] = place
        orders.append(order)
    if not orders and not wrong:
        wrong.append(_wrong("HUB-ORDER-06", "", "0", "1"))
    return orders, wrong


def money_of(text: str, currency: str, place: str) -> Money | Finding:
    """An amount of zero or more as people write it, or what is wrong with it."""
    try:
        value = read_amount(text, currency)
    except AmbiguousAmount:
        return _wrong("HUB-ORDER-08", place, text, f"{text.replace(',', '').replace('.', '')}, {text}0")
    if value is None or value < 0:
        return _wrong("HUB-ORDER-07", place, text, "1234.56 / 1234,56")
    return Money(value, currency)


def _csv_rows(text: str, wrong: list[Finding]) -> Iterator[tuple[str, dict[str, str]]]:
    head: list[str] = []
    line = 0
    try:
        for line, cells in csv_rows(text):
            if not head:
                head = _named(cells)
                if missing := [name for name in _NEEDED if name not in head]:
                    found = ", ".join(cells)[:200]
                    wrong += [_wrong("HUB-ORDER-09", name, found, ", ".join(NAMES[name])) for name in missing]
                    return
            elif len(cells) != len(head):
                wrong.append(_wrong("HUB-ORDER-11", f"line {line}", str(len(cells)), str(len(head))))
            else:
                yield f"line {line}", {name: cell for name, cell in zip(head, cells, strict=True) if name}
    except csv.Error as error:
        wrong.append(_wrong("HUB-ORDER-11", f"line {line + 1}", str(error), str(len(head))))


def _named(cells: list[str]) -> list[str]:
    """Our names for the headings; empty for a column that we do not know."""
    by_alias = {alias: name for name, aliases in NAMES.items() for alias in aliases}
    return [by_alias.get(heading(cell), "") for cell in cells]


def _json_rows(text: str, wrong: list[Finding]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        if text.startswith("["):
            objects = json.loads(text, parse_float=Decimal)
        else:
            objects = [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        wrong.append(_wrong("HUB-ORDER-12", "", str(error)[:200], "JSON"))
        return
    for number, one in enumerate(objects, 1):
        place = f"line {number}"
        if not isinstance(one, dict):
            wrong.append(_wrong("HUB-ORDER-12", place, type(one).__name__, "{…}"))
            continue
        yield place, _texts(one)


def _texts(one: Mapping[str, Any]) -> dict[str, str]:
    cells = {str(key): value for key, value in one.items() if isinstance(value, str | int | Decimal)}
    return {name: str(value).strip() for name, value in zip(_named(list(cells)), cells.values(), strict=True) if name}


def _order(place: str, row: Mapping[str, str], currency: str) -> tuple[AnnouncedOrder | None, list[Finding]]:
    faults: list[Finding] = []
    for name in _NEEDED:
        if not row.get(name):
            faults.append(_wrong("HUB-ORDER-13", f"{place}, {name}", "", ", ".join(NAMES[name])))
    for name, longest in _LONGEST.items():
        if len(row.get(name, "")) > longest:
            faults.append(_wrong("HUB-ORDER-14", f"{place}, {name}", row[name][:60], str(longest)))
    if faults:
        return None, faults
    own = (row.get("currency") or currency).upper()
    if len(own) != 3 or not own.isascii() or not own.isalpha():
        return None, [_wrong("HUB-ORDER-15", f"{place}, currency", own, "EUR")]
    on, amount = read_date(row["date"]), money_of(row["amount"], own, f"{place}, amount")
    if on is None:
        faults.append(_wrong("HUB-ORDER-16", f"{place}, date", row["date"], "2026-11-21, 21-11-2026"))
    if isinstance(amount, Finding):
        faults.append(amount)
    if on is None or isinstance(amount, Finding):
        return None, faults
    return _made(row, on, amount, place), faults


def _made(row: Mapping[str, str], on: date, amount: Money, place: str) -> AnnouncedOrder:
    scheme, colon, value = row["relation"].partition(":")
    relation = (
        identifier_key(Identifier(value, "9944" if scheme.upper() in ("VAT", "BTW") else scheme), "") if colon else ""
    )
    return AnnouncedOrder(row["number"], relation or row["relation"], on, amount, row.get("source", ""), place)


def _wrong(code: str, place: str, found: str, expected: str) -> Finding:
    return Finding(code, "fatal", "import", place, found, expected, "us")
