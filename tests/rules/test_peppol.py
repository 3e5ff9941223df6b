"""The rules of Peppol on small documents: each thing wrong gives its own finding and nothing else."""

from __future__ import annotations

import pytest

from hub.rules.peppol import LAYER_SELF_BILLING
from tests.rules.documents import allowance, subtotal
from tests.rules.peppol_documents import codes, findings, peppol_invoice, self_billed, spoiled

LINE_AMOUNT = '<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>\n<cac:Item>'
PRICE = '<cbc:PriceAmount currencyID="EUR">100.00</cbc:PriceAmount>'
CHARGE = (
    "<cac:AllowanceCharge><cbc:ChargeIndicator>{0}</cbc:ChargeIndicator>{1}"
    '<cbc:Amount currencyID="EUR">{2}</cbc:Amount>{3}</cac:AllowanceCharge>'
)
BASE = '<cbc:BaseAmount currencyID="EUR">{0}</cbc:BaseAmount>'
PERCENT = "<cbc:MultiplierFactorNumeric>{0}</cbc:MultiplierFactorNumeric>"
SUPPLIER_ID = '<cbc:EndpointID schemeID="0106">12345678</cbc:EndpointID>'
TAX_TOTAL = '<cac:TaxTotal><cbc:TaxAmount currencyID="{0}">{1}</cbc:TaxAmount></cac:TaxTotal>'
TAX_CURRENCY = "<cbc:TaxCurrencyCode>{0}</cbc:TaxCurrencyCode>"
REFERENCE = "<cac:DocumentReference><cbc:ID>M-1</cbc:ID><cbc:DocumentTypeCode>{0}</cbc:DocumentTypeCode></cac:DocumentReference>"
PROJECT = (
    "<cac:AdditionalDocumentReference><cbc:ID>P</cbc:ID>"
    "<cbc:DocumentTypeCode>{0}</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>"
)
PERIOD = "<cac:InvoicePeriod><cbc:StartDate>{0}</cbc:StartDate><cbc:EndDate>{1}</cbc:EndDate></cac:InvoicePeriod>"
MEANS = "<cac:PaymentMeans><cbc:PaymentMeansCode>{0}</cbc:PaymentMeansCode>{1}</cac:PaymentMeans>"


def document_charge(percent: str, base: str, amount: str = "10.00", indicator: str = "false") -> str:
    """A document allowance or charge; the VAT category is left out, for Peppol does not ask for it."""
    parts = PERCENT.format(percent) if percent else "", BASE.format(base) if base else ""
    return CHARGE.format(indicator, parts[0], amount, parts[1])


def with_price(price: str) -> str:
    """The invoice with another price element."""
    return spoiled(PRICE, price)


