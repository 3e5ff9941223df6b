"""The other releases of EN 16931, as what each has other than the one after it. Read when one of them is first asked for.

Sources: the release notes of CEN/TC 434 and the published files of validation-1.3.14.2, -1.3.15 and -1.3.16, and the copy of
1.3.15 in the hot fix of OpenPeppol 2025-11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.rules.change import Change
from hub.rules.en16931 import code_lists as lists
from hub.rules.en16931.code_rules import Lists, code_contexts
from hub.rules.en16931.facts import scheme_is_vat
from hub.rules.en16931.runs import codes
from hub.rules.rule import ABSENT, Context, Failure, Rule, of_root
from hub.rules.shapes import once
from hub.rules.tree import Document, Node, content, select
from hub.rules.xpath import double

_LISTS_15 = Lists(
    invoice_types=lists.INVOICE_TYPES | {"502", "503"},  # since 1.3.16 these are credit notes
    credit_note_types=lists.CREDIT_NOTE_TYPES - {"502", "503"},
    currencies=lists.CURRENCIES - {"XCG"} | {"ANG", "BGN"},
    identifier_schemes=lists.IDENTIFIER_SCHEMES - codes("0245..0248"),
    endpoint_schemes=lists.ENDPOINT_SCHEMES - codes("0242 0245 0246 0248"),
)
_LISTS_15_HOTFIX = _LISTS_15._replace(
    identifier_schemes=_LISTS_15.identifier_schemes | {"0245"}, endpoint_schemes=_LISTS_15.endpoint_schemes | {"0245"}
)
_LISTS_14 = _LISTS_15._replace(
    currencies=_LISTS_15.currencies - codes("CNH MRU UYW") | codes("CUC MRO"),
    identifier_schemes=_LISTS_15.identifier_schemes - codes("0241..0244"),
    endpoint_schemes=_LISTS_15.endpoint_schemes - {"0244"},
    exemption_reasons=_LISTS_15.exemption_reasons - {"VATEX-EU-135-1"},
)


def br_co_25(payable: Any, document: Document) -> Failure | None:
    """What is to be paid has a due date or payment terms; 1.3.16 no longer asks it. Raises Undecidable."""
    if double(content(payable)) <= 0:
        return None
    terms = any("cbc:Note" in each for each in document.named.get("cac:PaymentTerms", ()))
    return None if terms or "cbc:DueDate" in document.named else Failure(content(payable))


def _payable(document: Document) -> Sequence[Any]:
    return select(document.root, "cac:LegalMonetaryTotal", "cbc:PayableAmount") if document.kind == "Invoice" else ()


def _br_co_26(supplier: Node, _: Document) -> Failure | None:
    """The seller can be recognised; an identifier under scheme SEPA still counts as one."""
    for party in supplier.get("cac:Party", ()):
        if any("cbc:CompanyID" in each and scheme_is_vat(each) for each in party.get("cac:PartyTaxScheme", ())):
            return None
        if select(party, "cac:PartyLegalEntity", "cbc:CompanyID"):
            return None
        if select(party, "cac:PartyIdentification", "cbc:ID"):
            return None
    return ABSENT


def _br_b_02(root: Node, document: Document) -> Failure | None:
    """Split payment excludes the standard rate, which is looked for in a place of the breakdown where no code stands."""
    elsewhere = [
        *select(root, "cac:AllowanceCharge", "cac:TaxCategory"),
        *document.named.get("cac:ClassifiedTaxCategory", ()),
    ]
    split = [*select(root, "cac:TaxTotal", "cac:TaxSubtotal", "cac:TaxCategory"), *elsewhere]
    standard = [*select(root, "cac:TaxTotal", "cac:TaxSubtotal"), *elsewhere]
    return Failure("B, S", None) if _named(split, "B") and _named(standard, "S") else None


def _named(nodes: Sequence[Node], code: str) -> bool:
    return any(content(leaf) == code for node in nodes for leaf in node.get("cbc:ID", ()))


def _of_root(*rules: Rule) -> Context:
    return Context("", rules, of_root)


CHANGES: dict[str, Change] = {
    "1.3.15": Change(
        over="1.3.16",
        without=frozenset(("UBL-SR-56",)),
        tests={
            "BR-CO-26": _br_co_26,
            "BR-B-02": _br_b_02,
            "UBL-SR-23": once("UBL-SR-23", "", "cac:Party", "cac:PartyTaxScheme", "cbc:CompanyID").test,
        },
        rows=code_contexts(_LISTS_15),
        added=(("", Context("cac:LegalMonetaryTotal", (Rule("BR-CO-25", "BT-115 BT-9 BT-20", br_co_25),), _payable)),),
    ),
    "1.3.15+0245": Change(over="1.3.15", rows=code_contexts(_LISTS_15_HOTFIX)),
    "1.3.14.2": Change(
        over="1.3.15",
        without=frozenset(("UBL-SR-54", "UBL-SR-55")),
        rows=code_contexts(_LISTS_14),
        added=(
            (
                "",
                _of_root(
                    once("BR-66", "BG-18", "cac:PaymentMeans", "cac:CardAccount"),
                    once("BR-67", "BG-19", "cac:PaymentMeans", "cac:PaymentMandate"),
                ),
            ),
        ),
    ),
}

UNUSED: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "1.3.15": (frozenset(("UBL-CR-674",)), ("UBL-CR-674 //cbc:PrimaryAccountNumber/@schemeID",)),
    "1.3.15+0245": (frozenset(("UBL-CR-674",)), ("UBL-CR-674 //cbc:PrimaryAccountNumber/@schemeID",)),
    "1.3.14.2": (
        frozenset(("UBL-CR-674",)),
        ("UBL-CR-674 //cbc:PrimaryAccountNumber/@schemeID", "UBL-CR-631 line/cac:Price/cbc:OrderableUnitFactorRate"),
    ),
}
"""Of the table of what is not used: the rows of 1.3.16 that a release does not have, and those it has instead or besides."""
