"""A small correct invoice, and ways to spoil it: the documents behind the tests of the rules."""

from __future__ import annotations

from lxml import etree

from hub.model.finding import Finding
from hub.rules.en16931 import check

_NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)

_PARTY = """<cac:Party><cbc:EndpointID schemeID="0106">{number}</cbc:EndpointID>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>NL{number}9B01</cbc:CompanyID>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"""

_LINE = """<cac:InvoiceLine><cbc:ID>{number}</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">{amount}</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Thing</cbc:Name>{category}</cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">{amount}</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"""

_ALLOWANCE = """<cac:AllowanceCharge><cbc:ChargeIndicator>{charge}</cbc:ChargeIndicator>
<cbc:AllowanceChargeReason>Agreed</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">{amount}</cbc:Amount>
{category}</cac:AllowanceCharge>"""

_SUBTOTAL = """<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{base}</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="EUR">{vat}</cbc:TaxAmount>{category}</cac:TaxSubtotal>"""


def category(code: str = "S", rate: str | None = "21", name: str = "TaxCategory", reason: str = "") -> str:
    """A VAT category element."""
    percent = "" if rate is None else f"<cbc:Percent>{rate}</cbc:Percent>"
    why = f"<cbc:TaxExemptionReason>{reason}</cbc:TaxExemptionReason>" if reason else ""
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    return f"<cac:{name}><cbc:ID>{code}</cbc:ID>{percent}{why}{scheme}</cac:{name}>"


def line(amount: str, code: str = "S", rate: str | None = "21", number: int = 1) -> str:
    """An invoice line of one piece."""
    return _LINE.format(number=number, amount=amount, category=category(code, rate, "ClassifiedTaxCategory"))


def allowance(amount: str, code: str = "S", rate: str | None = "21", *, charge: bool = False) -> str:
    """An allowance of the document, or a charge."""
    return _ALLOWANCE.format(charge=str(charge).lower(), amount=amount, category=category(code, rate))


def subtotal(base: str, vat: str, code: str = "S", rate: str | None = "21", reason: str = "") -> str:
    """A VAT subtotal."""
    return _SUBTOTAL.format(base=base, vat=vat, category=category(code, rate, reason=reason))


def totals(**amounts: str) -> str:
    """The document totals, in the order of the schema."""
    names = {
        "lines": "LineExtensionAmount",
        "net": "TaxExclusiveAmount",
        "gross": "TaxInclusiveAmount",
        "allowances": "AllowanceTotalAmount",
        "charges": "ChargeTotalAmount",
        "prepaid": "PrepaidAmount",
        "rounding": "PayableRoundingAmount",
        "payable": "PayableAmount",
    }
    filled = "".join(f'<cbc:{n} currencyID="EUR">{amounts[k]}</cbc:{n}>' for k, n in names.items() if k in amounts)
    return f"<cac:LegalMonetaryTotal>{filled}</cac:LegalMonetaryTotal>"


def invoice(
    *,
    lines: str = line("100.00"),
    allowances: str = "",
    subtotals: str = subtotal("100.00", "21.00"),
    vat: str = "21.00",
    more_vat: str = "",
    monetary: str = totals(lines="100.00", net="100.00", gross="121.00", payable="121.00"),
    head: str = "",
    kind: str = "Invoice",
) -> str:
    """A correct invoice of one line of 100.00 at 21 %, unless told otherwise."""
    code = "380" if kind == "Invoice" else "381"
    text = f"""<{kind} {_NAMESPACES.format(kind=kind)}>
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>2026-1</cbc:ID>
<cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:{kind}TypeCode>{code}</cbc:{kind}TypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{head}
<cac:AccountingSupplierParty>{_PARTY.format(number="12345678", name="Seller")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{_PARTY.format(number="87654321", name="Buyer")}</cac:AccountingCustomerParty>{allowances}
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{vat}</cbc:TaxAmount>{subtotals}</cac:TaxTotal>{more_vat}
{monetary}{lines}</{kind}>"""
    if kind == "CreditNote":
        text = text.replace("InvoiceLine", "CreditNoteLine").replace("InvoicedQuantity", "CreditedQuantity")
    return text


def spoiled(old: str, new: str, **changes: str) -> str:
    """The invoice with a piece of its text replaced; the piece must be there."""
    text = invoice(**changes)
    assert old in text, old
    return text.replace(old, new)


def findings(xml: str) -> tuple[Finding, ...]:
    """What the rules find."""
    return check(etree.fromstring(xml.encode()))


def codes(xml: str) -> set[str]:
    """The codes of what the rules find."""
    return {finding.code for finding in findings(xml)}


def only(xml: str, code: str) -> Finding:
    """The single finding with this code."""
    found = [finding for finding in findings(xml) if finding.code == code]
    assert len(found) == 1, [finding.code for finding in findings(xml)]
    return found[0]


def detail(finding: Finding, name: str) -> str:
    """One of the finding's details."""
    return dict(finding.details)[name]
