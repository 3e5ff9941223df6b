"""What the source does with missing terms, currencies, totals of dialects, envelopes and look-alikes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.ubl import source
from connectors.ubl.profile import profile
from hub.formats.content import Content
from tests.connectors.ubl.build import CURRENCY, HEAD, LINE, TAX, TOTALS, codes, read, read_with, totals, ubl
from tests.connectors.ubl.dump import SAMPLES

_NUMBER, _DATE = HEAD.split("<cbc:IssueDate>")[0], "<cbc:IssueDate>" + HEAD.split("<cbc:IssueDate>")[1]


@pytest.mark.parametrize(
    ("parts", "code", "readable"),
    [
        ((_DATE, CURRENCY, TAX, TOTALS, LINE), "HUB-UBL-01", False),
        ((_NUMBER, CURRENCY, TAX, TOTALS, LINE), "HUB-UBL-02", False),
        ((HEAD, TAX, totals(currency="", Payable="1"), LINE.replace("EUR", "")), "HUB-UBL-03", False),
        ((HEAD, CURRENCY, TAX, TOTALS, LINE.replace("<cbc:ID>1</cbc:ID>", "")), "HUB-UBL-04", True),
        ((HEAD, CURRENCY, TAX, TOTALS, "<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>"), "HUB-UBL-05", True),
        ((HEAD, CURRENCY, TAX, totals(TaxInclusive="121.00"), LINE), "HUB-UBL-06", True),
        ((HEAD, CURRENCY, TAX, LINE), "HUB-UBL-06", False),
    ],
)
def test_missing_term_is_fatal_and_the_rest_is_still_judged(parts: tuple[str, ...], code: str, readable: bool) -> None:
    reading = read(*parts)
    assert [finding.fatal for finding in reading.findings if finding.code == code] == [True]
    assert (reading.document is not None) == readable
    assert "HUB-UBL-10" in codes(reading)


def test_reading_is_not_mapped_when_there_is_no_document() -> None:
    assert not read(_DATE, CURRENCY, TAX, TOTALS, LINE).mapped


def test_line_without_net_amount_stays_among_the_unmapped() -> None:
    reading = read(HEAD, CURRENCY, TAX, TOTALS, "<cac:InvoiceLine><cbc:ID>77</cbc:ID></cac:InvoiceLine>")
    assert reading.document is not None
    assert reading.document.lines == ()
    assert "77" in [entry.text for entry in reading.document.unmapped]
    assert not reading.mapped


def test_currency_comes_from_the_amounts_when_all_carry_the_same() -> None:
    reading = read(HEAD, TAX, TOTALS, LINE)
    assert reading.document is not None
    assert reading.document.currency == "EUR"
    assert "HUB-UBL-19" in codes(reading)


def test_stray_currency_on_one_amount_is_a_warning() -> None:
    reading = read(HEAD, CURRENCY, TAX, totals(currency="USD", Payable="121.00"), LINE)
    finding = next(finding for finding in reading.findings if finding.code == "HUB-UBL-24")
    assert (finding.severity, finding.found, finding.expected) == ("warning", "USD", "EUR")


def test_all_amounts_in_another_currency_are_fatal() -> None:
    swap = [part.replace('currencyID="EUR"', 'currencyID="USD"') for part in (TAX, LINE)]
    reading = read(HEAD, CURRENCY, swap[0], totals(currency="USD", Payable="121.00"), swap[1])
    assert [f.severity for f in reading.findings if f.code == "HUB-UBL-18"][:1] == ["fatal"]


def _tax(amount: str, currency: str = "EUR") -> str:
    return TAX.replace("21.00", amount).replace("EUR", currency)


def test_tax_total_in_the_accounting_currency_is_bt_111() -> None:
    foreign = "<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>"
    for pair in (_tax("21.00") + _tax("235.00", "SEK"), _tax("235.00", "SEK") + _tax("21.00")):
        document = read(HEAD, CURRENCY, foreign, pair, TOTALS, LINE).document
        assert document is not None
        assert (document.totals.vat, document.totals.vat_accounting) == (Decimal("21.00"), Decimal("235.00"))


def test_tax_total_in_a_third_currency_is_kept_and_lowers_nothing() -> None:
    reading = read(HEAD, CURRENCY, _tax("21.00"), _tax("24.00", "USD"), TOTALS, LINE)
    assert [f.severity for f in reading.findings if f.code == "HUB-UBL-18"] == ["warning"]
    assert reading.mapped
    assert reading.document is not None
    assert "24.00" in [entry.text for entry in reading.document.unmapped]


def test_only_tax_total_in_a_third_currency_is_fatal() -> None:
    reading = read(HEAD, CURRENCY, _tax("24.00", "USD"), TOTALS, LINE)
    assert [f.severity for f in reading.findings if f.code == "HUB-UBL-18"] == ["fatal"]
    assert not reading.mapped


@pytest.mark.parametrize(
    ("amounts", "vat", "kept"),
    [(("15.00", "6.00"), "21.00", []), (("21.00", "21.00"), "21.00", ["21.00"])],
)
def test_several_tax_totals_are_added_only_when_the_totals_bear_it_out(
    amounts: tuple[str, str], vat: str, kept: list[str]
) -> None:
    reading = read(HEAD, CURRENCY, *map(_tax, amounts), TOTALS, LINE)
    assert "HUB-UBL-23" in codes(reading)
    assert reading.document is not None
    assert reading.document.totals.vat == Decimal(vat)
    assert [u.text for u in reading.document.unmapped if u.location.endswith("TaxAmount[1]")] == kept


def test_exclusive_amount_that_holds_the_tax_is_replaced_and_said() -> None:
    quirk = totals(LineExtension="100.00", TaxExclusive="21.00", TaxInclusive="121.00", Payable="121.00")
    reading = read(HEAD, CURRENCY, TAX, quirk, LINE)
    finding = next(finding for finding in reading.findings if finding.code == "HUB-UBL-12")
    assert (finding.found, finding.expected) == ("21.00", "100.00")
    assert reading.document is not None
    assert reading.document.totals.without_vat == Decimal("100.00")


@pytest.mark.parametrize(
    "amounts",
    [
        {"LineExtension": "100.00", "TaxExclusive": "99.00", "TaxInclusive": "121.00", "Payable": "121.00"},
        {"LineExtension": "100.00", "TaxExclusive": "21.00", "TaxInclusive": "120.00", "Payable": "120.00"},
        {"LineExtension": "21.00", "TaxExclusive": "21.00", "TaxInclusive": "42.00", "Payable": "42.00"},
        {"TaxExclusive": "21.00", "TaxInclusive": "121.00", "Payable": "121.00"},
    ],
    ids=["another amount", "does not add up", "tax equals net", "no line total"],
)
def test_exclusive_amount_is_left_alone_when_the_arithmetic_is_not_clear(amounts: dict[str, str]) -> None:
    reading = read(HEAD, CURRENCY, TAX, totals(**amounts), LINE)
    assert "HUB-UBL-12" not in codes(reading)
    assert reading.document is not None
    assert reading.document.totals.without_vat == Decimal(amounts["TaxExclusive"])


def test_due_date_comes_from_the_payment_means_when_the_document_states_none() -> None:
    means = "<cac:PaymentMeans><cbc:PaymentDueDate>2026-05-31</cbc:PaymentDueDate></cac:PaymentMeans>"
    assert str(read_with(means).due_date) == "2026-05-31"
    assert str(read_with("<cbc:DueDate>2026-06-01</cbc:DueDate>", means).due_date) == "2026-06-01"


def _embedded(content: str, attributes: str = 'mimeCode="application/pdf"') -> str:
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>a</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject "
        f"{attributes}>{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )


@pytest.mark.parametrize("content", ["JVBERi0xLjc=", " JVBE\n  Ri0xLjc=\t", "JVBERi0<!-- -->xLjc="])
def test_attachment_is_decoded(content: str) -> None:
    assert read_with(_embedded(content)).attachments[0].content == b"%PDF-1.7"


@pytest.mark.parametrize(
    "content", ["JVBERi0xLjc", "JVBERi0xLjc==", "JVBE*i0x", "JV=BERi0", "____", "JVBERi0xLjc=JVBE", "é"]
)
def test_attachment_is_a_finding_and_kept_when_it_is_no_strict_base64(content: str) -> None:
    reading = read(HEAD, CURRENCY, _embedded(content), TAX, TOTALS, LINE)
    assert "HUB-UBL-16" in codes(reading)
    assert reading.document is not None
    assert reading.document.attachments[0].content is None
    assert content in [entry.text for entry in reading.document.unmapped]


@pytest.mark.parametrize(
    ("attributes", "found"),
    [('mimeCode="application/pdf"', []), ('mimeCode="Image/PNG; q=1"', []), ("", ["HUB-UBL-17"]),
     ('mimeCode="text/html"', ["HUB-UBL-17"])],
)  # fmt: skip
def test_attachment_of_a_type_outside_the_list_is_a_warning(attributes: str, found: list[str]) -> None:
    reading = read(HEAD, CURRENCY, _embedded("AAAA", attributes), TAX, TOTALS, LINE)
    assert [code for code in codes(reading) if code == "HUB-UBL-17"] == found


@pytest.mark.parametrize(
    ("word", "code", "severity"),
    [("StandardRated", "S", "information"), ("Reverse Charge", "AE", "information"), ("Luxe", "Luxe", "warning")],
)
def test_category_word_becomes_its_code_with_a_finding(word: str, code: str, severity: str) -> None:
    item = f"<cac:Item><cac:ClassifiedTaxCategory><cbc:ID>{word}</cbc:ID></cac:ClassifiedTaxCategory></cac:Item>"
    line = LINE.replace("</cac:InvoiceLine>", item + "</cac:InvoiceLine>")
    reading = read(HEAD, CURRENCY, TAX, TOTALS, line, line)
    assert reading.document is not None
    assert [found.vat_category for found in reading.document.lines] == [code, code]
    assert [f.severity for f in reading.findings if f.code == "HUB-UBL-14"] == [severity]  # said once


_TELLING = "<AccountingSupplierParty/><LegalMonetaryTotal/>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ubl(HEAD), True),
        (ubl(HEAD, root="CreditNote"), True),
        (ubl(_TELLING, namespace="http://voorbeeld.nl"), True),
        (f"<Invoice>{_TELLING}</Invoice>".encode(), True),
        (b"<Invoice><Number>1</Number></Invoice>", False),
        (f"<Order>{_TELLING}</Order>".encode(), False),
        (ubl(HEAD, root="DespatchAdvice"), False),
        (b"", False),
        (b"<Invoice", False),
        (b"%PDF-1.7", False),
        (b"<!DOCTYPE a><Invoice/>", False),
    ],
)
def test_recognise_says_yes_only_to_ubl_invoices_and_never_raises(data: bytes, expected: bool) -> None:
    assert source.recognise(Content(data)) is expected


def test_envelope_around_another_document_is_not_recognised() -> None:
    enveloped = (SAMPLES / "in-envelope.xml").read_bytes()
    assert source.recognise(Content(enveloped))
    assert not source.recognise(
        Content(enveloped.replace(b"<Invoice ", b"<Order ").replace(b"</Invoice>", b"</Order>"))
    )


def test_envelope_that_agrees_with_its_document_gives_no_finding() -> None:
    enveloped = (SAMPLES / "in-envelope.xml").read_bytes()
    agreeing = enveloped.replace(b"0106:99999999", b"0106:55667788").replace(
        b"urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1", b"urn:fdc:nen.nl:nlcius:v1.0::2.1"
    )
    assert source.read(Content(agreeing)).findings == ()


def test_envelope_of_a_self_billed_invoice_goes_to_the_seller() -> None:
    enveloped = (SAMPLES / "in-envelope.xml").read_bytes()
    turned = enveloped.replace(b"0106:11223344", b"0106:55667788").replace(b"0106:99999999", b"0106:11223344")
    turned = turned.replace(b">380<", b">389<")
    assert not {"HUB-SBDH-03", "HUB-SBDH-04"} & set(codes(source.read(Content(turned))))


@pytest.mark.parametrize(
    ("customization", "name"),
    [
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "peppol-bis-3"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0", "peppol-self-billing-3"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0", "nlcius"),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0#conformant#urn:fdc:nen.nl:gaccount:v1.0",
            "nlcius-gaccount",
        ),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "xrechnung"),
        ("urn:cen.eu:en16931:2017", "en16931"),
        ("urn:www.cenbii.eu:transaction:biitrns010:ver2.0:extended:urn:www.peppol.eu:bis:peppol4a:ver2.0"
         ":extended:urn:www.simplerinvoicing.org:si:si-ubl:ver1.2", "si-ubl-1"),
        ("OIOUBL-2.02", "oioubl-2"),
        ("", ""),
        ("iets anders", ""),
    ],
)  # fmt: skip
def test_profile_follows_the_customization(customization: str, name: str) -> None:
    assert profile(customization) == name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Type>Invoice</Type>", b"<Type>CreditNote</Type>"),
        (b"schema:xsd:Invoice-2</Standard>", b"schema:xsd:Order-2</Standard>"),
    ],
)  # fmt: skip
def test_envelope_that_names_another_kind_of_document_says_so(old: bytes, new: bytes) -> None:
    enveloped = (SAMPLES / "in-envelope.xml").read_bytes()
    agreeing = enveloped.replace(b"0106:99999999", b"0106:55667788").replace(
        b"urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1", b"urn:fdc:nen.nl:nlcius:v1.0::2.1"
    )
    assert old in agreeing
    assert codes(source.read(Content(agreeing.replace(old, new)))) == ["HUB-SBDH-02"]
