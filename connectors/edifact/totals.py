"""The summary behind UNS: totals (BG-22), the VAT breakdown (BG-23), and whether the message adds up by its own figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.edifact.codes import ALL, CHARGES_LESS_ALLOWANCES, TAXABLE, TOTALS
from connectors.edifact.groups import Group, Section
from connectors.edifact.line import is_vat, read_category
from connectors.edifact.log import Log
from hub.formats.edifact_segments import Segment
from hub.model.invoice import AllowanceCharge, Line, Totals, VatGroup
from hub.model.money import round_half_up

ZERO = Decimal(0)
_TOLERANCE = Decimal(1)  # BR-CO-17, BR-S-08
_TERMS = {
    "lines": "BT-106", "allowances": "BT-107", "charges": "BT-108", "without_vat": "BT-109", "vat": "BT-110",
    "with_vat": "BT-112", "due": "BT-115",
}  # fmt: skip


@dataclass(slots=True)
class Stated:
    """The amounts of the summary by field of `Totals`, each with its MOA."""

    amounts: dict[str, tuple[Decimal, Segment]] = field(default_factory=dict)
    taxable: tuple[Decimal, Segment] | None = None
    surcharges: tuple[Decimal, Segment] | None = None

    def get(self, name: str) -> Decimal | None:
        """The amount of a term."""
        return self.amounts[name][0] if name in self.amounts else None


def read_stated(summary: Section, log: Log) -> Stated:
    """Every total by its qualifier. Where a term is stated twice and differently the first counts, and it is said."""
    stated = Stated()
    for name, qualifiers in TOTALS.items():
        for moa in _moas(summary, qualifiers):
            value = log.amount(moa)
            if value is None:
                continue
            known, first = stated.amounts.setdefault(name, (value, moa))
            if known != value:
                log.add("HUB-EDI-15", "warning", moa, moa.raw, first.raw)
    if stated.get("with_vat") is None and stated.get("due") is None:
        _all_that_is_said(summary, stated, log)
    stated.taxable = _first(summary, TAXABLE, log)
    stated.surcharges = _first(summary, CHARGES_LESS_ALLOWANCES, log)
    return stated


def _all_that_is_said(summary: Section, stated: Stated, log: Log) -> None:
    """A message may tell its total only as what a payment discount is reckoned from (MOA 129)."""
    found = _first(summary, ALL, log)
    if found:
        stated.amounts["with_vat"] = found
    else:
        log.mapped = False
        log.add(
            "HUB-EDI-08", "fatal", summary.groups[0].head if summary.groups else None, "", "MOA+77 | MOA+86 | MOA+9"
        )


def _moas(summary: Section, qualifiers: Sequence[str]) -> Iterator[Segment]:
    for qualifier in qualifiers:
        yield from (group.head for group in summary.all("MOA") if group.head.value(1) == qualifier)


def _first(summary: Section, qualifier: str, log: Log) -> tuple[Decimal, Segment] | None:
    for moa in _moas(summary, (qualifier,)):
        value = log.amount(moa)
        return None if value is None else (value, moa)
    return None


def read_groups(
    summary: Section, lines: Sequence[Line], extra: Sequence[AllowanceCharge], log: Log
) -> tuple[VatGroup, ...]:
    """BG-23, one row a TAX with amounts. A row without base has that of its own lines and charges, and it is said."""
    made = (_group(group, lines, extra, log) for group in summary.all("TAX") if is_vat(group.head))
    return tuple(group for group in made if group)


def _group(group: Group, lines: Sequence[Line], extra: Sequence[AllowanceCharge], log: Log) -> VatGroup | None:
    base, amount = group.first("MOA", "125"), group.first("MOA", "124", "150")
    if base is None and amount is None:
        return None
    category, rate = read_category(group.head, log)
    taxable = log.amount(base) if base else None
    if amount is None and rate:
        log.add("HUB-EDI-08", "fatal", group.head, "", "MOA+124")
        return None
    vat = log.amount(amount) if amount else ZERO
    own = _base(category, rate, lines, extra)
    if base is None:
        taxable = own
        log.add("HUB-EDI-12", "information", group.head, group.head.raw, f"{taxable}")
    if taxable is None or vat is None:
        return None
    tax = round_half_up(taxable * (rate or ZERO) / 100, "EUR")  # in cents, which is near enough for the tolerance
    if base is not None and own and log.mapped and abs(taxable - own) >= _TOLERANCE:
        _wrong("BT-116", taxable, own, base, log)
    elif rate is not None and abs(vat - tax) >= _TOLERANCE:
        _wrong("BT-117", vat, tax, amount or group.head, log)
    return VatGroup(taxable, vat, category, rate)


def _base(category: str, rate: Decimal | None, lines: Sequence[Line], extra: Sequence[AllowanceCharge]) -> Decimal:
    """What the lines, charges and allowances of one category and rate come to."""
    key = category, rate or ZERO
    nets = [line.net_amount for line in lines if (line.vat_category, line.vat_rate or ZERO) == key]
    return sum(nets, ZERO) + _surcharges([a for a in extra if (a.vat_category, a.vat_rate or ZERO) == key])


def _surcharges(extra: Sequence[AllowanceCharge]) -> Decimal:
    return sum((a.amount if a.is_charge else -a.amount for a in extra), ZERO)


def settle(
    stated: Stated, groups: Sequence[VatGroup], lines: Sequence[Line], extra: Sequence[AllowanceCharge], log: Log
) -> Totals:
    """The totals as stated, compared with what the message's parts come to; a difference is a fatal finding at its MOA."""
    sums = sum((line.net_amount for line in lines), ZERO)
    net = sums + _surcharges(extra)
    told = {name: value for name, (value, _) in stated.amounts.items()}
    tax = sum((g.tax_amount for g in groups), ZERO) if groups else None
    if tax is None:
        tax = told.get("vat", told["with_vat"] - net if "with_vat" in told else ZERO)
    gross = net + tax
    prepaid, rounding = told.get("prepaid", ZERO), told.get("rounding", ZERO)
    expected = {
        "lines": sums, "allowances": sum((a.amount for a in extra if not a.is_charge), ZERO),
        "charges": sum((a.amount for a in extra if a.is_charge), ZERO), "without_vat": net, "vat": tax, "with_vat": gross,
        "due": gross - prepaid + rounding,
    }  # fmt: skip
    if log.mapped:  # with an amount unread, every sum would differ
        for name, value in expected.items():
            if name in told and told[name] != value:
                _wrong(_TERMS[name], told[name], value, stated.amounts[name][1], log)
        _judge_parts(stated, groups, net, _surcharges(extra), log)
    return Totals(**{"vat": tax, **told})


def _judge_parts(stated: Stated, groups: Sequence[VatGroup], net: Decimal, surcharges: Decimal, log: Log) -> None:
    """MOA 125 may be the net or only what of it bears VAT; MOA 131 is charges less allowances."""
    if stated.taxable:
        value, moa = stated.taxable
        taxed = sum((g.taxable_amount for g in groups if g.rate), ZERO)
        if value not in (net, taxed):
            _wrong("BT-109", value, net, moa, log)
    if stated.surcharges and abs(stated.surcharges[0]) != abs(surcharges):
        _wrong("MOA+131", stated.surcharges[0], surcharges, stated.surcharges[1], log)


def _wrong(term: str, found: Decimal, made: Decimal, moa: Segment, log: Log) -> None:
    log.add(
        "HUB-EDI-11",
        "fatal",
        moa,
        str(found),
        f"{made:f}",
        term=term,
        difference=f"{found - made:f}",
    )
