"""What must be there: BR-01 to BR-65, and the BR-CO rules on presence and order that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.rules.en16931.code_lists import VAT_PREFIX_TEXT
from hub.rules.en16931.dates import in_order
from hub.rules.en16931.facts import scheme_is_vat
from hub.rules.rule import ABSENT, Failure, Sifted, Undecidable, by_shape
from hub.rules.shapes import not_a_crowd, one_text
from hub.rules.tree import Document, Node, content, normal, select
from hub.rules.xpath import at_least_zero, is_positive

SHOWN_DIGITS = 10
SELLER = ("cac:AccountingSupplierParty", "cac:Party")


def br_04(root: Node, _: Document) -> Failure | None:
    """The type of document (BT-3) is filled, under either name."""
    codes = (one_text(root, "cbc:InvoiceTypeCode"), one_text(root, "cbc:CreditNoteTypeCode"))
    return None if any(code and normal(code) for code in codes) else ABSENT


def br_51(number: Any, _: Document) -> Failure | None:
    """A card number (BT-87) shows at most ten digits: the first six and the last four, as the card schemes ask."""
    text = normal(number.text)
    return None if len(text) <= SHOWN_DIGITS else Failure(str(len(text)), str(SHOWN_DIGITS))


def br_53(root: Node, document: Document) -> Failure | None:
    """With a VAT accounting currency (BT-6) some VAT total is stated in it (BT-111)."""
    currencies = root.get("cbc:TaxCurrencyCode")
    if currencies is None:
        return None
    totals = document.named.get("cac:TaxTotal", ())
    stated = {each.get("currencyID") for total in totals for each in total.get("cbc:TaxAmount", ())}
    for currency in currencies:
        if content(currency) not in stated:
            return Failure(None, content(currency), currency)
    return None


@by_shape
def br_co_03(root: Node, _: Document) -> Failure | None:
    """A VAT point date (BT-7) and a code for it (BT-8) exclude each other."""
    both = "cbc:TaxPointDate" in root and select(root, "cac:InvoicePeriod", "cbc:DescriptionCode")
    return Failure(None, None, root["cbc:TaxPointDate"][0]) if both else None


def _not_negative(price: Node, name: str) -> Failure | None:
    """Compared as xs:double, the way the official rule does, so -0.00 is below zero; a missing price fails."""
    leaves = price.get(name)
    if not leaves:
        return ABSENT
    text = content(leaves[0])
    return None if at_least_zero(text) else Failure(text, ">= 0", leaves[0])


def _br_27(line: Node, _: Document) -> Failure | None:
    prices = line.get("cac:Price")
    return _not_negative(prices[0], "cbc:PriceAmount") if prices else ABSENT


def _without_positive_price(lines: Sequence[Node], _: Document) -> Sequence[Node]:
    found = [(line, prices[0].get("cbc:PriceAmount") if (prices := line.get("cac:Price")) else None) for line in lines]
    return [line for line, leaves in found if not leaves or not is_positive(leaves[0].text)]


br_27 = Sifted(_br_27, _without_positive_price)
"""The item net price (BT-146) is there and not negative."""


def br_28(line: Node, _: Document) -> Failure | None:
    """The item gross price (BT-148), when given, is not negative; of several, one good one is enough."""
    failures = [
        _not_negative(each, "cbc:BaseAmount")
        for price in line.get("cac:Price", ())
        for each in price.get("cac:AllowanceCharge", ())
        if "cbc:BaseAmount" in each
    ]
    return failures[0] if failures and None not in failures else None


def br_co_04(line: Node, _: Document) -> Failure | None:
    """Every line has a VAT category code (BT-151) under scheme VAT."""
    for item in line.get("cac:Item", ()):
        for category in item.get("cac:ClassifiedTaxCategory", ()):
            if len(category.get("cac:TaxScheme", ())) > 1:
                raise Undecidable("cac:TaxScheme occurs more than once")
            if "cbc:ID" in category and scheme_is_vat(category):
                return None
    return ABSENT


def _br_23(line: Node, _: Document) -> Failure | None:
    for name in ("cbc:InvoicedQuantity", "cbc:CreditedQuantity"):
        for leaf in line.get(name, ()):
            if leaf.get("unitCode") is not None:
                return None
    return ABSENT


def _without_unit(lines: Sequence[Node], _: Document) -> Sequence[Node]:
    found = [(line, line.get("cbc:InvoicedQuantity")) for line in lines]
    return [line for line, leaves in found if not leaves or leaves[0].get("unitCode") is None]


br_23 = Sifted(_br_23, _without_unit)
"""The quantity has a unit (BT-130)."""


def period_in_order(period: Node, _: Document) -> Failure | None:
    """A period that has both days does not end before it starts (BR-29, BR-30)."""
    if "cbc:StartDate" not in period or "cbc:EndDate" not in period:
        return None
    start, end = one_text(period, "cbc:StartDate"), one_text(period, "cbc:EndDate")
    if start is None or end is None or in_order(start, end):
        return None
    return Failure(end, f">= {start}", period["cbc:EndDate"][0])


def has_vat_category(charge: Node, _: Document) -> Failure | None:
    """An allowance or charge of the document has a VAT category code under scheme VAT (BR-32, BR-37)."""
    for category in charge.get("cac:TaxCategory", ()):
        if "cbc:ID" in category and scheme_is_vat(category):
            return None
    return ABSENT


def br_48(subtotal: Node, _: Document) -> Failure | None:
    """A VAT subtotal has a rate (BT-119), unless it stands outside the scope of VAT."""
    for category in subtotal.get("cac:TaxCategory", ()):
        if scheme_is_vat(category) and ("cbc:Percent" in category or normal(one_text(category, "cbc:ID")) == "O"):
            return None
    return ABSENT


def br_17(payee: Node, document: Document) -> Failure | None:
    """A payee (BG-10) has a name (BT-59), and neither name nor identifier of the seller."""
    not_a_crowd(document)
    names = {content(each) for each in select(payee, "cac:PartyName", "cbc:Name")}
    if not names:
        return ABSENT
    beside = payee.parent if payee.parent is not None else Node()
    sellers = {content(each) for each in select(beside, *SELLER, "cac:PartyName", "cbc:Name")}
    ids = {content(each) for each in select(payee, "cac:PartyIdentification", "cbc:ID")}
    seller_ids = {content(each) for each in select(beside, *SELLER, "cac:PartyIdentification", "cbc:ID")}
    same = (names & sellers) | (ids & seller_ids)
    return Failure(min(same), None, None, (("variant", "same"),)) if same else None


def br_61(means: Node, _: Document) -> Failure | None:
    """A credit transfer (codes 30 and 58) names the account to pay to (BT-84)."""
    code = normal(one_text(means, "cbc:PaymentMeansCode") or "")
    if code not in ("30", "58") or select(means, "cac:PayeeFinancialAccount", "cbc:ID"):
        return None
    return ABSENT


def br_56(party: Node, _: Document) -> Failure | None:
    """The tax representative has a VAT number (BT-63)."""
    schemes = party.get("cac:PartyTaxScheme", ())
    return None if any("cbc:CompanyID" in each and scheme_is_vat(each) for each in schemes) else ABSENT


def br_co_26(supplier: Node, _: Document) -> Failure | None:
    """The seller can be recognised: VAT number BT-31, identifier BT-29 (not SEPA's) or registration BT-30."""
    for party in supplier.get("cac:Party", ()):
        if any("cbc:CompanyID" in each and scheme_is_vat(each) for each in party.get("cac:PartyTaxScheme", ())):
            return None
        if select(party, "cac:PartyLegalEntity", "cbc:CompanyID"):
            return None
        if any(each.get("schemeID") != "SEPA" for each in select(party, "cac:PartyIdentification", "cbc:ID")):
            return None
    return ABSENT


def br_co_09(registration: Node, _: Document) -> Failure | None:
    """A VAT number starts with a country prefix. Searched in running text, so `A` and ` N` pass as well."""
    if not scheme_is_vat(registration):
        return None
    prefix = (one_text(registration, "cbc:CompanyID") or "")[:2]
    if prefix in VAT_PREFIX_TEXT:
        return None
    leaf = registration["cbc:CompanyID"][0]
    return Failure(content(leaf), None, leaf)


@by_shape
def br_co_19(period: Node, _: Document) -> Failure | None:
    """An invoicing period (BG-14) has a start, an end or a code for the VAT point date."""
    return None if any(n in period for n in ("cbc:StartDate", "cbc:EndDate", "cbc:DescriptionCode")) else ABSENT
