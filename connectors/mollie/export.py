"""The CSV export of settlements: a row a payment, refund, charge-back or withheld fee, by the reference of its settlement.

Columns are found by their headings. The export tells no total of its own, so the pay-out is the sum of its rows, and no VAT
on fees: that follows the mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hub.formats.csv_text import csv_rows
from hub.formats.decimals import convention, decimal_of
from hub.formats.json_nodes import day_of
from hub.formats.payout_parts import settled
from hub.model.finding import Finding
from hub.model.payout import Payout, PayoutPart
from hub.ports import Reading

COLUMNS = ("payment method", "settlement amount", "settlement reference")
ZERO = Decimal(0)
_BY_ID = {"tr_": "payments", "re_": "refunds", "chb_": "chargebacks", "cpt_": "payments"}
Row = tuple[int, dict[str, str]]


def export_readings(text: str) -> Iterator[Reading]:
    """A pay-out per settlement, in order of first row. Raises `csv.Error`."""
    settlements: dict[str, list[Row]] = {}
    headings: list[str] = []
    for number, cells in csv_rows(text):
        if not headings:
            headings = [cell.strip().casefold() for cell in cells]
            continue
        row = dict(zip(headings, cells, strict=False))
        settlements.setdefault(row.get("settlement reference", ""), []).append((number, row))
    if not settlements:
        finding = Finding("HUB-SHOP-20", "fatal", "read", "row 1", "0")
        yield Reading("mollie-export", findings=(finding,), source="mollie", mapped=False)
    for reference, rows in settlements.items():
        yield _settlement(reference, rows)


def _settlement(reference: str, rows: list[Row]) -> Reading:
    findings: list[Finding] = []
    mark = convention(row.get("settlement amount", "") for _, row in rows).mark
    parts, days = [], []
    for number, row in rows:
        amount = decimal_of(row.get("settlement amount", ""), mark)
        if amount is None:
            found = row.get("settlement amount", "")
            findings.append(Finding("HUB-SHOP-01", "fatal", "read", f"row {number}, Settlement amount", found))
            continue
        parts.append(PayoutPart(_what(row, amount), amount, 1, row.get("payment method", "").casefold()))  # type: ignore[arg-type]
        days.append(day_of(row.get("date", "")))
    currency = next((r["settlement currency"].upper() for _, r in rows if r.get("settlement currency")), "EUR")
    known: list[date] = [day for day in days if day is not None]
    if not reference or not known:
        findings.append(Finding("HUB-SHOP-20", "fatal", "read", f"row {rows[0][0]}", reference or None))
        return Reading("mollie-export", findings=tuple(findings), source="mollie", mapped=False)
    total = sum((p.amount for p in parts), ZERO)
    document = Payout("mollie", reference, max(known), currency, total, settled(parts, total, currency) or tuple(parts))
    return Reading("mollie-export", feed=document, findings=tuple(findings), source="mollie")


def _what(row: dict[str, str], amount: Decimal) -> str:
    """By the id of what moved; a row without one is what Mollie withheld."""
    known = next((what for start, what in _BY_ID.items() if row.get("id", "").startswith(start)), "")
    return known or ("fees" if amount < 0 else "adjustment")
