"""Extrajudicial collection costs: the scale of the decree over the principals of one letter, each amount with its reason.

Art. 6:96 BW and the Besluit vergoeding voor buitengerechtelijke incassokosten. Amounts are euros; the principal is what is
open on the day of the letter, without interest and without earlier costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.model.collection_tables import CostTables, Scale
from hub.model.dated import on_day
from hub.model.finding import Finding, asked
from hub.model.money import round_half_up
from hub.model.step import Step, step

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Costs:
    """What may be charged: `costs` without VAT, `vat` on top of it, `total`; `steps` say how it came about."""

    principal: Decimal
    costs: Decimal
    vat: Decimal
    steps: tuple[Step, ...]

    @property
    def total(self) -> Decimal:
        """Costs and VAT together."""
        return self.costs + self.vat


@dataclass(frozen=True, slots=True)
class Clause:
    """What a contract with a business says of collection costs: a percentage of the principal, an amount, or the higher."""

    percentage: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instalment:
    """A missed term of the same contract that was claimed before and is still unpaid, with what it was charged without VAT."""

    principal: Decimal
    due: date
    costs: Decimal = ZERO


def letter_costs(
    principals: Iterable[Decimal], on: date, tables: CostTables, *, vat_not_deductible: bool = False
) -> Costs | Finding:
    """The costs of one letter of this day over all that it claims, by the scale; the minimum counts once (6:96 lid 7).

    A finding when the day lies before the first scale. Nothing open costs nothing. Raises ValueError for a principal below zero.
    """
    claimed = _checked(principals)
    scale = on_day(tables.scale, on)
    if scale is None:
        return _no_scale(on, tables)
    principal = sum(claimed, ZERO)
    costs, steps = _by_scale(principal, scale)
    summed = (step("costs_sum", principal, count=len(claimed)),) if len(claimed) > 1 else ()
    return _with_vat(principal, costs, (*summed, *steps), on, tables, vat_not_deductible)


def contract_costs(
    principals: Iterable[Decimal], on: date, tables: CostTables, clause: Clause, *, vat_not_deductible: bool = False
) -> Costs | Finding:
    """The costs that a contract between businesses agrees, in place of the scale; never under the floor of 6:96 lid 4.

    The scale is told beside it: a court may bring the agreed amount back to it (HR 10 July 2015). For a consumer the scale is
    mandatory (6:96 lid 5), so this is never asked. Errors as `letter_costs`.
    """
    claimed = _checked(principals)
    scale = on_day(tables.scale, on)
    if scale is None:
        return _no_scale(on, tables)
    principal = sum(claimed, ZERO)
    if not principal:
        return Costs(ZERO, ZERO, ZERO, (step("costs_nothing_open", ZERO),))
    by_clause = principal * clause.percentage / 100
    agreed = round_half_up(max(by_clause, clause.amount))
    floor = on_day(tables.trade_minimum, on) or ZERO
    steps = [step("costs_clause", agreed, principal=principal, percentage=clause.percentage, least=clause.amount)]
    if agreed < floor:
        steps.append(step("costs_trade_floor", floor))
    steps.append(step("costs_scale_yardstick", _by_scale(principal, scale)[0]))
    return _with_vat(principal, max(agreed, floor), tuple(steps), on, tables, vat_not_deductible)


def instalment_costs(
    principals: Iterable[Decimal], earlier: Sequence[Instalment], on: date, tables: CostTables, *,
    vat_not_deductible: bool = False,
) -> Costs | Finding:  # fmt: skip
    """The costs of newly missed terms of a contract of which earlier terms are unpaid and were claimed before.

    Since 2024-10-01 the terms that fell due in the six months before are one claim: what they may cost together, less what was
    charged already (Stb. 2024, 44). Before that day each letter stood by itself. Errors as `letter_costs`.
    """
    claimed = _checked(principals)
    months = on_day(tables.look_back_months, on)
    together = [] if months is None else [term for term in earlier if months_before(on, months) <= term.due <= on]
    alone = letter_costs(claimed, on, tables, vat_not_deductible=vat_not_deductible)
    if isinstance(alone, Finding) or not together or not alone.principal:
        return alone
    whole = letter_costs([*claimed, *(term.principal for term in together)], on, tables)
    assert isinstance(whole, Costs)  # the same day has a scale
    before = sum((term.costs for term in together), ZERO)
    left = max(whole.costs - before, ZERO)
    steps = (
        step("costs_accumulated", whole.principal, count=len(together), months=months),
        *whole.steps[1:-1],
        step("costs_charged_before", before, whole=whole.costs),
        step("costs_left", left),
    )
    return _with_vat(alone.principal, left, steps, on, tables, vat_not_deductible)


def without_letter(first_day_in_default: date, on: date, tables: CostTables) -> Costs | Finding:
    """What a business or authority owes without any letter from its first day in default (art. 6:96 lid 4): €40.

    It is the floor of the costs of a letter, not something on top of them. The VAT surcharge is asked in a letter, so none here.
    """
    amount = on_day(tables.trade_minimum, on)
    if amount is None:
        return asked("HUB-COST-02", str(on))
    if on < first_day_in_default:
        return Costs(ZERO, ZERO, ZERO, (step("costs_not_in_default", ZERO, date=first_day_in_default),))
    return Costs(ZERO, amount, ZERO, (step("costs_without_letter", amount, date=first_day_in_default),))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _checked(principals: Iterable[Decimal]) -> tuple[Decimal, ...]:
    claimed = tuple(principals)
    if any(principal < 0 for principal in claimed):
        raise ValueError("a principal is never below zero; set credit notes off first")
    return claimed


def _no_scale(on: date, tables: CostTables) -> Finding:
    return asked("HUB-COST-01", str(on), str(tables.scale[0][0]) if tables.scale else "")


def _by_scale(principal: Decimal, scale: Scale) -> tuple[Decimal, list[Step]]:
    """What the scale gives, rounded once at the end."""
    if not principal:
        return ZERO, [step("costs_nothing_open", ZERO)]
    exact, below, steps = Decimal(0), Decimal(0), []
    for slice_ in scale.slices:
        part = (principal if slice_.up_to is None else min(principal, slice_.up_to)) - below
        if part <= 0:
            break
        amount = part * slice_.percentage / 100
        steps.append(step("costs_slice", amount, part=part, above=below, percentage=slice_.percentage))
        exact, below = exact + amount, below + part
    rounded = round_half_up(min(max(exact, scale.minimum), scale.maximum))
    if exact < scale.minimum:
        steps.append(step("costs_minimum", scale.minimum, found=exact))
    elif exact > scale.maximum:
        steps.append(step("costs_maximum", scale.maximum, found=exact))
    elif len(steps) > 1 or rounded != exact:
        steps.append(step("costs_together", rounded))
    return rounded, steps


def _with_vat(
    principal: Decimal, costs: Decimal, steps: Sequence[Step], on: date, tables: CostTables, not_deductible: bool
) -> Costs:
    """The surcharge of art. 2 lid 3 for who cannot deduct VAT himself."""
    percentage = on_day(tables.vat, on)
    if not not_deductible or percentage is None:
        return Costs(principal, costs, ZERO, (*steps, step("costs_without_vat", ZERO)))
    vat = round_half_up(costs * percentage / 100)
    return Costs(principal, costs, vat, (*steps, step("costs_vat", vat, percentage=percentage, costs=costs)))
