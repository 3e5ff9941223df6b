"""Open items and payments for the specification of settling; what a test does not name is ordinary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hub.accounting.match_known import Known
from hub.model.journal import VatLine
from hub.model.money import Money
from hub.model.payment import Payment
from hub.model.settlement import OpenItem

D = Decimal
DAY = date(2026, 5, 12)


def eur(amount: str | Decimal) -> Money:
    return Money(D(amount), "EUR")


def item(key: int, amount: str | Decimal, number: str = "", **changes: Any) -> OpenItem:
    """A receivable of C0001 in euro, wholly open."""
    currency = changes.pop("currency", "EUR")
    base = changes.pop("base", amount)
    values: dict[str, Any] = {
        "id": key, "relation": "C0001", "account": "1300", "side": "receivable", "part": "normal",
        "number": number or f"F-2026-{key:04d}", "invoice_date": date(2026, 4, 1), "due_date": date(2026, 5, 1),
        "original": Money(D(amount), currency), "outstanding": Money(D(amount), currency), "outstanding_base": eur(base),
        "relation_name": "Klant B.V.",
    }  # fmt: skip
    made = {**values, **changes}
    if made["side"] == "payable" and "account" not in changes:
        made["account"] = "1600"
    return OpenItem(**made)


def payment(amount: str | Decimal, text: str = "", **changes: Any) -> Payment:
    """Money that came in when positive."""
    values: dict[str, Any] = {
        "on": DAY, "amount": Money(D(amount), changes.pop("currency", "EUR")), "bank_account": "1100", "journal": "BNK",
        "description": text,
    }  # fmt: skip
    return Payment(**{**values, **changes})


def known(*relations: str, **changes: Any) -> Known:
    return Known(frozenset(relations), **changes)


def vat(code: str, base: str, tax: str, lost: str = "0.00", *, reverse_charge: bool = False, on: date = DAY) -> VatLine:
    """A VAT line of an invoice in euro."""
    amounts = [eur(x) for x in (base, tax, lost)]
    return VatLine(code, *amounts, *amounts, on, on, "", reverse_charge)
