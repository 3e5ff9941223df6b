"""ShopOrder: an order, or a refund on one, as a webshop tells it. (What a payment provider pays out of them is a `Payout`.)"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hub.model.keys import vat_key
from hub.model.money import money_text
from hub.model.party import Identifier, Party

ZERO = Decimal(0)
State = Literal["paid", "on_account", "open", "cancelled"]
"""`paid` by a provider; `on_account`: owed to us until the bank tells that it came; `open`: ordered, not yet revenue; `cancelled`."""
GUESTS = "GUESTS"  # the customer id of all guests of a shop together
GIFT_CARD = "gift_card"  # the kind of what is sold, and the gateway of what is redeemed


@dataclass(frozen=True, slots=True)
class OrderTax:
    """Part of an order under one rate: what it was charged over, and the tax that was charged.

    `countries` are those of the country of destination and our own whose law has this rate on that day: one tells whose
    VAT it is, two leave it to the mapping, none means that no such rate exists. A rate above zero with no tax is a cent or two
    on which the tax rounds to nothing; where no tax was charged the rate is None or zero.
    """

    rate: Decimal | None  # percentage; None = no VAT charged, or (with tax) not to be told
    net: Decimal
    tax: Decimal
    kind: str = "goods"  # goods | services | shipping | fee | tip | gift_card (multi-purpose: no VAT)
    label: str = ""  # the shop's own name of the rate or product group
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """Money of an order by one gateway; a gift card that was redeemed (`gift_card`) is one too. Negative when refunded."""

    gateway: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """One order or one refund. Law: Σ taxes (net + tax) = total, to the cent, or the difference is named.

    Discounts are inside `net`; `shipping` and `discount` are shown beside it, exclusive of tax. A refund has `refund`
    (its id) and all its amounts negative. `country` is where it is delivered (EL and XI as VAT writes them), which
    decides whose VAT it is; `customer_id` is the shop's own, empty for a guest. `total` is what the customer owed
    before gift cards: a redeemed card is a payment, not a discount.
    """

    shop: str
    order: str  # the shop's id, as in its database
    number: str  # as people know it
    on: date  # paid, else delivered, else ordered on; of a refund when it was given
    currency: str
    taxes: tuple[OrderTax, ...]
    total: Decimal
    state: State = "paid"
    refund: str = ""
    country: str = ""
    customer: Party | None = None
    customer_id: str = ""
    business: bool = False
    payments: tuple[OrderPayment, ...] = ()
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    refunded: Decimal = ZERO  # of an order, for showing; refunds are documents of their own
    due_date: date | None = None
    supplied_on: date | None = None  # of a refund: when its order was supplied, which decides the rate

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "shop_order"

    @property
    def day(self) -> date:
        """See `FeedDocument`."""
        return self.on

    @property
    def identity(self) -> str:
        """Shop and order; with the refund's id, or for what is not revenue yet its state."""
        extra = f"refund {self.refund}" if self.refund else "" if self.state in ("paid", "on_account") else self.state
        return "|".join(("shop_order", self.shop.strip().casefold(), self.order, extra))

    @property
    def follows(self) -> str:
        """The identity of the booked order that this one comes after, if there is one: of its refund, cancellation or change."""
        return "|".join(("shop_order", self.shop.strip().casefold(), self.order, ""))

    @property
    def essence(self) -> tuple[object, ...]:
        """What makes it another one when it changes: money, its VAT, and how it was paid.

        A note, an address, the state `completed` or a bank transfer that came in change nothing here. Of a refund only the
        total counts, because the order tells no more of it than that, and its own file tells the lines.
        """
        if self.refund or self.state == "cancelled":
            return self.identity, self.total.normalize()
        return (
            self.identity, self.currency, self.total.normalize(), self.country, tuple(sorted(self._per_rate().items())),
            tuple(sorted((p.gateway.casefold(), str(p.amount.normalize())) for p in self.payments)), vat_key(self._vat_id),
        )  # fmt: skip

    @property
    def tax(self) -> Decimal:
        """All VAT charged."""
        return sum((t.tax for t in self.taxes), ZERO)

    @property
    def imbalance(self) -> Decimal:
        """Total less what it is made of; zero when the order adds up."""
        return self.total - sum((t.net + t.tax for t in self.taxes), ZERO)

    @property
    def scheme(self) -> str:
        """The register in which the shop numbers its customers: `SHOP/ACME.EXAMPLE`."""
        return "SHOP/" + self.shop.strip().upper().replace(":", "_")

    @property
    def party(self) -> Party | None:
        """The customer where he can be told from others (own number or VAT id), else the shop's guests as one."""
        if self.customer is None or self.guest:
            return Party(name=self.shop, identifiers=(Identifier(GUESTS, self.scheme),))
        if not self.customer_id:
            return self.customer
        own = Identifier(self.customer_id, self.scheme)
        return replace(self.customer, identifiers=(own, *self.customer.identifiers))

    @property
    def guest(self) -> bool:
        """Whether it is booked on the guests of the shop together."""
        return self.customer is None or not (self.customer_id or vat_key(self._vat_id))

    @property
    def customer_type(self) -> str:
        """`consumer` or `business`, as the shop knows its customer; "" for guests together."""
        return "" if self.guest else "business" if self.business else "consumer"

    @property
    def _vat_id(self) -> str:
        return self.customer.vat_id if self.customer else ""

    def _per_rate(self) -> dict[tuple[str, bool], tuple[str, str]]:
        sums: dict[tuple[str, bool], tuple[Decimal, Decimal]] = {}
        for part in self.taxes:
            key = ("" if part.rate is None else f"{part.rate.normalize():f}", part.kind == GIFT_CARD)
            net, tax = sums.get(key, (ZERO, ZERO))
            sums[key] = net + part.net, tax + part.tax
        return {key: (str(net.normalize()), str(tax.normalize())) for key, (net, tax) in sums.items() if net or tax}

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        money = self.currency
        rates: dict[str | None, Decimal] = {}
        for part in self.taxes:
            key = None if part.rate is None else f"{part.rate.normalize():f}"
            rates[key] = rates.get(key, ZERO) + part.tax
        return {
            "shop": self.shop,
            "number": self.number,
            "date": str(self.on),
            "state": self.state,
            "refund": self.refund or None,
            "country": self.country or None,
            "customer": self.customer.name if self.customer else None,
            "business": self.business,
            "total": money_text(self.total, money),
            "tax": money_text(self.tax, money),
            "taxes": [{"rate": rate, "tax": money_text(tax, money)} for rate, tax in rates.items()],
            "shipping": money_text(self.shipping, money),
            "discount": money_text(self.discount, money),
            "refunded": money_text(self.refunded, money),
            "payments": [{"gateway": p.gateway, "amount": money_text(p.amount, money)} for p in self.payments],
        }
