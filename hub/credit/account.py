"""A debtor's account as reminding sees it: what is open, what was written before, whom to write to, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.credit.fourteen_days import Sent
from hub.credit.next_step import OpenClaim
from hub.credit.policy import Chosen, Debtor, choose_policy
from hub.model.collection_tables import CostTables, InterestTables
from hub.model.dunning import DunningChannel, DunningEvent, DunningRules, Stop
from hub.model.reminder import Addressee, Creditor

Part = Literal["normal", "g_account"]
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class OpenPart:
    """An open item, or the part of an invoice that goes to a G-account. `outstanding` is negative for a credit.

    `paid` is what lowered it after it was booked, by day; `letter` the last 14-day letter that went out for it, 0 = none;
    `in_run` the number of the run that holds it already, 0 = none.
    """

    key: int
    invoice: str
    invoice_date: date
    due: date
    currency: str
    part: Part
    original: Decimal
    outstanding: Decimal
    events: tuple[DunningEvent, ...] = ()
    paid: tuple[tuple[date, Decimal], ...] = ()
    letter: int = 0
    in_run: int = 0

    @property
    def claim(self) -> OpenClaim:
        """As the choice of the next step sees it."""
        return OpenClaim(str(self.key), self.invoice, self.due, self.outstanding)

    def open_after(self, day: date) -> Decimal:
        """What was open of it at the end of a day."""
        return self.outstanding + sum((amount for on, amount in self.paid if on > day), ZERO)


@dataclass(frozen=True, slots=True)
class FormerLetter:
    """A 14-day letter that went out: what it claimed, which costs it named, and how it was sent."""

    dated: date
    principal: Decimal
    costs: Decimal
    vat: Decimal
    sent: Sent


@dataclass(frozen=True, slots=True)
class Account:
    """All of one debtor. `letters` are by key; `reachable` the ways that can be gone."""

    relation_id: int
    debtor: Debtor
    addressee: Addressee
    items: tuple[OpenPart, ...]
    language: str = ""
    stops: tuple[Stop, ...] = ()
    letters: Mapping[int, FormerLetter] = field(default_factory=dict)
    bank_until: date | None = None

    @property
    def reachable(self) -> tuple[DunningChannel, ...]:
        """By e-mail and letter where there is an address; to call, and to hand over, always."""
        ways: list[DunningChannel] = ["phone", "agency"]
        ways += ["email"] if self.addressee.email else []
        ways += ["letter"] if self.addressee.lines else []
        return tuple(ways)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What holds for all debtors of an administration on a day: policies, law, and who writes, by part."""

    administration: str
    rules: DunningRules
    costs: CostTables
    interest: InterestTables
    creditor: Mapping[Part, Creditor]
    language: str = "nl"
    vat_not_deductible: bool = False
    _by_type: dict[str, Chosen] = field(default_factory=dict, init=False, repr=False, compare=False)

    def policy_of(self, debtor: Debtor, invoice: str) -> Chosen:
        """Which policy an item has. Without a row of its own it is that of its kind of debtor: chosen once for all of them."""
        if self.rules.assignments:
            return choose_policy(self.rules, debtor, invoice)
        found = self._by_type.get(debtor.customer_type)
        if found is None:
            found = self._by_type[debtor.customer_type] = choose_policy(self.rules, debtor)
        return found
