"""Dated tables of collection law that are data, not code: `mappings/collection_costs.toml`, `mappings/interest.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from hub.model.dated import Dated, on_day

InterestKind = Literal["consumer", "trade"]
DayCount = Literal["365", "actual"]
INTEREST_KINDS: tuple[str, ...] = get_args(InterestKind)
DAY_COUNTS: tuple[str, ...] = get_args(DayCount)


@dataclass(frozen=True, slots=True)
class Slice:
    """A percentage over the part of the principal between the slice before and `up_to`; None = over all that is left."""

    percentage: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of art. 2 of the Besluit vergoeding voor buitengerechtelijke incassokosten, in euros."""

    slices: tuple[Slice, ...]
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class CostTables:
    """Each list holds a value from its date on; before the first there is none.

    `vat` is the percentage by which costs go up when the creditor cannot deduct VAT; `trade_minimum` what a business owes
    without any letter (art. 6:96(4)); `look_back_months` how far instalments of one contract are added up.
    """

    scale: Dated[Scale] = ()
    vat: Dated[Decimal] = ()
    trade_minimum: Dated[Decimal] = ()
    look_back_months: Dated[int] = ()


@dataclass(frozen=True, slots=True)
class InterestRate:
    """A yearly percentage. Unconfirmed: derived by us or not verified in a published table; a claim says so."""

    percentage: Decimal
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class TermLaw:
    """Payment terms of art. 6:119a and 6:119b BW, in days."""

    without_agreement: int = 30
    authority_maximum: int = 30
    business_maximum: int = 60
    large_to_small_maximum: int = 30
    large_to_small_from: date = date.max  # contracts made from this day on
    large_to_small_all_from: date = date.max  # invoices from this day on, whatever the contract


@dataclass(frozen=True, slots=True)
class OldContracts:
    """Contracts made before this day bear a trade rate that is so many points lower from that day on."""

    before: date
    less: Decimal


@dataclass(frozen=True, slots=True)
class InterestTables:
    """Statutory interest by kind and date. Days from `announced_until` on are counted at the last known rate, unconfirmed."""

    rates: Mapping[InterestKind, Dated[InterestRate]] = field(default_factory=dict)
    announced_until: date = date.max
    day_count: DayCount = "365"
    old_contracts: OldContracts | None = None
    terms: TermLaw = TermLaw()

    def first_day(self, kind: InterestKind) -> date | None:
        """From which day on rates are known; None where there are none at all."""
        rows = self.rates.get(kind, ())
        return rows[0][0] if rows else None

    def on(self, kind: InterestKind, day: date, contract: date | None = None) -> InterestRate | None:
        """The rate of a day, for a contract made on `contract` (None = not before the change of the surcharge)."""
        found = on_day(self.rates.get(kind, ()), day)
        if found is None:
            return None
        old, percentage = self.old_contracts, found.percentage
        if kind == "trade" and old is not None and contract is not None and contract < old.before <= day:
            percentage -= old.less
        return InterestRate(percentage, found.confirmed and day < self.announced_until)

    def next_change(self, kind: InterestKind, day: date) -> date | None:
        """The first day after this one on which another row may hold."""
        starts = [since for since, _ in self.rates.get(kind, ())]
        marks = [self.announced_until, *([self.old_contracts.before] if self.old_contracts else [])]
        return min((mark for mark in (*starts, *marks) if mark > day), default=None)
