"""OpenItem and Settlement: what stands open, and how a payment, a credit note or a decision closes it.

Amounts of an item are positive when it is what its side says (owed to us, or by us); a credit note and money
without invoice are negative items.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.journal import VatLine
from hub.model.memo_claim import ClaimPart
from hub.model.money import Money
from hub.model.payment import Part, Payment

ItemSide = Literal["receivable", "payable"]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is left of one open item. `credited` are numbers of the invoices that a credit note names (BT-25), normalised."""

    id: int
    relation: str
    account: str
    side: ItemSide
    part: Part
    number: str
    invoice_date: date
    due_date: date
    original: Money
    outstanding: Money
    outstanding_base: Money
    iban: str = ""
    payment_reference: str = ""
    discount_until: date | None = None
    discount_percentage: Decimal | None = None
    blocks: tuple[str, ...] = ()
    vat_lines: tuple[VatLine, ...] = ()  # of the entry that opened it
    credited: tuple[str, ...] = ()
    relation_name: str = ""
    on_account: bool = False  # money without invoice

    def cash(self, amount: Decimal) -> Decimal:
        """What settling `amount` of it brings in: positive for what we are owed, negative for what we owe."""
        return amount if self.side == "receivable" else -amount

    @property
    def expected(self) -> Decimal:
        """The payment that would settle it whole."""
        return self.cash(self.outstanding.amount)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What of one item is settled, in its own currency and with its sign: paid, and closed in other ways.

    `discount` is early-payment discount, `difference` a payment difference, `written_off` what will
    never come. `paid` is what of the payment it took, where that is in another currency. `vat_back` is VAT of what is
    written off that was had back before (art. 29 Wet OB): the loss is that much smaller.
    """

    item: int
    amount: Decimal
    discount: Decimal = ZERO
    difference: Decimal = ZERO
    written_off: Decimal = ZERO
    paid: Decimal | None = None
    vat_back: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """By how much the item becomes less."""
        return self.amount + self.discount + self.difference + self.written_off


RestKind = Literal["on_account", "prepayment", "suspense", "difference", "account"]


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the part of a payment goes that settles nothing.

    `on_account`: an open item of its own of `relation`; `prepayment`: the account for prepayments that an invoice
    will state as paid (BT-113); `suspense`: nobody is known; `difference`: payment differences; `account`: `account`.
    """

    kind: RestKind
    relation: str = ""
    side: ItemSide = "receivable"
    account: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A payment (None: no money moved) with what it settles and where the rest goes."""

    payment: Payment | None
    allocations: tuple[Allocation, ...] = ()
    rest: Rest | None = None
    discount_within_vat: bool = True  # False under a credit surcharge (DOMAIN 10.6 no. 17)
    write_off_account: str = ""
    claims: tuple[ClaimPart, ...] = ()  # costs and interest that were claimed, received with it: income
