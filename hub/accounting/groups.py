"""The VAT breakdown a document is booked by: its own, or one derived from the lines where it has none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hub.model.finding import Finding
from hub.model.invoice import Invoice, VatGroup
from hub.model.money import round_half_up

GroupKey = tuple[str, Decimal]
ZERO = Decimal(0)
_RATED = ("S", "L", "M", "B")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The groups by key; `finding` says that they were derived, or why they cannot be."""

    groups: dict[GroupKey, VatGroup]
    finding: Finding | None = None


def group_key(category: str, rate: Decimal | None) -> GroupKey:
    """Categories without tax form one group each, whatever rate is written (0, none)."""
    return (category, rate or ZERO) if category in _RATED else (category, ZERO)


def breakdown(invoice: Invoice) -> Breakdown:
    """BG-23 as stated. Two rows with one key (differing only in exemption reason) are summed."""
    groups: dict[GroupKey, VatGroup] = {}
    for row in invoice.vat_groups:
        key = group_key(row.category, row.rate)
        groups[key] = _sum(groups[key], row) if key in groups else row
    return Breakdown(groups) if groups else _derived(invoice)


def _sum(a: VatGroup, b: VatGroup) -> VatGroup:
    return VatGroup(
        a.taxable_amount + b.taxable_amount,
        a.tax_amount + b.tax_amount,
        a.category,
        a.rate,
        a.exemption_reason or b.exemption_reason,
        a.exemption_code or b.exemption_code,
    )


def _derived(invoice: Invoice) -> Breakdown:
    """Dialects without BG-23: by the lines' categories, accepted only when it gives the stated VAT to the cent."""
    bases: dict[GroupKey, Decimal] = {}
    for line in invoice.lines:
        key = group_key(line.vat_category or "O", line.vat_rate)
        bases[key] = bases.get(key, ZERO) + line.net_amount
    for item in invoice.allowances_charges:
        key = group_key(item.vat_category or "O", item.vat_rate)
        bases[key] = bases.get(key, ZERO) + (item.amount if item.is_charge else -item.amount)
    stated = invoice.totals.vat or ZERO
    groups = {}
    for (category, rate), base in bases.items():
        tax = stated if len(bases) == 1 else round_half_up(base * rate / 100, invoice.currency)
        groups[category, rate] = VatGroup(base, tax, category, rate)
    total = sum((g.tax_amount for g in groups.values()), ZERO)
    if total != stated:
        return Breakdown({}, Finding("HUB-VAT-06", "fatal", "hub", "BG-23", str(stated), str(total)))
    return Breakdown(groups, Finding("HUB-VAT-07", "warning", "hub", "BG-23", expected="TaxSubtotal"))
