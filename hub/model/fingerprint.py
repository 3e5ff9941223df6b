"""Fingerprint: a hash of what an invoice says, to tell "the same again" from "the same number, other contents"."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from hub.model.invoice import Invoice

_SHORT = 28  # characters; `normalize` rounds beyond 28 digits


def _number(value: Decimal | None) -> str:
    """`100`, `100.0` and `100.00` say the same."""
    if value is None:
        return ""
    text = str(value)
    if len(text) < _SHORT and "E" not in text:  # the usual amount, three times as fast
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value.normalize():f}"


def fingerprint(invoice: Invoice) -> str:
    """sha256 over the terms that are booked, paid or disputed; not over attachments, notes or the wrapping."""
    totals = invoice.totals
    parts = [
        invoice.kind, invoice.type_code, invoice.number, str(invoice.issue_date), str(invoice.due_date), invoice.currency,
        invoice.seller.name, invoice.seller.vat_id, invoice.buyer.name, invoice.buyer.vat_id, str(invoice.supply_date),
        *(_number(v) for v in (totals.without_vat, totals.vat, totals.with_vat, totals.prepaid, totals.rounding, totals.due)),
        *(m.account for m in invoice.payment_means),
        *(p.number for p in invoice.preceding),
    ]  # fmt: skip
    for group in invoice.vat_groups:
        parts += [group.category, _number(group.rate), _number(group.taxable_amount), _number(group.tax_amount)]
    for item in invoice.allowances_charges:
        parts += [str(item.is_charge), _number(item.amount), item.vat_category, item.reason]
    for line in invoice.lines:
        parts += [
            line.id,
            _number(line.net_amount),
            _number(line.quantity),
            line.item_name,
            line.vat_category,
            line.accounting_cost,
        ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
