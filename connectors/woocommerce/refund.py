"""A refund of WooCommerce: within its order, where only id and total stand, or as the refunds endpoint tells it, with its lines.

Amounts of the endpoint are positive and its lines negative; within the order the total is negative. Both give the same document.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from connectors.woocommerce.charges import Rates, charges
from connectors.woocommerce.order import nobody, shop_of
from hub.formats.json_nodes import Node
from hub.formats.shop_refunds import shared
from hub.formats.shop_taxes import Place, order_taxes
from hub.model.shop_order import GIFT_CARD, OrderPayment, OrderTax, ShopOrder

ZERO = Decimal(0)


def read_refund(node: Node, order: ShopOrder, known: Rates, changed_on: date | None) -> ShopOrder:
    """A refund of an order that came with it. `changed_on` is when the order changed last, for a refund without a date."""
    total = -abs(node.money("amount", "total"))
    on = node.day("date_created_gmt", "date_created", "created_at")
    if on is None:
        on = changed_on or order.on
        node.note("HUB-SHOP-08", "information", "", node.text("id"), str(on))
    lines = [charge for charge in charges(node, known) if charge.net or charge.tax]
    if lines:
        taxes = order_taxes(lines, Place(order.country, order.on, order.currency, node))
        _check(node, taxes, total, order.currency)
    else:
        taxes = shared(order, total, node)
    shipping = sum((t.net for t in taxes if t.kind == "shipping"), ZERO)
    return replace(
        order, on=on, taxes=taxes, total=total, refund=node.text("id"), payments=_back(node, order, total), shipping=shipping,
        discount=ZERO, refunded=ZERO, supplied_on=order.on, state="paid" if order.payments else "on_account",
    )  # fmt: skip


def read_alone(node: Node) -> ShopOrder:
    """A refund that came without its order: read for who looks at it, refused because it tells neither currency nor country.

    Its identity is that of the same refund within its order, so that it is known as the same again.
    """
    total = -abs(node.money("amount", "total"))
    lines = [charge for charge in charges(node, Rates()) if charge.net or charge.tax]
    taxes = tuple(OrderTax(None, c.net, c.tax, c.kind, c.label) for c in lines) or (OrderTax(None, total, ZERO),)
    if lines:
        _check(node, taxes, total, "XXX")
    order = nobody(node.text("parent_id")) or _parent(node)
    node.fault("HUB-SHOP-05", "", node.text("id"), number=order or "?")
    return ShopOrder(
        shop_of(node), order, order, node.day("date_created_gmt", "date_created", "created_at") or date.min, "XXX", taxes, total,
        refund=node.text("id"), shipping=sum((c.net for c in lines if c.kind == "shipping"), ZERO),
    )  # fmt: skip


def _parent(node: Node) -> str:
    """The order's id out of the link to it: `…/orders/723`."""
    for link in node.node("_links").nodes("up"):
        return link.text("href").rstrip("/").rpartition("/")[2]
    return ""


def _check(node: Node, taxes: tuple[OrderTax, ...], total: Decimal, currency: str) -> None:
    found = sum((t.net + t.tax for t in taxes), ZERO)
    if abs(found - total) > Decimal("0.02"):
        node.differs("amount", total, found, currency)


def _back(node: Node, order: ShopOrder, total: Decimal) -> tuple[OrderPayment, ...]:
    """Back the way it came, unless the shop says that it did not give the money back itself: then it stays owed."""
    ways = [p for p in order.payments if p.gateway != GIFT_CARD] or list(order.payments)
    if not ways or node.value.get("refunded_payment") is False:
        return ()
    return (OrderPayment(ways[0].gateway, total),)
