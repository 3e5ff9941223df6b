"""To what a payment goes: costs, then interest, then principal (art. 6:44 BW), once costs were claimed; before, principal.

Costs and interest that were claimed are memo claims, no receivables: what is allocated to them here is booked as income when
it is received, and what goes to principal settles the open item (DOMAIN 10.6 no. 23).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.model.step import Step, step

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Debt:
    """One invoice with what is owed on it on the day of the payment, in cents; interest only as far as it was claimed."""

    key: str
    due: date
    principal: Decimal
    interest: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """What one invoice gets of a payment."""

    key: str
    interest: Decimal = ZERO
    principal: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where a payment went: costs and VAT of the letter, parts per invoice that gets any, `rest` = paid too much."""

    costs: Decimal
    parts: tuple[Part, ...]
    rest: Decimal
    steps: tuple[Step, ...]


def allocate(
    paid: Decimal,
    debts: Sequence[Debt],
    costs: Decimal = ZERO,
    *,
    costs_claimed: bool = False,
    named: Sequence[str] = (),
) -> Allocation:
    """Allocate what was received to debts of one debtor; nothing is lost: costs, parts and rest add up to `paid`.

    `costs` is what of the claimed costs, VAT included, is still unpaid; `named` the invoices that the debtor names, which
    go first (art. 6:43 lid 1); then the oldest, by due date (lid 2). Until costs were claimed a payment goes to principal
    alone. Raises ValueError for an amount below zero and for a named invoice that is not among the debts.
    """
    if min(paid, costs, *(amount for debt in debts for amount in (debt.principal, debt.interest))) < 0:
        raise ValueError("neither a payment nor what is owed is below zero")
    if unknown := set(named) - {debt.key for debt in debts}:
        raise ValueError(f"{min(unknown)} is not among the debts")
    till = _Till(paid)
    first = [debt for debt in debts if debt.key in named]
    others = [debt for debt in debts if debt.key not in named]
    to_costs = ZERO
    if costs_claimed:
        to_costs = till.take(costs)
        till.say("allocated_costs", to_costs)
    else:
        till.say("allocated_no_costs_claimed", None)
    for group in (first, others):
        _group(group, till, with_interest=costs_claimed, named=group is first)
    if till.left:
        till.say("allocated_rest", till.left)
    return Allocation(to_costs, tuple(till.parts.values()), till.left, tuple(till.steps))


def _group(debts: Sequence[Debt], till: _Till, *, with_interest: bool, named: bool) -> None:
    """All interest before any principal, the oldest first."""
    oldest = sorted(debts, key=lambda debt: (debt.due, debt.key))
    why = "named" if named else "oldest"
    for debt in oldest if with_interest else ():
        if amount := till.take(debt.interest):
            till.add(debt.key, interest=amount)
            till.say("allocated_interest", amount, key=debt.key)
    for debt in oldest:
        if amount := till.take(debt.principal):
            till.add(debt.key, principal=amount)
            till.say(f"allocated_principal_{why}", amount, key=debt.key, due=debt.due)


class _Till:
    """What is left of the payment, and where the rest of it went."""

    def __init__(self, paid: Decimal) -> None:
        self.left = paid
        self.parts: dict[str, Part] = {}
        self.steps: list[Step] = []

    def take(self, wanted: Decimal) -> Decimal:
        """As much of it as there is."""
        taken = min(self.left, wanted)
        self.left -= taken
        return taken

    def add(self, key: str, *, interest: Decimal = ZERO, principal: Decimal = ZERO) -> None:
        """Give an invoice its part."""
        had = self.parts.get(key, Part(key))
        self.parts[key] = replace(had, interest=had.interest + interest, principal=had.principal + principal)

    def say(self, code: str, amount: Decimal | None, **words: object) -> None:
        """Keep why."""
        self.steps.append(step(code, amount, **words))
