"""Payout: what a payment provider paid out of the money of our customers: payments, refunds, charge-backs and its own fees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hub.model.money import money_text
from hub.model.party import Party

ZERO = Decimal(0)


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
