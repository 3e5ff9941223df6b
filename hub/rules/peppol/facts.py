"""What the rules of Peppol ask of a whole document, found out at the first question: who sits where, what is odd.

The official file has these as variables. Their definitions differ on purpose: a country is read from a VAT number here and
from an address there, in any case of letters or as it stands. A question that has no answer raises `Undecidable`. Where the
official file asks it inside a condition on which elements to judge, no answer means no: there use `is_known`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from hub.rules.peppol.code_lists import CURRENCIES
from hub.rules.peppol.countries import Countries
from hub.rules.rule import Undecidable
from hub.rules.tree import Document, content

AMOUNTS = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
)


class Facts(Countries):
    """Countries, currencies, identifiers and amounts of one document."""

    @cached_property
    def currencies(self) -> frozenset[str]:
        """The currency of the document (BT-5) as it stands; a valid document has one."""
        return frozenset(content(leaf) for leaf in self._root.get("cbc:DocumentCurrencyCode", ()))

    @cached_property
    def odd_amounts(self) -> dict[str, list[Any]]:
        """By name the amounts in another currency than a listed one of the document itself: nearly always none."""
        usual = self.currencies & CURRENCIES
        found: dict[str, list[Any]] = {}
        for name in AMOUNTS:
            borne = self._document.attributes(name, "currencyID")
            if not usual.issuperset(borne):
                leaves = self._document.named[name]
                found[name] = [leaf for leaf, currency in zip(leaves, borne, strict=True) if currency not in usual]
        return found

    @cached_property
    def endpoints(self) -> dict[str, list[Any]]:
        """Electronic addresses by their scheme, wherever they stand."""
        return _by_scheme({}, self._document.named.get("cbc:EndpointID", ()))

    @cached_property
    def identifiers(self) -> dict[str, list[Any]]:
        """Electronic addresses, identifiers of parties and registrations, by their scheme."""
        named = self._document.named
        parties = [leaf for node in named.get("cac:PartyIdentification", ()) for leaf in node.get("cbc:ID", ())]
        found: dict[str, list[Any]] = {scheme: list(leaves) for scheme, leaves in self.endpoints.items()}
        return _by_scheme(_by_scheme(found, parties), named.get("cbc:CompanyID", ()))


def facts(document: Document) -> Facts:
    """The facts of this document, made at the first question."""
    known = document.facts.get(Facts)
    if known is None:
        known = document.facts[Facts] = document.facts[Countries] = Facts(document)
    made: Facts = known
    return made


def is_known(question: Callable[[], bool]) -> bool:
    """The answer, or False where there is none: an error inside a match pattern is a silent non-match."""
    try:
        return question()
    except Undecidable:
        return False


def _by_scheme(found: dict[str, list[Any]], leaves: Any) -> dict[str, list[Any]]:
    for leaf in leaves:
        scheme = leaf.get("schemeID")
        if scheme is not None:
            found.setdefault(scheme, []).append(leaf)
    return found
