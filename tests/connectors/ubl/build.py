"""Small UBL documents for one question each: text templates, so that a test shows what it changes."""

from __future__ import annotations

from connectors.ubl import source
from hub.formats.content import Content
from hub.model.invoice import Invoice
from hub.ports import Reading

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
HEAD = "<cbc:ID>F1</cbc:ID><cbc:IssueDate>2026-05-01</cbc:IssueDate>"
CURRENCY = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
LINE = (
    "<cac:InvoiceLine><cbc:ID>1</cbc:ID>"
    '<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount></cac:InvoiceLine>'
)
TAX = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount></cac:TaxTotal>'


def totals(currency: str = "EUR", **amounts: str) -> str:
    """LegalMonetaryTotal with the given amounts, by the first part of their names: `Payable="121.00"`."""
    inner = "".join(f'<cbc:{n}Amount currencyID="{currency}">{a}</cbc:{n}Amount>' for n, a in amounts.items())
    return f"<cac:LegalMonetaryTotal>{inner}</cac:LegalMonetaryTotal>"


TOTALS = totals(LineExtension="100.00", TaxExclusive="100.00", TaxInclusive="121.00", Payable="121.00")


def ubl(*parts: str, root: str = "Invoice", namespace: str = "") -> bytes:
    """A document of the given parts, with the three UBL namespaces."""
    return (
        f'<{root} xmlns="{namespace or _UBL + root + "-2"}" xmlns:cac="{_UBL}CommonAggregateComponents-2" '
        f'xmlns:cbc="{_UBL}CommonBasicComponents-2">{"".join(parts)}</{root}>'
    ).encode()


def read(*parts: str) -> Reading:
    """The reading of a document of the given parts."""
    return source.read(Content(ubl(*parts)))


def read_with(*parts: str) -> Invoice:
    """The document of the usual parts and these."""
    document = read(HEAD, CURRENCY, *parts, TAX, TOTALS, LINE).document
    assert document is not None
    return document


def codes(reading: Reading) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in reading.findings]
