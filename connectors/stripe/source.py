"""The source: the balance transactions of an automatic pay-out (`/v1/balance_transactions?payout=po_…`), or the itemised report.

The list holds the pay-out itself too, as a transaction of type `payout`: it is the amount that all others must come to. JSON
amounts are in cents; those of the report are not.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.stripe.report import COLUMNS, report_readings
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.json_nodes import Node, day_of
from hub.formats.payout_parts import settled
from hub.model.money import from_minor
from hub.model.payout import Payout, PayoutPart
from hub.ports import Reading

NAME = "stripe"
ZERO = Decimal(0)
_KINDS = {
    "charge": "payments", "payment": "payments", "refund": "refunds", "payment_refund": "refunds", "refund_failure": "refunds",
    "payment_failure_refund": "refunds", "stripe_fee": "fees", "stripe_fx_fee": "fees", "tax_fee": "fee_tax",
}  # fmt: skip


class StripeSource:
    """Pay-outs of Stripe."""

    name = NAME
    kinds, forms = ("payout",), ("JSON", "CSV")

    def recognise(self, content: Content) -> bool:
        """Whether it is a list of balance transactions, or the itemised report."""
        if content.is_json:
            return bool(_transactions(content.json))
        first = content.head.split("\n", 1)[0].casefold()
        return all(column in first for column in COLUMNS)

    def read(self, content: Content) -> Reading:
        """Every pay-out."""
        try:
            made = [_read(_transactions(content.json))]
        except UnreadableInput:
            made = list(_of_report(content))
        first, *rest = made
        return Reading(
            first.format, feed=first.feed, findings=first.findings, source=NAME, mapped=first.mapped, rest=tuple(rest)
        )


def _of_report(content: Content) -> Iterator[Reading]:
    try:
        yield from report_readings(content.text)
    except csv.Error as error:
        node = Node({}, "$", [])
        node.fault("HUB-SHOP-20", "", str(error))
        yield Reading("stripe-report", findings=tuple(node.log), source=NAME, mapped=False)


def _transactions(value: Any) -> list[dict[str, Any]]:
    rows = value.get("data") if isinstance(value, dict) else None
    return [
        r
        for r in (rows if isinstance(rows, list) else ())
        if isinstance(r, dict) and r.get("object") == "balance_transaction"
    ]


def _read(rows: list[dict[str, Any]]) -> Reading:
    log: list[Any] = []
    nodes = [Node(row, f"$.data[{n}]", log) for n, row in enumerate(rows)]
    payout = next((n for n in nodes if n.text("type") == "payout"), None)
    if payout is None:
        Node({}, "$.data", log).fault("HUB-SHOP-20", "", "payout")
        return Reading("stripe-payout", findings=tuple(log), source=NAME, mapped=False)
    currency = payout.text("currency").upper()
    amount = -_minor(payout, "amount", currency)
    parts = [part for node in nodes if node is not payout for part in _parts(node, currency)]
    exact = settled(parts, amount, currency)
    if exact is None:
        payout.differs("amount", amount, sum((p.amount for p in parts), ZERO), currency)
    on = _day(payout)
    if on is None:
        payout.fault("HUB-SHOP-12", "available_on", payout.text("available_on"))
    document = Payout(NAME, payout.text("source", "id"), on or date.min, currency, amount, exact or tuple(parts))
    return Reading("stripe-payout", feed=document, findings=tuple(log), source=NAME)


def _parts(node: Node, currency: str) -> Iterator[PayoutPart]:
    """Gross and fee of a transaction; the VAT within the fee apart, where Stripe tells it."""
    if node.text("currency").upper() != currency:
        node.fault("HUB-SHOP-20", "currency", node.text("currency"))
    gross, fee = _minor(node, "amount", currency), _minor(node, "fee", currency)
    kind, category = node.text("type"), node.text("reporting_category")
    what = "chargebacks" if category.startswith("dispute") else _KINDS.get(kind, "adjustment")
    word = kind if what == "adjustment" else ""
    yield PayoutPart(what, gross, 1, word, node.text("id"))  # type: ignore[arg-type]
    taxes = [_minor(detail, "amount", currency) for detail in node.nodes("fee_details") if detail.text("type") == "tax"]
    tax = sum(taxes, ZERO)
    yield PayoutPart("fees", -(fee - tax))
    yield PayoutPart("fee_tax", -tax)


def _minor(node: Node, key: str, currency: str) -> Decimal:
    found = node.money(key)
    if found != found.to_integral_value():
        node.fault("HUB-SHOP-01", key, str(found))
        return ZERO
    return from_minor(int(found), currency)


def _day(node: Node) -> date | None:
    """When it reaches the bank, in seconds since 1970."""
    seconds = node.amount("available_on", "created")
    if seconds is None or not 0 <= seconds < 10**11:
        return None
    return day_of(datetime.fromtimestamp(int(seconds), UTC).isoformat())


source = StripeSource()
