"""ManualEntry: an entry as a person wrote it, before anybody looked whether it can be booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One line. `amount` is debit positive; `base` the same in the administration's currency where it differs.

    On a control account `relation` and `invoice` name the open item it settles, or, with a due date or `opens`, opens.
    """

    place: str  # row or path in the file
    account: str
    amount: Decimal
    currency: str = ""
    base: Decimal | None = None
    vat_code: str = ""
    cost_center: str = ""
    project: str = ""
    relation: str = ""
    invoice: str = ""
    due_date: date | None = None
    opens: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """The lines that must balance together."""

    place: str
    journal: str
    on: date
    description: str
    lines: tuple[ManualLine, ...]
