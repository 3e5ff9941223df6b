"""Orders of the API that WooCommerce had before REST (`wc-api/v1 … v3`), in the words of today, so that one reader reads both."""

from __future__ import annotations

from typing import Any

_ORDER = {
    "order_number": "number", "created_at": "date_created_gmt", "updated_at": "date_modified_gmt",
    "completed_at": "date_completed_gmt", "total_shipping": "shipping_total", "total_discount": "discount_total",
    "billing_address": "billing", "shipping_address": "shipping",
}  # fmt: skip
_TAX = {"code": "rate_code", "title": "label", "total": "tax_total"}


def is_legacy(order: dict[str, Any]) -> bool:
    """Whether an object is an order in the older words."""
    return "payment_details" in order and "billing_address" in order


def modern(order: dict[str, Any]) -> dict[str, Any]:
    """The order in today's words. It was paid when `payment_details.paid` says so, on the day it was completed or made."""
    made = {_ORDER.get(key, key): value for key, value in order.items()}
    details = order.get("payment_details")
    details = details if isinstance(details, dict) else {}
    made["payment_method"] = details.get("method_id", "")
    made["date_paid_gmt"] = (order.get("completed_at") or order.get("created_at")) if details.get("paid") else None
    lines = order.get("tax_lines")
    made["tax_lines"] = [
        {_TAX.get(key, key): value for key, value in line.items()}
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
    ]
    made["shipping_lines"] = _taxed_shipping(order)
    url = order.get("view_order_url")
    made["_links"] = {"self": [{"href": url}]} if isinstance(url, str) else {}
    return made


def _taxed_shipping(order: dict[str, Any]) -> list[Any]:
    """Shipping lines had no tax of their own: the order's `shipping_tax` stands on the first."""
    lines = order.get("shipping_lines")
    rows = [dict(line) for line in (lines if isinstance(lines, list) else ()) if isinstance(line, dict)]
    if rows:
        rows[0].setdefault("total_tax", order.get("shipping_tax"))
    return rows
