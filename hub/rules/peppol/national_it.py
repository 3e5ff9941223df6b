"""Italy: tax code and address of a seller that is registered for VAT there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import SUPPLIER, Countries, when
from hub.rules.rule import Context, Failure, Rule, Undecidable
from hub.rules.shapes import one_text, present
from hub.rules.tree import Document, Node, normal

_is_tax_code = re.compile("[A-Z0-9]{11,16}").fullmatch
_ADDRESS = "cac:PostalAddress"


def it_r_001(registration: Node, _: Document) -> Failure | None:
    """The tax code (codice fiscale) has 11 to 16 characters."""
    text = normal(one_text(registration, "cbc:CompanyID"))
    return None if _is_tax_code(text) else Failure(text)


def other_registrations(document: Document) -> Sequence[Node]:
    """Registrations of sellers under another scheme than VAT, or under none."""
    return [each for each in below(*SUPPLIER, "cac:PartyTaxScheme")(document) if _is_other(each)]


def _is_other(registration: Node) -> bool:
    try:
        return normal(one_text(registration, "cac:TaxScheme", "cbc:ID")) != "VAT"
    except Undecidable:
        return False  # an error in a match pattern


def _from_italy(c: Countries) -> bool:
    return c.supplier_country == "IT"


CONTEXTS: tuple[Context, ...] = (
    Context(
        "cac:PartyTaxScheme",
        (Rule("IT-R-001", "BT-32", it_r_001),),
        when(_from_italy, other_registrations),
    ),
    Context(
        "cac:AccountingSupplierParty",
        (
            Rule("IT-R-002", "BT-35", present(_ADDRESS, "cbc:StreetName")),
            Rule("IT-R-003", "BT-37", present(_ADDRESS, "cbc:CityName")),
            Rule("IT-R-004", "BT-38", present(_ADDRESS, "cbc:PostalZone")),
        ),
        when(_from_italy, below(*SUPPLIER)),
    ),
)
