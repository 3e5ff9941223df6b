"""Lines, shipping and fees of a WooCommerce order or refund with their rates, and whether its sums follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from hub.formats.json_nodes import Node
from hub.formats.shop_taxes import Charge

ZERO, CENT = Decimal(0), Decimal("0.01")
LISTS = (("line_items", "goods"), ("shipping_lines", "shipping"), ("fee_lines", "fee"))
_PICK_UP = ("local_pickup", "pickup_location")


@dataclass(slots=True)
class Rates:
    """The rates that an order names, by their id: percentage where it tells, and the tax it sums per rate."""

    percentages: dict[str, Decimal | None] = field(default_factory=dict)
    sums: dict[str, Decimal] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)  # of the rate's code: `BE-BTW-1`


def rates(order: Node) -> Rates:
    """What `tax_lines` say."""
    found = Rates()
    for line in order.nodes("tax_lines"):
        key = line.text("rate_id", "id")
        found.percentages[key] = line.amount("rate_percent")
        found.sums[key] = found.sums.get(key, ZERO) + line.money("tax_total") + line.money("shipping_tax_total")
        code = line.text("rate_code").partition("-")[0]
        found.countries[key] = code if len(code) == 2 and code.isalpha() else ""
    return found


def charges(document: Node, known: Rates) -> list[Charge]:
    """Every line; amounts exclude tax, whatever `prices_include_tax` says. Negative in a refund."""
    return [_charge(line, kind, known) for name, kind in LISTS for line in document.nodes(name)]


def _charge(line: Node, kind: str, known: Rates) -> Charge:
    net, tax = line.money("total"), line.money("total_tax")
    label = line.text("tax_class")
    if kind == "goods" and _is_gift_card(line):
        kind = "gift_card"
    key = _key(line, tax, known)
    several = key.split("+") if key else []
    told = [known.percentages.get(one) for one in several]
    rate = sum((t for t in told if t is not None), ZERO) if told and None not in told else None
    return Charge(net, tax, kind, rate, label, key)


def _key(line: Node, tax: Decimal, known: Rates) -> str:
    """The ids of the rates that taxed a line: those with an amount; else the only one named, or the only one there is."""
    given = [(entry.text("id"), entry.amount("total")) for entry in line.nodes("taxes")]
    taxing = [key for key, amount in given if amount]
    if not taxing and not tax:
        taxing = [key for key, amount in given if amount is not None][:1]
    if not taxing and tax and len(known.sums) == 1:
        taxing = list(known.sums)
    return "+".join(dict.fromkeys(taxing))


def _is_gift_card(line: Node) -> bool:
    """Gift card extensions write what they need on the line they sold."""
    return any(
        "gift_card" in m.text("key").casefold() or "giftcard" in m.text("key").casefold()
        for m in line.nodes("meta_data")
    )


def picked_up(order: Node) -> bool:
    """Whether the customer collects it, so that it is supplied where the shop is."""
    methods = [line.text("method_id").partition(":")[0] for line in order.nodes("shipping_lines")]
    return bool(methods) and all(method in _PICK_UP for method in methods)


def check(order: Node, lines: list[Charge], known: Rates, gift_cards: Decimal, currency: str) -> None:
    """Every sum that the order states, against its lines; each that does not follow is named."""
    allowed = CENT * max(len(lines), 1)
    net, tax = sum((c.net for c in lines), ZERO), order.money("total_tax")
    total = order.money("total") + gift_cards
    if abs(total - net - tax) > 2 * CENT:
        order.differs("total", total, net + tax, currency)
    shipping = sum((c.net for c in lines if c.kind == "shipping"), ZERO)
    if "shipping_total" in order.value and abs(order.money("shipping_total") - shipping) > allowed:
        order.differs("shipping_total", order.money("shipping_total"), shipping, currency)
    if known.sums and abs(sum(known.sums.values(), ZERO) - tax) > allowed:
        order.differs("tax_lines", sum(known.sums.values(), ZERO), tax, currency)
    if abs(sum((c.tax for c in lines), ZERO) - tax) > allowed:
        order.differs("total_tax", tax, sum((c.tax for c in lines), ZERO), currency)
    _check_discount(order, allowed, currency)


def _check_discount(order: Node, allowed: Decimal, currency: str) -> None:
    """Subtotals are before discount: what they are above the totals is the discount."""
    items = [line for line in order.nodes("line_items") if line.amount("subtotal") is not None]
    discount = sum((line.money("subtotal") - line.money("total") for line in items), ZERO)
    if items and order.amount("discount_total") is not None and abs(order.money("discount_total") - discount) > allowed:
        order.differs("discount_total", order.money("discount_total"), discount, currency)
