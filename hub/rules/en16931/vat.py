"""VAT categories: nine namesakes of ten rules each (BR-S-01 to BR-AG-10), and the few that only one category has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hub.rules.en16931 import parties, parts
from hub.rules.en16931.breakdown import base_exact, base_of_rate, base_of_rate_loose, vat_none, vat_of_rate
from hub.rules.en16931.category_tests import (
    exactly_once,
    rate_above_zero,
    rate_absent,
    rate_not_negative,
    rate_zero,
    reason_absent,
    reason_given,
    used_and_broken_down,
)
from hub.rules.en16931.facts import Charge, facts
from hub.rules.en16931.places import in_line
from hub.rules.rule import ABSENT, Context, Failure, Pack, Rule, Test, of_root
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, select


class Kind(NamedTuple):
    """What sets one VAT category apart: its code in UNCL5305, its name in the rule codes, and its tests."""

    code: str
    name: str
    listed: Test
    identified: Callable[[Document], bool]
    rate: Test
    base: Test
    vat: Test
    reason: Test


KINDS = (
    Kind("S", "S", used_and_broken_down("S", vat_use=False, raw=False), parties.seller_any,
         rate_above_zero, base_of_rate, vat_of_rate, reason_absent),
    Kind("Z", "Z", exactly_once("Z"), parties.seller_any, rate_zero, base_exact, vat_none, reason_absent),
    Kind("E", "E", exactly_once("E"), parties.seller_any, rate_zero, base_exact, vat_none, reason_given),
    Kind("AE", "AE", exactly_once("AE"), parties.both_or_legal, rate_zero, base_exact, vat_none, reason_given),
    Kind("K", "IC", exactly_once("K"), parties.both_vat, rate_zero, base_exact, vat_none, reason_given),
    Kind("G", "G", exactly_once("G"), parties.seller_vat, rate_zero, base_exact, vat_none, reason_given),
    Kind("O", "O", exactly_once("O"), parties.nobody, rate_absent, base_exact, vat_none, reason_given),
    Kind("L", "AF", used_and_broken_down("L"), parties.seller_any,
         rate_not_negative, base_of_rate_loose, vat_of_rate, reason_absent),
    Kind("M", "AG", used_and_broken_down("M", raw_vat=True), parties.seller_any,
         rate_not_negative, base_of_rate_loose, vat_of_rate, reason_absent),
)  # fmt: skip


def _identified_on_lines(kind: Kind) -> Test:
    def test(_: Node, document: Document) -> Failure | None:
        known = facts(document)
        if kind.code not in known.classified_vat:
            # BR-S-02 alone also fires for a standard rated line under another scheme than VAT.
            return _nameless(document, kind) if kind.code == "S" and "S" in known.classified_codes else None
        return None if kind.identified(document) else _nameless(document, kind)

    return test


def _identified_on_charges(kind: Kind, charge: bool) -> Test:
    def concerns(each: Charge) -> bool:
        # BR-O-03 and BR-O-04 look at the document's own charges only, all others at every level.
        return (each.charge is charge or each.both) and (kind.code != "O" or each.of_document)

    def test(_: Node, document: Document) -> Failure | None:
        for each in facts(document).charges:
            if concerns(each) and any(c.vat and _is_code(c.node, c.code, kind, charge) for c in each.categories):
                return None if kind.identified(document) else _nameless(document, kind)
        return None

    return test


def _nameless(document: Document, kind: Kind) -> Failure:
    """Nobody is named for VAT, and what asks for it."""
    return Failure(details=(("variant", "absent"), *parts.where_used(document, kind.code)))


def _is_code(category: Node, code: str, kind: Kind, charge: bool) -> bool:
    if code != kind.code:
        return False
    # BR-AF-04 falls silent for a code with blanks around it.
    return not (kind.code == "L" and charge) or content(category["cbc:ID"][0]) == "L"


def _lines_of(code: str) -> Callable[[Document], list[Node]]:
    def of(document: Document) -> list[Node]:
        known = facts(document)
        if code not in known.classified_vat:
            return []
        return [each.node for each in known.classified if each.vat and each.code == code and _of_line(each.node)]

    return of


def _of_line(category: Node) -> bool:
    item = category.parent
    return item is not None and item.name == "cac:Item" and in_line(item)


def _charges_of(code: str, charge: bool) -> Callable[[Document], list[Node]]:
    def of(document: Document) -> list[Node]:
        found = [each for each in facts(document).charges if each.charge is charge]
        return [c.node for each in found for c in each.categories if c.vat and c.code == code]

    return of


def _breakdown_of(code: str) -> Callable[[Document], list[Node]]:
    return lambda document: facts(document).breakdown.get(code, [])


def _of_document(kind: Kind) -> tuple[Rule, ...]:
    terms = "BT-31 BT-32 BT-63" if kind.code not in ("AE", "K", "O") else "BT-31 BT-48 BT-63"
    return (
        Rule(f"BR-{kind.name}-01", "BT-118 BT-151 BT-95 BT-102", kind.listed),
        Rule(f"BR-{kind.name}-02", terms, _identified_on_lines(kind)),
        Rule(f"BR-{kind.name}-03", terms, _identified_on_charges(kind, False)),
        Rule(f"BR-{kind.name}-04", terms, _identified_on_charges(kind, True)),
    )


def breakdown_arithmetic(kind: Kind) -> Context:
    """Rules 08 and 09 of one category."""
    rules = (
        Rule(f"BR-{kind.name}-08", "BT-116 BT-131 BT-92 BT-99", kind.base),
        Rule(f"BR-{kind.name}-09", "BT-117 BT-116 BT-119", kind.vat),
    )
    return Context("cac:TaxCategory", rules, _breakdown_of(kind.code))


def _details(kind: Kind) -> tuple[Context, ...]:
    name, code = kind.name, kind.code
    return (
        Context("cac:ClassifiedTaxCategory", (Rule(f"BR-{name}-05", "BT-152", kind.rate),), _lines_of(code)),
        Context("cac:TaxCategory", (Rule(f"BR-{name}-06", "BT-96", kind.rate),), _charges_of(code, False)),
        Context("cac:TaxCategory", (Rule(f"BR-{name}-07", "BT-103", kind.rate),), _charges_of(code, True)),
        Context("cac:TaxCategory", (Rule(f"BR-{name}-10", "BT-120 BT-121", kind.reason),), _breakdown_of(code)),
    )


def br_ic_11(root: Node, document: Document) -> Failure | None:
    """Intra-community supply: a delivery date (BT-72) or anything in an invoicing period (BG-14)."""
    if "K" not in facts(document).breakdown or len(one_text(root, "cac:Delivery", "cbc:ActualDeliveryDate") or "") > 1:
        return None
    return None if any(len(each) for each in root.get("cac:InvoicePeriod", ())) else ABSENT


def br_ic_12(root: Node, document: Document) -> Failure | None:
    """Intra-community supply: the country delivered to (BT-80)."""
    if "K" not in facts(document).breakdown:
        return None
    country = one_text(root, "cac:Delivery", "cac:DeliveryLocation", "cac:Address", "cac:Country", _COUNTRY)
    return None if len(country or "") > 1 else ABSENT


def br_o_11(_: Node, document: Document) -> Failure | None:
    """Outside the scope of VAT stands alone in the breakdown."""
    known = facts(document)
    return _alone([each.code for each in known.subtotals if each.vat])


def br_o_12(_: Node, document: Document) -> Failure | None:
    """… and on every line."""
    return _alone([each.code for each in facts(document).classified if each.vat])


def br_o_13(_: Node, document: Document) -> Failure | None:
    """… and on every allowance."""
    return _alone(_charge_codes(document, False))


def br_o_14(_: Node, document: Document) -> Failure | None:
    """… and on every charge."""
    return _alone(_charge_codes(document, True))


def _charge_codes(document: Document, charge: bool) -> list[str]:
    found = [each for each in facts(document).charges if each.charge is charge or each.both]
    return [category.code for each in found for category in each.categories if category.vat]


def _alone(codes: list[str]) -> Failure | None:
    others = [code for code in codes if code != "O"]
    return Failure(others[0], "O") if others else None


def _with_o(document: Document) -> tuple[Node, ...]:
    return (document.root,) if document.kind and "O" in facts(document).breakdown else ()


def br_b_01(_: Node, document: Document) -> Failure | None:
    """Split payment is Italian: every country code in the document is IT."""
    codes = document.named.get("cac:TaxCategory", []) + document.named.get("cac:ClassifiedTaxCategory", [])
    if not _raw_code_in(codes, "B"):
        return None
    foreign = [leaf for leaf in document.named.get("cbc:IdentificationCode", ()) if content(leaf) != "IT"]
    return Failure(content(foreign[0]), "IT", foreign[0]) if foreign else None


def br_b_02(root: Node, document: Document) -> Failure | None:
    """Split payment and standard rate exclude each other."""
    categories = select(root, "cac:TaxTotal", "cac:TaxSubtotal", "cac:TaxCategory")
    categories += select(root, "cac:AllowanceCharge", "cac:TaxCategory")
    categories += document.named.get("cac:ClassifiedTaxCategory", [])
    return Failure("B, S", None) if _raw_code_in(categories, "B") and _raw_code_in(categories, "S") else None


def _raw_code_in(categories: list[Node], code: str) -> bool:
    return any(content(leaf) == code for each in categories for leaf in each.get("cbc:ID", ()))


_COUNTRY = "cbc:IdentificationCode"

ONE_CATEGORY: dict[str, tuple[Context, ...]] = {
    "K": (Context("", (Rule("BR-IC-11", "BT-72 BG-14", br_ic_11), Rule("BR-IC-12", "BT-80", br_ic_12)), of_root),),
    "O": (
        Context(
            "",
            (
                Rule("BR-O-11", "BT-118", br_o_11),
                Rule("BR-O-12", "BT-151 BT-118", br_o_12),
                Rule("BR-O-13", "BT-95 BT-118", br_o_13),
                Rule("BR-O-14", "BT-102 BT-118", br_o_14),
            ),
            _with_o,
        ),
    ),
}

SPLIT_PAYMENT = Context(
    "", (Rule("BR-B-01", "BT-151 BT-118", br_b_01), Rule("BR-B-02", "BT-151 BT-118", br_b_02)), of_root
)

ARITHMETIC_OF: dict[str, Pack] = {kind.code: Pack((breakdown_arithmetic(kind),)) for kind in KINDS}

RULES_OF: dict[str, Pack] = {
    kind.code: Pack(
        (
            Context("", _of_document(kind), of_root),
            *_details(kind),
            *ARITHMETIC_OF[kind.code].contexts,
            *ONE_CATEGORY.get(kind.code, ()),
        )
    )
    for kind in KINDS
}
RULES_OF["B"] = Pack((SPLIT_PAYMENT,))
"""Everything about one category; a document is only asked about the categories it uses."""


def of_used_categories(document: Document, packs: Mapping[str, Pack]) -> list[Pack]:
    """The rules of those categories that occur anywhere in the document, in the order of the table."""
    used = facts(document).used
    return [pack for code, pack in packs.items() if code in used]
