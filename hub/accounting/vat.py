"""VAT of each group of the breakdown: which code, how much may be deducted, which legs (DESIGN 5, DOMAIN 10).

A document with a breakdown is booked by it. Foreign VAT is never input VAT; reverse charge (AE, K) books
both legs at a domestic rate that is itself a recorded decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.model.administration import Administration, Direction, VatCode
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice, VatGroup
from hub.model.money import round_half_up
from hub.model.party import Party
from hub.model.relation import Relation

# VAT territory of the EU with XI (Northern Ireland, goods); EL is how Greece writes its VAT ids.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)
STANDARD_RATE = Decimal(21)  # DOMAIN 10.1, since 2012-10-01
_STANDARD_BEFORE = ((date(2012, 10, 1), Decimal(21)), (date(2001, 1, 1), Decimal(19)), (date.min, Decimal("17.5")))


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one VAT group is booked.

    `deductible` is whether its tax may become input VAT at all (the percentage comes later, per
    account); `charged` the tax we owe ourselves under reverse charge, in document currency.
    """

    code: VatCode
    deductible: bool
    charged: Decimal | None
    decision: Decision
    findings: tuple[Finding, ...] = ()


def origin_of(party: Party) -> str:
    """`domestic`, `eu` or `non_eu`, by the VAT id's prefix, else the address; unknown counts as domestic."""
    prefix = party.vat_id[:2].upper()
    country = prefix if prefix.isalpha() and party.vat_id[2:3] else party.address.country.upper()
    if country in ("", "NL"):
        return "domestic"
    return "eu" if country in EU else "non_eu"


def charges_dutch_vat(invoice: Invoice) -> bool:
    """Whether the seller can charge Dutch VAT: a Dutch VAT id (own or by a tax representative), or a Dutch address alone."""
    representative = invoice.tax_representative.vat_id[:2].upper() if invoice.tax_representative else ""
    own = invoice.seller.vat_id[:2].upper()
    if representative == "NL" or own == "NL":
        return True
    return not (own.isalpha() and own) and invoice.seller.country in ("NL", "")


def standard_rate(on: date) -> Decimal:
    """The Dutch standard rate on a day (DOMAIN 10.1)."""
    return next(rate for start, rate in _STANDARD_BEFORE if on >= start)


def find_code(
    administration: Administration, direction: Direction, category: str, rate: Decimal | None, origin: str, on: date
) -> VatCode | None:
    """The one row for direction, category, rate and origin on a day; exact rate and origin go before "any"."""
    best: VatCode | None = None
    best_score = -1
    for code in administration.vat_codes:
        if (
            code.direction != direction
            or code.category != category
            or code.foreign
            or not code.valid_from <= on <= code.valid_to
        ):
            continue
        if (code.rate is not None and code.rate != rate) or (code.origin and code.origin != origin):
            continue
        score = 2 * (code.rate is not None) + bool(code.origin)
        if score > best_score:
            best, best_score = code, score
    return best


def foreign_code(administration: Administration, category: str, origin: str) -> VatCode | None:
    """The row for another country's tax on a purchase: of this category and origin, else any."""
    rows = [c for c in administration.vat_codes if c.foreign]
    rows.sort(key=lambda c: (c.category != category, bool(c.origin) and c.origin != origin))
    return rows[0] if rows else None


