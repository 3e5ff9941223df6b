"""AnnouncedOrder: what a debtor ordered and we have not invoiced yet. It is no booking; it weighs on his credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.model.money import Money


@dataclass(frozen=True, slots=True)
class AnnouncedOrder:
    """`relation` is a code, or a strong key (`0106:12345678`); `source` is the shop or system that numbered it."""

    number: str
    relation: str
    ordered_on: date
    amount: Money
    source: str = ""
    place: str = ""  # where it stood in a file: `row 3`
