"""What a case comes to on a day, by component: principal, interest up to the day, costs; claimed, received, left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.credit.interest import Terms, interest_until
from hub.model.case_file import ZERO, CaseClaim, CaseFile, CasePayment
from hub.model.collection_tables import InterestTables
from hub.model.finding import Finding


@dataclass(frozen=True, slots=True)
class ClaimNow:
    """A claim on the day: what is left of it, interest so far, and what the next day adds."""

    outstanding: Decimal
    interest: Decimal
    per_day: Decimal
    paid: tuple[CasePayment, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """`principal`, `interest`, `costs`, `vat` or `total`."""

    name: str
    claimed: Decimal
    received: Decimal

    @property
    def outstanding(self) -> Decimal:
        """What is left; more received than claimed shows as less than nothing."""
        return self.claimed - self.received


@dataclass(frozen=True, slots=True)
class Balance:
    """Components in order, their total last; claims by key of the open item."""

    parts: tuple[Component, ...]
    claims: Mapping[int, ClaimNow]


def balance_of(
    case: CaseFile, payments: Mapping[int, Sequence[CasePayment]], received_interest: Decimal, received_costs: Decimal,
    as_of: date, tables: InterestTables, ended: date | None = None, paid: bool = False,
) -> Balance:  # fmt: skip
    """On a day. `payments` are all that was ever booked on each claim, by key; received costs are with their VAT.

    `ended` is the day on which the case was closed: from then on the agency claims no further interest. `paid`: it closed
    the case as paid, so what of the interest it did not collect is claimed no more.
    """
    claims = {claim.key: _now(case, claim, payments.get(claim.key, ()), as_of, tables, ended) for claim in case.claims}
    principal = sum((one.outstanding for one in claims.values()), ZERO)
    interest = received_interest if paid else sum((one.interest for one in claims.values()), ZERO)
    parts = [
        Component("principal", case.principal, case.principal - principal),
        Component("interest", interest, received_interest),
        Component("costs", case.costs, min(received_costs, case.costs)),
        Component("vat", case.vat, max(received_costs - case.costs, ZERO)),
    ]
    total = Component("total", sum((p.claimed for p in parts), ZERO), sum((p.received for p in parts), ZERO))
    return Balance((*parts, total), claims)


def _now(
    case: CaseFile, claim: CaseClaim, paid: Iterable[CasePayment], as_of: date, tables: InterestTables, ended: date | None
) -> ClaimNow:  # fmt: skip
    known = tuple(one for one in paid if one.on <= as_of)
    left = claim.original - sum((one.amount for one in known), ZERO)
    kind, since = case.interest_kind, claim.interest_from
    until, runs = (min(as_of, ended), as_of < ended) if ended else (as_of, True)
    asked = ClaimNow(left, claim.interest, claim.per_day if runs else ZERO, known)
    if kind not in ("consumer", "trade") or since is None or until <= since:
        return asked
    found = interest_until(
        claim.original, since, until, Terms(kind, tables), lowered(one for one in known if one.on <= until)
    )
    if isinstance(found, Finding):
        return asked
    return ClaimNow(left, found.amount, found.per_day if runs else ZERO, known)


def lowered(paid: Iterable[CasePayment]) -> list[tuple[date, Decimal]]:
    """Payments by day; what takes one back makes it undone, the latest first: it never lowered the debt."""
    made: list[tuple[date, Decimal]] = []
    for one in sorted(paid, key=lambda payment: payment.on):
        amount = one.amount
        if amount > 0:
            made.append((one.on, amount))
        while amount < 0 and made:
            day, last = made.pop()
            amount += last
            if amount > 0:
                made.append((day, amount))
                amount = ZERO
    return made
