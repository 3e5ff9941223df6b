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
from hub.rules.rule import Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select

SUPPLIER = ("cac:AccountingSupplierParty", "cac:Party")
CUSTOMER = ("cac:AccountingCustomerParty", "cac:Party")
REPRESENTATIVE = ("cac:TaxRepresentativeParty",)
NOWHERE = "XX"
"""What the official file calls the country of a party that names none."""
GREECE = ("GR", "EL")
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
_ADDRESS = ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode")


class Facts:
    """Countries, currencies, identifiers and amounts of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = document.root

    @cached_property
    def supplier_country(self) -> str:
        """Of the seller: prefix of its VAT number, or of its representative's, or its address. Raises Undecidable."""
        return (
            _vat_country(self._root, SUPPLIER)
            or _vat_country(self._root, REPRESENTATIVE)
            or _address_country(self._root, SUPPLIER)
        )

    @cached_property
    def customer_country(self) -> str:
        """Of the buyer: prefix of its VAT number, or its address. Raises Undecidable."""
        return _vat_country(self._root, CUSTOMER) or _address_country(self._root, CUSTOMER)

    @cached_property
    def accounting_supplier_country(self) -> str:
        """Of the seller itself, whoever represents it. Raises Undecidable."""
        return _vat_country(self._root, SUPPLIER) or _address_country(self._root, SUPPLIER)

    @cached_property
    def supplier_address(self) -> str:
        """Country of the seller's address, upper case, without blanks around it; empty when absent. Raises Undecidable."""
        return _upper(one_text(self._root, *SUPPLIER, *_ADDRESS))

    @cached_property
    def customer_address(self) -> str:
        """Country of the buyer's address, read in the same way. Raises Undecidable."""
        return _upper(one_text(self._root, *CUSTOMER, *_ADDRESS))

    @cached_property
    def representative_address(self) -> str:
        """Country of the tax representative's address, read in the same way. Raises Undecidable."""
        return _upper(one_text(self._root, *REPRESENTATIVE, *_ADDRESS))

    @cached_property
    def supplier_address_raw(self) -> str:
        """Country of the seller's address as it stands: ` dk` is not DK. Raises Undecidable."""
        return (one_text(self._root, *SUPPLIER, *_ADDRESS) or "") if self._document.kind else ""

    @cached_property
    def customer_address_raw(self) -> str:
        """Country of the buyer's address as it stands. Raises Undecidable."""
        return (one_text(self._root, *CUSTOMER, *_ADDRESS) or "") if self._document.kind else ""

    @property
    def both_german(self) -> bool:
        """Whether seller and buyer have their address in Germany. Raises Undecidable, unless one of both is known not to."""
        return both(lambda: self.supplier_address == "DE", lambda: self.customer_address == "DE")

    @property
    def greek_sender(self) -> bool:
        """Whether the seller is Greek by `supplier_country`. Raises Undecidable."""
        return self.supplier_country in GREECE

    @property
    def greek_receiver(self) -> bool:
        """Whether the buyer is Greek by `customer_country`. Raises Undecidable."""
        return self.customer_country in GREECE

    @property
    def both_greek(self) -> bool:
        """Whether both are. Raises Undecidable."""
        return self.greek_sender and self.greek_receiver

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
            odd = [leaf for leaf in self._document.named.get(name, ()) if leaf.get("currencyID") not in usual]
            if odd:
                found[name] = odd
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
        known = document.facts[Facts] = Facts(document)
    made: Facts = known
    return made


def is_known(question: Callable[[], bool]) -> bool:
    """The answer, or False where there is none: an error inside a match pattern is a silent non-match."""
    try:
        return question()
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


def _upper(text: str | None) -> str:
    return normal(text).upper()


def _vat_country(root: Node, party: tuple[str, ...]) -> str | None:
    """The first two characters of the only VAT number, upper case; the scheme is VAT as it stands, `vat` is not."""
    numbers = [
        (one_text(registration, "cbc:CompanyID") or "")[:2]
        for registration in select(root, *party, "cac:PartyTaxScheme")
        if any(content(leaf) == "VAT" for leaf in select(registration, "cac:TaxScheme", "cbc:ID"))
    ]
    if len(numbers) > 1:
        raise Undecidable(f"{party[0]} has {len(numbers)} VAT numbers")
    return _upper(numbers[0]) if numbers and numbers[0] else None


def _address_country(root: Node, party: tuple[str, ...]) -> str:
    country = one_text(root, *party, *_ADDRESS)
    return NOWHERE if country is None else _upper(country)


def _by_scheme(found: dict[str, list[Any]], leaves: Any) -> dict[str, list[Any]]:
    for leaf in leaves:
        scheme = leaf.get("schemeID")
        if scheme is not None:
            found.setdefault(scheme, []).append(leaf)
    return found
