"""A refund of Shopify, within its order or as webhook `refunds/create`: both give the same document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from connectors.shopify.charges import taxed
from connectors.shopify.order import NAME, gateway_of, returned, succeeded
from hub.formats.json_nodes import Node
from hub.formats.shop_refunds import shared
from hub.formats.shop_taxes import Charge, Place, order_taxes
from hub.model.shop_order import GIFT_CARD, OrderPayment, OrderTax, ShopOrder

ZERO = Decimal(0)
CENT = Decimal("0.01")


def read_refund(node: Node, order: ShopOrder, lines: dict[str, Node], included: bool) -> ShopOrder | None:
    """A refund of an order that came with it; None when nothing was given back (goods only restocked)."""
    total = _total(node, order, lines, included)
    if not total:
        return None
    on = node.day("processed_at", "created_at")
    if on is None:
        on = order.on
        node.note("HUB-SHOP-08", "information", "", node.text("id"), str(on))
    taxes = _taxes(node, order, lines, included, total)
    stated = sum((t.net + t.tax for t in taxes), ZERO)
    if abs(stated - total) > 2 * CENT:
        node.differs("transactions", total, stated, order.currency)
    return replace(
        order, on=on, taxes=taxes, total=total, refund=node.text("id"), payments=_back(node, order, total),
        shipping=sum((t.net for t in taxes if t.kind == "shipping"), ZERO), discount=ZERO, refunded=ZERO, supplied_on=order.on,
    )  # fmt: skip


def _total(node: Node, order: ShopOrder, lines: dict[str, Node], included: bool) -> Decimal:
    """What went back; where no transaction tells, what its goods and shipping came to."""
    back = returned(node, order.currency)
    if back is not None:
        return -back
    charged = sum((c.net + c.tax for c in _charges(node, order, lines, included)), ZERO)
    return charged + _discrepancy(node)


def _taxes(
    node: Node, order: ShopOrder, lines: dict[str, Node], included: bool, total: Decimal
) -> tuple[OrderTax, ...]:
    charges = [c for c in _charges(node, order, lines, included) if c.net or c.tax]
    over = _discrepancy(node) if charges else total
    made = order_taxes(charges, Place(order.country, order.on, order.currency, node))
    return (*made, *(shared(order, over, node) if over else ()))


def _discrepancy(node: Node) -> Decimal:
    """What was given back above the goods (goodwill), or kept (restocking fee), of which no tax is told; negative goes back."""
    return sum((a.money("amount") for a in node.nodes("order_adjustments") if not _is_told(a)), ZERO)


def _is_told(adjustment: Node) -> bool:
    """Whether an adjustment tells what it is: shipping, or something with its tax."""
    return adjustment.text("kind") == "shipping_refund" or bool(adjustment.money("tax_amount"))


def read_alone(node: Node) -> ShopOrder:
    """A refund that came without its order: refused until the order brings it, and known as the same again then."""
    currency = next((t.text("currency") for t in node.nodes("transactions") if t.text("currency")), "XXX").upper()
    bare = ShopOrder(NAME, node.text("order_id"), node.text("order_id"), date.min, currency, (), ZERO)
    total = _total(node, bare, {}, False)
    charges = [c for c in _charges(node, bare, {}, False) if c.net or c.tax]
    node.fault("HUB-SHOP-05", "", node.text("id"), number=node.text("order_id"))
    taxes = tuple(OrderTax(c.rate, c.net, c.tax, c.kind) for c in charges) or (OrderTax(None, total, ZERO),)
    on = node.day("processed_at", "created_at") or date.min
    return replace(bare, on=on, taxes=taxes, total=total, refund=node.text("id"))


def _charges(node: Node, order: ShopOrder, lines: dict[str, Node], included: bool) -> list[Charge]:
    """Goods by their line's rate, then shipping, then other adjustments that tell their tax."""
    return [
        *(_item(item, lines, included) for item in node.nodes("refund_line_items")),
        *_shipping(node, order, included),
        *(_adjustment(a, order) for a in node.nodes("order_adjustments") if _is_told(a)),
    ]


def _item(item: Node, lines: dict[str, Node], included: bool) -> Charge:
    """`subtotal` excludes tax unless prices include it; the rate is that of the line it takes back."""
    line = item.node("line_item")
    line = line if line.value else lines.get(item.text("line_item_id"), line)
    tax, subtotal = item.money("total_tax"), item.money("subtotal")
    sold = taxed(line, ZERO, GIFT_CARD if line.flag("gift_card") else "goods", False)
    kind = "services" if sold.kind == "goods" and line.value.get("requires_shipping") is False else sold.kind
    net = subtotal - tax if included else subtotal
    return Charge(-net, -tax, kind, sold.rate if tax or not sold.rate else None)


def _shipping(node: Node, order: ShopOrder, included: bool) -> list[Charge]:
    """`refund_shipping_lines` of newer versions; older ones put shipping among the adjustments."""
    found = []
    for line in node.nodes("refund_shipping_lines"):
        tax = sum((t.money("price") for t in line.node("shipping_line").nodes("tax_lines")), ZERO)
        net = line.node("subtotal_amount_set").node("shop_money").money("amount")
        net = net - tax if included else net
        found.append(Charge(-net, -tax, "shipping", _shipping_rate(order) if tax else None))
    return found


def _adjustment(adjustment: Node, order: ShopOrder) -> Charge:
    """Amounts are signed as the customer sees them: negative goes back to him."""
    shipping = adjustment.text("kind") == "shipping_refund"
    net, tax = adjustment.money("amount"), adjustment.money("tax_amount")
    return Charge(net, tax, "shipping" if shipping else "goods", _shipping_rate(order) if shipping and tax else None)


def _shipping_rate(order: ShopOrder) -> Decimal | None:
    rates = {t.rate for t in order.taxes if t.kind == "shipping" and t.tax}
    return next(iter(rates)) if len(rates) == 1 else None


def _back(node: Node, order: ShopOrder, total: Decimal) -> tuple[OrderPayment, ...]:
    """Back by each transaction; the way it came where none is told. What was paid by bank stays owed until the bank pays it back."""
    if not order.payments:
        return ()
    done = succeeded(node, ("refund",), order.currency)
    if done:
        return tuple(OrderPayment(gateway_of(t.text("gateway")), -t.money("amount"), t.text("id")) for t in done)
    return (OrderPayment(order.payments[0].gateway, total),)
