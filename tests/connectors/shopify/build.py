"""Orders as Shopify sends them, made of what a test is about. Prices include tax unless a test says otherwise."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")


def money(amount: Decimal | str) -> str:
    """Two decimals, as text."""
    return str(Decimal(amount).quantize(CENT, ROUND_HALF_UP))


def taxes(gross: Decimal, rate: str, included: bool) -> list[dict[str, Any]]:
    """The tax line of a price; none for rate ""."""
    if not rate:
        return []
    share = Decimal(rate) / 100
    return [
        {
            "title": "btw",
            "rate": float(share),
            "price": money(gross * share / (1 + share) if included else gross * share),
        }
    ]


def line(
    id: int, price: str, rate: str = "21", *, quantity: int = 1, off: str = "0", included: bool = True, **more: Any
) -> dict[str, Any]:
    """A line of `quantity` times a price, less a discount allocated to it."""
    left = Decimal(price) * quantity - Decimal(off)
    return {
        "id": id, "title": f"Product {id}", "quantity": quantity, "price": price, "total_discount": "0.00", "gift_card": False,
        "requires_shipping": True, "taxable": bool(rate), "tax_lines": taxes(left, rate, included),
        "discount_allocations": [{"amount": off}] if Decimal(off) else [], **more,
    }  # fmt: skip


def delivery(price: str, rate: str = "21", included: bool = True) -> dict[str, Any]:
    """A shipping line."""
    return {
        "id": 900,
        "title": "Post",
        "price": price,
        "discounted_price": price,
        "tax_lines": taxes(Decimal(price), rate, included),
    }


def order(
    id: int = 5001, lines: list[dict[str, Any]] | None = None, *, shipping: list[dict[str, Any]] | None = None, country: str = "NL",
    included: bool = True, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A paid order of one line of € 121, or of these lines; anything else by name."""
    items, ship = lines if lines is not None else [line(1, "121.00", included=included)], shipping or []
    off = sum((Decimal(a["amount"]) for one in items for a in one["discount_allocations"]), Decimal(0))
    goods = sum((Decimal(one["price"]) * one["quantity"] for one in items), Decimal(0)) - off
    tax = sum((Decimal(t["price"]) for one in (*items, *ship) for t in one["tax_lines"]), Decimal(0))
    total = goods + sum((Decimal(s["price"]) for s in ship), Decimal(0)) + (0 if included else tax)
    made = {
        "id": id, "name": f"#{id - 4000}", "order_number": id - 4000, "created_at": "2026-03-02T11:00:00+01:00", "test": False,
        "processed_at": "2026-03-02T11:00:00+01:00", "updated_at": "2026-03-02T11:00:01+01:00", "cancelled_at": None, "currency": "EUR",
        "financial_status": "paid", "taxes_included": included, "subtotal_price": money(goods),
        "total_line_items_price": money(goods + off),
        "total_discounts": money(off), "total_tax": money(tax), "total_price": money(total), "payment_gateway_names": ["shopify_payments"],
        "email": "anna@example.org", "customer": {"id": 77, "first_name": "Anna", "last_name": "de Vries"}, "note_attributes": [],
        "billing_address": address(country), "shipping_address": address(country), "line_items": items, "shipping_lines": ship,
        "tax_lines": [], "refunds": [],
    }  # fmt: skip
    return {**made, **more}


def address(country: str, company: str = "") -> dict[str, str]:
    """An address of somebody invented."""
    return {
        "first_name": "Anna", "last_name": "de Vries", "company": company, "address1": "Dorpsstraat 1", "city": "Ons Dorp",
        "zip": "1234 AB", "country_code": country, "phone": "+31 20 000 0000",
    }  # fmt: skip


def refund(
    id: int, items: list[dict[str, Any]], *, order: int = 5001, more_back: str = "0", **more: Any
) -> dict[str, Any]:
    """A refund of whole lines, with its transaction; `more_back` goes back above them (an adjustment without tax)."""
    rows, back = [], Decimal(more_back)
    for one in items:
        tax = sum((Decimal(t["price"]) for t in one["tax_lines"]), Decimal(0))
        gross = Decimal(one["price"]) * one["quantity"] - sum(
            (Decimal(a["amount"]) for a in one["discount_allocations"]), Decimal(0)
        )
        row = {"id": one["id"] + 100, "line_item_id": one["id"], "quantity": one["quantity"]}
        rows.append({**row, "subtotal": money(gross), "total_tax": money(tax)})
        back += gross
    over = (
        [{"kind": "refund_discrepancy", "amount": money(-Decimal(more_back)), "tax_amount": "0.00"}]
        if Decimal(more_back)
        else []
    )
    made = {
        "id": id, "order_id": order, "created_at": "2026-03-09T12:00:00+01:00", "processed_at": "2026-03-09T12:00:00+01:00",
        "refund_line_items": rows, "order_adjustments": over, "transactions": [transaction("refund", money(back))],
    }  # fmt: skip
    return {**made, **more}


def transaction(kind: str, amount: str, gateway: str = "shopify_payments", **more: Any) -> dict[str, Any]:
    """Money that moved."""
    return {"id": 1, "kind": kind, "amount": amount, "gateway": gateway, "status": "success", "currency": "EUR", **more}
