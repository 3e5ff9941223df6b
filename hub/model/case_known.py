"""What is known of a collection case when its agency says something of it: claims, what was told before, what was booked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.case_file import CaseState, CloseReason
from hub.model.memo_claim import MemoClaim

ZERO = Decimal("0.00")
ToldOf = Literal["payment", "taken_back", "line", "cost", "direct"]


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that a message names by `named`: our number, or the agency's reference as `agency:reference`, both casefolded.

    `foreign`: it is with another agency than the one that speaks, so nothing that this one says of it counts.
    """

    named: str
    number: str
    currency: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What an agency said about money of one case, once. `payment` is its id of the payment, "" = none.

    `payment`: received from the debtor; `taken_back`: undone; `line`: passed on to us, `amount` gross, `fee` kept; `cost`: charged to us,
    `amount` without VAT; `direct`: paid to us by the debtor himself. A split that is None was not told.
    """

    what: ToldOf
    payment: str
    amount: Decimal
    principal: Decimal | None = None
    interest: Decimal | None = None
    costs: Decimal | None = None
    fee: Decimal = ZERO
    fee_vat: Decimal = ZERO
    invoice: str = ""

    @property
    def split(self) -> tuple[Decimal, Decimal, Decimal] | None:
        """Principal, interest and costs, where any of them was told."""
        if self.principal is None and self.interest is None and self.costs is None:
            return None
        return self.principal or ZERO, self.interest or ZERO, self.costs or ZERO


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A claim of the case: what is open of it now, and what entries of this case settled of it."""

    id: int
    number: str
    due: date
    account: str
    outstanding: Decimal
    settled: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Money of the debtor beyond the claim, which an entry of this case put on account: what is left of it (a credit is positive)."""

    id: int
    left: Decimal


@dataclass(frozen=True, slots=True)
class CasePosition:
    """Where the money of a case went, as it is or as it should be, all in all.

    `received` by the agency = `costs` + `interest` + principal of `items` + `on_account`. `fee` and `fee_vat` are what the agency charges,
    `remitted` what it passed on. What it still has is received - fee - fee_vat - remitted.
    """

    received: Decimal = ZERO
    costs: Decimal = ZERO
    interest: Decimal = ZERO
    items: tuple[tuple[int, Decimal], ...] = ()
    on_account: Decimal = ZERO
    fee: Decimal = ZERO
    fee_vat: Decimal = ZERO
    remitted: Decimal = ZERO

    @property
    def principal(self) -> Decimal:
        """What went to invoices."""
        return sum((amount for _, amount in self.items), ZERO)


@dataclass(frozen=True, slots=True)
class CaseAccounts:
    """How money of a case is booked: accounts by role, journal, and the VAT on fees.

    `fee_booking`: "remittance" books fee and VAT as the agency tells them, "invoice" lets them wait on `fees_to_be_invoiced` for its
    invoice. `told_costs`: "kept" are what it keeps when it passes on money, "billed" come on top of that.
    """

    journal: str
    clearing: str
    in_transit: str
    costs: str
    interest: str
    debtors: str
    fees: str
    fees_to_be_invoiced: str = ""
    fee_booking: str = "remittance"
    told_costs: str = "kept"
    vat_code: str = ""
    input_vat: str = ""
    deduction: Decimal = Decimal(100)  # percentage of VAT on fees that may be deducted


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that the entry of a message about one case is decided on.

    `told` is all that the agency ever said about money of the case, this message last; `fresh` how many of them it adds. `claims` are in
    force; `own` what entries of this case received per claim. `on` is the first open day from when it happened.
    """

    number: str
    relation: str
    agency: str
    currency: str
    on: date
    happened: date
    accounts: CaseAccounts
    told: tuple[Told, ...]
    fresh: int
    booked: CasePosition = field(default_factory=CasePosition)
    items: tuple[CaseItem, ...] = ()
    claims: tuple[MemoClaim, ...] = ()
    own: tuple[tuple[int, str, Decimal], ...] = ()  # claim, kind, received
    on_account: tuple[OnAccount, ...] = ()
    text: str = ""  # of the entry


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """How a case stands: its state, since when by whose word, and what it is known by."""

    state: CaseState
    status_at: str  # an instant in UTC, ISO 8601
    raw_status: str = ""
    close_reason: CloseReason | Literal[""] = ""
    agency_reference: str = ""
    link: str = ""
