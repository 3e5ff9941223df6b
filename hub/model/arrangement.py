"""Arrangement: why dunning of a debtor rests: a dispute, a promise, a payment plan, insolvency; recorded with owner and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from hub.model.dunning import StopKind

Outcome = Literal["open", "kept", "broken", "granted", "rejected", "withdrawn", "ended"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)
# How a person may end each kind; `kept` and `broken` follow from what was paid.
ENDINGS: dict[str, tuple[Outcome, ...]] = {
    "dispute": ("granted", "rejected", "withdrawn"),
    "promise": ("kept", "broken", "withdrawn"),
    "plan": ("kept", "broken", "withdrawn"),
    "insolvency": ("ended",),
    "restructuring": ("ended",),
}


@dataclass(frozen=True, slots=True)
class Instalment:
    """A term of a payment plan."""

    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """What lowered a debt on a day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a person recorded. `invoice` "" = all that the relation owes; `amount` None = all of it.

    `until` is the last day on which dunning rests: the day that was promised, the last term of a plan; None = until it ends.
    `owner` is who sees to it.
    """

    kind: StopKind
    relation: str
    since: date
    until: date | None = None
    invoice: str = ""
    amount: Decimal | None = None
    category: str = ""
    owner: str = ""
    reference: str = ""
    note: str = ""
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise or plan stands on a day.

    `paid` since it was made; `owed` what should have been paid by now; `next` the first term that is not covered.
    """

    outcome: Outcome
    paid: Decimal
    owed: Decimal
    next: Instalment | None = None
    broken_on: date | None = None  # the day from which on it counts as broken
