"""A refund of which only the total is told: what of it is net, and what tax, as far as its order leaves no doubt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hub.formats.json_nodes import Node
from hub.model.money import money_text, round_half_up
from hub.model.shop_order import OrderTax, ShopOrder

ZERO = Decimal(0)


def shared(order: ShopOrder, total: Decimal, node: Node) -> tuple[OrderTax, ...]:
    """The whole order back, or a part of an order under one rate; `total` is negative.

    Under several rates nobody can tell which was given back: a finding refuses it until its lines are sent.
    """
    if total == -order.total:
        return tuple(replace(part, net=-part.net, tax=-part.tax) for part in order.taxes)
    parts = [part for part in order.taxes if part.net or part.tax]
    rates = {(part.rate, bool(part.tax), part.kind == "gift_card") for part in parts}
    if len(rates) == 1 and not (parts[0].rate is None and parts[0].tax):
        rate = parts[0].rate or ZERO if parts[0].tax else ZERO
        net = round_half_up(total / (1 + rate / 100), order.currency)
        return (replace(parts[0], net=net, tax=total - net),)
    node.fault("HUB-SHOP-06", "", money_text(total, order.currency), number=order.number)
    return (OrderTax(None, total, ZERO),)
