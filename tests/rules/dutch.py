"""Correct Dutch documents that everything NLCIUS looks at can be put into, and a G-account invoice."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from hub.model.finding import Finding
from hub.rules import gaccount, nlcius
from hub.rules.nlcius.promise import GACCOUNT, PROFILE
from tests.rules.documents import invoice, line

ADDRESS = "<cbc:StreetName>Straat 1</cbc:StreetName><cbc:CityName>Delft</cbc:CityName><cbc:PostalZone>2611 AA</cbc:PostalZone>"
NUMBER = '<cbc:CompanyID schemeID="0106">12345678</cbc:CompanyID>'
_MEANS = """<cac:PaymentMeans>{mark}<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>
<cbc:ID>NL02ABNA0123456789</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"""
_TERMS = """<cac:PaymentTerms><cbc:PaymentMeansID>{mark}</cbc:PaymentMeansID>
<cbc:Amount currencyID="EUR">{amount}</cbc:Amount></cac:PaymentTerms>"""
MEANS = _MEANS.format(mark="")


def means(mark: str) -> str:
    """Payment instructions with an identifier."""
    return _MEANS.format(mark=f"<cbc:ID>{mark}</cbc:ID>")


def terms(mark: str, amount: str) -> str:
    """A payment term for one of the accounts."""
    return _TERMS.format(mark=mark, amount=amount)


def dutch(kind: str = "Invoice", promise: str = PROFILE, pay: str = MEANS, lines: str = "") -> str:
    """A document in which NLCIUS finds nothing."""
    text = invoice(kind=kind, head="<cbc:BuyerReference>B</cbc:BuyerReference>", lines=lines or line("100.00"))
    changes = (
        (">urn:cen.eu:en16931:2017<", f">{promise}<"),
        ("<cac:PostalAddress>", f"<cac:PostalAddress>{ADDRESS}"),
        ("</cbc:RegistrationName>", f"</cbc:RegistrationName>{NUMBER}"),
        ("</cac:AccountingCustomerParty>", f"</cac:AccountingCustomerParty>{pay}"),
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def blocked() -> str:
    """An invoice of 121.00, of which 21.00 goes to the G-account."""
    parts = means("GACCOUNT") + means("REST") + terms("GACCOUNT", "21.00") + terms("REST", "100.00")
    return dutch(promise=PROFILE + GACCOUNT, pay=parts)


def changed(text: str, old: str, new: str, times: int = -1) -> str:
    """The text with a piece replaced; the piece must be there."""
    assert old in text, old
    return text.replace(old, new, times)


def found(text: str) -> tuple[Finding, ...]:
    """What NLCIUS finds."""
    return nlcius.check(etree.fromstring(text.encode()))


def codes(text: str) -> Counter[str]:
    """Its codes, with how often."""
    return Counter(finding.code for finding in found(text))


def codes_of_gaccount(text: str) -> Counter[str]:
    """The codes of the G-account extension."""
    return Counter(finding.code for finding in gaccount.check(etree.fromstring(text.encode())))
