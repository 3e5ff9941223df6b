"""Small receipts; what a test does not name is ordinary."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

DE = 0x4445 << 48
SALE, INVOICE, ORDER, CLOSING, DELIVERY = 0x1_0000_0001, 0xC, 0x1_0000_0010, 0x1_0000_0007, 0xF


_NUMBER = re.compile(r'"#(-?[0-9.]+)"')


def _plain(digits: str) -> str:
    """A number with these very digits; `file` takes the quotes away."""
    return f"#{digits}"


def item(amount: str, rate: str = "21", case: int = 1, tax: str | None = "", group: str = "Drank") -> dict[str, Any]:
    """A charge item; its VAT is that of its rate, unrounded, or none at all."""
    row: dict[str, Any] = {
        "Quantity": 1,
        "Description": "Iets",
        "Amount": _plain(amount),
        "VATRate": _plain(rate),
        "ftChargeItemCase": DE + case,
        "ProductGroup": group,
    }
    if tax is not None:
        row["VATAmount"] = _plain(tax or str(Decimal(amount) * Decimal(rate) / (100 + Decimal(rate))))
    return row


def pay(amount: str, kind: str = "Contant", case: int = 1) -> dict[str, Any]:
    """A pay item."""
    return {"Quantity": 1, "Description": kind, "Amount": _plain(amount), "ftPayItemCase": DE + case}


def receipt(
    *items: dict[str, Any], case: int = SALE, at: str = "2026-03-02T18:30:00.5Z", number: str = "1", **more: Any
) -> dict[str, Any]:
    """A receipt request of these items and payments."""
    return {
        "ftCashBoxID": "c0ffee00-0000-4000-8000-000000000001",
        "cbTerminalID": "1",
        "cbReceiptReference": number,
        "cbReceiptMoment": at,
        "cbChargeItems": [i for i in items if "ftChargeItemCase" in i],
        "cbPayItems": [i for i in items if "ftPayItemCase" in i],
        "ftReceiptCase": DE + case,
        **more,
    }


def file(*receipts: dict[str, Any]) -> bytes:
    """One receipt, or a list of them."""
    text = json.dumps(receipts[0] if len(receipts) == 1 else receipts, indent=1)
    return _NUMBER.sub(r"\1", text).encode()
