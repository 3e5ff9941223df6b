"""What one communication claims beside its principal: costs in one calculation, interest per invoice (DOMAIN 10.6 no. 21, 22).

Of a consumer costs are those that the 14-day letter fixed, never more; of a business they follow from the scale. What we owe
the debtor is set off first, from the day it arose (art. 6:129 BW), so that neither costs nor interest run over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.credit.account import ZERO, Account, FormerLetter, OpenPart, Rulebook
from hub.credit.costs import Costs, letter_costs
from hub.credit.default_date import Agreed, default_date
from hub.credit.fourteen_days import Letter, check_letter, claimable_costs, clock
from hub.credit.interest import Interest, Terms, interest_until
from hub.credit.next_step import NextStep
from hub.model.dunning import Claimed, Level
from hub.model.finding import Finding
from hub.model.step import Step, step

SCALE = "EUR"  # the scale of the decree is in euros


@dataclass(frozen=True, slots=True)
class Due:
    """An item whose next level may go today; `left` is what remains after credits, `set_off` what they took, by day."""

    item: OpenPart
    next: NextStep
    left: Decimal
    set_off: tuple[tuple[date, Decimal], ...] = ()

    @property
    def level(self) -> Level:
        """Its own next level."""
        assert self.next.level is not None  # only what is due becomes one
        return self.next.level


@dataclass(frozen=True, slots=True)
class Claim:
    """Costs, VAT and interest of one communication; `interest` by key of the item, with what a day adds."""

    costs_are: Claimed = "none"
    interest_is: Claimed = "none"
    costs: Decimal = ZERO
    vat: Decimal = ZERO
    interest: Mapping[int, tuple[Decimal, Decimal]] = ()  # type: ignore[assignment]
    unconfirmed: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclaimable:
    """Why a person must look before it may go."""

    why: Step
    finding: Finding | None = None


def set_off(dues: Sequence[Due], credits: Sequence[OpenPart]) -> list[Due]:
    """Credits go to the items in the order given, the oldest credit first."""
    if not credits:
        return list(dues)
    waiting = [(c.invoice_date, -c.outstanding) for c in sorted(credits, key=lambda c: (c.invoice_date, c.key))]
    made = []
    for due in dues:
        taken, left = [], due.left
        while waiting and left:
            day, amount = waiting.pop(0)
            part = min(amount, left)
            taken.append((max(day, due.item.invoice_date), part))
            left -= part
            if amount > part:
                waiting.insert(0, (day, amount - part))
        made.append(replace(due, left=left, set_off=tuple(taken)))
    return made


def claim_of(account: Account, top: Level, dues: Sequence[Due], today: date, book: Rulebook) -> Claim | Unclaimable:
    """What a communication of this level claims over these items, each of which bears its own level."""
    currency = dues[0].item.currency
    if currency != SCALE:
        if "claimed" in (top.costs, top.interest) or top.kind == "fourteen_days":
            return Unclaimable(step("reminder_other_currency", None, currency=currency, level=top.code))
        return Claim()
    costs = _costs(account, top, [due for due in dues if due.level.costs == top.costs], today, book)
    if isinstance(costs, Unclaimable):
        return costs
    return _with_interest(costs, account, top, dues, today, book)


def _costs(account: Account, top: Level, bearing: Sequence[Due], today: date, book: Rulebook) -> Claim | Unclaimable:
    if top.costs == "none":
        return Claim()
    if not any(due.left for due in bearing):
        return Unclaimable(step("reminder_credit_first", None, level=top.code))
    if top.costs == "claimed" and account.debtor.treated == "consumer":
        found = _fixed_costs(account, bearing, today, book)
    else:
        found = _of_scale(top, bearing, today, book)
    if isinstance(found, Finding):
        return Unclaimable(step("reminder_not_claimable", None, level=top.code, finding=found.code), found)
    return Claim(top.costs, "none", found.costs, found.vat, {}, steps=found.steps)


def _of_scale(top: Level, bearing: Sequence[Due], today: date, book: Rulebook) -> Costs | Finding:
    """One calculation over the sum of principals; a 14-day letter is checked before it may be made."""
    principals = [due.left for due in bearing if due.left]
    found = letter_costs(principals, today, book.costs, vat_not_deductible=book.vat_not_deductible)
    if isinstance(found, Finding) or top.kind != "fourteen_days":
        return found
    late = max(due.item.due for due in bearing)
    letter = Letter(
        today, late, book.creditor[bearing[0].item.part].name, tuple(principals), found.costs, found.vat,
        says_vat_not_deductible=bool(found.vat),
    )  # fmt: skip
    faults = check_letter(letter, found)
    return faults[0] if faults else found


def _fixed_costs(account: Account, bearing: Sequence[Due], today: date, book: Rulebook) -> Costs | Finding:
    """The sum of what each 14-day letter fixed, for what of it is claimed now."""
    by_letter: dict[int, list[Due]] = {}
    for due in bearing:
        by_letter.setdefault(due.item.letter, []).append(due)
    made = []
    for key, dues in by_letter.items():
        found = _of_letter(account.letters[key], dues, today, book)
        if isinstance(found, Finding):
            return found
        made.append(found)
    if len(made) == 1:
        return made[0]
    return Costs(
        sum((one.principal for one in made), ZERO),
        sum((one.costs for one in made), ZERO),
        sum((one.vat for one in made), ZERO),
        tuple(said for one in made for said in one.steps),
    )


def _of_letter(former: FormerLetter, dues: Sequence[Due], today: date, book: Rulebook) -> Costs | Finding:
    """What was open of these items when the term ended is what was left unpaid; everything else counts as paid in term."""
    ran = clock(former.sent)
    if isinstance(ran, Finding):
        return ran
    unpaid = sum((min(due.item.open_after(ran.last_day), due.item.original) for due in dues), ZERO)
    unpaid -= sum((amount for due in dues for _, amount in due.set_off), ZERO)
    named = step("reminder_costs_of_letter", former.costs, date=former.dated, principal=former.principal)
    expected = Costs(former.principal, former.costs, former.vat, (named,))
    letter = Letter(
        former.dated, former.dated, "-", (former.principal,), former.costs, former.vat,
        says_vat_not_deductible=bool(former.vat),
    )  # fmt: skip
    paid = max(former.principal - unpaid, ZERO)
    found = claimable_costs(letter, former.sent, today, book.costs, expected=expected, paid_in_term=paid)
    return found.findings[0] if found.costs is None else found.costs


def _with_interest(
    claim: Claim, account: Account, top: Level, dues: Sequence[Due], today: date, book: Rulebook
) -> Claim | Unclaimable:
    if top.interest == "none":
        return claim
    found: dict[int, tuple[Decimal, Decimal]] = {}
    steps, unconfirmed = list(claim.steps), False
    for due in dues:
        if due.level.interest != top.interest or not due.left:
            continue
        interest = interest_of(due.item, account, today, book, due.set_off)
        if isinstance(interest, Finding):
            return Unclaimable(step("reminder_not_claimable", None, level=top.code, finding=interest.code), interest)
        found[due.item.key] = (interest.amount, interest.per_day)
        steps += [step("reminder_interest_of", interest.amount, invoice=due.item.invoice), *interest.steps]
        unconfirmed |= interest.unconfirmed
    return replace(
        claim, interest_is=top.interest, interest=found, unconfirmed=unconfirmed, steps=tuple(steps)
    )  # fmt: skip


def interest_of(
    item: OpenPart, account: Account, until: date, book: Rulebook, also_paid: Sequence[tuple[date, Decimal]] = ()
) -> Interest | Finding:
    """Interest of one item from its own first day in default up to a day, over what was open on each day."""
    kind = "consumer" if account.debtor.treated == "consumer" else "trade"
    debtor = "consumer" if kind == "consumer" else "business"
    agreed = Agreed(debtor, item.invoice_date, item.invoice_date, item.due)  # type: ignore[arg-type]
    found = default_date(agreed, book.interest.terms)
    assert found.first_day is not None  # an open item has a due date
    paid = sorted([*item.paid, *also_paid])
    principal = item.outstanding + sum((amount for _, amount in item.paid), ZERO)
    terms = Terms(kind, book.interest)  # type: ignore[arg-type]
    until = max(until, found.first_day)
    counted = interest_until(principal, found.first_day, until, terms, paid)
    return counted if isinstance(counted, Finding) else replace(counted, steps=(found.step, *counted.steps))
