"""VAT of each group of the breakdown: which code, how much may be deducted, which legs (DESIGN 5, DOMAIN 10).

A document with a breakdown is booked by it. Foreign VAT is never input VAT; reverse charge (AE, K) books
both legs at a domestic rate that is itself a recorded decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.vat_codes import (
    TAXED,
    category_of,
    charges_dutch_vat,
    find_code,
    foreign_code,
    nearest_reverse_charge,
    origin_of,
    rate_of,
    standard_rate,
    vat_country,
)
from hub.model.administration import Administration, Direction, VatCode
from hub.model.decision import Decision
from hub.model.finding import Finding, Severity
from hub.model.invoice import Invoice, VatGroup
from hub.model.money import round_half_up
from hub.model.relation import Relation

Words = tuple[tuple[str, str], ...]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one VAT group is booked.

    `deductible` is whether its tax may become input VAT at all (the percentage comes later, per
    account); `charged` the tax we owe ourselves under reverse charge, in document currency; `rate` the
    percentage at which its lines are taxed, None where the document does not say.
    """

    code: VatCode
    deductible: bool
    charged: Decimal | None
    decision: Decision
    findings: tuple[Finding, ...] = ()
    rate: Decimal | None = None


def treat(
    group: VatGroup, invoice: Invoice, relation: Relation, administration: Administration, direction: Direction
) -> Treatment | Finding:
    """How this group is booked, or a fatal finding when nobody but a person can say."""
    if group.category in ("AE", "K") and direction == "purchase":
        return _reverse_charge(group, invoice, relation, administration)
    words = _words(group, invoice)
    find = _sales_code if direction == "sales" else _purchase_code
    code = find(group, invoice, administration)
    if code is not None and direction == "sales" and group.tax_amount and not code.due_account:
        return _no_code(group, words)
    if code is not None:
        decision = Decision("vat_code", code.code, "category_rate_date", words=words)
        deductible = bool(code.input_account) or bool(code.due_account)
        return Treatment(code, deductible, None, decision, _notes(group, invoice, code, direction), group.rate)
    if group.category in TAXED or group.tax_amount or (direction == "sales" and group.category == "K"):
        return _foreign(group, administration, direction, invoice, words)
    return _outside_scope(group, invoice, administration, direction, words)


def _purchase_code(group: VatGroup, invoice: Invoice, administration: Administration) -> VatCode | None:
    """S only from a seller who can charge Dutch VAT; categories without tax by where the seller is."""
    category, rate, on = category_of(group), rate_of(group), invoice.supply_date
    if category == "S":
        if not charges_dutch_vat(invoice):
            return None
        return find_code(administration, "purchase", category, rate, "domestic", on)
    if category in TAXED:
        return None
    code = find_code(administration, "purchase", category, rate, origin_of(invoice.seller), on)
    return None if code is not None and code.reverse_charge else code  # import: legs follow the customs document


def _sales_code(group: VatGroup, invoice: Invoice, administration: Administration) -> VatCode | None:
    """Dutch VAT whoever buys, else that of the buyer's country (OSS); export is export wherever the buyer lives."""
    category, rate, on = category_of(group), rate_of(group), invoice.supply_date
    origin = "non_eu" if category == "G" else _services_origin(group, invoice.buyer.vat_id, origin_of(invoice.buyer))
    code = find_code(administration, "sales", category, rate, "domestic", on) if category == "S" else None
    return code or find_code(administration, "sales", category, rate, origin, on)


def _services_origin(group: VatGroup, vat_id: str, origin: str) -> str:
    """Northern Ireland (XI) is EU for goods; services, which category AE is for, come from outside."""
    return "non_eu" if group.category == "AE" and vat_id[:2].upper() == "XI" else origin


def _foreign(
    group: VatGroup, administration: Administration, direction: Direction, invoice: Invoice, words: Words
) -> Treatment | Finding:
    """Another country's VAT, or a rate that is not Dutch on that day: it joins the cost, never box 5b."""
    code = foreign_code(administration, group.category, origin_of(invoice.seller)) if direction == "purchase" else None
    if code is None:
        return _no_code(group, words)
    dutch = group.category not in ("L", "M", "B") and charges_dutch_vat(invoice)
    name: str = "HUB-VAT-02" if dutch else "HUB-VAT-01"
    severity: Severity = "warning" if dutch else "information"
    finding = Finding(name, severity, "hub", "BG-23", _shown(group), who="us", details=words)
    why = "no_such_dutch_rate" if dutch else "foreign_vat"
    findings = (finding,) if group.tax_amount or dutch else ()
    return Treatment(code, False, None, Decision("vat_code", code.code, why, words=words), findings)


