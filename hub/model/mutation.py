"""Mutation: a journal entry that another administration made: stock, hours, freight, leave. Neutral, in that system's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hub.model.money import money_text
from hub.model.party import Party
from hub.model.stream import Place

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MutationLine:
    """One line; `amount` is debit positive, in the mutation's currency."""

    account: str  # the system's word, or an account code of ours
    amount: Decimal
    vat_code: str = ""  # the system's word, or a VAT code of ours
    cost_center: str = ""
    project: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Law: its lines come to zero."""

    system: str  # which administration sent it: `erp`, `projects`
    ref: str  # its number there
    on: date
    currency: str
    lines: tuple[MutationLine, ...]
    journal: str = ""  # the system's word
    description: str = ""
    stream: str = ""  # of mutations that change one another: the sender's name for them …
    seq: int = 0  # … and its own count in it, from 1; 0 without stream

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "mutation"

    @property
    def number(self) -> str:
        """See `FeedDocument`."""
        return self.ref

    @property
    def day(self) -> date:
        """See `FeedDocument`."""
        return self.on

    @property
    def identity(self) -> str:
        """System and number."""
        return f"mutation|{self.system.strip().casefold()}|{self.ref.strip().casefold()}"

    @property
    def place(self) -> Place | None:
        """Where it stands in its stream, which is one of its own system: `erp/stock` is not `wms/stock`."""
        return Place(f"{self.system[:100]}/{self.stream}".casefold(), self.seq) if self.stream else None

    @property
    def debit(self) -> Decimal:
        """Sum of what is positive."""
        return sum((line.amount for line in self.lines if line.amount > 0), ZERO)

    @property
    def credit(self) -> Decimal:
        """Sum of what is negative, as a positive amount."""
        return -sum((line.amount for line in self.lines if line.amount < 0), ZERO)

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return self.debit

    @property
    def party(self) -> Party | None:
        """Nobody: what has a debtor or creditor is an invoice."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        return {
            "system": self.system,
            "number": self.ref,
            "date": str(self.on),
            "journal": self.journal or None,
            "description": self.description or None,
            "lines": len(self.lines),
            "debit": money_text(self.debit, self.currency),
            "credit": money_text(self.credit, self.currency),
            **({"stream": self.stream, "seq": self.seq} if self.stream else {}),
        }
