"""The VAT breakdown a document is booked by: its own, or one derived from the lines where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.model.administration import Direction
from hub.model.finding import Finding, Severity
from hub.model.invoice import AllowanceCharge, Invoice, Line, VatGroup
from hub.model.money import round_half_up

GroupKey = tuple[str, Decimal]
ZERO = Decimal(0)
_RATED = ("S", "L", "M", "B", "AA", "H")
_BASE_TOLERANCE = Decimal(1)  # BR-S-08: BT-116 may differ from the lines by less than one


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The groups by key, and the group of each line and of each document allowance or charge, in order.

    Without groups the document cannot be booked; a finding says why.
    """

    groups: dict[GroupKey, VatGroup]
    of_lines: tuple[GroupKey, ...] = ()
    of_allowances: tuple[GroupKey, ...] = ()
    findings: tuple[Finding, ...] = ()


def group_key(category: str, rate: Decimal | None) -> GroupKey:
    """Categories without tax form one group each, whatever rate is written (0, none); no category counts as O."""
    return (category, rate or ZERO) if category in _RATED else (category or "O", ZERO)


def net_of(item: Line | AllowanceCharge) -> Decimal:
    """What a line (BT-131), charge (BT-99) or allowance (BT-92) adds to the net amount."""
    if isinstance(item, Line):
        return item.net_amount
    return item.amount if item.is_charge else -item.amount


def breakdown(invoice: Invoice, direction: Direction = "purchase") -> Breakdown:
    """BG-23 as stated. Two rows with one key (differing only in exemption reason) are summed.

    Lines that no row stands for are a group of their own without tax: on a purchase nothing is deducted for
    them. A person looks where we might owe tax (a sale), or where a line does not say which of several rows it is in.
    """
    groups: dict[GroupKey, VatGroup] = {}
    for row in invoice.vat_groups:
        key = group_key(row.category, row.rate)
        groups[key] = _sum(groups[key], row) if key in groups else row
    findings: tuple[Finding, ...] = ()
    if not groups:
        groups, findings = _derived(invoice)
        if not groups:
            return Breakdown({}, findings=findings)
    return _filled(invoice, groups, findings, direction)


def _filled(
    invoice: Invoice, groups: dict[GroupKey, VatGroup], findings: tuple[Finding, ...], direction: Direction
) -> Breakdown:
    """The groups with every line, allowance and charge in one of them; those in none make a group of their own."""
    items: tuple[Line | AllowanceCharge, ...] = (*invoice.lines, *invoice.allowances_charges)
    keys = tuple(_key_of(item, groups) for item in items)
    nets = _nets(items, keys)
    mute = any(key not in groups and not item.vat_category for item, key in zip(items, keys, strict=True))
    if not mute:
        findings += tuple(f for key, group in groups.items() if (f := _base_finding(group, nets.get(key, ZERO))))
    for key in [key for key in nets if key not in groups]:
        groups[key] = VatGroup(nets[key], ZERO, *key)
        findings += (_not_in_breakdown(key, nets[key], person=mute or direction == "sales"),)
    lines = len(invoice.lines)
    return Breakdown(groups, keys[:lines], keys[lines:], findings)


def _key_of(item: Line | AllowanceCharge, groups: dict[GroupKey, VatGroup]) -> GroupKey:
    """The group of a line, allowance or charge: by category and rate; by one of them where it names no other."""
    key = group_key(item.vat_category, item.vat_rate)
    if key in groups:
        return key
    if len(groups) == 1:
        return next(iter(groups))
    if not item.vat_category or item.vat_rate is None:
        category, rate = item.vat_category, item.vat_rate
        alike = [k for k, g in groups.items() if category in ("", g.category) and rate in (None, g.rate)]
        if len(alike) == 1:
            return alike[0]
    return key


def _nets(items: Sequence[Line | AllowanceCharge], keys: Sequence[GroupKey]) -> dict[GroupKey, Decimal]:
    nets: dict[GroupKey, Decimal] = {}
    for item, key in zip(items, keys, strict=True):
        nets[key] = nets.get(key, ZERO) + net_of(item)
    return nets


def _base_finding(group: VatGroup, net: Decimal) -> Finding | None:
    """BT-116 against what is booked: within the official tolerance a finding, beyond it the document does not add up."""
    if group.taxable_amount == net:
        return None
    details = (("term", "BT-116"), ("difference", str(group.taxable_amount - net)))
    code, severity = _far_or_near(abs(group.taxable_amount - net))
    return Finding(code, severity, "hub", "BT-116", str(group.taxable_amount), str(net), "sender", details)


def _far_or_near(difference: Decimal) -> tuple[str, Severity]:
    return ("HUB-TOT-01", "fatal") if difference >= _BASE_TOLERANCE else ("HUB-TOT-04", "warning")


def _not_in_breakdown(key: GroupKey, net: Decimal, *, person: bool) -> Finding:
    severity: Severity = "information" if not net else "fatal" if person else "warning"
    found = f"{key[0]} {key[1].normalize():f}"
    return Finding("HUB-VAT-08", severity, "hub", "BG-23", found, details=(("net", str(net)),))


def _sum(a: VatGroup, b: VatGroup) -> VatGroup:
    return VatGroup(
        a.taxable_amount + b.taxable_amount,
        a.tax_amount + b.tax_amount,
        a.category,
        a.rate,
        a.exemption_reason or b.exemption_reason,
        a.exemption_code or b.exemption_code,
    )


def _derived(invoice: Invoice) -> tuple[dict[GroupKey, VatGroup], tuple[Finding, ...]]:
    """Dialects without BG-23: by the lines' categories, accepted only when it gives the stated VAT to the cent."""
    items: tuple[Line | AllowanceCharge, ...] = (*invoice.lines, *invoice.allowances_charges)
    bases = _nets(items, [group_key(item.vat_category, item.vat_rate) for item in items])
    stated = invoice.totals.vat or ZERO
    groups = {}
    for (category, rate), base in bases.items():
        tax = stated if len(bases) == 1 else round_half_up(base * rate / 100, invoice.currency)
        groups[category, rate] = VatGroup(base, tax, category, rate)
    total = sum((g.tax_amount for g in groups.values()), ZERO)
    if total != stated:
        return {}, (Finding("HUB-VAT-06", "fatal", "hub", "BG-23", str(stated), str(total)),)
    return groups, (Finding("HUB-VAT-07", "warning", "hub", "BG-23", expected="TaxSubtotal"),)
