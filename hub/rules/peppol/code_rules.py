"""Values from a list and dates: PEPPOL-EN16931-CL001 to CL008, P0100 to P0112 and F001."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.en16931.dates import minutes_of
from hub.rules.near import near
from hub.rules.peppol import code_lists as lists
from hub.rules.peppol.facts import AMOUNTS, facts
from hub.rules.peppol.variant import Variant, text_nodes
from hub.rules.rule import Context, Failure, Rule, Test, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal

_DATES = ("cbc:IssueDate", "cbc:DueDate", "cbc:TaxPointDate", "cbc:StartDate", "cbc:EndDate", "cbc:ActualDeliveryDate")
_DAY = len("YYYY-MM-DD")
_GERMAN_TYPES = ("326", "384")
_REASON = "cbc:TaxExemptionReasonCode"
Where = Callable[[Document], Sequence[Any]]


def odd_attributes(element: str, name: str, allowed: frozenset[str]) -> Where:
    """Elements whose attribute is there and not in the list, compared as it stands."""

    def where(document: Document) -> Sequence[Any]:
        found = [(leaf, leaf.get(name)) for leaf in document.named[element]]
        return [leaf for leaf, value in found if value is not None and value not in allowed]

    return where


def shown_attribute(name: str) -> Test:
    """Fires on all that `odd_attributes` left over."""

    def test(leaf: Any, _: Document) -> Failure | None:
        return Failure(leaf.get(name))

    return test


def cl008(leaf: Any, _: Document) -> Failure | None:
    """A scheme that is not in the list; one that was in the list before this release is told apart."""
    scheme = leaf.get("schemeID")
    if scheme in lists.WITHDRAWN_ENDPOINT_SCHEMES:
        return Failure(scheme, details=(("variant", "withdrawn"), ("since", lists.MANDATORY.isoformat())))
    return Failure(scheme, details=near(scheme, lists.ENDPOINT_SCHEMES))


def reasons(charge: bool) -> Where:
    """Reason codes of allowances (False) and charges (True); the indicator is compared as it stands, so `1` is neither."""

    def where(document: Document) -> Sequence[Any]:
        groups = [c for c in document.named["cac:AllowanceCharge"] if "cbc:AllowanceChargeReasonCode" in c]
        return [leaf for c in groups if _is(c, charge) for leaf in c["cbc:AllowanceChargeReasonCode"]]

    return where


def _is(group: Node, charge: bool) -> bool:
    words = [content(leaf) for leaf in group.get("cbc:ChargeIndicator", ())]
    return "true" in words and "false" not in words if charge else "false" in words


def date_codes(document: Document) -> Sequence[Any]:
    """Codes for the VAT point date in a period."""
    return [leaf for period in document.named["cac:InvoicePeriod"] for leaf in period.get("cbc:DescriptionCode", ())]


def from_list(allowed: frozenset[str]) -> Test:
    """The text, blanks normalised, is in the list."""

    def test(leaf: Any, document: Document) -> Failure | None:
        text = text_nodes([leaf], document)
        return None if text in allowed else Failure(text, details=near(text, allowed))

    return test


def odd_currencies(document: Document) -> Sequence[Any]:
    """Amounts with a currency that is not listed, or with none."""
    odd = facts(document).odd_amounts
    found = [leaf for name in AMOUNTS for leaf in odd.get(name, ())]
    return [leaf for leaf in found if leaf.get("currencyID") not in lists.CURRENCIES]


def cl007(leaf: Any, _: Document) -> Failure | None:
    """Fires on all that `odd_currencies` left over."""
    return Failure(leaf.get("currencyID") or "")


def type_of_process(variant: Variant, allowed: frozenset[str]) -> Test:
    """The type of the document (BT-3) is one that the process knows."""
    listed = from_list(allowed)

    def test(leaf: Any, document: Document) -> Failure | None:
        return listed(leaf, document) if variant.prescribes_types(document.root) else None

    return test


def p0112(leaf: Any, document: Document) -> Failure | None:
    """Partial and corrected invoices (326 and 384) are for Germans among themselves."""
    text = normal(leaf.text)
    return Failure(text) if text in _GERMAN_TYPES and not facts(document).both_german else None


def odd_dates(document: Document) -> Sequence[Any]:
    """Dates that are not ten characters of a day, and those in pieces."""
    found = [leaf for name in _DATES for leaf in document.named.get(name, ())]
    return [
        leaf for leaf in found if leaf in document.split or len(content(leaf)) != _DAY or not _is_date(content(leaf))
    ]


def _is_date(text: str) -> bool:
    try:
        minutes_of(text)
    except Undecidable:
        return False
    return True


def f001(leaf: Any, document: Document) -> Failure | None:
    """A date is written YYYY-MM-DD, without time zone. Only of what is a date its pieces are counted."""
    if _is_date(content(leaf)):
        text_nodes([leaf], document)
    return Failure(content(leaf), "YYYY-MM-DD")


def exempt(reason: str) -> Where:
    """VAT categories with this exemption reason, in any case. Several reasons have no answer, so the condition is not met."""
    return lambda document: [
        node
        for node in document.named.get("cac:TaxCategory", ())
        if len(leaves := node.get(_REASON, ())) == 1 and content(leaves[0]).upper() == reason
    ]


def category_of_reason(category: str) -> Test:
    """The VAT category (BT-118) is the one that goes with the reason."""

    def test(node: Node, _: Document) -> Failure | None:
        found = normal(one_text(node, "cbc:ID"))
        return None if found == category else Failure(found, category, None, (("reason", content(node[_REASON][0])),))

    return test


def _exemptions() -> tuple[Context, ...]:
    return tuple(
        Context(
            _REASON,
            (Rule(f"PEPPOL-EN16931-P{number:04}", "BT-118 BT-121", category_of_reason(category)),),
            exempt(code),
        )
        for number, (code, category) in enumerate(lists.EXEMPTIONS.items(), 104)
    )


def _rule(code: str, terms: str, test: Test) -> tuple[Rule, ...]:
    return (Rule(f"PEPPOL-EN16931-{code}", terms, test),)


def code_contexts(variant: Variant) -> tuple[Context, ...]:
    """The last pattern of the official file, in its order."""
    media, file = "mimeCode", "cbc:EmbeddedDocumentBinaryObject"
    address = odd_attributes("cbc:EndpointID", "schemeID", lists.ENDPOINT_SCHEMES)
    german = _rule("P0112", "BT-3", p0112) if variant.national else ()
    types = _rule("P0100", "BT-3", type_of_process(variant, variant.invoice_types))
    credit = _rule("P0101", "BT-3", type_of_process(variant, variant.credit_note_types))
    charge_code = "cbc:AllowanceChargeReasonCode"
    return (
        Context(
            file, _rule("CL001", "BT-125", shown_attribute(media)), odd_attributes(file, media, lists.ATTACHMENT_TYPES)
        ),
        Context(charge_code, _rule("CL002", "BT-98 BT-140", from_list(lists.ALLOWANCE_REASONS)), reasons(charge=False)),
        Context(charge_code, _rule("CL003", "BT-105 BT-145", from_list(lists.CHARGE_REASONS)), reasons(charge=True)),
        Context("cac:InvoicePeriod", _rule("CL006", "BT-8", from_list(lists.VAT_POINT_DATES)), date_codes),
        Context("", _rule("CL007", "BT-5", cl007), odd_currencies),
        Context("cbc:InvoiceTypeCode", (*types, *german)),
        Context("cbc:CreditNoteTypeCode", credit),
        Context("", _rule("F001", "", f001), odd_dates),
        Context("cbc:EndpointID", _rule("CL008", "BT-34 BT-49", cl008), address),
        *_exemptions(),
    )
