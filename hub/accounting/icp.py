"""The ICP statement: what went to businesses elsewhere in the EU, per VAT id, kind and original period (DOMAIN 10.6 no. 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.accounting.vat_codes import EU
from hub.model.finding import Finding
from hub.model.money import from_minor

KINDS = ("goods", "services", "abc", "call_off")


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What VIES said about a VAT id on a day: valid, invalid or unknown."""

    vat_id: str
    on: date
    answer: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A relation as the statement needs it."""

    code: str
    name: str
    vat_ids: tuple[str, ...] = ()
    answers: tuple[VatAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """A VAT line in box 3b; base in minor units. `period` is the one that it corrects, or the statement's own."""

    customer: Customer
    code: str
    kind: str
    base: int
    supply_date: date
    period: str
    correction: bool = False


@dataclass(slots=True)
class Row:
    """One row of the statement; amounts in minor units."""

    vat_id: str
    period: str
    correction: bool
    relation: str
    goods: int = 0
    services: int = 0
    abc: int = 0
    call_off: int = 0

    @property
    def total(self) -> int:
        """All kinds together."""
        return self.goods + self.services + self.abc + self.call_off


def statement(supplies: Iterable[Supply], currency: str = "EUR") -> tuple[list[Row], list[Finding]]:
    """Rows per VAT id and original period, own period first; and what a person must look at."""
    rows: dict[tuple[bool, str, str, str], Row] = {}
    findings: dict[tuple[str, ...], Finding] = {}
    missing: dict[str, int] = {}
    for supply in supplies:
        vat_id = vat_id_of(supply.customer, supply.supply_date)
        named = "" if vat_id else supply.customer.code
        at = (supply.correction, supply.period, vat_id, named)
        row = rows.setdefault(at, Row(vat_id, supply.period, supply.correction, supply.customer.code))
        kind = supply.kind if supply.kind in KINDS else "goods"
        setattr(row, kind, getattr(row, kind) + supply.base)
        if not vat_id:
            missing[supply.customer.code] = missing.get(supply.customer.code, 0) + supply.base
        for finding in _findings(supply, vat_id):
            findings[finding.code, finding.found or "", supply.customer.code] = finding
    made = [*findings.values(), *(_missing(code, base, currency) for code, base in sorted(missing.items()))]
    kept = [
        row for at, row in sorted(rows.items()) if row.total or row.goods or row.services or row.abc or row.call_off
    ]
    return kept, sorted(made, key=lambda f: (f.code, f.details))


def foreign_ids(vat_ids: Iterable[str]) -> tuple[str, ...]:
    """VAT ids of other member states (and Northern Ireland), as the statement writes them: EL for Greece."""
    written = (("EL" + i[2:] if i[:2] == "GR" else i) for i in (v.replace(" ", "").upper() for v in vat_ids))
    return tuple(sorted({i for i in written if i[:2] in EU and i[:2] != "NL"}))


def vat_id_of(customer: Customer, on: date) -> str:
    """The id to declare under: one that was valid on the day, else the first that is known; empty where none is."""
    known = foreign_ids(customer.vat_ids)
    valid = [i for i in known if answer_on(customer.answers, i, on) == "valid"]
    return next(iter(valid or known), "")


def answer_on(answers: Sequence[VatAnswer], vat_id: str, on: date) -> str:
    """What is on record about an id on a day: the last answer until then, else the first after it; empty for none."""
    mine = sorted((a for a in answers if a.vat_id == vat_id and a.answer != "unknown"), key=lambda a: a.on)
    before = [a.answer for a in mine if a.on <= on]
    return before[-1] if before else next((a.answer for a in mine), "")


def _findings(supply: Supply, vat_id: str) -> Iterable[Finding]:
    customer, words = supply.customer, (("relation", supply.customer.code),)
    dated = (*words, ("date", str(supply.supply_date)))
    if supply.kind not in KINDS:
        yield Finding("HUB-ICP-04", "warning", "hub", "", supply.code, who="us")
    if not vat_id:
        return
    answer = answer_on(customer.answers, vat_id, supply.supply_date)
    if answer == "invalid":
        yield Finding("HUB-ICP-05", "warning", "hub", "", vat_id, who="us", details=dated)
    elif answer != "valid":
        yield Finding("HUB-ICP-02", "warning", "hub", "", vat_id, who="us", details=dated)
        ids = foreign_ids(customer.vat_ids)
        if len(ids) > 1:
            yield Finding("HUB-ICP-03", "warning", "hub", "", ", ".join(ids), vat_id, "us", words)


def _missing(code: str, base: int, currency: str) -> Finding:
    amount: Decimal = from_minor(base, currency)
    return Finding("HUB-ICP-01", "warning", "hub", "", str(amount), who="us", details=(("relation", code),))
