"""Document totals (BG-22) and VAT totals: BR-CO-10 to BR-CO-17, and the number of decimals (BR-DEC)."""

from __future__ import annotations

from decimal import Decimal

from hub.rules.en16931 import parts
from hub.rules.en16931.facts import amount_of, facts, scheme_is_vat
from hub.rules.rule import Failure, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node
from hub.rules.xpath import ONE, ZERO, cents, decimal, shown, whole

HUNDRED = Decimal(100)


def number(node: Node, name: str) -> Decimal | None:
    """The amount in the only child of this name, or None when there is none."""
    leaves = node.get(name)
    if leaves is None:
        return None
    if len(leaves) > 1:
        raise Undecidable(f"{name} occurs {len(leaves)} times")
    return decimal(leaves[0].text)


def wrong(node: Node, name: str, expected: Decimal, *details: tuple[str, str]) -> Failure:
    """An amount that is not what it should be, or is not there."""
    leaves = node.get(name)
    if not leaves:
        return Failure(None, shown(expected), None, (*details, ("variant", "absent")))  # the last variant counts
    found = decimal(leaves[0].text)
    difference = ("difference", shown(found - expected))
    return Failure(shown(found), shown(expected), leaves[0], (difference, *details))


def unknown(name: str) -> Failure:
    """A total that cannot be reproduced because another total is missing."""
    return Failure(None, None, None, (("variant", "unknown"), ("missing", name)))


def br_co_10(totals: Node, document: Document) -> Failure | None:
    """BT-106 is the sum of the line net amounts BT-131, rounded to cents."""
    expected = cents(facts(document).line_total)
    found = number(totals, "cbc:LineExtensionAmount")
    if found == expected:
        return None
    return wrong(totals, "cbc:LineExtensionAmount", expected, *parts.of_lines(document))


def _charges_add_up(totals: Node, document: Document, name: str, charge: bool) -> Failure | None:
    # The rule looks beside the totals, so only at the allowances and charges of the document.
    beside = facts(document).charge_total(totals.parent, charge)
    found = number(totals, name)
    if found is None and beside is None:
        return None
    expected = cents(beside or ZERO)
    return None if found == expected else wrong(totals, name, expected, *parts.of_charges(totals, charge))


def br_co_11(totals: Node, document: Document) -> Failure | None:
    """BT-107 is the sum of the allowances BT-92; absent only when there are none."""
    return _charges_add_up(totals, document, "cbc:AllowanceTotalAmount", False)


def br_co_12(totals: Node, document: Document) -> Failure | None:
    """BT-108 is the sum of the charges BT-99; absent only when there are none."""
    return _charges_add_up(totals, document, "cbc:ChargeTotalAmount", True)


def br_co_13(totals: Node, _: Document) -> Failure | None:
    """BT-109 = BT-106 − BT-107 + BT-108. Rounded only when there is an allowance or charge total."""
    lines = number(totals, "cbc:LineExtensionAmount")
    allowances = number(totals, "cbc:AllowanceTotalAmount")
    charges = number(totals, "cbc:ChargeTotalAmount")
    if lines is None:
        return unknown("BT-106")
    expected = lines
    if allowances is not None or charges is not None:
        expected = cents(lines + (charges or ZERO) - (allowances or ZERO))
    if number(totals, "cbc:TaxExclusiveAmount") == expected:
        return None
    sides = (("lines", lines), ("allowances", allowances or ZERO), ("charges", charges or ZERO))
    return wrong(totals, "cbc:TaxExclusiveAmount", expected, *((name, shown(value)) for name, value in sides))


def br_co_14(total: Node, _: Document) -> Failure | None:
    """BT-110 is the sum of the VAT amounts BT-117 of its breakdown; a total without breakdown is not judged."""
    subtotals = total.get("cac:TaxSubtotal")
    if not subtotals:
        return None
    expected = cents(sum((amount_of(each, "cbc:TaxAmount") for each in subtotals), ZERO))
    if number(total, "cbc:TaxAmount") == expected:
        return None
    return wrong(total, "cbc:TaxAmount", expected, *parts.of_rows(total))


def br_co_15(root: Node, _: Document) -> Failure | None:
    """BT-112 = BT-109 + BT-110, where exactly one VAT total is in the document currency BT-5."""
    currency = one_text(root, "cbc:DocumentCurrencyCode")
    return None if currency is None else _with_vat(root, currency)