@pytest.mark.parametrize("kind", ["Invoice", "CreditNote"])
def test_nothing_is_found_when_the_invoice_is_correct(kind: str) -> None:
    assert codes(peppol_invoice(kind=kind)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>", "", ["R001", "R007"]),
        ("poacc:billing:01:1.0", "poacc:billing:99:1.0", ["R007"]),
        ("poacc:billing:01:1.0", "poacc:billing:01:1.0 ", []),
        ("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", "urn:peppol:france:billing:regulated", []),
        ("poacc:billing:3.0", "poacc:billing:3.0#conformant#x", []),
        ("poacc:billing:3.0", "poacc:billing:3.0#a::b", ["R004"]),
        ("poacc:billing:3.0", "poacc:billing:2.0", ["R004"]),
        ("poacc:billing:3.0", "poacc:<!-- -->billing:3.0", ["HUB-EN-01"]),
        ("<cbc:BuyerReference>B-1</cbc:BuyerReference>", "", ["R003"]),
        ("<cbc:BuyerReference>B-1</cbc:BuyerReference>", "<cac:OrderReference><cbc:ID>4</cbc:ID></cac:OrderReference>", []),
        ("<cbc:BuyerReference>", "<cbc:Note>a</cbc:Note><cbc:BuyerReference>", []),
        ("<cbc:BuyerReference>", "<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note><cbc:BuyerReference>", ["R002"]),
        ("<cbc:BuyerReference>", "<cbc:Note> <!-- a --></cbc:Note><cbc:BuyerReference>", ["R008"]),
        ("<cbc:BuyerReference>", "<cbc:Note>\u00a0</cbc:Note><cbc:BuyerReference>", []),
        (SUPPLIER_ID, "", ["R020"]),
        ('<cbc:EndpointID schemeID="0106">87654321</cbc:EndpointID>', "", ["R010"]),
        ("TypeCode>380<", "TypeCode> 380 <", []),
        ("TypeCode>380<", "TypeCode>389<", ["P0100"]),
        ("TypeCode>380<", "TypeCode>3<!-- -->80<", ["HUB-EN-01"]),
        ("TypeCode>380<", "TypeCode>384<", ["P0112"]),
        ("2026-11-02<", "2026-11-02Z<", ["F001"]),
        ("2026-11-02<", "2026-02-30<", ["F001"]),
        ("<cbc:BuyerReference>", MEANS.format(" 59 ", "") + "<cbc:BuyerReference>", ["R061"]),
        ("<cbc:BuyerReference>", MEANS.format("30", "") + "<cbc:BuyerReference>", []),
        (
            "<cbc:BuyerReference>",
            MEANS.format("49", "<cac:PaymentMandate><cbc:ID>M</cbc:ID></cac:PaymentMandate>") + "<cbc:BuyerReference>",
            [],
        ),
        ('<cbc:PayableAmount currencyID="EUR"', '<cbc:PayableAmount currencyID=" EUR"', ["R051", "CL007"]),
        ('<cbc:PayableAmount currencyID="EUR"', '<cbc:PayableAmount currencyID="SEK"', ["R051"]),
        ("<cbc:BuyerReference>", PROJECT.format("50") * 2 + "<cbc:BuyerReference>", []),
    ],
)  # fmt: skip
def test_the_head_is_judged_when_one_thing_is_wrong(old: str, new: str, expected: list[str]) -> None:
    assert codes(spoiled(old, new)) == expected


@pytest.mark.parametrize(("code", "expected"), [("50", ["R080"]), ("130", []), (" 50", [])])
def test_one_project_is_allowed_when_it_is_a_credit_note(code: str, expected: list[str]) -> None:
    assert codes(peppol_invoice(head=PROJECT.format(code) * 2, kind="CreditNote")) == expected


@pytest.mark.parametrize(
    ("currency", "totals", "expected"),
    [
        ("SEK", TAX_TOTAL.format("SEK", "240.00"), []),
        ("SEK", "", ["R054", "R055"]),
        ("SEK", TAX_TOTAL.format("SEK", "-240.00"), ["R055"]),
        ("SEK", TAX_TOTAL.format("SEK", "0"), []),
        ("SEK", TAX_TOTAL.format("SEK", "-0.00"), ["R055"]),
        ("EUR", TAX_TOTAL.format("SEK", "240.00"), ["R005"]),
    ],
)
def test_vat_in_two_currencies_agrees_when_a_vat_currency_is_named(
    currency: str, totals: str, expected: list[str]
) -> None:
    assert codes(peppol_invoice(head=TAX_CURRENCY.format(currency), more_vat=totals)) == expected


@pytest.mark.parametrize(
    ("allowances", "expected"),
    [
        (document_charge("", ""), []),
        (document_charge("10", "100.00"), []),
        (document_charge("10", "100.20"), []),
        (document_charge("10", "100.30"), ["R040"]),
        (document_charge("10", ""), ["R041"]),
        (document_charge("", "100.00"), ["R042"]),
        (document_charge("", "", indicator="1"), ["R043"]),
        (document_charge("", "100.00", indicator="1"), ["R042"]),
    ],
)
def test_a_percentage_goes_with_its_base_when_an_allowance_is_given(allowances: str, expected: list[str]) -> None:
    assert codes(peppol_invoice(allowances=allowances)) == expected


