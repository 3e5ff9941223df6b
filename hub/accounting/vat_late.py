"""Late VAT lines: what came after its period was filed, per original period, and which way it may go (DOMAIN 10.6 no. 5).

Up to the dated limit the user may take them along into the next return; above it they take a supplement (suppletie),
within weeks of being found out. The limit is held per original period, and once more over all that goes along into
one return: the strictest reading, to be confirmed by a tax person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from hub.accounting.vat_period import Length, VatPeriod, period_of
from hub.accounting.vat_return import Effect
from hub.model.money import to_minor
from hub.model.vat_tables import VatTables


@dataclass(slots=True)
class LatePeriod:
    """What came too late for one period; amounts in minor units."""

    period: VatPeriod
    filed: bool  # whether the hub filed a return of it; else it was filed elsewhere, or not yet
    found_on: date  # the day on which the first of them was booked
    lines: int = 0
    due: int = 0
    input: int = 0
    effects: list[Effect] = field(default_factory=list)

    @property
    def net(self) -> int:
        """What is still to be paid for that period, or below zero to be had back."""
        return self.due - self.input


@dataclass(frozen=True, slots=True)
class LateSum:
    """Undeclared VAT lines of one tax date, code and day of supply, with the day on which the first was booked."""

    tax_date: date
    booked_on: date
    count: int
    effect: Effect


def by_period(sums: Iterable[LateSum], filed: Sequence[VatPeriod], length: Length) -> list[LatePeriod]:
    """Per original period in order: the one that was filed with that day, else one as long as those that are filed now."""
    found: dict[str, LatePeriod] = {}
    for one in sums:
        covering = next((period for period in filed if one.tax_date in period), None)
        period = covering or period_of(one.tax_date, length)
        late = found.setdefault(period.name, LatePeriod(period, covering is not None, one.booked_on))
        late.found_on = min(late.found_on, one.booked_on)
        late.lines += one.count
        late.due += one.effect.due
        late.input += one.effect.input
        late.effects.append(one.effect)
    return sorted(found.values(), key=lambda late: late.period.first)


def may_go_along(late: LatePeriod, tables: VatTables, currency: str = "EUR") -> bool:
    """Whether the net of one period is within the limit."""
    return within_limit(late.net, late.period.last, tables, currency)


def within_limit(net: int, on: date, tables: VatTables, currency: str = "EUR") -> bool:
    """Whether a net correction, to be paid or had back, is within the limit of a day; without a limit nothing is."""
    limit = tables.limit(on)
    return limit is not None and abs(net) <= to_minor(limit, currency)
