"""The VAT breakdown against lines, allowances and charges: BR-S-08, BR-S-09 and their namesakes per category."""

from __future__ import annotations

from decimal import Decimal

from hub.rules.en16931 import parts
from hub.rules.en16931.basis import rate_key, rate_of
from hub.rules.en16931.facts import facts
from hub.rules.en16931.totals import number, rate_text, unknown, vat_apart, wrong
from hub.rules.rule import Failure
from hub.rules.tree import Document, Node, normal

_FINE_AS_DOUBLE = Decimal(10**12)  # below it a double is less than a thousandth off, so an exact match is within 1


def subtotal_of(category: Node) -> Node:
    """The VAT subtotal a category of the breakdown stands in; the context guarantees there is one."""
    assert category.parent is not None
    return category.parent


def code_of(category: Node) -> str:
    """The category code, without outer blanks."""
    return normal(category["cbc:ID"][0].text)


def base_exact(category: Node, document: Document) -> Failure | None:
    """BR-Z/E/AE/IC/G/O-08: BT-116 is exactly lines + charges − allowances of the category, whatever their rate."""
    sums, code = facts(document).sums, code_of(category)
    found = number(subtotal_of(category), "cbc:TaxableAmount")
    adjustment = sums.charges.total(code)
    candidates = [
        basis.total(code) + adjustment
        for name, basis in (("cac:InvoiceLine", sums.invoice_lines), ("cac:CreditNoteLine", sums.credit_lines))
        if name in document.named
    ]
    if found is not None and found in candidates:
        return None
    expected = candidates[0] if candidates else adjustment
    return _wrong_base(category, expected, parts.of_category(document, code))


def base_of_rate(category: Node, document: Document) -> Failure | None:
    """BR-S-08: per rate, less than 1.00 apart, and something must stand at this category and rate."""
    rate = rate_key(category)
    if rate is None:
        return None
    sums, code = facts(document).sums, code_of(category)
    charged = sums.anywhere.has(code, rate)
    candidates = [
        basis.total(code, rate) + sums.charges.total(code, rate)
        for basis in (sums.invoice_lines, sums.credit_lines)
        if charged or basis.has(code, rate)
    ]
    return _within_one(category, candidates, rate, document)


def base_of_rate_loose(category: Node, document: Document) -> Failure | None:
    """BR-AF-08, BR-AG-08: as BR-S-08, but any line at all is enough."""
    rate = rate_key(category)
    if rate is None:
        return None
    sums, code = facts(document).sums, code_of(category)
    candidates = [
        basis.total(code, rate) + sums.charges.total(code, rate)
        for name, basis in (("cac:InvoiceLine", sums.invoice_lines), ("cac:CreditNoteLine", sums.credit_lines))
        if name in document.named
    ]
    return _within_one(category, candidates, rate, document)


def _within_one(category: Node, candidates: list[Decimal], rate: str, document: Document) -> Failure | None:
    found = number(subtotal_of(category), "cbc:TaxableAmount")
    if found is None:
        return unknown("BT-116")
    if found in candidates and abs(found) < _FINE_AS_DOUBLE:
        return None
    # The official test subtracts 1 as a binary double before it compares as a decimal: 100.10 − 1 is not 99.10.
    low, high = Decimal(float(found) - 1), Decimal(float(found) + 1)
    if any(low < candidate < high for candidate in candidates):
        return None
    sums, code = facts(document).sums, code_of(category)
    lines = sums.credit_lines if document.kind == "CreditNote" else sums.invoice_lines
    expected = lines.total(code, rate) + sums.charges.total(code, rate)
    return _wrong_base(category, expected, parts.of_category(document, code, rate))


def _wrong_base(category: Node, expected: Decimal, made_of: parts.Details) -> Failure:
    details = (("category", code_of(category)), ("rate", rate_text(rate_of(category))), *made_of)
    return wrong(subtotal_of(category), "cbc:TaxableAmount", expected, *details)


def vat_none(category: Node, _: Document) -> Failure | None:
    """BR-Z/E/AE/IC/G/O-09: BT-117 is zero."""
    found = number(subtotal_of(category), "cbc:TaxAmount")
    if found == 0:
        return None
    return wrong(subtotal_of(category), "cbc:TaxAmount", Decimal(0), ("category", code_of(category)))


def vat_of_rate(category: Node, _: Document) -> Failure | None:
    """BR-S/AF/AG-09: BT-117 is BT-116 × BT-119, less than 1.00 apart, signs aside."""
    vat, base = number(subtotal_of(category), "cbc:TaxAmount"), number(subtotal_of(category), "cbc:TaxableAmount")
    rate = rate_of(category)
    if vat is None or base is None or rate is None:
        return unknown("BT-117" if vat is None else "BT-116" if base is None else "BT-119")
    return vat_apart(subtotal_of(category), vat, base, rate)
