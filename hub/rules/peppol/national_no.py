"""Norway: what must be said of a seller that is registered for VAT there."""

from __future__ import annotations

import re

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import SUPPLIER, when
from hub.rules.peppol.values import is_norwegian_number, only
from hub.rules.rule import Context, Failure, Rule
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, normal

_REGISTER = "Foretaksregisteret"
_is_number = re.compile("[0-9]{9}MVA").fullmatch


def registrations(party: Node, scheme: str) -> list[Node]:
    """The registrations of a party under a scheme, blanks around it allowed. Raises Undecidable."""
    found = party.get("cac:PartyTaxScheme", ())
    return [each for each in found if normal(one_text(each, "cac:TaxScheme", "cbc:ID")) == scheme]


def no_r_002(party: Node, _: Document) -> Failure | None:
    """The register of enterprises is named, as Foretaksregisterloven § 10-2 wants of most companies."""
    named = [number for each in registrations(party, "TAX") if (number := one_text(each, "cbc:CompanyID")) is not None]
    text = normal(only(named))
    return None if text == _REGISTER else Failure(text, _REGISTER)


def no_r_001(party: Node, _: Document) -> Failure | None:
    """A VAT number is NO, a valid organisation number, and MVA."""
    numbers = [one_text(each, "cbc:CompanyID") or "" for each in registrations(party, "VAT")]
    if not any(number[:2] == "NO" for number in numbers):
        return None
    number = only(numbers) or ""
    if _is_number(number[2:]) and is_norwegian_number(number[2:11]):
        return None
    return Failure(number, "NO999999999MVA")


CONTEXTS: tuple[Context, ...] = (
    Context(
        "cac:AccountingSupplierParty",
        (
            Rule("NO-R-002", "BT-32", no_r_002, severity="warning"),
            Rule("NO-R-001", "BT-31", no_r_001),
        ),
        when(lambda c: c.supplier_country == "NO", below(*SUPPLIER)),
    ),
)
