"""Credit: whether a debtor may order, from the reasons that are active and what he owes and has ordered.

No limit, a limit of zero and a limit of an amount mean three things (PEERS 2.6): everything, nothing, and up to there.
Amounts are minor units of the administration's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.accounting.currency import Conversion
from hub.model.administration import Direction
from hub.model.finding import Finding
from hub.model.money import from_minor, money_text, round_half_up, to_minor
from hub.model.relation import Relation
from hub.model.relation_card import Reason

Outcome = Literal["accepted", "held", "refused"]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a debtor owes: open receivables, and accepted orders as far as they are not invoiced."""

    owed: int
    ordered: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.owed + self.ordered


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an order, why, and what it was decided on."""

    outcome: Outcome
    exposure: Exposure
    limit: int | None
    finding: Finding | None = None


def limit_of(reasons: Iterable[Reason]) -> int | None:
    """The lowest of all limits that are active; None when there is none."""
    return min(
        (reason.amount for reason in reasons if reason.effect == "limit" and reason.amount is not None), default=None
    )


def holds(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The active reasons for which nothing may be delivered."""
    return tuple(reason for reason in reasons if reason.effect == "hold")


def judge_order(
    relation: str,
    reasons: Sequence[Reason],
    exposure: Exposure,
    amount: int,
    currency: str,
    *,
    despite_limit: bool = False,
) -> Verdict:
    """Refused while on hold, held when it would pass the limit, else accepted. `relation` is code and name, for people.

    `despite_limit`: a person has decided that this one may pass; on hold it is refused all the same.
    """
    limit = limit_of(reasons)
    if held := holds(reasons):
        why = ", ".join(reason.why or reason.reference or reason.cause for reason in held)
        finding = Finding("HUB-CREDIT-01", "fatal", "hub", "order", why, None, "us", (("relation", relation),))
        return Verdict("refused", exposure, limit, finding)
    if limit is None or despite_limit or exposure.total + amount <= limit or not amount:
        return Verdict("accepted", exposure, limit)
    amounts = {"owed": exposure.owed, "ordered": exposure.ordered, "amount": amount}
    details = tuple((name, money_text(from_minor(minor, currency), currency)) for name, minor in amounts.items())
    total, most = (money_text(from_minor(minor, currency), currency) for minor in (exposure.total + amount, limit))
    finding = Finding("HUB-CREDIT-02", "fatal", "hub", "order", total, most, "us", (("relation", relation), *details))
    return Verdict("held", exposure, limit, finding)


def invoice_findings(
    relation: Relation, direction: Direction, kind: str, due: Decimal, conversion: Conversion | None
) -> tuple[Finding, ...]:
    """A sales invoice happened and is booked; that its debtor is on hold, or passes his limit by it, is said.

    `due` is what the invoice adds to what he owes. Orders are left out: this invoice may be one of them.
    """
    if direction != "sales" or kind != "invoice" or due <= 0:
        return ()
    who = ("relation", f"{relation.code} {relation.name}")
    found = []
    if relation.on_hold:
        found.append(Finding("HUB-CREDIT-03", "warning", "hub", "BG-7", relation.code, who="us", details=(who,)))
    if relation.credit_limit is not None and conversion is not None:
        currency = conversion.base_currency
        owes = (relation.owed or 0) + to_minor(round_half_up(conversion.to_base(due), currency), currency)
        if owes > relation.credit_limit:
            total, most = (money_text(from_minor(minor, currency), currency) for minor in (owes, relation.credit_limit))
            found.append(Finding("HUB-CREDIT-04", "warning", "hub", "BG-7", total, most, "us", (who,)))
    return tuple(found)
