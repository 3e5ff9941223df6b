"""MemoClaim: costs or interest that were claimed beside a principal: no receivable and no income until received (DOMAIN 10.6 no. 23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

ClaimKind = Literal["costs", "vat", "interest"]
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class MemoClaim:
    """One claim with what was received of it, in its currency.

    `items` are the open items that it stands beside: the one that interest runs on, those that a letter or a case asks for. `letter` and
    `case` are keys of the store, 0 = none; `reference` is the letter's, by which a debtor may pay it all.
    """

    id: int
    relation: str
    kind: ClaimKind
    currency: str
    amount: Decimal
    received: Decimal
    claimed_on: date
    items: tuple[int, ...] = ()
    letter: int = 0
    case: int = 0
    reference: str = ""

    @property
    def unpaid(self) -> Decimal:
        """What of it was not received yet."""
        return max(self.amount - self.received, ZERO)


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """What of a payment goes to a claim, and so is income; negative where it is taken back. VAT on costs is part of the damages."""

    claim: int
    kind: ClaimKind
    amount: Decimal

    @property
    def role(self) -> str:
        """The part that its income account plays in the administration's chart."""
        return "interest_received" if self.kind == "interest" else "collection_costs_received"
