"""CaseFile: what a collection agency needs to collect: parties, claims, what was done, what is owed up to the day, evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from hub.model.dunning import DunningChannel, LevelKind, Treated
from hub.model.step import Step

CaseState = Literal[
    "prepared", "offered", "received", "accepted", "rejected", "amicable", "plan", "dispute", "legal", "judgment", "execution",
    "closed",
]  # fmt: skip
CloseReason = Literal[
    "paid",
    "partly_paid",
    "uncollectable",
    "withdrawn",
    "bankrupt",
    "moved",
    "deceased",
    "written_off",
    "rejected",
    "cancelled",
]
CASE_STATES: tuple[str, ...] = get_args(CaseState)
CLOSE_REASONS: tuple[str, ...] = get_args(CloseReason)
ENDED: tuple[str, ...] = ("rejected", "closed")  # in which a case keeps nobody on hold any more
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class CaseParty:
    """A person or company. `birth_date`, initials and insertion only of persons, as far as they are known."""

    kind: Literal["company", "person"]
    name: str
    customer_number: str = ""
    contact: str = ""
    initials: str = ""
    first_name: str = ""
    insertion: str = ""  # tussenvoegsel
    last_name: str = ""
    birth_date: date | None = None
    legal_form: str = ""
    kvk: str = ""
    vat_id: str = ""
    street: str = ""
    house_number: str = ""
    house_number_addition: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    emails: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    iban: str = ""
    joint: bool = False  # liable for the whole beside the others


@dataclass(frozen=True, slots=True)
class CasePayment:
    """What was paid or credited on a claim before it was handed over."""

    on: date
    amount: Decimal
    kind: Literal["payment", "credit", "discount", "write_off", "other"]


@dataclass(frozen=True, slots=True)
class CaseClaim:
    """An invoice: what it was, what is left, and the interest on it up to `interest_until` with what a day adds."""

    key: int  # of the open item
    invoice: str
    invoice_date: date
    due: date
    original: Decimal
    outstanding: Decimal
    description: str = ""
    interest: Decimal = ZERO
    interest_from: date | None = None
    per_day: Decimal = ZERO
    paid: tuple[CasePayment, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """A reminder that was sent, with what proves that it arrived."""

    kind: LevelKind
    level: str
    on: date
    channel: DunningChannel
    to: str
    delivered_on: date | None = None
    presumed: bool = True
    proof: str = ""
    document: str = ""  # name of the document in `documents`


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document of the case, by its hash; the bytes stay in the store until the case leaves."""

    name: str
    media_type: str
    sha256: str
    size: int
    about: Literal["invoice", "letter", "terms", "correspondence", "statement", "other"] = "other"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The whole case on a day. Amounts in `currency`; `costs` and `vat` as the last letter claimed them."""

    number: str  # our reference: `I2026-0001`
    administration: str
    dated: date
    treated: Treated
    currency: str
    language: str
    creditor: CaseParty
    debtors: tuple[CaseParty, ...]
    claims: tuple[CaseClaim, ...]
    letters: tuple[CaseLetter, ...] = ()
    documents: tuple[CaseDocument, ...] = ()
    interest_kind: Literal["consumer", "trade", "contract", ""] = ""
    costs: Decimal = ZERO
    vat: Decimal = ZERO
    mandate: Literal["amicable", "legal"] = "amicable"
    stage: str = ""  # the last level that went out
    agency: str = ""
    agency_register_number: str = ""  # of the Wki register (DOMAIN 11.5)
    note: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def principal(self) -> Decimal:
        """What is open, together."""
        return sum((claim.outstanding for claim in self.claims), ZERO)

    @property
    def interest(self) -> Decimal:
        """Interest up to the day of the file, together."""
        return sum((claim.interest for claim in self.claims), ZERO)

    @property
    def total(self) -> Decimal:
        """Principal, interest, costs and VAT on costs."""
        return self.principal + self.interest + self.costs + self.vat