def treat(
    group: VatGroup, invoice: Invoice, relation: Relation, administration: Administration, direction: Direction
) -> Treatment | Finding:
    """How this group is booked, or a fatal finding when the administration has no VAT code for it."""
    on = invoice.supply_date
    if group.category in ("AE", "K") and direction == "purchase":
        return _reverse_charge(group, invoice, relation, administration)
    other = invoice.seller if direction == "purchase" else invoice.buyer
    rate = group.rate if group.rate is not None else Decimal(0)
    code = None
    if group.category == "S" and direction == "sales":
        code = find_code(administration, "sales", "S", rate, "domestic", on) or find_code(
            administration, "sales", "S", rate, origin_of(other), on
        )
    elif group.category == "S" and charges_dutch_vat(invoice):
        code = find_code(administration, direction, "S", rate, "domestic", on)
    elif group.category not in ("S", "L", "M", "B"):
        code = find_code(administration, direction, group.category, rate, origin_of(other), on)
    words = (("category", group.category), ("rate", _text(rate)), ("date", str(on)))
    if code is not None and direction == "sales" and group.tax_amount and not code.due_account:
        return Finding(
            "HUB-VAT-03", "fatal", "hub", "BG-23", f"{group.category} {_text(rate)}", who="us", details=words
        )
    if code is not None:
        decision = Decision("vat_code", code.code, "category_rate_date", words=words)
        return Treatment(
            code, bool(code.input_account) or bool(code.due_account), None, decision, _kind_notes(group, direction)
        )
    return _foreign(group, administration, direction, invoice, words)


def _foreign(
    group: VatGroup,
    administration: Administration,
    direction: Direction,
    invoice: Invoice,
    words: tuple[tuple[str, str], ...],
) -> Treatment | Finding:
    """Another country's VAT, or a rate that is not Dutch on that day: it joins the cost, never box 5b."""
    code = foreign_code(administration, group.category, origin_of(invoice.seller)) if direction == "purchase" else None
    if code is None:
        return Finding(
            "HUB-VAT-03", "fatal", "hub", "BG-23", f"{group.category} {_text(group.rate)}", who="us", details=words
        )
    dutch = direction == "purchase" and group.category == "S" and charges_dutch_vat(invoice)
    why = "no_such_dutch_rate" if dutch else "foreign_vat"
    finding = Finding(
        "HUB-VAT-02" if dutch else "HUB-VAT-01",
        "warning" if dutch else "information",
        "hub",
        "BG-23",
        f"{group.category} {_text(group.rate)}",
        who="us",
        details=words,
    )
    findings = (finding,) if group.tax_amount or dutch else ()
    return Treatment(code, False, None, Decision("vat_code", code.code, why, words=words), findings)


def _kind_notes(group: VatGroup, direction: Direction) -> tuple[Finding, ...]:
    """Import (G): the base comes from the customs document, so no legs are booked here (DOMAIN 10.3)."""
    if group.category == "G" and direction == "purchase":
        return (Finding("HUB-VAT-05", "information", "hub", "BG-23", str(group.taxable_amount), who="us"),)
    return ()


def _reverse_charge(
    group: VatGroup, invoice: Invoice, relation: Relation, administration: Administration
) -> Treatment | Finding:
    """Both legs at a domestic rate: the relation's, else the standard rate of the supply date, guessed with a finding."""
    on = invoice.supply_date
    origin = {"2a": "domestic", "4a": "non_eu", "4b": "eu"}.get(relation.reverse_charge_box) or origin_of(
        invoice.seller
    )
    if group.category == "K":
        origin = "eu"  # an intra-community supply is 4b, whatever the address says (DOMAIN 10.6 no. 3)
    rate = relation.reverse_charge_rate if relation.reverse_charge_rate is not None else standard_rate(on)
    code = find_code(administration, "purchase", group.category, rate, origin, on)
    words = (("category", group.category), ("rate", _text(rate)), ("origin", origin), ("date", str(on)))
    if code is None:
        return Finding("HUB-VAT-03", "fatal", "hub", "BG-23", f"{group.category} {origin}", who="us", details=words)
    guessed = relation.reverse_charge_rate is None
    findings = (
        (Finding("HUB-VAT-04", "information", "hub", "BG-23", _text(rate), who="us", details=words),) if guessed else ()
    )
    charged = round_half_up(group.taxable_amount * rate / 100, invoice.currency)
    why = "reverse_charge_guessed_rate" if guessed else "reverse_charge_relation_rate"
    return Treatment(code, True, charged, Decision("vat_code", code.code, why, words=words), findings)


def _text(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate.normalize():f}"