def _with_vat(root: Node, currency: str) -> Failure | None:
    amounts = [each for total in root.get("cac:TaxTotal", ()) for each in total.get("cbc:TaxAmount", ())]
    stated, amounts = amounts, [each for each in amounts if each.get("currencyID") == currency]
    if len(amounts) != 1:
        others = sorted({str(each.get("currencyID") or "") for each in stated} - {currency, ""})
        details = (("term", "BT-110"), ("variant", "count"), ("currency", currency), ("others", ", ".join(others[:5])))
        return Failure(str(len(amounts)), "1", amounts[1] if amounts else None, details)
    totals = root.get("cac:LegalMonetaryTotal")
    if not totals:
        return unknown("BG-22")
    if len(totals) > 1:
        raise Undecidable("cac:LegalMonetaryTotal occurs more than once")
    net, vat = number(totals[0], "cbc:TaxExclusiveAmount"), decimal(amounts[0].text)
    if net is None:
        return unknown("BT-109")
    expected = cents(net + vat)
    if number(totals[0], "cbc:TaxInclusiveAmount") == expected:
        return None
    return wrong(totals[0], "cbc:TaxInclusiveAmount", expected, ("net", shown(net)), ("vat", shown(vat)))


def br_co_16(totals: Node, _: Document) -> Failure | None:
    """BT-115 = BT-112 − BT-113 + BT-114. Only the sides the official rule rounds are rounded."""
    payable, gross = number(totals, "cbc:PayableAmount"), number(totals, "cbc:TaxInclusiveAmount")
    prepaid, rounding = number(totals, "cbc:PrepaidAmount"), number(totals, "cbc:PayableRoundingAmount")
    if gross is None:
        return unknown("BT-112")
    due = gross if prepaid is None else cents(gross - prepaid)
    if payable is not None and (payable if rounding is None else cents(payable - rounding)) == due:
        return None
    expected = due + (rounding or ZERO)
    sides = (("gross", gross), ("prepaid", prepaid or ZERO), ("rounding", rounding or ZERO))
    return wrong(totals, "cbc:PayableAmount", expected, *((name, shown(value)) for name, value in sides))


def br_co_17(subtotal: Node, _: Document) -> Failure | None:
    """BT-117 follows from BT-116 and BT-119, less than 1.00 apart; a rate that rounds to 0 means no VAT.

    The official rule rounds the rate first, so it refuses the correct VAT of 0.4 % (and so do we).
    Line level VAT totals are judged too: the context is not bound to the document.
    """
    vat = number(subtotal, "cbc:TaxAmount")
    rate = _vat_rate(subtotal)
    if vat is None:
        return unknown("BT-117")
    if rate is None or whole(rate) == 0:
        return None if whole(vat) == 0 else _wrong_vat(subtotal, ZERO, rate)
    base = number(subtotal, "cbc:TaxableAmount")
    return unknown("BT-116") if base is None else vat_apart(subtotal, vat, base, rate)


def _vat_rate(subtotal: Node) -> Decimal | None:
    rates = [
        leaf
        for category in subtotal.get("cac:TaxCategory", ())
        if scheme_is_vat(category)
        for leaf in category.get("cbc:Percent", ())
    ]
    if len(rates) > 1:
        raise Undecidable(f"cbc:Percent occurs {len(rates)} times")
    return decimal(rates[0].text) if rates else None


def vat_apart(subtotal: Node, vat: Decimal, base: Decimal, rate: Decimal) -> Failure | None:
    """VAT of base × rate, without sign, must be less than 1.00 from the VAT stated, without sign."""
    expected = cents(abs(base) * rate.scaleb(-2))
    stated = abs(vat)
    if stated - ONE < expected < stated + ONE:
        return None
    return _wrong_vat(subtotal, -expected if base < 0 else expected, rate)


def _wrong_vat(subtotal: Node, expected: Decimal, rate: Decimal | None) -> Failure:
    details = (("taxable", shown(_readable_base(subtotal))), ("rate", rate_text(rate)))
    return wrong(subtotal, "cbc:TaxAmount", expected, *details)


def _readable_base(subtotal: Node) -> Decimal:
    """BT-116 for a sentence only: the verdict stands, whatever is written there."""
    try:
        return number(subtotal, "cbc:TaxableAmount") or ZERO
    except Undecidable:
        return ZERO


def rate_text(rate: Decimal | None) -> str:
    """A rate for a sentence: `21`, `5.5`; an absent rate reads as 0."""
    return f"{(rate or ZERO).normalize():f}"
