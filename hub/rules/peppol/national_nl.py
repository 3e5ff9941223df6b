"""The Netherlands: what NLCIUS asks of a seller whose address is here, as Peppol takes it over."""

from __future__ import annotations

from typing import Any

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import CUSTOMER, REPRESENTATIVE, SUPPLIER, Countries, Where, when
from hub.rules.peppol.values import kvk_or_oin, street_city_zone
from hub.rules.rule import ABSENT, Context, Failure, Rule
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, normal, select
from hub.rules.xpath import decimal

_WAYS_OF_PAYING = ("30", "48", "49", "57", "58", "59")
_REGISTRATION = ("cac:PartyLegalEntity", "cbc:CompanyID")


def nl_r_001(_: Any, document: Document) -> Failure | None:
    """A credit note names the invoice it is about (NLCIUS BR-NL-9)."""
    named = select(document.root, "cac:BillingReference", "cac:InvoiceDocumentReference", "cbc:ID")
    return None if named else ABSENT


def nl_r_007(totals: Node, document: Document) -> Failure | None:
    """Where the buyer must pay there is a way to do so (NLCIUS BR-NL-11). Raises Undecidable.

    The official processor looks for a way of paying first, and then does not mind an amount that is no number.
    """
    if "cac:PaymentMeans" in document.vocabulary.names:
        return None
    text = one_text(totals, "cbc:PayableAmount") if document.kind else None
    if text is None:
        return ABSENT
    payable = decimal(text)
    return None if (payable <= 0 if document.kind == "Invoice" else payable >= 0) else Failure(text)


def nl_r_008(means: Node, _: Document) -> Failure | None:
    """The way of paying is one of SEPA or a card (NLCIUS BR-NL-12)."""
    code = normal(one_text(means, "cbc:PaymentMeansCode"))
    return None if code in _WAYS_OF_PAYING else Failure(code, ", ".join(_WAYS_OF_PAYING))


def nl_r_009(_: Any, document: Document) -> Failure | None:
    """A reference to a line of an order needs the order (NLCIUS BR-NL-13)."""
    return None if select(document.root, "cac:OrderReference", "cbc:ID") else ABSENT


def _seller(c: Countries) -> bool:
    return c.supplier_address == "NL"


def _both(c: Countries) -> bool:
    return c.supplier_address == "NL" and c.customer_address == "NL"


def _represented(c: Countries) -> bool:
    return c.supplier_address == "NL" and c.representative_address == "NL"


def _anywhere(name: str) -> Where:
    return lambda document: document.named[name]


CONTEXTS: tuple[Context, ...] = (
    Context(
        "cbc:CreditNoteTypeCode",
        (Rule("NL-R-001", "BT-25", nl_r_001),),
        when(_seller, _anywhere("cbc:CreditNoteTypeCode")),
    ),
    Context(
        "cac:PostalAddress",
        (Rule("NL-R-002", "BT-35 BT-37 BT-38", street_city_zone),),
        when(_seller, below(*SUPPLIER, "cac:PostalAddress")),
    ),
    Context("cbc:CompanyID", (Rule("NL-R-003", "BT-30", kvk_or_oin),), when(_seller, below(*SUPPLIER, *_REGISTRATION))),
    Context(
        "cac:PostalAddress",
        (Rule("NL-R-004", "BT-50 BT-52 BT-53", street_city_zone),),
        when(_both, below(*CUSTOMER, "cac:PostalAddress")),
    ),
    Context("cbc:CompanyID", (Rule("NL-R-005", "BT-47", kvk_or_oin),), when(_both, below(*CUSTOMER, *_REGISTRATION))),
    Context(
        "cac:TaxRepresentativeParty",
        (Rule("NL-R-006", "BT-64 BT-66 BT-67", street_city_zone),),
        when(_represented, below(*REPRESENTATIVE, "cac:PostalAddress")),
    ),
    Context(
        "cac:LegalMonetaryTotal",
        (Rule("NL-R-007", "BG-16", nl_r_007),),
        when(_seller, _anywhere("cac:LegalMonetaryTotal")),
    ),
    Context("cac:PaymentMeans", (Rule("NL-R-008", "BT-81", nl_r_008),), when(_both, _anywhere("cac:PaymentMeans"))),
    Context(
        "cac:OrderLineReference",
        (Rule("NL-R-009", "BT-13 BT-132", nl_r_009),),
        when(_seller, below("cac:OrderLineReference", "cbc:LineID")),
    ),
)
