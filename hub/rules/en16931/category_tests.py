"""Tests on one VAT category: its rate, its exemption reason, and whether the breakdown names it."""

from __future__ import annotations

from collections.abc import Sequence

from hub.rules.en16931 import parts
from hub.rules.en16931.basis import rate_of
from hub.rules.en16931.facts import facts
from hub.rules.rule import ABSENT, Failure, Sifted, Test
from hub.rules.tree import Document, Node, content
from hub.rules.xpath import at_least_zero, is_positive


def rate_zero(category: Node, _: Document) -> Failure | None:
    """The rate is there and is zero."""
    rate = rate_of(category)
    return None if rate == 0 else _wrong_rate(category, "0")


def _above_zero(category: Node, _: Document) -> Failure | None:
    rate = rate_of(category)
    return None if rate is not None and rate > 0 else _wrong_rate(category, "> 0")


def _without_positive_rate(categories: Sequence[Node], _: Document) -> Sequence[Node]:
    found = [(each, each.get("cbc:Percent")) for each in categories]
    return [each for each, leaves in found if not leaves or not is_positive(leaves[0].text)]


rate_above_zero = Sifted(_above_zero, _without_positive_rate)
"""The rate is there and above zero."""


def rate_not_negative(category: Node, _: Document) -> Failure | None:
    """The rate is there and not below zero; -0.00 is below."""
    if rate_of(category) is not None and at_least_zero(content(category["cbc:Percent"][0])):
        return None
    return _wrong_rate(category, ">= 0")


def rate_absent(category: Node, _: Document) -> Failure | None:
    """No rate is given at all."""
    return _wrong_rate(category, None) if "cbc:Percent" in category else None


def _wrong_rate(category: Node, expected: str | None) -> Failure:
    leaves = category.get("cbc:Percent")
    if not leaves:
        return Failure(None, expected, None, (("variant", "absent"),))
    return Failure(content(leaves[0]), expected, leaves[0])


def reason_given(category: Node, _: Document) -> Failure | None:
    """A reason as text (BT-120) or as code (BT-121)."""
    return None if "cbc:TaxExemptionReason" in category or "cbc:TaxExemptionReasonCode" in category else ABSENT


def reason_absent(category: Node, _: Document) -> Failure | None:
    """Neither reason text nor reason code."""
    for name in ("cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode"):
        if name in category:
            return Failure(content(category[name][0]), None, category[name][0])
    return None


def exactly_once(code: str) -> Test:
    """When the category is used anywhere under VAT, the breakdown has it exactly once."""

    def test(_: Node, document: Document) -> Failure | None:
        known = facts(document)
        if code not in known.vat_codes:
            return None
        count = len(known.breakdown.get(code, ()))
        return None if count == 1 else _not_listed(document, code, count, "missing" if count == 0 else "twice")

    return test


def used_and_broken_down(code: str, *, vat_use: bool = True, raw: bool = True, raw_vat: bool = False) -> Test:
    """Lines, allowances or charges use the category if and only if the breakdown has it, once or more.

    BR-S-01 ignores the tax scheme. BR-AF-01 and BR-AG-01 look for the code without trimming when it is used,
    BR-AF-01 even under another scheme, and only under VAT when it is not; written so, kept so.
    """

    def test(_: Node, document: Document) -> Failure | None:
        known = facts(document)
        used = code in (known.classified_vat if vat_use else known.classified_codes) or any(
            each.vat or not vat_use for charge in known.charges for each in charge.categories if each.code == code
        )
        same = [each for each in known.subtotals if each.code == code]
        if not used:
            listed = any(each.vat or not vat_use for each in same)
        else:
            listed = any(
                (each.vat or not raw_vat) and (not raw or content(each.node["cbc:ID"][0]) == code) for each in same
            )
        return None if used == listed else _not_listed(document, code, len(same), "missing" if used else "unused")

    return test


def _not_listed(document: Document, code: str, count: int, variant: str) -> Failure:
    """How often the breakdown has the category, and what bears it."""
    details = (("category", code), ("variant", variant), *parts.where_used(document, code))
    return Failure(str(count), None if variant == "unused" else "1", None, details)
