"""What must be there, what may be there once, and what must come from a code list."""

from __future__ import annotations

import pytest
from lxml import etree

from hub.rules.en16931 import check
from tests.rules.documents import codes, detail, findings, invoice, line, only, spoiled


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<cbc:ID>2026-1</cbc:ID>", "<cbc:ID> \t</cbc:ID>", "BR-02"),
        ("<cbc:IssueDate>2026-11-02</cbc:IssueDate>", "", "BR-03"),
        ("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "", "BR-04"),
        ("<cbc:RegistrationName>Seller</cbc:RegistrationName>", "", "BR-06"),
        ("<cbc:RegistrationName>Buyer</cbc:RegistrationName>", "", "BR-07"),
        (' unitCode="C62"', "", "BR-23"),
        ("<cbc:Name>Thing</cbc:Name>", "<cbc:Name/>", "BR-25"),
        ('<cbc:PriceAmount currencyID="EUR">100', '<cbc:PriceAmount currencyID="EUR">-100', "BR-27"),
        ('<cbc:PriceAmount currencyID="EUR">100', '<cbc:PriceAmount currencyID="EUR">-0', "BR-27"),
        ("<cbc:CompanyID>NL123456789B01", "<cbc:CompanyID>?L123456789B01", "BR-CO-09"),
        ("<cbc:InvoiceTypeCode>380", "<cbc:InvoiceTypeCode>381", "BR-CL-01"),
        (">NL</cbc:IdentificationCode>", ">nl</cbc:IdentificationCode>", "BR-CL-14"),
        (' unitCode="C62"', ' unitCode="stuks"', "BR-CL-23"),
        (' schemeID="0106"', ' schemeID="1060"', "BR-CL-25"),
    ],
)
def test_only_this_rule_fires_when_one_thing_is_wrong(old: str, new: str, code: str) -> None:
    assert codes(spoiled(old, new)) == {code}


def test_a_no_break_space_is_a_value_when_only_blanks_are_stripped() -> None:
    assert "BR-02" not in codes(spoiled("<cbc:ID>2026-1<", "<cbc:ID>\u00a0<"))


@pytest.mark.parametrize("number", ["A", " N", ""])
def test_br_co_09_passes_when_the_prefix_is_only_part_of_one(number: str) -> None:
    assert "BR-CO-09" not in codes(spoiled("NL123456789B01", number))


def test_br_26_when_the_price_is_missing_also_br_27() -> None:
    text = line("100.00").replace('<cbc:PriceAmount currencyID="EUR">100.00</cbc:PriceAmount>', "")
    assert codes(invoice(lines=text)) == {"BR-26", "BR-27"}


def test_br_29_when_the_period_ends_before_it_starts() -> None:
    period = "<cac:InvoicePeriod><cbc:StartDate>2026-11-02</cbc:StartDate><cbc:EndDate>2026-11-01</cbc:EndDate>"
    found = only(invoice(head=period + "</cac:InvoicePeriod>"), "BR-29")
    assert (found.found, found.expected) == ("2026-11-01", ">= 2026-11-02")


def test_br_29_compares_instants_when_dates_have_zones() -> None:
    period = "<cac:InvoicePeriod><cbc:StartDate>2026-11-02+14:00</cbc:StartDate><cbc:EndDate>2026-11-01</cbc:EndDate>"
    assert codes(invoice(head=period + "</cac:InvoicePeriod>")) == {"BR-29"}
    assert codes(invoice(head=period.replace("01</cbc:E", "01-12:00</cbc:E") + "</cac:InvoicePeriod>")) == set()


def test_br_30_alone_judges_the_period_when_it_stands_in_a_line() -> None:
    period = "<cac:InvoicePeriod><cbc:StartDate>2026-11-02</cbc:StartDate><cbc:EndDate>2026-11-01</cbc:EndDate>"
    assert codes(spoiled("<cac:Item>", period + "</cac:InvoicePeriod><cac:Item>")) == {"BR-30"}


def test_br_06_cannot_be_judged_when_the_seller_has_two_legal_entities() -> None:
    text = "<cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName></cac:PartyLegalEntity>"
    found = only(spoiled(text, text * 2), "HUB-EN-01")
    assert (found.layer, found.severity, detail(found, "rule")) == ("hub", "fatal", "BR-06")


def test_ubl_sr_44_when_two_payment_references_differ() -> None:
    means = "<cac:PaymentMeans><cbc:PaymentMeansCode>1</cbc:PaymentMeansCode><cbc:PaymentID>{}</cbc:PaymentID>"
    text = "".join(means.format(number) + "</cac:PaymentMeans>" for number in ("A", "A"))
    assert codes(invoice(head=text)) == set()
    found = only(invoice(head=text.replace(">A<", ">B<", 1)), "UBL-SR-44")
    assert (found.found, found.expected) == ("A", "B")


def test_br_61_when_a_transfer_names_no_account() -> None:
    means = "<cac:PaymentMeans><cbc:PaymentMeansCode> 58 </cbc:PaymentMeansCode></cac:PaymentMeans>"
    assert codes(invoice(head=means)) == {"BR-61"}


def test_br_cl_22_alone_forgives_lower_case_when_a_code_is_listed() -> None:
    code = "<cbc:TaxExemptionReasonCode>vatex-eu-o</cbc:TaxExemptionReasonCode><cac:TaxScheme>"
    assert "BR-CL-22" not in codes(invoice().replace("<cac:TaxScheme>", code))


def test_br_cl_10_accepts_sepa_only_when_it_is_the_sellers() -> None:
    mark = '<cac:PartyIdentification><cbc:ID schemeID="SEPA">NL1</cbc:ID></cac:PartyIdentification><cac:PostalAddress>'
    both = invoice().replace("<cac:PostalAddress>", mark)
    wrong = [finding.location for finding in findings(both) if finding.code == "BR-CL-10"]
    assert wrong == ["/Invoice[1]/AccountingCustomerParty[1]/Party[1]/PartyIdentification[1]/ID[1]"]


def test_locations_start_at_the_document_when_it_stands_in_an_envelope() -> None:
    envelope = etree.fromstring(f"<Envelope>{spoiled('>121.00<', '>121.01<')}</Envelope>")
    assert check(envelope[0])[0].location.startswith("/Invoice[1]/")


def test_attributes_of_an_envelope_are_not_those_of_the_document_in_it() -> None:
    envelope = etree.fromstring(f'<Envelope schemeName="x">{invoice()}</Envelope>')
    assert "UBL-DT-08" not in {finding.code for finding in check(envelope[0])}


def test_root_rules_are_silent_when_the_document_is_an_envelope() -> None:
    assert check(etree.fromstring("<Envelope/>")) == ()


def test_every_line_is_counted_when_thousands_are_wrong() -> None:
    wrong = line("1.00").replace("<cbc:Name>Thing</cbc:Name>", "")
    found = [f.location for f in findings(invoice(lines=wrong * 3000)) if f.code == "BR-25"]
    assert found[-1] == "/Invoice[1]/InvoiceLine[3000]"
