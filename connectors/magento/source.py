"""The source: an order, an invoice or a credit memo, or a list of them (`items` beside `search_criteria`).

Who fetches hands over `{"order": {…}, "creditmemos": […]}`: an order of Magento tells of its refunds only the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.magento.charges import rates_of
from connectors.magento.order import NAME, read_alone, read_memo, read_order
from hub.formats.content import Content
from hub.formats.json_nodes import Node
from hub.model.shop_order import ShopOrder
from hub.ports import Reading


class MagentoSource:
    """Orders, invoices and credit memos of Magento 2."""

    name = NAME
    kinds, forms = ("shop_order",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """Whether it is something of Magento."""
        if not content.is_json:
            return False
        documents = _documents(content.json)[:1]
        return bool(documents and _kind(documents[0][0]))

    def read(self, content: Content) -> Reading:
        """Every order with its refunds, in order."""
        value = content.json
        memos = value.get("creditmemos") if isinstance(value, dict) else None
        beside = [memo for memo in (memos if isinstance(memos, list) else ()) if isinstance(memo, dict)]
        made = [reading for one, path in _documents(value) for reading in _readings(one, path, beside)]
        first, *rest = made
        return Reading(
            first.format, feed=first.feed, findings=first.findings, source=NAME, mapped=first.mapped, rest=tuple(rest)
        )


def _documents(value: Any) -> list[tuple[dict[str, Any], str]]:
    path = "$"
    if isinstance(value, dict):
        if isinstance(value.get("order"), dict):
            return [(value["order"], "$.order")]
        if not ("search_criteria" in value and isinstance(value.get("items"), list)):
            return [(value, path)]
        value, path = value["items"], "$.items"
    return [(one, f"{path}[{n}]") for n, one in enumerate(value) if isinstance(one, dict)]


def _kind(one: dict[str, Any]) -> str:
    if "grand_total" not in one or "base_grand_total" not in one:
        return ""
    if "adjustment_positive" in one or "creditmemo_status" in one:
        return "creditmemo"
    return "invoice" if "order_id" in one and "payment" not in one else "order"


def _readings(one: dict[str, Any], path: str, memos: list[dict[str, Any]]) -> Iterator[Reading]:
    node, kind = Node(one, path, []), _kind(one)
    if kind == "order":
        yield from _order(node, memos)
    elif kind:
        yield _reading(f"magento-{kind}", read_alone(node, kind == "creditmemo"), node)
    else:
        node.fault("HUB-SHOP-10", "", ", ".join(list(one)[:5]))
        yield _reading(NAME, None, node)


def _order(node: Node, memos: list[dict[str, Any]]) -> Iterator[Reading]:
    order = read_order(node)
    yield _reading("magento-order", order, node)
    refused = any(f.fatal for f in node.log)
    for n, memo in enumerate(memos):
        own = Node(memo, f"$.creditmemos[{n}]", [])
        if own.text("order_id") != order.order or order.state not in ("paid", "on_account"):
            continue
        made = read_memo(own, order, rates_of(node))
        if refused:
            own.fault("HUB-SHOP-07", "", made.refund, number=order.number)
        yield _reading("magento-creditmemo", made, own)


def _reading(format: str, feed: ShopOrder | None, node: Node) -> Reading:
    return Reading(format, feed=feed, findings=tuple(node.log), source=NAME, mapped=feed is not None)


source = MagentoSource()
