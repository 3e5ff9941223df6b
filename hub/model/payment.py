"""Payment: money that moved on one of our accounts; and what an administration has agreed about paying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.money import Money

Part = Literal["normal", "g_account"]


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One of our own accounts: its IBAN, its ledger account and journal, and whether it is a G-account."""

    iban: str
    account: str
    journal: str = ""  # "" = the first bank journal
    part: Part = "normal"
    bic: str = ""


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """What an administration allows in settling; amounts in its own currency.

    `difference_maximum` is the most that a person may book as a payment difference on one payment,
    `difference_automatic` the most that matching books itself; `foreign_tolerance` the percentage by which
    a payment in our currency may differ from an invoice in another; `sum_items` how many open invoices
    of a relation are tried as sums.
    """

    bank_accounts: tuple[BankAccount, ...] = ()
    difference_maximum: Decimal = Decimal("1.00")
    difference_automatic: Decimal = Decimal("0.00")
    foreign_tolerance: Decimal = Decimal(3)
    sum_items: int = 12
    creditor_id: str = ""  # of direct debits (incassant-id)
    town: str = ""  # of ourselves, in payment files


@dataclass(frozen=True, slots=True)
class Payment:
    """A movement on one of our accounts. `amount` is positive when it came in, negative when it went out."""

    on: date
    amount: Money
    bank_account: str  # ledger account
    journal: str
    part: Part = "normal"
    iban: str = ""  # of the other side
    name: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    description: str = ""
    transaction_id: str = ""  # the bank's own, unique on its account
    returned: str = ""  # why it takes an earlier one back (AC04, MD06, `reversal`); it then never pays an invoice

    @property
    def text(self) -> str:
        """Everything in which the payer may have named what he pays."""
        return " ".join(part for part in (self.reference, self.end_to_end_id, self.description) if part)
