"""One order of Shopify as a ShopOrder. Amounts are in the shop's own currency, in which it is paid out, not in that of the customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connectors.shopify.charges import charges, check, discount
from hub.formats.eu_rates import territory
from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Place, order_taxes
from hub.model.party import Address, Contact, Party
from hub.model.shop_order import GIFT_CARD, OrderPayment, ShopOrder, State

ZERO = Decimal(0)
NAME = "shopify"
_PAID = ("paid", "partially_refunded", "refunded")
_WAITING = ("pending", "authorized", "")
_ENDED = ("voided", "expired")
_BANK = ("manual", "bank deposit", "bankoverschrijving", "overboeking", "money order")


def read_order(node: Node) -> ShopOrder:
    """The order with what is wrong in `node.log`."""
    currency, on = node.text("currency").upper(), _day(node)
    if len(currency) != 3:
        node.fault("HUB-SHOP-12", "currency", currency)
        currency = "XXX"
    where, lines = _delivery(node), charges(node)
    country = territory(where.text("country_code"), where.text("zip"))
    check(node, lines, currency)
    state = _state(node)
    shipping = sum((c.net for c in lines if c.kind == "shipping"), ZERO)
    customer = _customer(node)
    return ShopOrder(
        NAME, node.text("id"), node.text("name", "order_number", "id").removeprefix("#"), on, currency,
        order_taxes(lines, Place(country, on, currency, node)), node.money("total_price"), state, country=country, customer=customer,
        customer_id=node.node("customer").text("id"), business=bool(customer and _company(node)),
        payments=_payments(node, state, currency), shipping=shipping, due_date=_due(node),
        discount=sum((discount(line) for line in node.nodes("line_items")), ZERO),
        refunded=sum((returned(refund, currency) or ZERO for refund in node.nodes("refunds")), ZERO),
    )  # fmt: skip


def returned(refund: Node, currency: str) -> Decimal | None:
    """What went back to the customer, as far as it succeeded; None where the refund tells it in no currency of ours."""
    done = succeeded(refund, ("refund",), currency)
    return sum((t.money("amount") for t in done), ZERO) if done else None


def succeeded(node: Node, kinds: tuple[str, ...], currency: str) -> list[Node]:
    """Transactions that moved money of the shop's currency."""
    return [
        t for t in node.nodes("transactions")
        if t.text("kind") in kinds and t.text("status") in ("success", "") and t.text("currency").upper() in ("", currency)
    ]  # fmt: skip


def _state(node: Node) -> State:
    status = node.text("financial_status").casefold()
    given_back = bool(node.nodes("refunds"))
    if status in _ENDED or (node.text("cancelled_at") and not given_back):
        return "cancelled"
    if status in _PAID:
        return "on_account" if all(_by_bank(name) for name in _gateways(node)) else "paid"
    if status == "partially_paid" or (status == "pending" and node.node("payment_terms").value):
        return "on_account"
    if status not in _WAITING:
        node.note("HUB-SHOP-11", "warning", "financial_status", status, "open")
    return "open"


def _day(node: Node) -> date:
    """When it was processed, which for a paid order is when it was paid; else made."""
    found = node.day("processed_at", "created_at")
    if found is None:
        node.fault("HUB-SHOP-12", "created_at", node.text("created_at"))
    return found or date.min


def _delivery(node: Node) -> Node:
    """Where it goes; of what is not shipped, where the customer lives."""
    for key in ("shipping_address", "billing_address"):
        if node.node(key).text("country_code"):
            return node.node(key)
    return node.node("customer").node("default_address")


def _company(node: Node) -> str:
    return node.node("billing_address").text("company") or node.node("company").text("name")


def _customer(node: Node) -> Party | None:
    billing, known = node.node("billing_address"), node.node("customer")
    if not billing.value:
        billing = known.node("default_address")
    person = " ".join(filter(None, (billing.text("first_name"), billing.text("last_name"))))
    person = person or " ".join(filter(None, (known.text("first_name"), known.text("last_name"))))
    email = node.text("email", "contact_email") or known.text("email")
    name = _company(node) or person or email
    if not name:
        return None
    address = Address(
        billing.text("address1"), billing.text("address2"), "", billing.text("city"), billing.text("zip"),
        billing.text("province"), billing.text("country_code").upper(),
    )  # fmt: skip
    contact = Contact(person, billing.text("phone") or node.text("phone") or known.text("phone"), email)
    return Party(name=name, vat_id=_vat_id(node), address=address, contact=contact)


def _vat_id(node: Node) -> str:
    """Shopify has no field for it: apps write a note attribute, B2B shops the company's tax id."""
    for note in node.nodes("note_attributes"):
        key = "".join(c for c in note.text("name").casefold() if c.isalnum())
        if key in ("vat", "vatid", "vatnumber", "btwnummer", "btw", "taxid"):
            return note.text("value").replace(" ", "").upper()
    return node.node("company").text("tax_id", "tax_registration_id").replace(" ", "").upper()


def _payments(node: Node, state: State, currency: str) -> tuple[OrderPayment, ...]:
    """By transaction where the order tells them; else the whole by its gateways, joined where they are several."""
    done = succeeded(node, ("sale", "capture"), currency)
    if done:
        paid = [(t, gateway_of(t.text("gateway"))) for t in done]
        return tuple(OrderPayment(name, t.money("amount"), t.text("id")) for t, name in paid if not _by_bank(name))
    total = node.money("total_price")
    if state != "paid" or not total:
        return ()
    return (OrderPayment(" + ".join(dict.fromkeys(_gateways(node))), total),)


def _gateways(node: Node) -> list[str]:
    names = node.value.get("payment_gateway_names")
    listed = [gateway_of(str(name)) for name in names if name] if isinstance(names, list) else []
    return listed or [gateway_of(node.text("gateway"))]


def gateway_of(name: str) -> str:
    """A gateway by its name; the gift cards of Shopify are one."""
    return GIFT_CARD if name.casefold().replace(" ", "_") == GIFT_CARD else name


def _by_bank(name: str) -> bool:
    """Manual methods: the customer sends the money to our bank, and somebody marks the order as paid."""
    return name.casefold().replace("_", " ") in _BANK


def _due(node: Node) -> date | None:
    """The day agreed with a business customer."""
    schedules = node.node("payment_terms").nodes("payment_schedules")
    return schedules[0].day("due_at") if schedules else None
