"""The source: an order bare or as `order`, a list as `orders`, a refund as `refund` or as the webhook sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.shopify.order import NAME, read_order
from connectors.shopify.refund import read_alone, read_refund
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.json_nodes import Node
from hub.model.finding import Finding
from hub.model.shop_order import ShopOrder
from hub.ports import Reading

_WRAPPERS = ("order", "orders", "refund", "refunds")
_OTHERS = (
    "draft_order",
    "draft_orders",
    "gift_card",
    "gift_cards",
    "transaction",
    "transactions",
    "checkout",
    "checkouts",
)
_OURS = ('"admin_graphql_api_id"', '"total_line_items_price"', '"financial_status"')


class ShopifySource:
    """Orders and refunds of Shopify."""

    name = NAME
    kinds, forms = ("shop_order",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """Whether it is, or was meant to be, something of Shopify that we know."""
        if not content.is_json:
            return content.head[:1] in ("{", "[") and any(mark in content.head for mark in _OURS)
        value = content.json
        if _other(value):
            return True
        documents = _documents(value)[:1]
        return bool(documents and _kind(documents[0][0]))

    def read(self, content: Content) -> Reading:
        """Every order with its refunds, in order."""
        try:
            value = content.json
        except UnreadableInput as refusal:
            finding = Finding(refusal.code, "fatal", "read", refusal.location, refusal.found, refusal.expected)
            return Reading(NAME, findings=(finding,), mapped=False, source=NAME)
        if _other(value):
            return _look_alike(value)
        made = [reading for one, path in _documents(value) for reading in _readings(one, path)]
        first, *rest = made
        return Reading(
            first.format, feed=first.feed, findings=first.findings, source=NAME, mapped=first.mapped, rest=tuple(rest)
        )


def _other(value: Any) -> str:
    """What it is instead of an order: a draft, a gift card, a transaction."""
    if not isinstance(value, dict) or len(value) != 1:
        return ""
    name = next(iter(value))
    inner = value[name][0] if isinstance(value[name], list) and value[name] else value[name]
    known = isinstance(inner, dict) and inner.keys() & {"kind", "balance", "initial_value", "line_items", "gateway"}
    return name if name in _OTHERS and known else ""


def _look_alike(value: dict[str, Any]) -> Reading:
    """Something that is no order. A draft is read all the same, for who looks at it."""
    name = _other(value)
    inner = value[name] if isinstance(value[name], dict) else {}
    node = Node(inner, f"$.{name}", [])
    draft = read_order(node) if name == "draft_order" else None
    node.fault("HUB-SHOP-10", "", name)
    return _reading("shopify-draft" if draft else NAME, draft, node)


def _documents(value: Any) -> list[tuple[dict[str, Any], str]]:
    path = "$"
    if isinstance(value, dict) and not _kind(value):
        wrapper = next((w for w in _WRAPPERS if isinstance(value.get(w), dict | list)), None)
        if wrapper is None:
            return []
        value, path = value[wrapper], f"$.{wrapper}"
    if isinstance(value, dict):
        return [(value, path)]
    return [(one, f"{path}[{n}]") for n, one in enumerate(value) if isinstance(one, dict)]


def _kind(one: dict[str, Any]) -> str:
    if "financial_status" in one and "line_items" in one and "total_price" in one:
        return "order"
    return "refund" if "order_id" in one and "refund_line_items" in one else ""


def _readings(one: dict[str, Any], path: str) -> Iterator[Reading]:
    node = Node(one, path, [])
    if _kind(one) == "order":
        yield from _order(node)
    elif _kind(one) == "refund":
        yield _reading("shopify-refund", read_alone(node), node)
    else:
        node.fault("HUB-SHOP-10", "", ", ".join(list(one)[:5]))
        yield _reading(NAME, None, node)


def _order(node: Node) -> Iterator[Reading]:
    order = read_order(node)
    if node.flag("test"):
        node.fault("HUB-SHOP-10", "test", "test")
    yield _reading("shopify-order", order, node)
    if order.state not in ("paid", "on_account"):
        return
    refused = any(f.fatal for f in node.log)
    lines = {line.text("id"): line for line in node.nodes("line_items")}
    for refund in node.nodes("refunds"):
        own = Node(refund.value, refund.path, [])
        made = read_refund(own, order, lines, node.flag("taxes_included"))
        if made is None:
            continue
        if refused:
            own.fault("HUB-SHOP-07", "", own.text("id"), number=order.number)
        yield _reading("shopify-refund", made, own)


def _reading(format: str, feed: ShopOrder | None, node: Node) -> Reading:
    return Reading(format, feed=feed, findings=tuple(node.log), source=NAME, mapped=feed is not None)


source = ShopifySource()
