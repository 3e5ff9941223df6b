"""Statutory interest: day-precise, across changes of rate and part payments, compounded yearly, rounded once at the end.

Art. 6:119 BW (consumers and other debts outside trade), 6:119a and 6:119b (trade, authorities). Per invoice, from its own
first day in default; never over costs. What is counted is a fraction, exactly: two stretches of days that follow each other
give to the last digit what the whole gives, when the state is carried from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hub.model.collection_tables import InterestKind, InterestRate, InterestTables
from hub.model.finding import Finding, asked
from hub.model.money import round_fraction
from hub.model.step import Step, step

_SHOWN = 6  # decimals of a part of the interest, where it explains itself


@dataclass(frozen=True, slots=True)
class InterestState:
    """How far the interest of one invoice has been counted; carry it, and counting goes on as if it never stopped.

    `principal` is what is open of it; `compounded` the interest of full years, which bears interest itself; `accrued` that of
    the year that runs. Days before `until` are counted. Anniversaries are those of `since`, the first day in default.
    """

    principal: Decimal
    since: date
    until: date
    compounded: Fraction = Fraction(0)
    accrued: Fraction = Fraction(0)

    @property
    def base(self) -> Fraction:
        """Over what interest is counted (art. 6:119 lid 2)."""
        return Fraction(self.principal) + self.compounded

    @property
    def interest(self) -> Fraction:
        """All interest that is owed, unrounded."""
        return self.compounded + self.accrued

    @property
    def amount(self) -> Decimal:
        """All interest that is owed, in cents: what may be claimed."""
        return round_fraction(self.interest)

    @property
    def anniversary(self) -> date:
        """The next day on which the interest of a year joins the base."""
        year = self.until.year - self.since.year
        return next(day for n in (year, year + 1) if (day := anniversary(self.since, n)) > self.until)


@dataclass(frozen=True, slots=True)
class Terms:
    """By which law and tables: `contract` is the day the contract was made, where that is known."""

    kind: InterestKind
    tables: InterestTables
    contract: date | None = None

    def rate(self, day: date) -> InterestRate:
        """The rate of a day. Raises ValueError before the first that is known."""
        found = self.tables.on(self.kind, day, self.contract)
        if found is None:
            raise ValueError(f"no {self.kind} rate is known for {day}")
        return found


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest up to a day: `amount` in cents, `per_day` what each further day adds, and how it came about.

    `unconfirmed` when a rate in it was derived, not published: a claim must say so (DOMAIN 10.6 no. 22).
    """

    amount: Decimal
    per_day: Decimal
    unconfirmed: bool
    state: InterestState
    steps: tuple[Step, ...]


def begin(principal: Decimal, since: date) -> InterestState:
    """Nothing counted yet; `since` is the first day in default. Raises ValueError for a principal below zero."""
    if principal < 0:
        raise ValueError("interest runs over what is owed, never over a credit")
    return InterestState(principal, since, since)


def anniversary(since: date, years: int) -> date:
    """So many years after the first day in default; that of 29 February is 1 March where there is none."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)


def accrue(state: InterestState, until: date, terms: Terms) -> tuple[InterestState, tuple[Step, ...]]:
    """Count on up to `until`, which itself is not counted. Raises ValueError when that lies before what was counted already."""
    if until < state.until:
        raise ValueError(f"interest was counted up to {state.until} already")
    steps: list[Step] = []
    while state.until < until:
        state, step_ = _stretch(state, until, terms)
        steps.append(step_)
        if state.until == anniversary(state.since, state.until.year - state.since.year):
            state = replace(state, compounded=state.interest, accrued=Fraction(0))
            steps.append(
                step("interest_compounded", _shown(state.compounded), date=state.until, base=_shown(state.base))
            )
    return state, tuple(steps)


def pay_principal(state: InterestState, amount: Decimal) -> InterestState:
    """The base falls by what was paid; interest that was owed stays owed. Raises ValueError for more than is open."""
    if not 0 <= amount <= state.principal:
        raise ValueError(f"{amount} is not between nothing and the open principal {state.principal}")
    return replace(state, principal=state.principal - amount)


def pay_interest(state: InterestState, amount: Decimal) -> InterestState:
    """Interest was paid: first that of full years, as it bears interest itself and is oldest (art. 6:43 lid 2).

    Who pays the amount in cents may leave half a cent on either side; it is carried, so that the sum stays exact.
    Raises ValueError for more than is owed.
    """
    if not 0 <= amount <= state.amount:
        raise ValueError(f"{amount} is not between nothing and the interest owed {state.amount}")
    paid = Fraction(amount)
    first = min(paid, state.compounded)
    return replace(state, compounded=state.compounded - first, accrued=state.accrued - (paid - first))


def interest_until(
    principal: Decimal, since: date, until: date, terms: Terms, paid: Iterable[tuple[date, Decimal]] = ()
) -> Interest | Finding:
    """Interest of one invoice from its first day in default up to `until`, which itself is not counted.

    `paid` are payments on the principal; the day of a payment bears interest over what is left after it. A finding when
    no rate is known for the first day. Raises ValueError for payments over the principal and `until` before `since`.
    """
    known = terms.tables.first_day(terms.kind)
    if known is None or since < known:
        return asked("HUB-INT-01", str(since), str(known or ""), kind=terms.kind)
    state, steps = begin(principal, since), []
    for day, amount in sorted(paid):
        if day < until:
            state, counted = accrue(state, max(day, since), terms)
            state = pay_principal(state, amount)
            steps += [*counted, step("interest_payment", amount, date=day, principal=state.principal)]
    state, counted = accrue(state, until, terms)
    steps += [*counted, step("interest_rounded", state.amount, exact=_shown(state.interest))]
    return Interest(state.amount, per_day(state, terms), _unconfirmed(steps), state, tuple(steps))


def per_day(state: InterestState, terms: Terms) -> Decimal:
    """What the next day adds, in cents, for who pays later than the claim was made up."""
    return round_fraction(state.base * _daily(terms.rate(state.until), state.until, terms))


def _stretch(state: InterestState, until: date, terms: Terms) -> tuple[InterestState, Step]:
    """Days in which nothing changes: neither rate, base, nor length of the year."""
    day, rate = state.until, terms.rate(state.until)
    ends = [until, state.anniversary]
    if change := terms.tables.next_change(terms.kind, day):
        ends.append(change)
    if terms.tables.day_count == "actual":
        ends.append(date(day.year + 1, 1, 1))
    end = min(ends)
    days = (end - day).days
    added = state.base * _daily(rate, day, terms) * days
    said = step(
        "interest_days" if rate.confirmed else "interest_days_unconfirmed", _shown(added), first=day, until=end, days=days,
        rate=rate.percentage, base=_shown(state.base),
    )  # fmt: skip
    return replace(state, until=end, accrued=state.accrued + added), said


def _daily(rate: InterestRate, day: date, terms: Terms) -> Fraction:
    leap = terms.tables.day_count == "actual" and day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return Fraction(rate.percentage) / 100 / (366 if leap else 365)


def _unconfirmed(steps: Iterable[Step]) -> bool:
    return any(one.code == "interest_days_unconfirmed" for one in steps)


def _shown(exact: Fraction) -> Decimal:
    """With as few decimals as say it, six at most, and never less than cents."""
    return round_fraction(exact, 2 if 100 % exact.denominator == 0 else _SHOWN)
