"""Administration: one company's books as booking sees them: chart, VAT codes, journals, terms, mapping rules.

A snapshot is immutable and is kept for ever under the hash of its contents, so that every entry can be
derived again from the very tables it was decided on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.approval import ApprovalFlow, Method, Substitute
from hub.model.party import Identifier
from hub.model.payment import PaymentSettings

Direction = Literal["purchase", "sales"]


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account. `control` accounts take only postings with relation and open item."""

    code: str
    name: str
    name_en: str = ""
    rgs: str = ""
    kind: Literal["balance", "profit_loss"] = "profit_loss"
    side: Literal["debit", "credit"] = "debit"
    control: Literal["", "receivable", "payable"] = ""
    open_to_documents: bool = False
    deduction_percentage: Decimal = Decimal(100)  # share of input VAT that may be deducted on this account


@dataclass(frozen=True, slots=True)
class VatCode:
    """One dated row of VAT treatment. `rate` None = any rate; `origin` where the supply comes from."""

    code: str
    name: str
    direction: Direction
    category: str  # UNCL5305
    rate: Decimal | None = None
    kind: str = ""  # goods | services
    origin: str = ""  # domestic | eu | non_eu | "" = any
    valid_from: date = date.min
    valid_to: date = date.max
    reverse_charge: bool = False
    foreign: bool = False
    due_account: str = ""
    input_account: str = ""
    box_base: str = ""
    box_due: str = ""
    box_input: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal (dagboek); entries are numbered per journal and fiscal year, without gaps."""

    code: str
    name: str
    kind: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """Days, or days and then the end of that month and extra days; and an early-payment discount."""

    code: str
    name: str
    days: int = 0
    end_of_month: bool = False
    extra_days: int = 0
    discount_days: int = 0
    discount_percentage: Decimal = Decimal(0)
    kind: str = "settlement"


@dataclass(frozen=True, slots=True)
class MappingRule:
    """Chooses an account for a line. Every condition that is given must hold."""

    name: str
    account: str
    supplier: str = ""
    words: tuple[str, ...] = ()  # any of these whole words, without case
    classification: str = ""  # BT-158 from the front
    seller_item: str = ""  # BT-155
    vat_category: str = ""
    vat_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Administration:
    """Everything but relations that a booking is decided on."""

    code: str
    name: str
    country: str = "NL"
    currency: str = "EUR"
    first_year: int = 2024
    language: str = "nl"
    identifiers: tuple[Identifier, ...] = ()
    ibans: tuple[str, ...] = ()
    deduction_percentage: Decimal = Decimal(100)
    default_purchase_account: str = ""
    default_sales_account: str = ""
    default_purchase_term: str = ""
    default_sales_term: str = ""
    closed_period: Literal["next_open_day", "hold"] = "next_open_day"
    policy: str = "hold"  # refuse | hold | book-with-finding, for channels that name none of their own
    channel_policy: dict[str, str] = field(default_factory=dict)
    agreement_policy: dict[str, str] = field(default_factory=dict)  # by channel, for rules of agreements alone
    accounts_named: dict[str, str] = field(default_factory=dict)  # role -> account code
    accounts: dict[str, Account] = field(default_factory=dict)
    vat_codes: tuple[VatCode, ...] = ()
    journals: tuple[Journal, ...] = ()
    payment_terms: dict[str, PaymentTerm] = field(default_factory=dict)
    mapping_rules: tuple[MappingRule, ...] = ()
    mapping_version: str = ""
    difference_account: str = ""
    difference_maximum: Decimal = Decimal("0.00")
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    suggestion_precision: Decimal | None = (
        None  # from which measured precision a learned contra-account books; None = never
    )
    purchase_method: Method = "direct"
    approval_flow: str = ""  # of purchases whose relation names none; "" = anybody but who handed the document in
    approval_flows: tuple[ApprovalFlow, ...] = ()
    approval_substitutes: tuple[Substitute, ...] = ()

    def accounts_like(self, code: str) -> str:
        """Accounts that begin alike, so that a slip of the finger shows itself; where none does, the first there are."""
        near = ([known for known in self.accounts if known[:size] == code[:size]] for size in (3, 2, 1, 0))
        return ", ".join(next((found for found in near if found), [])[:12])

    def journal(self, kind: str) -> Journal:
        """The first journal of a kind. Raises LookupError when the administration has none."""
        for journal in self.journals:
            if journal.kind == kind:
                return journal
        raise LookupError(f"administration {self.code} has no {kind} journal")
