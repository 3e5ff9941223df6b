"""Who must be identified for a VAT category: the question behind BR-S-02 to BR-AG-04."""

from __future__ import annotations

from collections.abc import Iterable

from hub.rules.en16931.facts import scheme_is_vat
from hub.rules.tree import Document, Node, select


def _registrations(document: Document, party: str) -> Iterable[Node]:
    for node in document.named.get(party, ()):
        yield from select(node, "cac:Party", "cac:PartyTaxScheme")


def seller_any(document: Document) -> bool:
    """A tax registration of the seller under any scheme (BT-31, BT-32), or VAT number of the representative."""
    seller = _registrations(document, "cac:AccountingSupplierParty")
    return any("cbc:CompanyID" in each for each in seller) or _representative_vat(document)


def seller_vat(document: Document) -> bool:
    """The VAT number of the seller (BT-31) or of its tax representative (BT-63)."""
    return _party_vat(document, "cac:AccountingSupplierParty") or _representative_vat(document)


def _party_vat(document: Document, party: str) -> bool:
    return any("cbc:CompanyID" in each and scheme_is_vat(each) for each in _registrations(document, party))


def _representative_vat(document: Document) -> bool:
    for party in document.named.get("cac:TaxRepresentativeParty", ()):
        for each in party.get("cac:PartyTaxScheme", ()):
            if "cbc:CompanyID" in each and scheme_is_vat(each):
                return True
    return False


def both_or_legal(document: Document) -> bool:
    """Reverse charge: seller any number, buyer its VAT number (BT-48) or legal registration (BT-47)."""
    buyers = document.named.get("cac:AccountingCustomerParty", ())
    legal = any(select(each, "cac:Party", "cac:PartyLegalEntity", "cbc:CompanyID") for each in buyers)
    return seller_any(document) and (legal or _party_vat(document, "cac:AccountingCustomerParty"))


def both_vat(document: Document) -> bool:
    """Intra-community supply: VAT numbers of both (BT-31 or BT-63, and BT-48)."""
    return seller_vat(document) and _party_vat(document, "cac:AccountingCustomerParty")


def nobody(document: Document) -> bool:
    """Outside the scope of VAT: no VAT number of seller, representative or buyer may be given."""
    return not (seller_vat(document) or _party_vat(document, "cac:AccountingCustomerParty"))
