"""The `document` object of the JSON contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hub.model.invoice import Invoice
from hub.model.money import money_text

_SHOWN_ITEMS, _SHOWN_TEXT = 100, 200  # what the reader had no field for; the original has it all


def _text(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else money_text(amount, currency)


def summary(invoice: Invoice, direction: str, identity: str, relation: str) -> dict[str, Any]:
    """Kind, direction, number, date, relation, totals and VAT groups of an invoice, as CONTRACT says them."""
    currency = invoice.currency
    return {
        "kind": "invoice",
        "type": invoice.kind,
        "type_code": invoice.type_code,
        "direction": direction or None,
        "number": invoice.number,
        "date": str(invoice.issue_date),
        "due_date": str(invoice.due_date) if invoice.due_date else None,
        "identity": identity or None,
        "relation": relation or None,
        "seller": invoice.seller.name,
        "buyer": invoice.buyer.name,
        "total": _text(invoice.totals.with_vat, currency),
        "due": _text(invoice.totals.due, currency),
        "currency": currency,
        "vat": [
            {
                "category": group.category,
                "rate": None if group.rate is None else f"{group.rate.normalize():f}",
                "base": _text(group.taxable_amount, currency),
                "tax": _text(group.tax_amount, currency),
            }
            for group in invoice.vat_groups
        ],
        "lines": len(invoice.lines),
        "attachments": len(invoice.attachments),
        "unmapped": [[item.location, item.text[:_SHOWN_TEXT]] for item in invoice.unmapped[:_SHOWN_ITEMS]],
    }
