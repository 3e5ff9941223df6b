"""Rules on a document as a whole: process, specification, references, VAT totals, electronic addresses, currencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import CUSTOMER, SUPPLIER
from hub.rules.peppol.facts import AMOUNTS, facts
from hub.rules.peppol.variant import UNKNOWN, Variant, text_nodes
from hub.rules.rule import ABSENT, Context, Failure, Rule, Test, by_shape
from hub.rules.shapes import one_text, present, too_many
from hub.rules.tree import CAC, CBC, KINDS, Document, Node, content, normal, select
from hub.rules.xpath import at_least_zero, double

_DIRECT_DEBIT = ("49", "59")
_PROJECT = "50"
_CURRENCY = f"{{{CBC}}}DocumentCurrencyCode"
_TAX_TOTAL = f"{{{CAC}}}TaxTotal"
_SUBTOTAL = f"{{{CAC}}}TaxSubtotal"
_count = etree.XPath("count(descendant-or-self::*)")
_empty = etree.XPath("descendant-or-self::*[not(*) and not(normalize-space())]")
"""Asked in C, for a large document has a hundred thousand elements."""


@by_shape
def documents(document: Document) -> Sequence[Node]:
    """The Invoice or CreditNote: the root, or inside an envelope. The official conditions are not anchored at the root."""
    if document.kind:
        return (document.root,)
    return [node for tag in KINDS for node in document.named.get(f"x:{tag}", ()) if isinstance(node, Node)]


def kind_of(node: Node) -> str | None:
    """`Invoice`, `CreditNote` or None."""
    return KINDS.get(str(node.element.tag))


@by_shape
def credit_notes(document: Document) -> Sequence[Node]:
    """Of `documents` the credit notes."""
    return [node for node in documents(document) if kind_of(node) == "CreditNote"]


def empty_elements(document: Document) -> Sequence[Any]:
    """Elements with neither elements nor text in them, wherever they stand; attributes and comments do not count."""
    if document.has_blanks or not document.named or _empty_groups(document.named) or _more(document):
        found: list[Any] = _empty(document.root.element)
        return found
    return ()


def _empty_groups(named: Mapping[str, list[Any]]) -> bool:
    """Whether a group has perhaps nothing in it; of other vocabularies that is not known."""
    return any(name[1] != "a" or not all(found) for name, found in named.items() if name[1] != "b")


def _more(document: Document) -> bool:
    """Whether there are elements that the index leaves out: those inside values, where the schema has none."""
    return bool(_count(document.root.element) != 1 + sum(map(len, document.named.values())))


def r008(_: Any, __: Document) -> Failure | None:
    """No empty elements; `empty_elements` has found them."""
    return Failure()


def r080(root: Node, _: Document) -> Failure | None:
    """A credit note refers to one project at most: document type code literally 50."""
    found = [
        each
        for each in root.get("cac:AdditionalDocumentReference", ())
        if any(content(code) == _PROJECT for code in each.get("cbc:DocumentTypeCode", ()))
    ]
    return None if len(found) < 2 else too_many(found)


def r002(root: Node, document: Document) -> Failure | None:
    """One note, unless both parties are German."""
    notes = root.get("cbc:Note", ())
    return None if len(notes) < 2 or facts(document).both_german else too_many(list(notes))


@by_shape
def r003(root: Node, _: Document) -> Failure | None:
    """A reference of the buyer, or the number of an order."""
    return None if "cbc:BuyerReference" in root or select(root, "cac:OrderReference", "cbc:ID") else ABSENT


def r007(variant: Variant) -> Test:
    """The process (BT-23) is one of four."""

    def test(_: Node, document: Document) -> Failure | None:
        root = document.root
        if variant.profile(root) != UNKNOWN:
            return None
        leaves = root.get("cbc:ProfileID")
        return Failure(content(leaves[0]), variant.process, leaves[0]) if leaves else ABSENT

    return test


def r004(variant: Variant) -> Test:
    """The specification (BT-24) begins with the one of this layer, and has no `::`."""

    def test(root: Node, document: Document) -> Failure | None:
        leaves = root.get("cbc:CustomizationID", ())
        text = text_nodes(leaves, document)
        if text.startswith(variant.specification) and "::" not in text:
            return None
        return Failure(text, variant.specification, leaves[0] if leaves else None)

    return test


@by_shape
def r053(root: Node, _: Document) -> Failure | None:
    """One VAT total with a breakdown."""
    found = [total for total in root.get("cac:TaxTotal", ()) if "cac:TaxSubtotal" in total]
    return None if len(found) == 1 else Failure(str(len(found)), "1", found[1] if found else None)


@by_shape
def r054(root: Node, _: Document) -> Failure | None:
    """A VAT total without a breakdown, in the VAT currency (BT-111): one with such a currency, none without."""
    found = [total for total in root.get("cac:TaxTotal", ()) if "cac:TaxSubtotal" not in total]
    wanted = 1 if "cbc:TaxCurrencyCode" in root else 0
    return (
        None
        if len(found) == wanted
        else Failure(str(len(found)), str(wanted), found[wanted] if len(found) > wanted else None)
    )


def r055(root: Node, _: Document) -> Failure | None:
    """VAT in both currencies has the same sign. Any amount against any other, compared as xs:double; 0 goes with both, -0.00 with below."""
    if "cbc:TaxCurrencyCode" not in root:
        return None
    leaves = select(root, "cac:TaxTotal", "cbc:TaxAmount")
    in_tax = _amounts_in(leaves, root, "cbc:TaxCurrencyCode")
    in_own = _amounts_in(leaves, root, "cbc:DocumentCurrencyCode")
    if _any_not_above(in_tax) and _any_not_above(in_own) or _any_not_below(in_tax) and _any_not_below(in_own):
        return None
    return Failure(_first(in_tax), _first(in_own))


def _amounts_in(leaves: list[Any], root: Node, name: str) -> list[Any]:
    currency = normal(one_text(root, name)) if leaves else ""
    return [leaf for leaf in leaves if leaf.get("currencyID") == currency]


def _any_not_above(leaves: list[Any]) -> bool:
    return any(double(content(leaf)) <= 0 for leaf in leaves)


def _any_not_below(leaves: list[Any]) -> bool:
    return any(at_least_zero(content(leaf)) for leaf in leaves)


def _first(leaves: list[Any]) -> str:
    return content(leaves[0]) if leaves else ""


def r005(currency: Any, document: Document) -> Failure | None:
    """The VAT currency (BT-6) is another than the one of the invoice (BT-5)."""
    beside = list(currency.getparent().iterchildren(_CURRENCY))
    text = text_nodes([currency], document)
    return Failure(text) if text == text_nodes(beside, document) else None


def direct_debits(document: Document) -> Sequence[Node]:
    """Means of payment with code 49 or 59. Where the code stands twice the condition has no answer, so it is not met."""
    return [
        means
        for means in document.named.get("cac:PaymentMeans", ())
        if len(codes := means.get("cbc:PaymentMeansCode", ())) == 1 and normal(codes[0].text) in _DIRECT_DEBIT
    ]


def in_other_currency(variant: Variant) -> Callable[[Document], Sequence[Any]]:
    """Amounts that are not in the currency of the document. A VAT amount is looked at in a total with a breakdown only."""

    def where(document: Document) -> Sequence[Any]:
        known = facts(document)
        odd = known.odd_amounts
        return [
            leaf
            for name in AMOUNTS
            for leaf in odd.get(name, ())
            if leaf.get("currencyID") not in known.currencies
            and (name != "cbc:TaxAmount" or _breaks_down(leaf.getparent(), variant.subtotals))
        ]

    return where


def _breaks_down(parent: Any, subtotals: bool) -> bool:
    return (parent.tag == _TAX_TOTAL and parent.find(_SUBTOTAL) is not None) or (subtotals and parent.tag == _SUBTOTAL)


def r051(leaf: Any, document: Document) -> Failure | None:
    """An amount is in the currency of the document, as it stands: ` EUR` is not EUR."""
    return Failure(leaf.get("currencyID") or "", " ".join(sorted(facts(document).currencies)))


def first_contexts() -> tuple[Context, ...]:
    """Empty elements, and references to projects."""
    return (
        Context("", (Rule("PEPPOL-EN16931-R008", "", r008),), empty_elements),
        Context("cac:AdditionalDocumentReference", (Rule("PEPPOL-EN16931-R080", "BT-11", r080),), credit_notes),
    )


def head_contexts(variant: Variant) -> tuple[Context, ...]:
    """The document itself and its parties."""
    return (
        Context(
            "",
            (
                Rule("PEPPOL-EN16931-R001", "BT-23", present("cbc:ProfileID")),
                Rule("PEPPOL-EN16931-R007", "BT-23", r007(variant)),
                Rule("PEPPOL-EN16931-R002", "BT-22", r002, "cbc:Note"),
                Rule("PEPPOL-EN16931-R003", "BT-10 BT-13", r003),
                Rule("PEPPOL-EN16931-R004", "BT-24", r004(variant)),
                Rule("PEPPOL-EN16931-R053", "BG-23 BT-110", r053),
                Rule("PEPPOL-EN16931-R054", "BT-111", r054),
                Rule("PEPPOL-EN16931-R055", "BT-111 BT-110", r055, "cbc:TaxCurrencyCode"),
            ),
            documents,
        ),
        Context("cbc:TaxCurrencyCode", (Rule("PEPPOL-EN16931-R005", "BT-6 BT-5", r005),)),
        Context("cac:AccountingCustomerParty", (_address("PEPPOL-EN16931-R010", "BT-49"),), below(*CUSTOMER)),
        Context("cac:AccountingSupplierParty", (_address("PEPPOL-EN16931-R020", "BT-34"),), below(*SUPPLIER)),
    )


def _address(code: str, term: str) -> Rule:
    return Rule(code, term, present("cbc:EndpointID"))


def money_contexts(variant: Variant) -> tuple[Context, ...]:
    """Direct debit and currencies."""
    mandate = present("cac:PaymentMandate", "cbc:ID")
    return (
        Context("cac:PaymentMeans", (Rule("PEPPOL-EN16931-R061", "BT-89", mandate),), direct_debits),
        Context("", (Rule("PEPPOL-EN16931-R051", "BT-5", r051),), in_other_currency(variant)),
    )
