"""An invoice out of the values of its head and lines, the same for CSV and JSON. Nothing is computed that the file does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from hub.model.finding import Finding
from hub.model.invoice import Invoice, Line, PaymentMeans, PrecedingInvoice, Totals, VatGroup
from hub.model.party import Address, Contact, Identifier, Party

NAME = "sales_csv"
ZERO = Decimal(0)
KINDS: dict[str, Literal["invoice", "credit_note"]] = {
    "": "invoice", "invoice": "invoice", "factuur": "invoice", "380": "invoice", "credit_note": "credit_note",
    "creditnote": "credit_note", "creditnota": "credit_note", "creditfactuur": "credit_note", "credit": "credit_note",
    "381": "credit_note",
}  # fmt: skip
OTHERS = {
    "order": "order", "bestelling": "order", "quote": "quote", "offerte": "quote", "pro_forma": "pro forma",
    "proforma": "pro forma", "pakbon": "delivery note", "delivery_note": "delivery note", "draft": "draft", "concept": "draft",
}  # fmt: skip
"""Documents that look like an invoice in such a file and are none."""
CATEGORIES = ("S", "Z", "E", "O", "AE", "K", "G", "F")
_CREDIT_TRANSFER = "30"  # UNTDID 4461
_KVK, _GLN, _OIN = "0106", "0088", "0190"

Values = Mapping[str, Any]
Place = Callable[[str, int], str]  # field and line (-1 = the head) → where it stands in the file


@dataclass(slots=True)
class Builder:
    """Collects what is wrong with one invoice; `place` says where a value stands."""

    code: str
    place: Place
    log: list[Finding]

    def invoice(self, head: Values, lines: Sequence[Values]) -> Invoice | None:
        """The invoice, or None with a fatal finding in the log."""
        kind = self._kind(head)
        made = tuple(self._line(number, line) for number, line in enumerate(lines))
        totals = self._totals(head, lines, made)
        if kind is None or any(f.fatal for f in self.log):
            return None
        if kind == "credit_note" and (totals.with_vat or totals.without_vat or ZERO) < 0:
            self._fault("kind", -1, head.get("kind", ""), "amount ≥ 0")
            return None
        if head.get("due_date") and head["due_date"] < head["date"]:
            self._fault("due_date", -1, str(head["due_date"]), f"≥ {head['date']}")
            return None
        return Invoice(
            kind, head["number"], head["date"], head["currency"], _party(head, "seller"), _party(head, "buyer"), totals,
            type_code="381" if kind == "credit_note" else "380", due_date=head.get("due_date"), project=head.get("project", ""),
            order=head.get("order", ""), buyer_reference=head.get("reference", ""), notes=_some(head.get("note", "")),
            preceding=tuple(PrecedingInvoice(n) for n in _some(head.get("credited", ""))),
            payment_means=_means(head), vat_groups=_groups(lines, made), lines=made,
        )  # fmt: skip

    def _kind(self, head: Values) -> Literal["invoice", "credit_note"] | None:
        said = str(head.get("kind", "")).strip().casefold().replace(" ", "_")
        if said in OTHERS:
            details = (("kind", OTHERS[said]), ("number", head.get("number", "")))
            where = self.place("kind", -1)
            self.log.append(Finding("HUB-SALE-03", "fatal", "read", where, head["kind"], "invoice", "sender", details))
        elif said not in KINDS:
            self._fault("kind", -1, head["kind"], "invoice | credit_note")
        return KINDS.get(said)

    def _line(self, number: int, line: Values) -> Line:
        rate, said = line.get("vat_rate"), str(line.get("vat_category", "")).upper()
        category = said or ("S" if rate else "")
        if rate is not None and not ZERO <= rate < 100:
            self._fault("vat_rate", number, str(rate), "0 … 99")
        if category not in CATEGORIES:  # at 0 % the figures do not tell why
            self._fault("vat_category", number, said, " | ".join(CATEGORIES))
        elif category == "S" and not rate:
            self._fault("vat_rate", number, "" if rate is None else str(rate), "21")
        net = line.get("net")
        if net is None and not self._told("net", number):
            self._fault("net", number, "", "1234.56")
        return Line(
            line.get("line", "") or str(number + 1), net or ZERO, line.get("quantity"), line.get("unit", ""),
            accounting_cost=line.get("account", ""), price=line.get("price"), vat_category=category, vat_rate=rate or ZERO,
            item_name=line.get("description", ""), seller_item_id=line.get("item", ""),
        )  # fmt: skip

    def _totals(self, head: Values, lines: Sequence[Values], made: Sequence[Line]) -> Totals:
        """As stated. VAT is stated by itself, per line, or by the total with VAT; where it is not at all, nobody knows what is owed."""
        net = sum((line.net_amount for line in made), ZERO)
        told = [line["vat"] for line in lines if line.get("vat") is not None]
        total, vat = head.get("total"), head.get("total_vat")
        if told and len(told) < len(lines) and not any(f.fatal for f in self.log):
            self._fault("vat", next(n for n, line in enumerate(lines) if line.get("vat") is None), "", "0.00")
        if vat is None:
            vat = sum(told, ZERO) if told else None if total is None else total - net
        if vat is None and not any(f.fatal for f in self.log):
            self._fault("total", -1, "", "total | total_vat | vat")
        prepaid, rounding = head.get("prepaid"), head.get("rounding")
        return Totals(
            without_vat=head.get("total_net"), vat=vat, with_vat=total, prepaid=prepaid, rounding=rounding, due=head.get("due")
        )  # fmt: skip

    def _told(self, name: str, line: int) -> bool:
        """Whether a value is in the log already, because it could not be read."""
        return any(finding.location == self.place(name, line) for finding in self.log)

    def _fault(self, name: str, line: int, found: str, expected: str) -> None:
        self.log.append(Finding(self.code, "fatal", "read", self.place(name, line), found, expected, "sender"))


def _groups(lines: Sequence[Values], made: Sequence[Line]) -> tuple[VatGroup, ...]:
    """The breakdown where each line states its VAT; else none, and booking derives it and compares it with the total."""
    if not all(line.get("vat") is not None for line in lines):
        return ()
    sums: dict[tuple[str, Decimal | None], tuple[Decimal, Decimal]] = {}
    for line, known in zip(lines, made, strict=True):
        key = known.vat_category, known.vat_rate
        base, tax = sums.get(key, (ZERO, ZERO))
        sums[key] = base + known.net_amount, tax + line["vat"]
    return tuple(VatGroup(base, tax, *key) for key, (base, tax) in sums.items())


def _party(head: Values, role: str) -> Party:
    def of(name: str) -> str:
        return str(head.get(f"{role}_{name}", "") or "")

    identifiers = tuple(Identifier(of(n), s) for n, s in (("gln", _GLN), ("oin", _OIN)) if of(n))
    return Party(
        of("name"), identifiers=identifiers, legal_id=Identifier(of("kvk"), _KVK) if of("kvk") else None,
        vat_id=of("vat_id").replace(" ", "").replace(".", "").upper(),
        address=Address(of("street"), city=of("city"), postcode=of("postcode"), country=of("country").upper()),
        contact=Contact(of("contact"), of("telephone"), of("email")),
    )  # fmt: skip


def _means(head: Values) -> tuple[PaymentMeans, ...]:
    account, reference = head.get("seller_iban", ""), head.get("payment_reference", "")
    if not account and not reference:
        return ()
    return (PaymentMeans(_CREDIT_TRANSFER, reference=reference, account=account.replace(" ", "").upper()),)


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
