"""One order of WooCommerce as a ShopOrder: what it is worth, whose VAT it carries, and whether it is revenue yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from connectors.woocommerce.charges import Rates, charges, check, picked_up, rates
from hub.formats.eu_rates import HOME, territory
from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Place, order_taxes
from hub.model.party import Address, Contact, Party
from hub.model.shop_order import GIFT_CARD, OrderPayment, ShopOrder, State

ZERO = Decimal(0)
NAME = "woocommerce"
DRAFTS = ("draft", "auto-draft", "checkout-draft")
_ENDED = ("cancelled", "failed", "trash")
_WAITING = ("pending", "on-hold")
_REVENUE = ("processing", "completed", "refunded")
BANK = ("bacs", "cheque")  # the customer pays by himself, onto our bank account: the statement tells when
# Where plugins keep the customer's VAT id.
_VAT_KEYS = frozenset(
    (
        "vat", "vat_id", "vat_number", "eu_vat_number", "btw_nummer", "billing_vat", "billing_vat_id", "billing_vatid",
        "billing_vat_number", "billing_eu_vat_number", "billing_btw", "billing_btw_nummer",
    )
)  # fmt: skip


def read_order(node: Node) -> tuple[ShopOrder, Rates]:
    """The order with what is wrong in `node.log`, and the rates it names, by which its refunds are read."""
    known, currency = rates(node), node.text("currency").upper()
    lines = charges(node, known)
    gift_cards = [card.money("amount") for card in node.nodes("gift_cards")]
    state, on = _state(node), _day(node)
    if len(currency) != 3:
        node.fault("HUB-SHOP-12", "currency", currency)
        currency = "XXX"
    country = _country(node, known)
    place = Place(country, on, currency, node)
    check(node, lines, known, sum(gift_cards, ZERO), currency)
    customer = _customer(node.node("billing"), _vat_id(node))
    order = ShopOrder(
        shop_of(node), node.text("id"), node.text("number", "id"), on, currency, order_taxes(lines, place, known.sums),
        node.money("total") + sum(gift_cards, ZERO), state,
        country=country, customer=customer, customer_id=nobody(node.text("customer_id")),
        business=bool(customer and (customer.vat_id or node.node("billing").text("company"))),
        payments=_payments(node, gift_cards, state), shipping=node.money("shipping_total"), discount=node.money("discount_total"),
        refunded=abs(sum((refund.money("total", "amount") for refund in node.nodes("refunds")), ZERO)),
    )  # fmt: skip
    return order, known


def nobody(id: str) -> str:
    """An id, where 0 means none."""
    return "" if id == "0" else id


def shop_of(node: Node) -> str:
    """The host of the shop, by the links that the order bears; the name of the software where it bears none."""
    links = node.node("_links")
    for name in ("self", "up", "collection"):
        for link in links.nodes(name):
            host = urlsplit(link.text("href")).netloc
            if host:
                return host.casefold()
    return NAME


def _state(node: Node) -> State:
    status, paid = node.text("status").casefold(), _paid_on(node) is not None
    method = node.text("payment_method")
    if status in _ENDED and not (paid and node.nodes("refunds")):
        return "cancelled"
    if not paid and status not in _REVENUE:
        if status not in (*_WAITING, *DRAFTS):
            node.note("HUB-SHOP-11", "warning", "status", status, "open")
        return "open"
    if status not in (*_REVENUE, *_WAITING, *_ENDED, *DRAFTS):
        node.note("HUB-SHOP-11", "warning", "status", status, "paid")
    return "paid" if paid and method not in BANK else "on_account"


def _paid_on(node: Node) -> date | None:
    return node.day("date_paid_gmt", "date_paid")


def _day(node: Node) -> date:
    """Paid, else delivered, else ordered on."""
    found = _paid_on(node) or node.day("date_completed_gmt", "date_completed", "date_created_gmt", "date_created")
    if found is None and node.text("status").casefold() not in DRAFTS:
        node.fault("HUB-SHOP-12", "date_created", node.text("date_created"))
    return found or date.min


def _country(node: Node, known: Rates) -> str:
    """Where it is delivered; where it is collected, that is where the shop charged the tax of, or ours."""
    if picked_up(node):
        return territory(next(filter(None, known.countries.values()), HOME))
    shipping, billing = node.node("shipping"), node.node("billing")
    where = shipping if shipping.text("country") else billing
    return territory(where.text("country"), where.text("postcode"))


def _vat_id(node: Node) -> str:
    for meta in (*node.nodes("meta_data"), *node.node("billing").nodes("meta_data")):
        if meta.text("key").casefold().strip("_") in _VAT_KEYS and meta.text("value"):
            return meta.text("value").replace(" ", "").upper()
    return node.node("billing").text("vat_number", "vat_id").replace(" ", "").upper()


def _customer(billing: Node, vat_id: str) -> Party | None:
    person = " ".join(filter(None, (billing.text("first_name"), billing.text("last_name"))))
    name = billing.text("company") or person
    if not name:
        return None
    address = Address(
        billing.text("address_1"), billing.text("address_2"), "", billing.text("city"), billing.text("postcode"),
        billing.text("state"), billing.text("country").upper(),
    )  # fmt: skip
    contact = Contact(person, billing.text("phone"), billing.text("email"))
    return Party(name=name, vat_id=vat_id, address=address, contact=contact)


def _payments(node: Node, gift_cards: list[Decimal], state: State) -> tuple[OrderPayment, ...]:
    """Gift cards count whatever the rest does; the rest is paid when the shop says so and it did not go to our bank."""
    cards = tuple(OrderPayment(GIFT_CARD, amount) for amount in gift_cards if amount)
    total = node.money("total")
    if state != "paid" or not total:
        return cards
    return (*cards, OrderPayment(node.text("payment_method"), total, node.text("transaction_id")))
