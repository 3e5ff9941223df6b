"""Invoices from JSON, each checked by the schema for itself: one that is not as documented does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.sales_csv.build import NAME, Builder
from connectors.sales_csv.from_csv import HEAD, LINES
from hub.formats.content import Content
from hub.formats.json_schema import Difference, differences, schema
from hub.formats.layout import Field
from hub.model.finding import Finding
from hub.model.money import is_exact
from hub.ports import Reading

FORMAT, MARK, CODE = "invoice-json", "boekhub-invoices", "HUB-SALE-01"
_ROLES = ("buyer", "seller")


def invoices_of_json(content: Content) -> Iterator[Reading]:
    """A reading per invoice; one without any when the file is not as the schema asks. Raises UnreadableInput when it is no JSON."""
    value, wanted = content.json, schema("invoices")
    envelope = {**wanted, "properties": {**wanted["properties"], "invoices": {"type": "array", "minItems": 1}}}
    if wrong := differences(value, envelope):
        yield Reading(FORMAT, findings=tuple(_finding(d, "$") for d in wrong), source=NAME)
        return
    one = {**wanted["$defs"]["invoice"], "$defs": wanted["$defs"]}
    for index, row in enumerate(value["invoices"]):
        yield _reading(row, f"$.invoices[{index}]", one)


def _reading(row: dict[str, Any], where: str, wanted: dict[str, Any]) -> Reading:
    log = [_finding(d, where) for d in differences(row, wanted)]
    if log:
        return Reading(FORMAT, findings=tuple(log), mapped=False, source=NAME)
    flat = {**row, **{f"{role}_{name}": said for role in _ROLES for name, said in row.get(role, {}).items()}}
    currency = row.get("currency", "EUR")

    def place(name: str, line: int) -> str:
        role, _, rest = name.partition("_")
        inner = f"{role}.{rest}" if role in _ROLES else name
        return f"{where}.lines[{line}].{name}" if line >= 0 else f"{where}.{inner}"

    head = {f.name: _value(f, flat[f.name], place(f.name, -1), currency, log) for f in HEAD if f.name in flat}
    lines = [
        {f.name: _value(f, line[f.name], place(f.name, number), currency, log) for f in LINES if f.name in line}
        for number, line in enumerate(row["lines"])
    ]
    invoice = None if log else Builder(CODE, place, log).invoice({**head, "currency": currency}, lines)
    return Reading(FORMAT, "", invoice, tuple(log), mapped=invoice is not None, source=NAME)


def _value(field: Field, said: Any, place: str, currency: str, log: list[Finding]) -> Any:
    if field.kind in ("amount", "number"):
        value = Decimal(str(said))
        if field.kind == "amount" and not is_exact(value, currency):
            log.append(Finding(CODE, "fatal", "read", place, str(said), currency, "sender"))
        return value
    if field.kind == "date":
        try:
            return date.fromisoformat(said)
        except ValueError:  # what a schema cannot say: 30 February
            log.append(Finding(CODE, "fatal", "read", place, said, "2026-03-02", "sender"))
            return date.min
    return str(said).strip()


def _finding(difference: Difference, within: str) -> Finding:
    place = within + difference.place.removeprefix("$")
    return Finding(CODE, "fatal", "read", place, difference.found, difference.expected, "sender")