@pytest.mark.parametrize(
    ("amount", "expected"), [("100.02", []), ("99.98", []), ("100.03", ["R120"]), ("100.0200000001", ["R120"])]
)
def test_a_line_may_differ_two_cents_when_it_is_multiplied(amount: str, expected: list[str]) -> None:
    assert codes(spoiled(LINE_AMOUNT, LINE_AMOUNT.replace("100.00", amount))) == expected


def test_a_line_is_told_with_its_parts_when_it_is_wrong() -> None:
    [found] = findings(spoiled(LINE_AMOUNT, LINE_AMOUNT.replace("100.00", "98.00")))
    assert (found.found, found.expected, dict(found.details)["difference"]) == ("98.00", "100.00", "2.00")
    assert found.location == "/Invoice[1]/InvoiceLine[1]/LineExtensionAmount[1]"


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (PRICE + '<cbc:BaseQuantity unitCode="C62">1</cbc:BaseQuantity>', []),
        (PRICE + "<cbc:BaseQuantity>1</cbc:BaseQuantity>", []),
        (PRICE + '<cbc:BaseQuantity unitCode="HUR">1</cbc:BaseQuantity>', ["R130"]),
        (PRICE + '<cbc:BaseQuantity unitCode="C62">0</cbc:BaseQuantity>', ["R121"]),
        (PRICE + '<cbc:BaseQuantity unitCode="C62">2</cbc:BaseQuantity>', ["R120"]),
        (PRICE + CHARGE.format("false", "", "20.00", BASE.format("120")), []),
        (PRICE + CHARGE.format("false", "", "20.00", BASE.format("120.01")), ["R046"]),
        (PRICE + CHARGE.format("true", "", "20.00", ""), ["R044"]),
    ],
)
def test_a_price_is_judged_when_it_has_parts(price: str, expected: list[str]) -> None:
    assert codes(with_price(price)) == expected


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        (REFERENCE.format("130"), []),
        (REFERENCE.format("130") * 2, ["R100"]),
        (REFERENCE.format("50"), ["R101"]),
        (REFERENCE.format("50") + REFERENCE.format("130"), ["R100"]),
    ],
)
def test_a_line_refers_to_one_object_when_it_refers(references: str, expected: list[str]) -> None:
    assert codes(spoiled("<cac:Item>", references + "<cac:Item>")) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-10-01", "2026-10-31", []),
        ("2026-09-30", "2026-10-31", ["R110"]),
        ("2026-10-01", "2026-11-01", ["R111"]),
        ("2026-10-01+02:00", "2026-10-31", ["R110", "F001"]),
    ],
)
def test_a_line_keeps_to_the_period_when_the_invoice_has_one(start: str, end: str, expected: list[str]) -> None:
    text = spoiled(
        "<cac:Item>", PERIOD.format(start, end) + "<cac:Item>", head=PERIOD.format("2026-10-01", "2026-10-31")
    )
    assert codes(text) == expected


def test_no_answer_is_given_when_the_invoice_has_two_periods() -> None:
    head = PERIOD.format("2026-10-01", "2026-10-31") * 2
    assert (
        codes(spoiled("<cac:Item>", PERIOD.format("2026-10-02", "2026-10-03") + "<cac:Item>", head=head))
        == ["HUB-EN-01"] * 2
    )


@pytest.mark.parametrize(
    ("code", "charge", "expected"),
    [("95", False, []), ("FC", False, ["CL002"]), ("FC", True, []), ("95", True, ["CL003"])],
)
def test_a_reason_is_of_its_list_when_it_is_a_code(code: str, charge: bool, expected: list[str]) -> None:
    reason = f"<cbc:AllowanceChargeReasonCode>{code}</cbc:AllowanceChargeReasonCode><cbc:Amount"
    assert codes(peppol_invoice(allowances=allowance("1", charge=charge).replace("<cbc:Amount", reason))) == expected


