"""An audit file as it was read: chart, relations, journals, opening balance and transactions. Amounts are cents, debit positive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ControlSide = Literal["receivable", "payable"]


@dataclass(frozen=True, slots=True)
class AuditHeader:
    """Which edition, year and currency; `version` is `3.0` … `4.0`."""

    version: str
    fiscal_year: str
    first: date
    last: date
    currency: str
    software: str = ""


@dataclass(frozen=True, slots=True)
class AuditCompany:
    """Whose books they are."""

    name: str = ""
    number: str = ""  # chamber of commerce
    country: str = "NL"
    tax_number: str = ""


@dataclass(frozen=True, slots=True)
class AuditRelation:
    """A customer or supplier; `kind` is C, S, B, O or empty."""

    code: str
    name: str
    kind: str = ""
    country: str = ""
    number: str = ""  # chamber of commerce
    tax_number: str = ""
    ibans: tuple[str, ...] = ()
    email: str = ""
    telephone: str = ""
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    opening: int = 0  # cents, debit positive: edition 4.0 tells balances per relation and no open items


@dataclass(frozen=True, slots=True)
class AuditAccount:
    """A ledger account; `kind` is B (balance), P (profit and loss) or M (mixed)."""

    code: str
    name: str
    kind: str
    rgs: str = ""


@dataclass(frozen=True, slots=True)
class AuditPeriod:
    """A period by its number."""

    number: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class AuditJournal:
    """A journal; `kind` is the letter of the schema, or empty."""

    code: str
    name: str
    kind: str = ""
    offset_account: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of a transaction, or of a sub-ledger."""

    number: str
    account: str
    cents: int
    document: str = ""
    description: str = ""
    relation: str = ""
    invoice: str = ""
    match: str = ""
    invoice_date: str = ""  # ISO, "" = not told
    due_date: str = ""
    cost_center: str = ""
    project: str = ""
    currency: str = ""  # of a foreign amount
    vat: tuple[tuple[str, str], ...] = ()  # code, signed amount as text


@dataclass(frozen=True, slots=True)
class AuditTransaction:
    """One balanced entry of the file; `place` is where it stands there, for findings."""

    journal: str
    number: str
    day: date
    period: str
    description: str
    user: str
    lines: tuple[AuditLine, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """An open item of the opening balance's sub-ledger; `opening_line` is the number of the line it belongs to."""

    kind: str  # CU, SU, CS, ZZ
    opening_line: str
    line: AuditLine


@dataclass(slots=True)
class AuditBooks:
    """Everything of one audit file but its transactions, which may be millions and are spooled."""

    header: AuditHeader
    company: AuditCompany = AuditCompany()
    accounts: dict[str, AuditAccount] = field(default_factory=dict)
    relations: dict[str, AuditRelation] = field(default_factory=dict)
    journals: dict[str, AuditJournal] = field(default_factory=dict)
    periods: dict[str, AuditPeriod] = field(default_factory=dict)
    vat_accounts: set[str] = field(default_factory=set)
    opening: list[tuple[str, str, int]] = field(default_factory=list)  # number, account, cents
    opening_items: list[OpeningItem] = field(default_factory=list)
    usage: dict[str, AccountUse] = field(default_factory=dict)
    transactions: int = 0
    lines: int = 0
    foreign_lines: int = 0
    vat_lines: int = 0
    opening_twice: bool = False  # the opening balance stands there as element and as journal, and they agree


@dataclass(slots=True)
class AccountUse:
    """How transactions use an account, for finding the control accounts, and its balance."""

    first_place: str = ""
    lines: int = 0
    related: int = 0  # lines that name a relation
    sales: int = 0  # lines in sales journals
    purchase: int = 0
    cents: int = 0
    debit: int = 0
    credit: int = 0
