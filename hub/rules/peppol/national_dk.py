"""Denmark: registrations, payment cards and giro forms of a seller whose address is there; countries as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from hub.rules.peppol.countries import CUSTOMER, SUPPLIER, Countries, countries, when
from hub.rules.peppol.danish_payments import PAYMENTS
from hub.rules.peppol.values import below_documents, number, only, text_node, texts
from hub.rules.rule import ABSENT, Context, Failure, Rule
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, normal, select

_REGISTRATION = ("cac:PartyLegalEntity", "cbc:CompanyID")
_CVR = "0184"
_UNSPSC = ("19.05.01", "19.0501", "26.08.01", "26.0801")
_HIGHEST = 9999


def dk_r_002(root: Node, document: Document) -> Failure | None:
    """The seller names its CVR number."""
    return None if normal(text_node(root, document, *SUPPLIER, *_REGISTRATION)) else ABSENT


def _cvr_scheme(node: Node, *path: str) -> Failure | None:
    registered = select(node, *path)
    if not registered:
        return None
    schemes = [scheme for leaf in registered if (scheme := leaf.get("schemeID")) is not None]
    scheme = normal(only(schemes))
    return None if scheme == _CVR else Failure(scheme, _CVR, registered[0])


def dk_r_014(root: Node, _: Document) -> Failure | None:
    """The registration of the seller is a CVR number by its scheme."""
    return _cvr_scheme(root, *SUPPLIER, *_REGISTRATION)


def dk_r_017(party: Node, _: Document) -> Failure | None:
    """The registration of the buyer is a CVR number by its scheme."""
    return _cvr_scheme(party, *_REGISTRATION)


def dk_r_016(root: Node, document: Document) -> Failure | None:
    """A credit note between Danes is not below zero."""
    if document.kind != "CreditNote":
        return None
    text = text_node(root, document, "cac:LegalMonetaryTotal", "cbc:PayableAmount")
    # The official processor looks at the amount first, and then does not mind a country that stands twice.
    return Failure(text) if number(text) < 0 and countries(document).customer_address_raw == "DK" else None


def dk_r_013(identification: Node, _: Document) -> Failure | None:
    """An identifier of a party says by which scheme it is one."""
    leaves = identification.get("cbc:ID", ())
    schemes = [scheme for leaf in leaves if (scheme := leaf.get("schemeID")) is not None]
    if not leaves or normal(only(schemes)):
        return None
    return Failure(leaves[0].text or "", None, leaves[0])


def dk_r_003(line: Node, _: Document) -> Failure | None:
    """A classification in UNSPSC (TST) names one of two versions of it."""
    codes = select(line, "cac:Item", "cac:CommodityClassification", "cbc:ItemClassificationCode")
    marked = [leaf for leaf in codes if leaf.get("listID") == "TST"]
    if not marked or any(leaf.get("listVersionID") in _UNSPSC for leaf in codes):
        return None
    return Failure(marked[0].get("listVersionID") or "", "19.05.01, 26.08.01", marked[0])


def dk_r_004(charge: Node, document: Document) -> Failure | None:
    """A tax other than VAT (ZZZ) is told by four digits, or by words with a # inside."""
    if "ZZZ" not in texts(charge, "cbc:AllowanceChargeReasonCode"):
        return None
    digits = len(normal(text_node(charge, document, "cbc:AllowanceChargeReason"))) == 4
    reason = one_text(charge, "cbc:AllowanceChargeReason")
    if digits and 0 <= number(reason) <= _HIGHEST:
        return None
    text = reason or ""
    return None if "#" in text and "#" not in (text[0], text[-1]) else Failure(text)


def _danes(c: Countries) -> bool:
    return c.supplier_address_raw == "DK" and c.customer_address_raw == "DK"


def _identifications(document: Document) -> Sequence[Node]:
    parties = (below_documents(*party, "cac:PartyIdentification") for party in (SUPPLIER, CUSTOMER))
    return [node for where in parties for node in where(document)]


def _lines(document: Document) -> Sequence[Node]:
    of_invoices = below_documents("cac:InvoiceLine", kinds=("Invoice",))(document)
    return [*of_invoices, *below_documents("cac:CreditNoteLine", kinds=("CreditNote",))(document)]


CONTEXTS: tuple[Context, ...] = (
    Context(
        "",
        (
            Rule("DK-R-002", "BT-30", dk_r_002),
            Rule("DK-R-014", "BT-30", dk_r_014),
            Rule("DK-R-016", "BT-115", dk_r_016),
        ),
        when(lambda c: c.supplier_address_raw == "DK", below_documents()),
    ),
    Context("cac:PartyIdentification", (Rule("DK-R-013", "BT-29 BT-46", dk_r_013),), when(_danes, _identifications)),
    Context("cac:PaymentMeans", PAYMENTS, when(_danes, below_documents("cac:PaymentMeans", kinds=("Invoice",)))),
    Context(
        "cac:AccountingCustomerParty", (Rule("DK-R-017", "BT-47", dk_r_017),), when(_danes, below_documents(*CUSTOMER))
    ),
    Context("cbc:ItemClassificationCode", (Rule("DK-R-003", "BT-158", dk_r_003),), when(_danes, _lines)),
    Context(
        "cac:AllowanceCharge",
        (Rule("DK-R-004", "BT-97 BT-104 BT-139 BT-144", dk_r_004),),
        when(_danes, lambda document: document.named["cac:AllowanceCharge"]),
    ),
)
