"""The source: `prestashop/order` or `prestashop/orders/order` with all fields (`display=full`).

An order of PrestaShop names currency, addresses and states only by their number, so that neither currency nor country is told:
it is read for who looks at it, and refused unless whoever fetches it wrote the words beside the numbers, as attributes
`iso_code` of `id_currency` and `country`, `postcode` of `id_address_delivery`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.eu_rates import territory
from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Charge, Place, order_taxes
from hub.model.money import round_half_up
from hub.model.shop_order import OrderPayment, ShopOrder, State
from hub.ports import Reading

NAME = "prestashop"
ZERO, CENT = Decimal(0), Decimal("0.01")
_HREF = "{http://www.w3.org/1999/xlink}href"
BANK = ("bankwire", "ps_wirepayment", "cheque", "ps_checkpayment")


class PrestaShopSource:
    """Orders of PrestaShop."""

    name = NAME
    kinds, forms = ("shop_order",), ("XML",)

    def recognise(self, content: Content) -> bool:
        """Whether the root is `prestashop` with an order in it."""
        if "<prestashop" not in content.head:
            return False
        try:
            return content.root.tag == "prestashop" and bool(_orders(content.root))
        except UnreadableInput:
            return False

    def read(self, content: Content) -> Reading:
        """Every order."""
        first, *rest = [_reading(order) for order in _orders(content.root)]
        return Reading(first.format, feed=first.feed, findings=first.findings, source=NAME, rest=tuple(rest))


def _orders(root: etree._Element) -> list[etree._Element]:
    found = [*root.findall("order"), *root.findall("orders/order")]
    return [order for order in found if order.find("total_paid") is not None]


def _reading(order: etree._Element) -> Reading:
    fields: dict[str, Any] = {str(e.tag): (e.text or "").strip() for e in order if isinstance(e.tag, str)}
    node = Node(fields, order.getroottree().getpath(order), [])
    shop = next((urlsplit(e.get(_HREF, "")).netloc for e in order if e.get(_HREF)), "")
    currency = _attribute(order, "id_currency", "iso_code").upper()
    if len(currency) != 3:
        node.fault("HUB-SHOP-12", "id_currency", node.text("id_currency"))
        currency = "XXX"
    country = territory(
        _attribute(order, "id_address_delivery", "country"), _attribute(order, "id_address_delivery", "postcode")
    )
    document = _order(node, order, shop.casefold() or NAME, currency, country)
    return Reading("prestashop-order", feed=document, findings=tuple(node.log), source=NAME)


def _attribute(order: etree._Element, tag: str, name: str) -> str:
    element = order.find(tag)
    return (element.get(name) or "").strip() if element is not None else ""


def _order(node: Node, order: etree._Element, shop: str, currency: str, country: str) -> ShopOrder:
    on = _day(node)
    lines = [c for c in _charges(node) if c.net or c.tax]
    total = round_half_up(node.money("total_paid_tax_incl", "total_paid"), currency)
    _check(node, order, lines, currency)
    state = _state(node)
    paid = round_half_up(node.money("total_paid_real"), currency)
    payments = (OrderPayment(node.text("module"), paid),) if paid and state == "paid" else ()
    return ShopOrder(
        shop, node.text("id"), node.text("reference", "id"), on, currency, order_taxes(lines, Place(country, on, currency, node)),
        total, state, country=country, customer_id="" if node.text("id_customer") == "0" else node.text("id_customer"),
        payments=payments, shipping=round_half_up(node.money("total_shipping_tax_excl"), currency),
        discount=round_half_up(node.money("total_discounts_tax_excl"), currency),
    )  # fmt: skip


def _day(node: Node) -> date:
    """The invoice's day, else when it was made; `0000-00-00` is none."""
    found = node.day("invoice_date", "date_add")
    if found is None:
        node.fault("HUB-SHOP-12", "date_add", node.text("date_add"))
    return found or date.min


def _state(node: Node) -> State:
    """States are numbers of the shop's own; `valid` says whether they count as paid and the invoice whether it is revenue."""
    if not node.flag("valid"):
        return "open" if node.text("invoice_number") in ("", "0") else "on_account"
    return "on_account" if node.text("module") in BANK else "paid"


def _charges(node: Node) -> list[Charge]:
    """Goods, shipping and wrapping as the order sums them, less its discounts: rows tell unit prices, not what was charged."""
    goods = _sum(node, "total_products_wt", "total_products")
    off = _sum(node, "total_discounts_tax_incl", "total_discounts_tax_excl")
    shipping = _sum(node, "total_shipping_tax_incl", "total_shipping_tax_excl")
    wrapping = _sum(node, "total_wrapping_tax_incl", "total_wrapping_tax_excl")
    rate = node.amount("carrier_tax_rate")
    return [
        Charge(goods[0] - off[0], goods[1] - off[1]),
        Charge(*shipping, "shipping", rate if rate and shipping[1] else None),
        Charge(*wrapping, "fee"),
    ]


def _sum(node: Node, with_tax: str, without: str) -> tuple[Decimal, Decimal]:
    net = node.money(without)
    return net, node.money(with_tax) - net


def _check(node: Node, order: etree._Element, lines: list[Charge], currency: str) -> None:
    """The total against its parts, and the goods against their rows."""
    total, made = node.money("total_paid_tax_incl", "total_paid"), sum((c.net + c.tax for c in lines), ZERO)
    if abs(total - made) > 2 * CENT:
        node.differs("total_paid", total, made, currency)
    rows = order.findall("associations/order_rows/order_row")
    cells = [
        Node({str(e.tag): (e.text or "").strip() for e in row}, order.getroottree().getpath(row), node.log)
        for row in rows
    ]
    goods = sum((c.money("unit_price_tax_excl") * c.money("product_quantity") for c in cells), ZERO)
    if cells and abs(goods - node.money("total_products")) > CENT * len(cells):
        node.differs("total_products", node.money("total_products"), goods, currency)


source = PrestaShopSource()
