"""ShopOrder: an order, or a refund on one, as a webshop tells it; and Payout: what a payment provider paid out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hub.model.money import money_text
from hub.model.party import Party

ZERO = Decimal(0)
State = Literal["paid", "on_account", "open", "cancelled"]
"""`paid` by a provider; `on_account`: an invoice to a debtor; `open`: ordered, not yet revenue; `cancelled`."""


@dataclass(frozen=True, slots=True)
class OrderTax:
    """Part of an order under one rate of one country: what it was charged over, and the tax that was charged."""

    rate: Decimal | None  # percentage; None = no VAT charged
    net: Decimal
    tax: Decimal
    kind: str = "goods"  # goods | services | shipping | fee | gift_card (multi-purpose: no VAT)
    label: str = ""  # the shop's own name of the rate or product group


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """Money of an order by one gateway; a gift card that was redeemed is one too. Negative when refunded."""

    gateway: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """One order or one refund. Law: Σ taxes (net + tax) = total, to the cent, or the difference is named.

    Discounts are inside `net`; `shipping` and `discount` are shown beside it, exclusive of tax. A refund has `refund`
    (its id) and all its amounts negative. `country` is where it is delivered (EL and XI as VAT writes them), which
    decides whose VAT it is; `customer_id` is the shop's own, empty for a guest.
    """

    shop: str
    order: str  # the shop's id, as in its database
    number: str  # as people know it
    on: date  # paid or ordered on
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
    shop_total_tax: Decimal | None = None  # as the shop says, checked against `taxes`
    due_date: date | None = None

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
    def tax(self) -> Decimal:
        """All VAT charged."""
        return sum((t.tax for t in self.taxes), ZERO)

    @property
    def imbalance(self) -> Decimal:
        """Total less what it is made of; zero when the order adds up."""
        return self.total - sum((t.net + t.tax for t in self.taxes), ZERO)

    @property
    def party(self) -> Party | None:
        """The customer."""
        return self.customer

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
            "total": money_text(self.total, money),
            "tax": money_text(self.tax, money),
            "taxes": [{"rate": rate, "tax": money_text(tax, money)} for rate, tax in rates.items()],
            "shipping": money_text(self.shipping, money),
            "discount": money_text(self.discount, money),
            "refunded": money_text(self.refunded, money),
            "payments": [{"gateway": p.gateway, "amount": money_text(p.amount, money)} for p in self.payments],
        }


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """One kind of movement within a pay-out: what customers paid, refunds, fees, charge-backs."""

    what: Literal["payments", "refunds", "fees", "fee_tax", "chargebacks", "adjustment"]
    amount: Decimal  # signed: fees negative
    count: int = 0
    gateway: str = ""  # method, where the provider's file tells (ideal, creditcard)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """A settlement of a payment provider: the parts add up to the amount that goes to our bank."""

    provider: str
    reference: str
    on: date
    currency: str
    amount: Decimal
    parts: tuple[PayoutPart, ...]
    iban: str = ""

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "payout"

    @property
    def number(self) -> str:
        """See `FeedDocument`."""
        return self.reference

    @property
    def day(self) -> date:
        """See `FeedDocument`."""
        return self.on

    @property
    def identity(self) -> str:
        """Provider and reference."""
        return f"payout|{self.provider.casefold()}|{self.reference}"

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return self.amount

    @property
    def imbalance(self) -> Decimal:
        """Amount less its parts; zero when it adds up."""
        return self.amount - sum((p.amount for p in self.parts), ZERO)

    @property
    def party(self) -> Party | None:
        """Nobody."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        return {
            "provider": self.provider,
            "number": self.reference,
            "date": str(self.on),
            "total": money_text(self.amount, self.currency),
            "parts": [{"what": p.what, "amount": money_text(p.amount, self.currency)} for p in self.parts],
        }
