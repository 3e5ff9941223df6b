"""The source: a settlement of `/v2/settlements/{id}`, a list of them, or the CSV export of one or more settlements.

Amounts are signed as they move our balance at Mollie; costs are told positive in JSON and come off. Only what was paid out
is a pay-out: an open or pending settlement still changes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.mollie.export import COLUMNS, export_readings
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.json_nodes import Node
from hub.formats.payout_parts import settled
from hub.model.payout import Payout, PayoutPart
from hub.ports import Reading

NAME = "mollie"
ZERO = Decimal(0)
_KINDS = {"refund": "refunds", "chargeback": "chargebacks"}


class MollieSource:
    """Settlements of Mollie."""

    name = NAME
    kinds, forms = ("payout",), ("JSON", "CSV")

    def recognise(self, content: Content) -> bool:
        """Whether it is a settlement, or the export of some."""
        if content.is_json:
            return bool(_settlements(content.json))
        first = content.head.split("\n", 1)[0].casefold()
        return all(column in first for column in COLUMNS)

    def read(self, content: Content) -> Reading:
        """Every settlement."""
        try:
            made = [_read(one, path) for one, path in _settlements(content.json)]
        except UnreadableInput:
            made = list(_of_export(content))
        first, *rest = made
        return Reading(
            first.format, feed=first.feed, findings=first.findings, source=NAME, mapped=first.mapped, rest=tuple(rest)
        )


def _of_export(content: Content) -> Iterator[Reading]:
    try:
        yield from export_readings(content.text)
    except csv.Error as error:
        node = Node({}, "$", [])
        node.fault("HUB-SHOP-20", "", str(error))
        yield Reading("mollie-export", findings=tuple(node.log), source=NAME, mapped=False)


def _settlements(value: Any) -> list[tuple[dict[str, Any], str]]:
    if not isinstance(value, dict):
        return []
    if value.get("resource") == "settlement":
        return [(value, "$")]
    inside = value.get("_embedded")
    rows = inside.get("settlements") if isinstance(inside, dict) else None
    return [
        (r, f"$._embedded.settlements[{n}]")
        for n, r in enumerate(rows if isinstance(rows, list) else ())
        if isinstance(r, dict)
    ]


def _read(one: dict[str, Any], path: str) -> Reading:
    node = Node(one, path, [])
    total = node.node("amount")
    currency, amount = total.text("currency").upper() or "XXX", total.money("value")
    parts = list(_parts(node))
    on = node.day("settledAt", "createdAt")
    if node.text("status") != "paidout" or on is None:
        node.fault("HUB-SHOP-10", "status", node.text("status") or "settlement")
    exact = settled(parts, amount, currency)
    if exact is None:
        node.differs("amount", amount, sum((p.amount for p in parts), ZERO), currency)
    if on is None:
        return Reading("mollie-settlement", findings=tuple(node.log), source=NAME, mapped=False)
    document = Payout(NAME, node.text("reference", "id"), on, currency, amount, exact or tuple(parts))
    return Reading("mollie-settlement", feed=document, findings=tuple(node.log), source=NAME)


def _parts(settlement: Node) -> Iterator[PayoutPart]:
    """Revenue and costs of every month of the settlement; fees with the VAT on them apart."""
    periods = settlement.node("periods")
    for year in periods.value:
        months = periods.node(year)
        for month in months.value:
            period = months.node(month)
            for row in period.nodes("revenue"):
                yield _revenue(row)
            for row in period.nodes("costs"):
                yield PayoutPart("fees", -row.node("amountNet").money("value"), _count(row), row.text("method"))
                yield PayoutPart("fee_tax", -row.node("amountVat").money("value"), 0)


def _revenue(row: Node) -> PayoutPart:
    method = row.text("method")
    amount = row.node("amountGross").money("value")
    what = _KINDS.get(method, "payments" if amount >= 0 else "refunds")
    return PayoutPart(what, amount, _count(row), "" if method in _KINDS else method)  # type: ignore[arg-type]


def _count(row: Node) -> int:
    return int(row.money("count"))


source = MollieSource()
