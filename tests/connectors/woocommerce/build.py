"""Orders as WooCommerce sends them, made of what a test is about."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
RATE_IDS = {"21": 1, "9": 2, "0": 3}


def money(amount: Decimal | str) -> str:
    """Two decimals, as text."""
    return str(Decimal(amount).quantize(CENT, ROUND_HALF_UP))


def line(
    id: int, net: str, rate: str = "21", *, before: str = "", kind: str = "line_items", **more: Any
) -> dict[str, Any]:
    """A line, shipping or fee; `before` is its subtotal before discount. Rate "" = no tax."""
    tax = money(Decimal(net) * Decimal(rate or 0) / 100)
    taxes = [{"id": RATE_IDS.get(rate, int(Decimal(rate) * 10)), "total": tax}] if rate else []
    made = {"id": id, "total": money(net), "total_tax": tax, "taxes": taxes, "meta_data": []}
    if kind == "line_items":
        made |= {"name": f"Product {id}", "quantity": 1, "tax_class": "", "subtotal": money(before or net)}
    return {**made, **more}


def order(
    id: int = 1001, lines: list[dict[str, Any]] | None = None, *, delivery: list[dict[str, Any]] | None = None,
    fees: list[dict[str, Any]] | None = None, country: str = "NL", percents: bool = True, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A paid order of one line of € 100 + 21 %, or of these lines; anything else by name."""
    items, ship, fee = lines if lines is not None else [line(1, "100.00")], delivery or [], fees or []
    everything = [*items, *ship, *fee]
    net = sum((Decimal(one["total"]) for one in everything), Decimal(0))
    tax = sum((Decimal(one["total_tax"]) for one in everything), Decimal(0))
    discount = sum((Decimal(one["subtotal"]) - Decimal(one["total"]) for one in items), Decimal(0))
    made = {
        "id": id, "parent_id": 0, "number": str(id), "order_key": f"wc_order_{id}", "status": "processing", "currency": "EUR",
        "date_created_gmt": "2026-03-02T10:00:00", "date_paid_gmt": "2026-03-02T10:00:05", "date_modified_gmt": "2026-03-02T10:00:06",
        "discount_total": money(discount), "shipping_total": money(sum((Decimal(s["total"]) for s in ship), Decimal(0))),
        "total": money(net + tax), "total_tax": money(tax), "prices_include_tax": False, "customer_id": 0,
        "billing": address(country), "shipping": {**address(country), "email": ""}, "payment_method": "ideal",
        "payment_method_title": "iDEAL", "transaction_id": f"tr_{id}", "meta_data": [], "line_items": items, "shipping_lines": ship,
        "fee_lines": fee, "tax_lines": tax_lines(everything, country, percents), "coupon_lines": [], "refunds": [],
        "_links": {"self": [{"href": f"https://shop.example/wp-json/wc/v3/orders/{id}"}]},
    }  # fmt: skip
    return {**made, **more}


def address(country: str, company: str = "", postcode: str = "1234 AB") -> dict[str, str]:
    """An address of somebody invented."""
    return {
        "first_name": "Anna", "last_name": "de Vries", "company": company, "address_1": "Dorpsstraat 1", "city": "Ons Dorp",
        "postcode": postcode, "country": country, "email": "anna@example.org", "phone": "+31 20 000 0000",
    }  # fmt: skip


def tax_lines(lines: list[dict[str, Any]], country: str, percents: bool) -> list[dict[str, Any]]:
    """What the shop sums per rate."""
    names = {str(id): rate for rate, id in RATE_IDS.items()}
    sums: dict[str, Decimal] = {}
    for one in lines:
        for tax in one["taxes"]:
            sums[str(tax["id"])] = sums.get(str(tax["id"]), Decimal(0)) + Decimal(str(tax["total"]))
    made = []
    for key, total in sums.items():
        rate = names.get(key, str(Decimal(key) / 10))
        percent = {"rate_percent": float(rate)} if percents else {}
        told = {"rate_id": int(key), "rate_code": f"{country}-BTW-1", "label": "Btw", "tax_total": money(total)}
        made.append({**told, "shipping_tax_total": "0.00", **percent})
    return made


def refund(id: int, lines: list[dict[str, Any]], *, order: int = 1001, **more: Any) -> dict[str, Any]:
    """A refund as `/orders/{id}/refunds` tells it: positive amount, negative lines."""
    negative = [
        {**one, "total": money(-Decimal(one["total"])), "total_tax": money(-Decimal(one["total_tax"])),
         "taxes": [{**t, "total": money(-Decimal(t["total"]))} for t in one["taxes"]]}
        for one in lines
    ]  # fmt: skip
    amount = sum((-Decimal(one["total"]) - Decimal(one["total_tax"]) for one in negative), Decimal(0))
    made = {
        "id": id, "date_created_gmt": "2026-03-09T12:00:00", "amount": money(amount), "reason": "", "refunded_payment": True,
        "line_items": [one for one in negative if "quantity" in one],
        "shipping_lines": [one for one in negative if "quantity" not in one],
        "_links": {"up": [{"href": f"https://shop.example/wp-json/wc/v3/orders/{order}"}]},
    }  # fmt: skip
    return {**made, **more}
