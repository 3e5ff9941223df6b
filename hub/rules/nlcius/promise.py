"""What decides whether a rule of NLCIUS looks at a document at all: what it promises, and where its seller lives."""

from __future__ import annotations

from typing import NamedTuple

from hub.rules.tree import Document, content, normal, select

NLCIUS = "#compliant#urn:fdc:nen.nl:nlcius:v1.0"
GACCOUNT = "#conformant#urn:fdc:nen.nl:gaccount:v1.0"
PROFILE = "urn:cen.eu:en16931:2017" + NLCIUS
"""With this the CustomizationID of every SI-UBL 2.0 document begins."""
COUNTRY = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")


class Promise(NamedTuple):
    """`nlcius`: the document says that it follows NLCIUS. `dutch`: it does, and its seller's address is in the Netherlands."""

    nlcius: bool
    dutch: bool


def promise(document: Document) -> Promise:
    """What this document promises. Where a value occurs twice the official conditions fail, which silences their rules."""
    named = _only(document.root.get("cbc:CustomizationID", ()))
    nlcius = named is not None and (NLCIUS in named or GACCOUNT in named)
    country = _only(select(document.root, "cac:AccountingSupplierParty", "cac:Party", *COUNTRY))
    return Promise(nlcius, nlcius and country is not None and country.upper() == "NL")


def _only(found: object) -> str | None:
    leaves = list(found) if isinstance(found, (list, tuple)) else []
    return normal(content(leaves[0])) if len(leaves) == 1 else None
