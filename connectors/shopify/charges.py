"""Lines, shipping and duties of a Shopify order without tax, with their rates: prices include tax where `taxes_included` says so."""

from __future__ import annotations

from decimal import Decimal

from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Charge
from hub.model.shop_order import GIFT_CARD

ZERO, CENT = Decimal(0), Decimal("0.01")
HUNDRED = Decimal(100)


def charges(order: Node) -> list[Charge]:
    """Every line after discounts."""
    included = order.flag("taxes_included")
    lines = [_line(line, included) for line in order.nodes("line_items")]
    shipping = [_shipping(line, included) for line in order.nodes("shipping_lines")]
    tip = order.money("total_tip_received")
    return [*lines, *shipping, *([Charge(tip, ZERO, "tip")] if tip else [])]


def _line(line: Node, included: bool) -> Charge:
    price = line.money("price") * (line.amount("quantity") or ZERO)
    kind = (
        GIFT_CARD if line.flag("gift_card") else "services" if line.value.get("requires_shipping") is False else "goods"
    )
    return taxed(line, price - discount(line), kind, included)


def _shipping(line: Node, included: bool) -> Charge:
    price = line.amount("discounted_price")
    allocated = discount(line)
    return taxed(line, line.money("price") - allocated if price is None or allocated else price, "shipping", included)


def discount(line: Node) -> Decimal:
    """What is allocated to a line; the older `total_discount` where nothing is."""
    allocated = line.nodes("discount_allocations")
    return sum((part.money("amount") for part in allocated), ZERO) if allocated else line.money("total_discount")


def taxed(line: Node, price: Decimal, kind: str, included: bool) -> Charge:
    """A price with the tax of its `tax_lines`, whose `rate` is a fraction (0.21)."""
    taxes = [tax for tax in line.nodes("tax_lines") if tax.money("price") or tax.amount("rate") is not None]
    tax = sum((t.money("price") for t in taxes), ZERO)
    rates = [r for t in taxes if t.money("price") and (r := t.amount("rate")) is not None]
    rate = sum(rates, ZERO) * HUNDRED if rates else ZERO if taxes else None
    return Charge(price - tax if included else price, tax, kind, None if rate is None else rate.normalize(), "")


def check(order: Node, lines: list[Charge], currency: str) -> None:
    """Every sum that the order states, against its lines; each that does not follow is named."""
    allowed = CENT * max(len(lines), 1)
    included = order.flag("taxes_included")
    sold = [c for c in lines if c.kind not in ("shipping", "tip")]
    subtotal = sum((c.net + c.tax if included else c.net for c in sold), ZERO)
    stated = order.amount("subtotal_price")
    if stated is not None and abs(stated - subtotal) > allowed:
        order.differs("subtotal_price", stated, subtotal, currency)
    tax = sum((c.tax for c in lines), ZERO)
    if order.amount("total_tax") is not None and abs(order.money("total_tax") - tax) > allowed:
        order.differs("total_tax", order.money("total_tax"), tax, currency)
    total = sum((c.net + c.tax for c in lines), ZERO)
    if abs(order.money("total_price") - total) > 2 * CENT:
        order.differs("total_price", order.money("total_price"), total, currency)
