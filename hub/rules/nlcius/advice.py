"""What NLCIUS advises against (BR-NL-19 to -30, -32, -33 and -35): warnings, each for something that is there.

Most official asserts test for a child element `false`, which no document has, so they fire wherever their element
stands. That is meant: the element itself is what is advised against.
"""

from __future__ import annotations

from typing import Any

from hub.rules.nlcius.places import Placed, at
from hub.rules.rule import Context, Failure, Rule
from hub.rules.shapes import never
from hub.rules.tree import Document, Node, content

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_AGENT = "cac:TaxRepresentativeParty"
_DELIVERY = "cac:Delivery/cac:DeliveryLocation/cac:Address"


def _there(leaf: Any, _: Document) -> Failure | None:
    return Failure(content(leaf))


def _other_scheme(registration: Node, _: Document) -> Failure | None:
    """BR-NL-25: a registration with another tax than literally VAT."""
    schemes = [leaf for scheme in registration.get("cac:TaxScheme", ()) for leaf in scheme.get("cbc:ID", ())]
    numbers = registration.get("cbc:CompanyID", ())
    if not numbers or any(content(scheme) == "VAT" for scheme in schemes):
        return None
    return Failure(content(numbers[0]))


def _named(code: Any, _: Document) -> Failure | None:
    name = code.get("name")
    return None if name is None else Failure(name)


def _other_currency(amount: Any, document: Document) -> Failure | None:
    """BR-NL-33: literally, and against every DocumentCurrencyCode there is."""
    currencies = [content(code) for code in document.named.get("cbc:DocumentCurrencyCode", ())]
    own = amount.get("currencyID")
    if own is not None and own in currencies:
        return None
    return Failure(own or "", ", ".join(currencies))


def _advice(code: str, terms: str, place: str, test: Any = _there) -> Placed:
    return at(place, Rule(code, terms, test, severity="warning"))


def _hidden(code: str, terms: str) -> Rule:
    """Within a pattern the first row that matches wins: BR-NL-32-1 has met the reason codes of lines before."""
    return never(code, terms)._replace(severity="warning")


ADVICE: tuple[Placed, ...] = (
    _advice("BR-NL-19", "BT-6", "cbc:TaxCurrencyCode"),
    _advice("BR-NL-20", "BT-7", "cbc:TaxPointDate"),
    _advice("BR-NL-21", "BT-8", "cac:InvoicePeriod/cbc:DescriptionCode"),
    _advice("BR-NL-24", "BT-26", "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate"),
    _advice("BR-NL-25", "BT-32", f"{_SELLER}/cac:PartyTaxScheme", _other_scheme),
    _advice("BR-NL-26", "BT-33", f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyLegalForm"),
    _advice("BR-NL-27-1", "BT-162", f"{_SELLER}/cac:PostalAddress/cac:AddressLine/cbc:Line"),
    _advice("BR-NL-27-2", "BT-163", f"{_BUYER}/cac:PostalAddress/cac:AddressLine/cbc:Line"),
    _advice("BR-NL-27-3", "BT-164", f"{_AGENT}/cac:PostalAddress/cac:AddressLine/cbc:Line"),
    _advice("BR-NL-27-4", "BT-165", f"{_DELIVERY}/cac:AddressLine/cbc:Line"),
    _advice("BR-NL-28-1", "BT-39", f"{_SELLER}/cac:PostalAddress/cbc:CountrySubentity"),
    _advice("BR-NL-28-2", "BT-54", f"{_BUYER}/cac:PostalAddress/cbc:CountrySubentity"),
    _advice("BR-NL-28-3", "BT-68", f"{_AGENT}/cac:PostalAddress/cbc:CountrySubentity"),
    _advice("BR-NL-28-4", "BT-79", f"{_DELIVERY}/cbc:CountrySubentity"),
    _advice("BR-NL-29", "BT-82", "cac:PaymentMeans/cbc:PaymentMeansCode", _named),
    _advice("BR-NL-30", "BT-85", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name"),
    _advice("BR-NL-32-1", "BT-98 BT-105", "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode"),
    _advice("BR-NL-33", "BT-111", "cac:TaxTotal/cbc:TaxAmount", _other_currency),
    _advice("BR-NL-35", "BT-121", "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode"),
)

HIDDEN = Context("", (_hidden("BR-NL-32-2", "BT-140 BT-145"), _hidden("BR-NL-32-3", "BT-140 BT-145")))
