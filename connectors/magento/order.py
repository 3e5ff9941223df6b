"""One order, invoice or credit memo of Magento as a ShopOrder.

Amounts are in the currency of the order. An order is revenue once it is paid (`total_paid`) or in progress. An invoice alone
tells neither customer nor country, so it waits for its order; a credit memo beside its order is a refund.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from connectors.magento.charges import charges, check, rates_of
from hub.formats.eu_rates import territory
from hub.formats.json_nodes import Node, day_of
from hub.formats.shop_refunds import shared
from hub.formats.shop_taxes import Place, order_taxes
from hub.model.party import Address, Contact, Party
from hub.model.shop_order import GIFT_CARD, OrderPayment, OrderTax, ShopOrder, State

ZERO = Decimal(0)
NAME = "magento"
_WAITING = ("new", "pending_payment", "payment_review", "holded", "")
_REVENUE = ("processing", "complete", "closed")
BANK = ("banktransfer", "checkmo", "purchaseorder")  # paid onto our bank, or after an invoice


def read_order(node: Node) -> ShopOrder:
    """The order with what is wrong in `node.log`."""
    currency, on = currency_of(node), _day(node)
    where = _delivery(node)
    country = territory(where.text("country_id"), where.text("postcode"))
    lines = charges(node, rates_of(node))
    cards = abs(node.money("gift_cards_amount"))
    check(node, lines, -cards, currency)
    state = _state(node)
    customer = _customer(node)
    shipping = sum((c.net for c in lines if c.kind == "shipping"), ZERO)
    return ShopOrder(
        NAME, node.text("entity_id"), node.text("increment_id", "entity_id"), on, currency,
        order_taxes(lines, Place(country, on, currency, node)), node.money("grand_total") + cards, state, country=country,
        customer=customer, customer_id=node.text("customer_id"), business=bool(customer and customer.vat_id),
        payments=_payments(node, state, cards), shipping=shipping, discount=abs(node.money("discount_amount")),
        refunded=node.money("total_refunded"),
    )  # fmt: skip


def read_memo(node: Node, order: ShopOrder, rates: dict[str, Decimal]) -> ShopOrder:
    """A credit memo of an order that came with it: rows and shipping back, and what was adjusted above or kept below."""
    total = -node.money("grand_total")
    adjusted = node.money("adjustment_negative") - node.money("adjustment_positive")
    lines = charges(node, rates, -1)
    check(node, lines, -adjusted, order.currency)
    taxes = order_taxes([c for c in lines if c.net or c.tax], Place(order.country, order.on, order.currency, node))
    if adjusted:
        taxes = (*taxes, *shared(order, adjusted, node))
    ways = [p for p in order.payments if p.gateway != GIFT_CARD]
    return replace(
        order, on=day_of(node.text("created_at"), utc=True) or order.on, taxes=taxes, total=total,
        refund=node.text("increment_id", "entity_id"), payments=(OrderPayment(ways[0].gateway, total),) if ways else (),
        shipping=sum((t.net for t in taxes if t.kind == "shipping"), ZERO), discount=ZERO, refunded=ZERO, supplied_on=order.on,
    )  # fmt: skip


def read_alone(node: Node, refund: bool) -> ShopOrder:
    """An invoice or credit memo without its order: read for who looks at it, and refused until the order comes."""
    currency, sign = currency_of(node), -1 if refund else 1
    lines = charges(node, {}, sign)
    check(node, lines, node.money("adjustment_positive") - node.money("adjustment_negative"), currency)
    taxes = tuple(OrderTax(None, c.net, c.tax, c.kind) for c in lines)
    node.fault("HUB-SHOP-05" if refund else "HUB-SHOP-19", "", node.text("increment_id"), number=node.text("order_id"))
    return ShopOrder(
        NAME, node.text("order_id"), node.text("increment_id"), day_of(node.text("created_at"), utc=True) or date.min, currency, taxes,
        sign * node.money("grand_total"), refund=node.text("increment_id") if refund else "",
        shipping=sum((c.net for c in lines if c.kind == "shipping"), ZERO), discount=abs(node.money("discount_amount")),
    )  # fmt: skip


def currency_of(node: Node) -> str:
    """The currency of the order's amounts."""
    found = node.text("order_currency_code", "base_currency_code").upper()
    if len(found) != 3:
        node.fault("HUB-SHOP-12", "order_currency_code", found)
        return "XXX"
    return found


def _day(node: Node) -> date:
    """When it was made, on the clock of Greenwich as Magento writes it."""
    found = day_of(node.text("created_at"), utc=True)
    if found is None:
        node.fault("HUB-SHOP-12", "created_at", node.text("created_at"))
    return found or date.min


def _state(node: Node) -> State:
    state, total = node.text("state").casefold(), node.money("grand_total")
    if state == "canceled":
        return "cancelled"
    if state not in (*_WAITING, *_REVENUE):
        node.note("HUB-SHOP-11", "warning", "state", state, "open")
    if state not in _REVENUE:
        return "open"
    by_bank = node.node("payment").text("method") in BANK
    return "paid" if node.money("total_paid") >= total and not by_bank else "on_account"


def _payments(node: Node, state: State, cards: Decimal) -> tuple[OrderPayment, ...]:
    redeemed = (OrderPayment(GIFT_CARD, cards),) if cards else ()
    method, paid = node.node("payment").text("method"), node.money("total_paid")
    if state in ("open", "cancelled") or method in BANK or not paid:
        return redeemed
    return (*redeemed, OrderPayment(method, paid, node.node("payment").text("last_trans_id")))


def _delivery(node: Node) -> Node:
    for assignment in node.node("extension_attributes").nodes("shipping_assignments"):
        address = assignment.node("shipping").node("address")
        if address.text("country_id"):
            return address
    return node.node("billing_address")


def _customer(node: Node) -> Party | None:
    billing = node.node("billing_address")
    person = " ".join(filter(None, (billing.text("firstname"), billing.text("lastname"))))
    person = person or " ".join(filter(None, (node.text("customer_firstname"), node.text("customer_lastname"))))
    name = billing.text("company") or person
    if not name:
        return None
    street = billing.value.get("street")
    rows = [*(str(row) for row in street), "", "", ""] if isinstance(street, list) else ["", "", ""]
    address = Address(
        rows[0], rows[1], rows[2], billing.text("city"), billing.text("postcode"), billing.text("region"),
        billing.text("country_id").upper(),
    )  # fmt: skip
    vat_id = (billing.text("vat_id") or node.text("customer_taxvat")).replace(" ", "").upper()
    contact = Contact(person, billing.text("telephone"), billing.text("email") or node.text("customer_email"))
    return Party(name=name, vat_id=vat_id, address=address, contact=contact)
