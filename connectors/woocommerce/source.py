"""The source: one order, a list, or wrapped (`data`, `order`, `orders`); refunds within an order, beside it, or alone.

Who fetches an order after a webhook hands over `{"order": {…}, "refunds": […]}` with the answer of `/orders/{id}/refunds`: an order
itself tells of a refund only id and total.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.woocommerce.legacy import is_legacy, modern
from connectors.woocommerce.order import DRAFTS, NAME, read_order
from connectors.woocommerce.refund import read_alone, read_refund
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.json_nodes import Node
from hub.model.finding import Finding
from hub.model.shop_order import ShopOrder
from hub.ports import Reading

_WRAPPERS = ("data", "order", "orders", "order_refund", "order_refunds")
_OURS = ('"order_key"', '"date_created_gmt"', '"payment_details"')  # in files that are no JSON, but meant to be
_BATCH = {"create", "update", "delete"}


class WooCommerceSource:
    """Orders and refunds of WooCommerce."""

    name = NAME
    kinds, forms = ("shop_order",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """Whether it is, or was meant to be, a WooCommerce order, refund or batch answer."""
        if not content.is_json:
            return content.head[:1] in ("{", "[") and any(mark in content.head for mark in _OURS)
        kinds = [_kind(one) for one, _ in _documents(content.json)[:1]]
        return bool(kinds and kinds[0])

    def read(self, content: Content) -> Reading:
        """Every order with its refunds, in order."""
        try:
            documents = _documents(content.json)
        except UnreadableInput as refusal:
            finding = Finding(refusal.code, "fatal", "read", refusal.location, refusal.found, refusal.expected)
            return Reading("woocommerce", findings=(finding,), mapped=False, source=NAME)
        beside = _beside(content.json)
        made = [reading for one, path in documents for reading in _readings(one, path, beside)]
        first, *rest = made
        return Reading(
            first.format, feed=first.feed, findings=first.findings, source=NAME, mapped=first.mapped, rest=tuple(rest)
        )


def _documents(value: Any) -> list[tuple[dict[str, Any], str]]:
    """The orders or refunds of a file with their JSON paths, out of whatever they are wrapped in."""
    path = "$"
    while isinstance(value, dict):
        wrapper = next((w for w in _WRAPPERS if isinstance(value.get(w), dict | list) and not _kind(value)), None)
        if wrapper is None:
            return [(value, path)]
        value, path = value[wrapper], f"{path}.{wrapper}"
    return [(one, f"{path}[{n}]") for n, one in enumerate(value) if isinstance(one, dict)]


def _beside(value: Any) -> dict[str, Any]:
    """Refunds with their lines, handed over beside the order, by id."""
    rows = value.get("refunds") if isinstance(value, dict) and isinstance(value.get("order"), dict) else None
    return {str(row.get("id")): row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict)}


def _kind(one: dict[str, Any]) -> str:
    if is_legacy(one):
        return "order"
    if "line_items" in one and "billing" in one and ("payment_method" in one or "order_key" in one):
        return "order"
    if "amount" in one and "reason" in one and "refund_line_items" not in one and "id" in one:
        return "refund"
    if one and one.keys() <= _BATCH and all(isinstance(rows, list) for rows in one.values()):
        return "batch"
    return ""


def _readings(one: dict[str, Any], path: str, beside: dict[str, Any]) -> Iterator[Reading]:
    node = Node(modern(one) if is_legacy(one) else one, path, [])
    kind = _kind(one)
    if kind == "order":
        yield from _order(node, beside)
    elif kind == "refund":
        refund = read_alone(node)
        yield _reading("woocommerce-refund", refund, node)
    else:
        node.fault("HUB-SHOP-10", "", "batch" if kind == "batch" else ", ".join(list(one)[:5]))
        yield _reading("woocommerce", None, node)


def _order(node: Node, beside: dict[str, Any]) -> Iterator[Reading]:
    order, known = read_order(node)
    status = node.text("status").casefold()
    if status in DRAFTS or "billing_period" in node.value:
        node.fault("HUB-SHOP-10", "status", status if status in DRAFTS else "subscription")
    yield _reading("woocommerce-order", order, node)
    if order.state not in ("paid", "on_account"):
        return
    refused = any(f.fatal for f in node.log)
    changed_on = node.day("date_modified_gmt", "date_modified")
    for refund in node.nodes("refunds"):
        own = Node(beside.get(refund.text("id"), refund.value), refund.path, [])
        made = read_refund(own, order, known, changed_on)
        if refused:
            own.fault("HUB-SHOP-07", "", own.text("id"), number=order.number)
        yield _reading("woocommerce-refund", made, own)


def _reading(format: str, feed: ShopOrder | None, node: Node) -> Reading:
    return Reading(format, feed=feed, findings=tuple(node.log), source=NAME, mapped=feed is not None)


source = WooCommerceSource()
