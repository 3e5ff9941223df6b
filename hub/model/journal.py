"""JournalEntry and Posting: what is booked. An entry that does not balance cannot exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.money import Money

Side = Literal["debit", "credit"]


def opposite(side: Side) -> Side:
    """Debit for credit and credit for debit."""
    return "credit" if side == "debit" else "debit"


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: a positive amount on a named side.

    `amount` is in the document's currency, `base` the same in the administration's own. `open_item`
    is the index of the entry's open item it opens or moves (control accounts only); `settles` is the id of
    one that an earlier entry opened: a payment, a matched credit note, a reversal.
    """

    account: str
    side: Side
    amount: Money
    base: Money
    vat_code: str = ""
    cost_center: str = ""
    project: str = ""
    open_item: int | None = None
    description: str = ""
    settles: int | None = None

    def __post_init__(self) -> None:
        if self.open_item is not None and self.settles is not None:
            raise ValueError(f"posting on {self.account}: an open item is new or known already, not both")
        if self.amount.amount < 0 or self.base.amount < 0:
            raise ValueError(f"posting on {self.account}: an amount is never negative, its side says the sign")


@dataclass(frozen=True, slots=True)
class VatLine:
    """VAT of one entry and VAT group, as returns and statements sum it.

    Amounts carry the sign of the document's effect (a credit note lowers them). `*_base` are in the
    administration's currency. `reverse_charge` marks AE and K legs, whose tax the document does not
    state. `tax_date` decides the return (DOMAIN 10.6 no. 4), `supply_date` the rate.
    """

    code: str
    base: Money
    tax: Money
    non_deductible: Money
    base_in_base: Money
    tax_in_base: Money
    non_deductible_in_base: Money
    supply_date: date
    tax_date: date
    kind: str = ""  # goods | services | "" where the document does not tell
    reverse_charge: bool = False
    country: str = ""  # ISO 3166-1, EL and XI as VAT writes them: where it is taxed, or the buyer lives, if not here
    rate: Decimal | None = None  # as charged, where the code is for any rate


@dataclass(frozen=True, slots=True)
class NewOpenItem:
    """An open item that an entry opens. What is outstanding follows from postings, never from here."""

    side: Literal["receivable", "payable"]
    number: str  # the invoice number as written
    invoice_date: date
    due_date: date
    part: Literal["normal", "g_account"] = "normal"
    iban: str = ""
    payment_reference: str = ""
    block_reasons: tuple[str, ...] = ()
    discount_until: date | None = None
    discount_percentage: Decimal | None = None
    relation: str = ""  # code; "" = the relation of the entry
    currency: str = ""  # "" = that of the entry's postings


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A balanced entry, not yet numbered. Law: debit equals credit, per currency and in base."""

    journal: str
    booking_date: date
    description: str
    postings: tuple[Posting, ...]
    vat_lines: tuple[VatLine, ...] = ()
    open_items: tuple[NewOpenItem, ...] = ()
    rate: str = ""  # foreign units for one base unit, exact text; empty in the administration's own currency

    def __post_init__(self) -> None:
        totals: dict[str, Decimal] = {}
        base = Decimal(0)
        for posting in self.postings:
            sign = 1 if posting.side == "debit" else -1
            currency = posting.amount.currency
            totals[currency] = totals.get(currency, Decimal(0)) + sign * posting.amount.amount
            base += sign * posting.base.amount
        if base or any(totals.values()):
            raise ValueError(f"entry does not balance: {totals}, base {base}")
        if len(self.postings) < 2:
            raise ValueError("an entry has at least two postings")
