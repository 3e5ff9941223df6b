"""Invoice: every business term (BT) and group (BG) of EN 16931-1, in trade words.

Amounts are exact Decimals in `currency` (BT-5) as the document wrote them, sign and all; prices and
quantities keep every digit. A term that is absent is None (amounts, dates) or "" (text): absent and
zero are different things in EN 16931. Nothing here is computed: these are the document's words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.model.party import Address, Identifier, Party
from hub.model.self_billing import is_self_billed

Kind = Literal["invoice", "credit_note"]


@dataclass(frozen=True, slots=True)
class Period:
    """Invoicing period: BG-14 of the document, BG-26 of a line."""

    start: date | None = None  # BT-73, BT-134
    end: date | None = None  # BT-74, BT-135
    vat_point_code: str = ""  # BT-8 (document only): 3, 35 or 432


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """Document level allowance BG-20 or charge BG-21; line level BG-27 or BG-28 (no VAT of their own there)."""

    is_charge: bool
    amount: Decimal  # BT-92, BT-99, BT-136, BT-141: positive as written
    base_amount: Decimal | None = None  # BT-93, BT-100, BT-137, BT-142
    percentage: Decimal | None = None  # BT-94, BT-101, BT-138, BT-143
    vat_category: str = ""  # BT-95, BT-102
    vat_rate: Decimal | None = None  # BT-96, BT-103
    reason: str = ""  # BT-97, BT-104, BT-139, BT-144
    reason_code: str = ""  # BT-98, BT-105, BT-140, BT-145


@dataclass(frozen=True, slots=True)
class VatGroup:
    """One row of the VAT breakdown, BG-23."""

    taxable_amount: Decimal  # BT-116
    tax_amount: Decimal  # BT-117
    category: str  # BT-118, UNCL5305
    rate: Decimal | None = None  # BT-119
    exemption_reason: str = ""  # BT-120
    exemption_code: str = ""  # BT-121, VATEX


@dataclass(frozen=True, slots=True)
class Totals:
    """Document totals, BG-22. None is "not stated"."""

    lines: Decimal | None = None  # BT-106 sum of line net amounts
    allowances: Decimal | None = None  # BT-107
    charges: Decimal | None = None  # BT-108
    without_vat: Decimal | None = None  # BT-109
    vat: Decimal | None = None  # BT-110, in the document currency
    vat_accounting: Decimal | None = None  # BT-111, in the VAT accounting currency BT-6
    with_vat: Decimal | None = None  # BT-112
    prepaid: Decimal | None = None  # BT-113
    rounding: Decimal | None = None  # BT-114
    due: Decimal | None = None  # BT-115


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """One way to pay, BG-16 with BG-17, BG-18 or BG-19."""

    code: str = ""  # BT-81, UNCL4461
    text: str = ""  # BT-82
    reference: str = ""  # BT-83 remittance information
    account: str = ""  # BT-84 IBAN or other account id
    account_name: str = ""  # BT-85
    bic: str = ""  # BT-86
    card_number: str = ""  # BT-87
    card_holder: str = ""  # BT-88
    mandate: str = ""  # BT-89
    debited_account: str = ""  # BT-91
    id: str = ""  # UBL PaymentMeans/ID; `GACCOUNT` marks the G-account in the Dutch extension
    due_date: date | None = None  # UBL PaymentMeans/PaymentDueDate (credit notes, dialects)


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """BT-20 as text; the Dutch G-account extension adds an amount per payment means (DOMAIN 8.2)."""

    note: str = ""  # BT-20
    means_id: str = ""  # UBL PaymentTerms/PaymentMeansID
    amount: Decimal | None = None  # UBL PaymentTerms/Amount


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """Preceding invoice reference, BG-3."""

    number: str  # BT-25
    issue_date: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class Attachment:
    """Additional supporting document, BG-24. `content` is the decoded bytes of an embedded one."""

    id: str = ""  # BT-122
    description: str = ""  # BT-123
    url: str = ""  # BT-124; never fetched
    content: bytes | None = None  # BT-125
    media_type: str = ""  # BT-125-1
    file_name: str = ""  # BT-125-2
    scheme: str = ""  # BT-18-1 where the reference is the invoiced object BT-18 (type code 130)
    type_code: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery information, BG-13 with BG-15."""

    name: str = ""  # BT-70
    location: Identifier | None = None  # BT-71
    date: date | None = None  # BT-72
    address: Address = Address()  # BG-15


