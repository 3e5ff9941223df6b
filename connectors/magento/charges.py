"""Rows of a Magento order, invoice or credit memo without tax, with their rates.

A configurable or bundled product stands there twice, as parent and as child: the one without amounts is left out. Discounts
and their tax compensation are amounts of their own, and join the row or the shipping they belong to.
"""

from __future__ import annotations

from decimal import Decimal

from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Charge

ZERO, CENT = Decimal(0), Decimal("0.01")


def charges(document: Node, rates: dict[str, Decimal], sign: int = 1) -> list[Charge]:
    """Rows and shipping; `rates` are those of the order by item id, for documents that do not repeat them. `sign` -1 for refunds."""
    rows = [_row(item, rates, sign) for item in document.nodes("items") if item.amount("row_total") is not None]
    return [*rows, *_shipping(document, rates, sign)]


def rates_of(order: Node) -> dict[str, Decimal]:
    """The rate of each item of an order, by the id that invoices and credit memos name it with."""
    return {i.text("item_id"): rate for i in order.nodes("items") if (rate := i.amount("tax_percent")) is not None}


def _row(item: Node, rates: dict[str, Decimal], sign: int) -> Charge:
    """Net after discount: the row less its discount, whose tax (where prices include it) is compensated apart."""
    discount, compensated = abs(item.money("discount_amount")), item.money("discount_tax_compensation_amount")
    net = item.money("row_total") - discount + compensated
    tax = item.money("tax_amount")
    told = item.amount("tax_percent")
    rate = rates.get(item.text("order_item_id")) if told is None else told
    kind = (
        "services" if item.text("product_type") in ("virtual", "downloadable") or item.flag("is_virtual") else "goods"
    )
    return Charge(sign * net, sign * tax, kind, rate if tax else None)


def _shipping(document: Node, rates: dict[str, Decimal], sign: int) -> list[Charge]:
    """Shipping and its discount; its rate is not told, so it is the only one of the goods or follows from the tax."""
    net = document.money("shipping_amount") - abs(document.money("shipping_discount_amount"))
    net += document.money("shipping_discount_tax_compensation_amount")
    tax = document.money("shipping_tax_amount")
    if not net and not tax:
        return []
    known = {rate for rate in rates.values() if rate}
    fits = [rate for rate in known if abs(net * rate / 100 - tax) <= CENT]
    return [Charge(sign * net, sign * tax, "shipping", fits[0] if tax and len(fits) == 1 else None)]


def check(document: Node, lines: list[Charge], tips: Decimal, currency: str) -> None:
    """The sums that the document states against its rows; `tips` is what else it adds (adjustments, gift cards)."""
    allowed = CENT * max(len(lines), 1)
    tax = sum((abs(c.tax) for c in lines), ZERO)
    if abs(document.money("tax_amount") - tax) > allowed:
        document.differs("tax_amount", document.money("tax_amount"), tax, currency)
    total = abs(sum((c.net + c.tax for c in lines), ZERO)) + tips
    if abs(document.money("grand_total") - total) > 2 * CENT:
        document.differs("grand_total", document.money("grand_total"), total, currency)
