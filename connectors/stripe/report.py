"""The itemised payout reconciliation report: a row a balance transaction, by the pay-out that it was in.

Columns are found by their names. The report tells no total of its own: the pay-out is the sum of `net`, and each row must
have net = gross − fee.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hub.formats.csv_text import csv_rows
from hub.formats.json_nodes import Node
from hub.formats.payout_parts import settled
from hub.model.payout import Payout, PayoutPart
from hub.ports import Reading

COLUMNS = ("automatic_payout_id", "reporting_category", "gross", "fee", "net")
ZERO = Decimal(0)
_CATEGORIES = {
    "charge": "payments", "refund": "refunds", "refund_failure": "refunds", "partial_capture_reversal": "refunds",
    "dispute": "chargebacks", "dispute_reversal": "chargebacks", "fee": "fees", "network_cost": "fees", "tax": "fee_tax",
}  # fmt: skip


def report_readings(text: str) -> Iterator[Reading]:
    """A pay-out per id, in order of first row. Raises `csv.Error`."""
    payouts: dict[str, list[Node]] = {}
    headings: list[str] = []
    for number, cells in csv_rows(text):
        if not headings:
            headings = [cell.strip().casefold() for cell in cells]
            continue
        row = dict(zip(headings, cells, strict=False))
        payouts.setdefault(row.get("automatic_payout_id", ""), []).append(Node(row, f"row {number}", []))
    if not payouts:
        node = Node({}, "row 1", [])
        node.fault("HUB-SHOP-20", "", "0")
        yield Reading("stripe-report", findings=tuple(node.log), source="stripe", mapped=False)
    for reference, rows in payouts.items():
        yield _payout(reference, rows)


def _payout(reference: str, rows: list[Node]) -> Reading:
    first = rows[0]
    currency = first.text("currency").upper()
    parts = [part for row in rows for part in _parts(row, currency)]
    on = first.day("automatic_payout_effective_at", "automatic_payout_effective_at_utc")
    if not reference or on is None or len(currency) != 3:
        first.fault("HUB-SHOP-20", "automatic_payout_id", reference)
    amount = sum((row.money("net") for row in rows), ZERO)
    exact = settled(parts, amount, currency if len(currency) == 3 else "EUR")
    findings = tuple(finding for row in rows for finding in row.log)
    if len(currency) != 3:
        return Reading("stripe-report", findings=findings, source="stripe", mapped=False)
    document = Payout("stripe", reference, on or date.min, currency, amount, exact or tuple(parts))
    return Reading("stripe-report", feed=document, findings=findings, source="stripe")


def _parts(row: Node, currency: str) -> Iterator[PayoutPart]:
    gross, fee, net = row.money("gross"), row.money("fee"), row.money("net")
    if net != gross - fee:
        row.differs("net", net, gross - fee, currency if len(currency) == 3 else "EUR")
    if row.text("currency").upper() != currency:
        row.fault("HUB-SHOP-20", "currency", row.text("currency"))
    category = row.text("reporting_category")
    what = _CATEGORIES.get(category, "adjustment")
    yield PayoutPart(what, gross, 1, category if what == "adjustment" else row.text("payment_method_type").casefold())  # type: ignore[arg-type]
    yield PayoutPart("fees", -fee)