@dataclass(frozen=True, slots=True)
class Line:
    """Invoice line, BG-25. The net amount is the document's own; it is never rebuilt from price × quantity."""

    id: str  # BT-126
    net_amount: Decimal  # BT-131
    quantity: Decimal | None = None  # BT-129
    unit: str = ""  # BT-130
    note: str = ""  # BT-127
    object_id: Identifier | None = None  # BT-128
    order_line: str = ""  # BT-132
    accounting_cost: str = ""  # BT-133
    period: Period | None = None  # BG-26
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28
    price: Decimal | None = None  # BT-146 item net price
    price_discount: Decimal | None = None  # BT-147
    gross_price: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149
    base_unit: str = ""  # BT-150
    vat_category: str = ""  # BT-151
    vat_rate: Decimal | None = None  # BT-152
    vat_amount: Decimal | None = None  # UBL InvoiceLine/TaxTotal/TaxAmount, only in dialects (SI-UBL 1, OIOUBL)
    item_name: str = ""  # BT-153
    item_description: str = ""  # BT-154
    seller_item_id: str = ""  # BT-155
    buyer_item_id: str = ""  # BT-156
    standard_item_id: Identifier | None = None  # BT-157
    classifications: tuple[Identifier, ...] = ()  # BT-158 (value, list id)
    origin_country: str = ""  # BT-159
    attributes: tuple[tuple[str, str], ...] = ()  # BG-32: BT-160, BT-161


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something the parser met and has no field for. Kept and shown, never dropped."""

    location: str
    text: str


_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def normalised_number(number: str) -> str:
    """An invoice number for comparison: upper case, letters and digits only. Never empty for a non-empty number.

    What is too long for an index ends in its hash.
    """
    plain = _NOT_ALPHANUMERIC.sub("", number.upper()) or number.strip()
    return plain if len(plain) <= 100 else plain[:60] + hashlib.sha256(plain.encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note as its sender wrote it."""

    kind: Kind
    number: str  # BT-1
    issue_date: date  # BT-2
    currency: str  # BT-5
    seller: Party  # BG-4
    buyer: Party  # BG-7
    totals: Totals  # BG-22
    type_code: str = ""  # BT-3, UNTDID 1001
    vat_currency: str = ""  # BT-6
    vat_point_date: date | None = None  # BT-7
    due_date: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10
    project: str = ""  # BT-11
    contract: str = ""  # BT-12
    order: str = ""  # BT-13
    sales_order: str = ""  # BT-14
    receiving_advice: str = ""  # BT-15
    despatch_advice: str = ""  # BT-16
    tender: str = ""  # BT-17
    object_id: Identifier | None = None  # BT-18
    accounting_cost: str = ""  # BT-19
    notes: tuple[str, ...] = ()  # BG-1: BT-22, with BT-21 as `#CODE#` prefix where given
    process: str = ""  # BT-23 ProfileID
    specification: str = ""  # BT-24 CustomizationID
    preceding: tuple[PrecedingInvoice, ...] = ()  # BG-3
    payee: Party | None = None  # BG-10
    tax_representative: Party | None = None  # BG-11
    deliveries: tuple[Delivery, ...] = ()  # BG-13
    period: Period | None = None  # BG-14
    creditor_reference: str = ""  # BT-90 SEPA creditor identifier
    payment_means: tuple[PaymentMeans, ...] = ()  # BG-16
    payment_terms: tuple[PaymentTerms, ...] = ()  # BT-20
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    vat_groups: tuple[VatGroup, ...] = ()  # BG-23
    attachments: tuple[Attachment, ...] = ()  # BG-24
    lines: tuple[Line, ...] = ()  # BG-25
    unmapped: tuple[Unmapped, ...] = ()

    @property
    def self_billed(self) -> bool:
        """As `is_self_billed`."""
        return is_self_billed(self.type_code, self.process)

    @property
    def issuer(self) -> Party:
        """Whose numbering the invoice number belongs to: the seller, or the buyer when self-billed."""
        return self.buyer if self.self_billed else self.seller

    @property
    def supply_date(self) -> date:
        """The date that decides the VAT rate: BT-72, else the end of BG-14, else BT-7, else BT-2 (DOMAIN 10.6 no. 4)."""
        delivered = max((d.date for d in self.deliveries if d.date), default=None)
        period_end = self.period.end if self.period else None
        return delivered or period_end or self.vat_point_date or self.issue_date

    def identity(self, direction: str, issuer_key: str) -> str:
        """What makes two arrivals the same invoice: direction, issuer, normalised number, kind, calendar year.

        `issuer_key` is the strongest identifier by which we know the issuer, or its relation code.
        """
        return "|".join((direction, issuer_key, normalised_number(self.number), self.kind, str(self.issue_date.year)))
