"""BankStatement: what a bank says of one account: opening, entries, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hub.model.money import money_text
from hub.model.party import Party

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One movement, signed: positive came in. An entry of many transactions whose details are given is one each.

    `reference` is a structured one (betalingskenmerk, RF), `bank_reference` the bank's own and unique on the account
    where it gives one; `reversal` marks what takes an earlier entry back, `return_reason` why (AC04, MD01 …).
    """

    on: date
    amount: Decimal
    bank_reference: str = ""
    value_date: date | None = None
    iban: str = ""
    name: str = ""
    bic: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    mandate: str = ""
    creditor_id: str = ""
    description: str = ""
    code: str = ""  # bank transaction code: PMNT/RCDT/ESCT, NTRF
    batch: str = ""  # payment information id of our own batch
    batch_count: int = 0  # transactions behind one entry whose details the bank leaves out
    reversal: bool = False
    return_reason: str = ""
    charges: Decimal = ZERO  # included in the amount
    original_amount: Decimal | None = None  # before conversion
    original_currency: str = ""
    line: int = 0  # of the statement, from 1; the transactions of one batch share theirs


@dataclass(frozen=True, slots=True)
class BankStatement:
    """Law: opening + entries = closing, or it says by how much not. Balances are signed: positive is ours.

    `page` is true where it goes on in another (interim balances); `sequence` is the bank's own count, 0 = none.
    """

    account: str  # IBAN without blanks, or the bank's own number
    currency: str
    number: str
    opening: Decimal | None
    closing: Decimal | None
    entries: tuple[BankEntry, ...]
    opening_date: date | None = None
    closing_date: date | None = None
    id: str = ""  # statement id of the bank (CAMT Stmt/Id, MT940 :20:)
    sequence: int = 0
    page: bool = False
    bank: str = ""  # BIC
    owner: str = ""
    format: str = ""  # camt.053, mt940
    lines: int = 0  # as the bank counts its entries, where a batch is one; 0 = as many as there are here

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "bank_statement"

    @property
    def day(self) -> date:
        """Closing date, else that of the last entry."""
        days = [e.on for e in self.entries]
        return self.closing_date or (max(days) if days else self.opening_date or date.min)

    @property
    def identity(self) -> str:
        """Account, number or id, closing date and balances: numbers start again each year, and at some banks never count."""
        parts = ("bank_statement", self.account, self.currency, self.number or self.id, str(self.day))
        return "|".join((*parts, str(self.opening), str(self.closing)))

    @property
    def credit(self) -> Decimal:
        """What came in, by the lines of the statement: a batch counts for what it comes to."""
        return sum((amount for amount in self._of_lines() if amount > 0), ZERO)

    @property
    def debit(self) -> Decimal:
        """What went out, positive."""
        return -sum((amount for amount in self._of_lines() if amount < 0), ZERO)

    def _of_lines(self) -> list[Decimal]:
        """The amount of each line of the statement; entries without a line number are one each."""
        sums: dict[int, Decimal] = {}
        for number, entry in enumerate(self.entries):
            key = entry.line or -1 - number
            sums[key] = sums.get(key, ZERO) + entry.amount
        return list(sums.values())

    @property
    def total(self) -> Decimal | None:
        """The closing balance."""
        return self.closing

    @property
    def imbalance(self) -> Decimal | None:
        """Closing less opening and entries; None where a balance is missing."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum((e.amount for e in self.entries), ZERO)

    @property
    def party(self) -> Party | None:
        """Nobody: each entry has its own."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        money = self.currency
        return {
            "account": self.account,
            "number": self.number,
            "date": str(self.day),
            "opening": None if self.opening is None else money_text(self.opening, money),
            "closing": None if self.closing is None else money_text(self.closing, money),
            "entries": self.lines or len(self.entries),
            "credit": money_text(self.credit, money),
            "debit": money_text(self.debit, money),
            "total": None if self.closing is None else money_text(self.closing, money),
        }
