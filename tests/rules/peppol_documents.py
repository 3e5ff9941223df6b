"""A small correct Peppol invoice, and ways to spoil it."""

from __future__ import annotations

import re

from lxml import etree

from hub.model.finding import Finding
from hub.rules import peppol
from tests.rules.documents import invoice

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_FILLED = "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"
_NATIONAL = re.compile("[A-Z]{2}-[RS]-")
_REFERENCE = "<cbc:BuyerReference>B-1</cbc:BuyerReference>"


def peppol_invoice(head: str = "", **changes: str) -> str:
    """An invoice that no rule of all Peppol objects to, unless told otherwise."""
    text = invoice(head=head + _REFERENCE, **changes)
    begin = f"<cbc:CustomizationID>{SPECIFICATION}</cbc:CustomizationID><cbc:ProfileID>{PROCESS}</cbc:ProfileID>"
    return text.replace(_FILLED, begin)


def self_billed(kind: str = "Invoice", code: str = "389") -> str:
    """One that the buyer made out."""
    text = peppol_invoice(kind=kind).replace(":billing:", ":selfbilling:")
    return text.replace(f"{kind}TypeCode>38{'0' if kind == 'Invoice' else '1'}<", f"{kind}TypeCode>{code}<")


def spoiled(old: str, new: str, **changes: str) -> str:
    """The invoice with a piece of its text replaced once; the piece must be there."""
    text = peppol_invoice(**changes)
    assert old in text, old
    return text.replace(old, new, 1)


def findings(xml: str, layer: str = peppol.LAYER) -> tuple[Finding, ...]:
    """What the rules of a layer find, those of single countries left out."""
    found = peppol.check(etree.fromstring(xml.encode()), layer)
    return tuple(finding for finding in found if not _NATIONAL.match(finding.code))


def codes(xml: str, layer: str = peppol.LAYER) -> list[str]:
    """The codes of all Peppol, not of single countries, without what they begin with; in the order of the rule set."""
    return [finding.code.removeprefix("PEPPOL-").removeprefix("EN16931-") for finding in findings(xml, layer)]
