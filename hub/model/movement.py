"""Movement: money that moved on one of our accounts, with what makes it the same one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.model.money import Money
from hub.model.payment import Payment

HAND = "hand"
TABLES = (HAND, "csv")
"""Sources that are no bank's statement."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement and where it came from.

    `identity` is unique within an administration; `source` the format (`camt.053`, `mt940`, `csv`) or `hand`. `account` is
    the ledger account that a rule of the mapping gives, by the rule's name: "" leaves it to matching.
    """

    payment: Payment
    identity: str
    source: str = HAND
    file_name: str = ""
    line: int = 0
    account: str = ""
    rule: str = ""
    value_date: date | None = None


@dataclass(frozen=True, slots=True)
class KnownMovement:
    """A movement that was recorded before, as far as it takes to know it again. `text` as in `text_key`."""

    identity: str
    on: date
    amount: Money
    iban: str
    text: str
    transaction_id: str
    source: str


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """A statement of an account that was recorded before. Balances as in `BankStatement`."""

    id: int
    number: str
    sequence: int
    opening: Money | None
    closing: Money
    opening_date: date | None
    closing_date: date
    lines: int = 0
