"""The consumer's 14-day letter: what it must say, when its term has run, and what may be charged then (art. 6:96 lid 6 BW).

HR 25 November 2016, ECLI:NL:HR:2016:2704: fourteen full days that start on the day after the letter was received; a letter
that gives less costs the creditor all his costs; of who paid a part in time the costs are those of what he left unpaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from hub.credit.calendar import counted_day
from hub.credit.costs import ZERO, Costs, letter_costs
from hub.model.collection_tables import CostTables
from hub.model.finding import Finding, asked
from hub.model.money import money_text
from hub.model.step import Step, step

Method = Literal["post", "registered", "email", "portal", "bailiff", "hand"]
CountedFrom = Literal["day_after_delivery", "day_of_delivery", "day_of_letter"]
DAYS = 14
POST_DAYS = 2  # the second counted day after posting


@dataclass(frozen=True, slots=True)
class Sent:
    """How a letter left. `received` is a day that can be proven, by what `proof` names; `returned`: it came back."""

    on: date
    method: Method = "post"
    received: date | None = None
    proof: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Posted, delivered, last day to pay without costs, first day on which costs may be claimed; `presumed`: not proven."""

    posted: date
    delivered: date
    presumed: bool
    method: Method
    proof: str
    last_day: date
    claimable_from: date
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a 14-day letter says, as data; its text is made of the same.

    `in_default_since` is the latest first day in default of what it claims. `costs` and `vat` are the amounts that it names,
    None = not named. The term is `days`, counted from the day that `counted_from` names.
    """

    dated: date
    in_default_since: date
    creditor: str
    principals: tuple[Decimal, ...]
    costs: Decimal | None
    vat: Decimal = ZERO
    says_vat_not_deductible: bool = False
    says_consequence: bool = True
    days: int = DAYS
    counted_from: CountedFrom = "day_after_delivery"


@dataclass(frozen=True, slots=True)
class Claimable:
    """The costs that may be claimed, or None with the findings that stand in the way."""

    costs: Costs | None
    findings: tuple[Finding, ...] = ()


@lru_cache(maxsize=1000)  # thousands of letters left on the same days
def clock(sent: Sent) -> Clock | Finding:
    """When the term runs. A letter that came back was not received: a finding, and no term.

    By post delivery is presumed on the second day after posting that is no Sunday, Monday or holiday; by e-mail and portal on
    the day after sending, which the creditor must be able to prove. Raises ValueError for a receipt before sending.
    """
    if sent.returned:
        return asked("HUB-WIK-09", str(sent.on))
    if sent.received is not None and sent.received < sent.on:
        raise ValueError(f"received on {sent.received}, before it was sent on {sent.on}")
    delivered, why = _delivered(sent)
    last_day = delivered + timedelta(days=DAYS)
    steps = (
        step("letter_sent", None, date=sent.on, method=sent.method),
        step(why, None, date=delivered, proof=sent.proof),
        step("letter_term", None, first=delivered + timedelta(days=1), last=last_day, days=DAYS),
        step("letter_claimable", None, date=last_day + timedelta(days=1)),
    )
    presumed = sent.received is None
    return Clock(sent.on, delivered, presumed, sent.method, sent.proof, last_day, last_day + timedelta(days=1), steps)


def check_letter(letter: Letter, expected: Costs) -> tuple[Finding, ...]:
    """Everything for which no costs would be owed at all; `expected` is what may be charged on the letter's day.

    With VAT in `expected` the creditor cannot deduct it; then the letter must name the amount and say why.
    """
    found = [
        asked("HUB-WIK-01") if letter.costs is None else _amount("HUB-WIK-02", letter.costs, expected.costs),
        _amount("HUB-WIK-03", letter.vat, expected.vat),
        asked("HUB-WIK-04") if letter.vat and not letter.says_vat_not_deductible else None,
        None if _full_term(letter) else asked("HUB-WIK-05", str(letter.days), str(DAYS), counted=letter.counted_from),
        asked("HUB-WIK-06", str(letter.dated), str(letter.in_default_since))
        if letter.dated < letter.in_default_since else None,
        None if letter.says_consequence else asked("HUB-WIK-07"),
        None if sum(letter.principals) > 0 and letter.creditor.strip() else asked("HUB-WIK-08"),
    ]  # fmt: skip
    return tuple(one for one in found if one is not None)


def claimable_costs(
    letter: Letter, sent: Sent, on: date, tables: CostTables, *, expected: Costs, paid_in_term: Decimal = ZERO
) -> Claimable:
    """What may be claimed on a day, after a letter that was sent: nothing before the term has run.

    `paid_in_term` is what was paid on the claimed principals up to the last day of the term. Costs are fixed by the letter,
    void when all was paid in time, and otherwise those of the part that was not, never more than the letter named.
    """
    findings = check_letter(letter, expected)
    ran = clock(sent)
    if isinstance(ran, Finding):
        return Claimable(None, (*findings, ran))
    if on < ran.claimable_from:
        findings = (*findings, asked("HUB-WIK-10", str(on), str(ran.claimable_from)))
    if findings:
        return Claimable(None, findings)
    return Claimable(_fixed(letter, paid_in_term, tables, expected))


def _fixed(letter: Letter, paid: Decimal, tables: CostTables, expected: Costs) -> Costs:
    principal = sum(letter.principals, ZERO)
    left = principal - paid
    if left <= 0:
        return Costs(principal, ZERO, ZERO, (step("costs_void", ZERO, principal=principal),))
    if not paid:
        return expected
    rest = letter_costs([left], letter.dated, tables, vat_not_deductible=bool(expected.vat))
    assert isinstance(rest, Costs)  # the letter's own day has a scale, or it had no expected costs
    if rest.costs >= expected.costs:
        return expected
    return Costs(left, rest.costs, rest.vat, (step("costs_of_the_rest", left, paid=paid), *rest.steps))


def _delivered(sent: Sent) -> tuple[date, str]:
    if sent.received is not None:
        return sent.received, "letter_received"
    if sent.method in ("post", "registered"):
        return counted_day(sent.on, POST_DAYS), "letter_presumed_by_post"
    if sent.method in ("bailiff", "hand"):
        return sent.on, "letter_handed_over"
    return sent.on + timedelta(days=1), "letter_presumed_online"


def _full_term(letter: Letter) -> bool:
    """Fourteen days from the day after delivery are fifteen from the day of it; from any other day they are not surely full."""
    least = {"day_after_delivery": DAYS, "day_of_delivery": DAYS + 1}.get(letter.counted_from)
    return least is not None and letter.days >= least


def _amount(code: str, found: Decimal, expected: Decimal) -> Finding | None:
    return None if found == expected else asked(code, money_text(found), money_text(expected))
