"""Draft: a demo invoice before it is written as UBL. Its totals are computed here, exactly, with EN 16931's sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .parties import Party

CENT = Decimal("0.01")
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
GACCOUNT = NLCIUS + "#conformant#urn:fdc:nen.nl:gaccount:v1.0"
SELF_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SELF_BILLING_PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"


def cents(amount: Decimal) -> Decimal:
    """Round half up to cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Vat:
    """A VAT category (UNCL5305) with its rate; `why` is the exemption reason BT-120."""

    category: str
    rate: Decimal | None
    why: str = ""

    @property
    def sort_key(self) -> tuple[str, Decimal]:
        return (self.category, -(self.rate or Decimal(0)))


HIGH = Vat("S", Decimal(21))
LOW = Vat("S", Decimal(9))
REVERSED = Vat("AE", Decimal(0), "Btw verlegd")
REVERSE_CHARGE = Vat("AE", Decimal(0), "Reverse charge")
INTRA_EU = Vat("K", Decimal(0), "Intra-community supply")
EXEMPT = Vat("E", Decimal(0), "Vrijgesteld van btw (art. 11 Wet OB)")
GERMAN_HIGH = Vat("S", Decimal(19))
GERMAN_LOW = Vat("S", Decimal(7))


@dataclass(frozen=True)
class Item:
    """One invoice line: quantity × price, rounded to cents, is its net amount BT-131."""

    name: str
    quantity: str
    price: str
    vat: Vat = HIGH
    unit: str = "C62"
    cost: str = ""  # BT-133
    seller_item: str = ""  # BT-155

    @property
    def net(self) -> Decimal:
        return cents(Decimal(self.quantity) * Decimal(self.price))


@dataclass(frozen=True)
class Adjustment:
    """Document level allowance (BG-20) or charge (BG-21)."""

    is_charge: bool
    amount: Decimal
    reason: str
    vat: Vat = HIGH


@dataclass(frozen=True)
class Payment:
    """One way to pay, with the G-account extension's id and amount where used (DOMAIN 8.2)."""

    iban: str
    reference: str
    id: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class Group:
    """One row of the VAT breakdown."""

    vat: Vat
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Draft:
    """Everything a demo invoice says. `wrong` overrules single totals, for the documents that must be refused."""

    number: str
    issued: date
    seller: Party
    buyer: Party
    items: tuple[Item, ...]
    due: date | None = None
    credit_note: bool = False
    type_code: str = "380"
    specification: str = PEPPOL
    process: str = BILLING_PROCESS
    currency: str = "EUR"
    notes: tuple[str, ...] = ()
    accounting_cost: str = ""  # BT-19
    buyer_reference: str = "INKOOP"
    order: str = ""
    period: tuple[date, date] | None = None
    preceding: tuple[tuple[str, date | None], ...] = ()
    delivered: date | None = None
    delivered_country: str = ""
    payments: tuple[Payment, ...] | None = None
    terms: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    attachment: tuple[str, bytes] | None = None
    wrong: Mapping[str, Decimal] = field(default_factory=dict)
    omit: tuple[str, ...] = ()

    @property
    def groups(self) -> list[Group]:
        """The VAT breakdown: per category and rate, base and tax."""
        bases: dict[Vat, Decimal] = {}
        for item in self.items:
            bases[item.vat] = bases.get(item.vat, Decimal(0)) + item.net
        for adjustment in self.adjustments:
            sign = 1 if adjustment.is_charge else -1
            bases[adjustment.vat] = bases.get(adjustment.vat, Decimal(0)) + sign * adjustment.amount
        ordered = sorted(bases.items(), key=lambda pair: pair[0].sort_key)
        return [Group(vat, base, cents(base * (vat.rate or Decimal(0)) / 100)) for vat, base in ordered]

    @property
    def totals(self) -> dict[str, Decimal | None]:
        """BT-106 … BT-115 by name; None is not stated."""
        lines = sum((item.net for item in self.items), Decimal("0.00"))
        allowances = sum((a.amount for a in self.adjustments if not a.is_charge), Decimal(0))
        charges = sum((a.amount for a in self.adjustments if a.is_charge), Decimal(0))
        without_vat = lines - allowances + charges
        vat = sum((group.tax for group in self.groups), Decimal("0.00"))
        with_vat = without_vat + vat
        due = with_vat - (self.prepaid or Decimal(0)) + (self.rounding or Decimal(0))
        stated: dict[str, Decimal | None] = {
            "lines": lines,
            "allowances": allowances or None,
            "charges": charges or None,
            "without_vat": without_vat,
            "vat": vat,
            "with_vat": with_vat,
            "prepaid": self.prepaid,
            "rounding": self.rounding,
            "due": due,
        }
        stated.update(self.wrong)
        stated.update(dict.fromkeys(self.omit))
        return stated
