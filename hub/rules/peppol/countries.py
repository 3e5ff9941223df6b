"""In which country seller, buyer and representative are, in the four ways that Peppol BIS Billing asks it.

Norway, Italy and Greece look at the prefix of a VAT number first, Denmark and Iceland at the address as it stands, the
Netherlands and Germany at the address in any case of letters. A question that has no answer raises `Undecidable`; where the
official file asks it inside a condition on which elements to judge, that is a silent "no": see `when`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from hub.rules.rule import Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select

SUPPLIER = ("cac:AccountingSupplierParty", "cac:Party")
CUSTOMER = ("cac:AccountingCustomerParty", "cac:Party")
REPRESENTATIVE = ("cac:TaxRepresentativeParty",)
COUNTRY = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")
NOWHERE = "XX"
"""What the official file calls the country of a party that names none."""
GREECE = ("GR", "EL")
Where = Callable[[Document], Sequence[Any]]


class Countries:
    """The countries of one document; every answer is found once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = document.root

    @cached_property
    def supplier_country(self) -> str:
        """Of the seller: prefix of its VAT number, or of its representative's, or its address. Raises Undecidable."""
        return _first_known(self._root, SUPPLIER, REPRESENTATIVE, address=SUPPLIER)

    @cached_property
    def customer_country(self) -> str:
        """Of the buyer: prefix of its VAT number, or its address. Raises Undecidable."""
        return _first_known(self._root, CUSTOMER, address=CUSTOMER)

    @cached_property
    def accounting_supplier_country(self) -> str:
        """Of the seller itself, whoever represents it. Raises Undecidable."""
        return _first_known(self._root, SUPPLIER, address=SUPPLIER)

    @cached_property
    def supplier_address(self) -> str:
        """Country of the seller's address, upper case, without blanks around it; empty when absent. Raises Undecidable."""
        return _upper(one_text(self._root, *SUPPLIER, *COUNTRY))

    @cached_property
    def customer_address(self) -> str:
        """Country of the buyer's address, read in the same way. Raises Undecidable."""
        return _upper(one_text(self._root, *CUSTOMER, *COUNTRY))

    @cached_property
    def representative_address(self) -> str:
        """Country of the tax representative's address, read in the same way. Raises Undecidable."""
        return _upper(one_text(self._root, *REPRESENTATIVE, *COUNTRY))

    @cached_property
    def supplier_address_raw(self) -> str:
        """Country of the seller's address as it stands: ` dk` is not DK. Raises Undecidable."""
        return (one_text(self._root, *SUPPLIER, *COUNTRY) or "") if self._document.kind else ""

    @cached_property
    def customer_address_raw(self) -> str:
        """Country of the buyer's address as it stands. Raises Undecidable."""
        return (one_text(self._root, *CUSTOMER, *COUNTRY) or "") if self._document.kind else ""

    @property
    def both_german(self) -> bool:
        """Whether seller and buyer have their address in Germany. Raises Undecidable, unless one of both is known not to."""
        return both(lambda: self.supplier_address == "DE", lambda: self.customer_address == "DE")

    @property
    def greek_sender(self) -> bool:
        """Whether the seller is Greek by `supplier_country`. Raises Undecidable."""
        return self.supplier_country in GREECE

    @property
    def greek_address(self) -> bool:
        """Whether the seller is Greek, and one of its addresses says GR as well. Raises Undecidable."""
        return self.greek_sender and any(content(leaf) == "GR" for leaf in select(self._root, *SUPPLIER, *COUNTRY))

    @property
    def greek_receiver(self) -> bool:
        """Whether the buyer is Greek by `customer_country`. Raises Undecidable."""
        return self.customer_country in GREECE

    @property
    def both_greek(self) -> bool:
        """Whether seller and buyer are. Raises Undecidable."""
        return self.greek_sender and self.greek_receiver

    @cached_property
    def swedish_address(self) -> bool:
        """Whether any seller of the document has a Swedish address, written just so."""
        return any(swedish(party) for party in _everywhere(self._document, *SUPPLIER))

    @cached_property
    def swedish_customer(self) -> bool:
        """Whether any buyer of the document has."""
        return any(swedish(party) for party in _everywhere(self._document, *CUSTOMER))

    @cached_property
    def swedish_vat(self) -> bool:
        """Whether any seller has both a Swedish address and a Swedish VAT number. Raises Undecidable."""
        return any(swedish(party) and swedish_vat(party) for party in _everywhere(self._document, *SUPPLIER))


def countries(document: Document) -> Countries:
    """The countries of this document, made at the first question."""
    known = document.facts.get(Countries)
    if known is None:
        known = document.facts[Countries] = Countries(document)
    made: Countries = known
    return made


def when(condition: Callable[[Countries], bool], where: Where) -> Where:
    """What `where` picks in documents that meet a condition; one that has no answer is not met, as in a match pattern."""

    def picked(document: Document) -> Sequence[Any]:
        met = document.facts.get(condition)  # a country has a dozen rows with one condition
        if met is None:
            met = document.facts[condition] = _is_met(condition, document)
        return where(document) if met else ()

    return picked


def _is_met(condition: Callable[[Countries], bool], document: Document) -> bool:
    try:
        return condition(countries(document))
    except Undecidable:
        return False


def both(first: Callable[[], bool], second: Callable[[], bool]) -> bool:
    """`first and second` as the official processor answers it: what has no answer does not matter beside a no."""
    try:
        known = first()
    except Undecidable:
        if second():
            raise
        return False
    return known and second()


def swedish(party: Node) -> bool:
    """Whether the address of a party names SE, as it stands."""
    return any(content(leaf) == "SE" for leaf in select(party, *COUNTRY))


def swedish_vat(party: Node) -> bool:
    """Whether a VAT number of a party begins with SE, as it stands. Raises Undecidable."""
    return "SE" in [number[:2] for number in vat_numbers(party)]


def vat_numbers(party: Node) -> list[str]:
    """What stands as number in each registration whose scheme is VAT as it stands: `vat` is not. Raises Undecidable."""
    return [
        one_text(registration, "cbc:CompanyID") or ""
        for registration in party.get("cac:PartyTaxScheme", ())
        if any(content(leaf) == "VAT" for leaf in select(registration, "cac:TaxScheme", "cbc:ID"))
    ]


def _everywhere(document: Document, first: str, *rest: str) -> list[Node]:
    return [found for node in document.named.get(first, ()) for found in select(node, *rest)]


def _upper(text: str | None) -> str:
    return normal(text).upper()


def _first_known(root: Node, *registered: tuple[str, ...], address: tuple[str, ...]) -> str:
    """The prefix of the first of these parties that has a VAT number, though it be blanks; the address otherwise."""
    for party in registered:
        prefixes = [number[:2] for each in select(root, *party) for number in vat_numbers(each)]
        if len(prefixes) > 1:
            raise Undecidable(f"{party[0]} has {len(prefixes)} VAT numbers")
        if prefixes and prefixes[0]:
            return _upper(prefixes[0])
    country = one_text(root, *address, *COUNTRY)
    return NOWHERE if country is None else _upper(country)