def _outside_scope(
    group: VatGroup, invoice: Invoice, administration: Administration, direction: Direction, words: Words
) -> Treatment | Finding:
    """A group without tax that no row of its own answers: no box, with a finding. Import (G) is such a group on a purchase."""
    code = find_code(administration, direction, "O", ZERO, "domestic", invoice.supply_date)
    if code is None:
        return _no_code(group, words)
    if group.category == "G" and direction == "purchase":
        finding = Finding("HUB-VAT-05", "information", "hub", "BG-23", str(group.taxable_amount), who="us")
        return Treatment(
            code, False, None, Decision("vat_code", code.code, "import_by_customs", words=words), (finding,)
        )
    finding = Finding("HUB-VAT-10", "warning", "hub", "BG-23", _shown(group), who="us", details=words)
    return Treatment(code, False, None, Decision("vat_code", code.code, "outside_scope", words=words), (finding,))


def _notes(group: VatGroup, invoice: Invoice, code: VatCode, direction: Direction) -> tuple[Finding, ...]:
    """What a bookkeeper should look at although the group has its row."""
    if not group.tax_amount:
        return ()
    if direction == "purchase":
        seller = invoice.seller
        if not code.input_account or seller.vat_id or seller.tax_registration_id or invoice.tax_representative:
            return ()
        return (Finding("HUB-VAT-14", "warning", "hub", "BT-31", expected="NL…B…"),)
    if code.origin == "domestic" and not invoice.buyer.vat_id and origin_of(invoice.buyer) == "eu":
        details = (("country", vat_country(invoice.buyer)), *_words(group, invoice))
        return (Finding("HUB-VAT-12", "information", "hub", "BG-23", _shown(group), who="us", details=details),)
    return ()


def _reverse_charge(
    group: VatGroup, invoice: Invoice, relation: Relation, administration: Administration
) -> Treatment | Finding:
    """Both legs at a domestic rate: the relation's, else the standard rate of the supply date, guessed with a finding."""
    on, rate = invoice.supply_date, relation.reverse_charge_rate
    if group.tax_amount:  # owed by whoever wrote it (art. 37 Wet OB) and never deductible: no leg of ours undoes it
        stated = str(group.tax_amount)
        return Finding("HUB-VAT-11", "fatal", "hub", "BT-117", stated, "0.00", "sender", _words(group, invoice))
    origin = {"2a": "domestic", "4a": "non_eu", "4b": "eu"}.get(relation.reverse_charge_box)
    origin = origin or _services_origin(group, invoice.seller.vat_id, origin_of(invoice.seller))
    if group.category == "K":
        origin = "eu"  # an intra-community supply is 4b, whatever the address says (DOMAIN 10.6 no. 3)
    findings: tuple[Finding, ...] = ()
    why = "reverse_charge_relation_rate" if rate is not None else "reverse_charge_guessed_rate"
    rate = standard_rate(on) if rate is None else rate
    words = (("category", group.category), ("rate", _text(rate)), ("origin", origin), ("date", str(on)))
    if relation.reverse_charge_rate is None:
        findings += (Finding("HUB-VAT-04", "information", "hub", "BG-23", _text(rate), who="us", details=words),)
    code = find_code(administration, "purchase", group.category, rate, origin, on)
    if code is None:
        code = nearest_reverse_charge(administration, group.category, rate, origin)
        if code is None:
            place = f"{group.category} {origin}"
            return Finding("HUB-VAT-03", "fatal", "hub", "BG-23", place, who="us", details=words)
        findings += (Finding("HUB-VAT-09", "warning", "hub", "BG-23", _text(rate), code.code, "us", words),)
    charged = round_half_up(group.taxable_amount * rate / 100, invoice.currency)
    return Treatment(code, True, charged, Decision("vat_code", code.code, why, words=words), findings, rate)


def _no_code(group: VatGroup, words: Words) -> Finding:
    return Finding("HUB-VAT-03", "fatal", "hub", "BG-23", _shown(group), who="us", details=words)


def _words(group: VatGroup, invoice: Invoice) -> Words:
    return (("category", group.category), ("rate", _text(group.rate or ZERO)), ("date", str(invoice.supply_date)))


def _shown(group: VatGroup) -> str:
    return f"{group.category} {_text(group.rate)}"


def _text(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate.normalize():f}"