def test_other_lists_are_judged_when_a_value_is_not_in_them() -> None:
    period = "<cac:InvoicePeriod><cbc:DescriptionCode>36</cbc:DescriptionCode></cac:InvoicePeriod>"
    file = '<cbc:EmbeddedDocumentBinaryObject mimeCode="text/html">eA==</cbc:EmbeddedDocumentBinaryObject>'
    assert codes(peppol_invoice(head=period + file)) == ["CL001", "CL006"]


@pytest.mark.parametrize(("scheme", "variant"), [("0037", "withdrawn"), ("9999", "")])
def test_a_withdrawn_scheme_is_told_apart_when_an_address_uses_it(scheme: str, variant: str) -> None:
    [found] = findings(spoiled(SUPPLIER_ID, SUPPLIER_ID.replace("0106", scheme)))
    assert (found.code, found.found, dict(found.details).get("variant", "")) == (
        "PEPPOL-EN16931-CL008",
        scheme,
        variant,
    )


@pytest.mark.parametrize(
    ("reason", "category", "expected"),
    [
        ("VATEX-EU-G", "G", []),
        ("vatex-eu-g", "S", ["P0104"]),
        ("VATEX-EU-O", "E", ["P0105"]),
        ("VATEX-EU-IC", "G", ["P0106"]),
        ("VATEX-EU-AE", "K", ["P0107"]),
        ("VATEX-EU-D", "S", ["P0108"]),
        ("VATEX-EU-F", "Z", ["P0109"]),
        ("VATEX-EU-I", "Z", ["P0110"]),
        ("VATEX-EU-J", " E ", []),
        ("VATEX-EU-J", "Z", ["P0111"]),
        ("VATEX-EU-J ", "Z", []),
    ],
)
def test_an_exemption_goes_with_its_category_when_it_has_one(reason: str, category: str, expected: list[str]) -> None:
    text = subtotal("100.00", "21.00", category)
    code = f"<cbc:TaxExemptionReasonCode>{reason}</cbc:TaxExemptionReasonCode><cac:TaxScheme>"
    assert codes(peppol_invoice(subtotals=text.replace("<cac:TaxScheme>", code))) == expected


def test_germans_may_more_when_both_are() -> None:
    text = peppol_invoice(head="<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>").replace("TypeCode>380<", "TypeCode>384<")
    german = text.replace("IdentificationCode>NL<", "IdentificationCode> de <")
    half = text.replace("IdentificationCode>NL<", "IdentificationCode>DE<", 1)
    assert [set(codes(each)) & {"R002", "P0112"} for each in (german, half)] == [set(), {"R002", "P0112"}]


@pytest.mark.parametrize(("kind", "code"), [("Invoice", "389"), ("Invoice", "527"), ("CreditNote", "261")])
def test_self_billing_knows_its_own_types_when_the_buyer_makes_it_out(kind: str, code: str) -> None:
    text = self_billed(kind, code)
    assert codes(text, LAYER_SELF_BILLING) == []
    assert set(codes(text)) == {"R007", "R004"}


def test_self_billing_differs_when_judged_by_its_own_rules() -> None:
    assert codes(peppol_invoice(), LAYER_SELF_BILLING) == ["R007", "R004"]
    assert codes(self_billed(code="380"), LAYER_SELF_BILLING) == ["P0100"]
    assert codes(self_billed("CreditNote", "381"), LAYER_SELF_BILLING) == ["P0101"]
    # A subtotal's VAT is looked at by the currency rule in ordinary invoices only.
    vat = '<cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount><cac:TaxCategory>'
    other = vat.replace("EUR", "SEK")
    assert codes(peppol_invoice().replace(vat, other)) == ["R051"]
    assert codes(self_billed().replace(vat, other), LAYER_SELF_BILLING) == []
