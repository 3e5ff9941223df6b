"""NLCIUS: what each rule of its own looks at, and what keeps it silent. Counts were compared with the official artefact."""

from __future__ import annotations

import pytest

from hub.rules.nlcius import rules
from hub.rules.nlcius.promise import GACCOUNT, PROFILE
from hub.texts.catalogue import sentence
from tests.rules.documents import invoice, line
from tests.rules.dutch import ADDRESS, MEANS, NUMBER, changed, codes, dutch, found

SELLER, BUYER = "<cac:AccountingSupplierParty>", "<cac:AccountingCustomerParty>"
COUNTRY = "<cbc:IdentificationCode>NL"
HEAD = "<cbc:BuyerReference>"
LINE = "<cac:AddressLine><cbc:Line>x</cbc:Line></cac:AddressLine>"
REASON = """<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
<cbc:AllowanceChargeReasonCode>95</cbc:AllowanceChargeReasonCode></cac:AllowanceCharge>"""
AGENT = f"<cac:TaxRepresentativeParty><cac:PostalAddress>{ADDRESS}</cac:PostalAddress></cac:TaxRepresentativeParty>"
DELIVERY = "<cac:Delivery><cac:DeliveryLocation><cac:Address>{}</cac:Address></cac:DeliveryLocation></cac:Delivery>"
REGION = "<cbc:CountrySubentity>ZH</cbc:CountrySubentity>"
EARLIER = "<cac:BillingReference><cac:InvoiceDocumentReference>{}</cac:InvoiceDocumentReference></cac:BillingReference>"


def test_nothing_is_found_when_a_dutch_document_is_right() -> None:
    assert codes(dutch()) == codes(dutch("CreditNote")) == {}


def at(old: str, new: str, side: str = "") -> str:
    """A correct document, changed once: after `side`, when given."""
    text = dutch()
    start = text.index(side) if side else 0
    return text[:start] + changed(text[start:], old, new, 1)


ONE_WRONG = [
    (at(NUMBER, "", SELLER), "BR-NL-1"),
    (at("<cbc:BuyerReference>B</cbc:BuyerReference>", ""), "BR-NL-2"),
    (at("<cbc:CityName>Delft</cbc:CityName>", "", SELLER), "BR-NL-3"),
    (at("<cbc:PostalZone>2611 AA</cbc:PostalZone>", "", BUYER), "BR-NL-4"),
    (at("<cac:PaymentMeans>", AGENT.replace("<cbc:StreetName>Straat 1</cbc:StreetName>", "") + "<cac:PaymentMeans>"),
     "BR-NL-5"),
    (at("Code>380<", "Code> 380<"), "BR-NL-7"),
    (at("Code>380<", "Code>381<"), "BR-NL-8"),
    (at("Code>380<", "Code>384<"), "BR-NL-9"),
    (at(NUMBER, "", BUYER), "BR-NL-10"),
    (at(MEANS, ""), "BR-NL-11"),
    (at("Code>58<", "Code>10<"), "BR-NL-12"),
    (at("<cac:Item>", "<cac:OrderLineReference><cbc:LineID>3</cbc:LineID></cac:OrderLineReference><cac:Item>"),
     "BR-NL-13"),
    (at(HEAD, f"<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>{HEAD}"), "BR-NL-19"),
    (at(HEAD, f"<cbc:TaxPointDate>2026-11-02</cbc:TaxPointDate>{HEAD}"), "BR-NL-20"),
    (at(SELLER, f"<cac:InvoicePeriod><cbc:DescriptionCode>35</cbc:DescriptionCode></cac:InvoicePeriod>{SELLER}"),
     "BR-NL-21"),
    (at(SELLER, EARLIER.format("<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate>") + SELLER), "BR-NL-24"),
    (at("<cbc:ID>VAT<", "<cbc:ID>vat<", SELLER), "BR-NL-25"),
    (at(NUMBER, f"{NUMBER}<cbc:CompanyLegalForm>BV</cbc:CompanyLegalForm>", SELLER), "BR-NL-26"),
    (at("<cac:Country>", f"{LINE}<cac:Country>", SELLER), "BR-NL-27-1"),
    (at("<cac:Country>", f"{LINE}<cac:Country>", BUYER), "BR-NL-27-2"),
    (at("<cac:PaymentMeans>", AGENT.replace("</cbc:PostalZone>", f"</cbc:PostalZone>{LINE}") + "<cac:PaymentMeans>"),
     "BR-NL-27-3"),
    (at("<cac:PaymentMeans>", DELIVERY.format(LINE) + "<cac:PaymentMeans>"), "BR-NL-27-4"),
    (at("<cac:Country>", f"{REGION}<cac:Country>", SELLER), "BR-NL-28-1"),
    (at("<cac:Country>", f"{REGION}<cac:Country>", BUYER), "BR-NL-28-2"),
    (at("<cac:PaymentMeans>", AGENT.replace("</cbc:PostalZone>", f"</cbc:PostalZone>{REGION}") + "<cac:PaymentMeans>"),
     "BR-NL-28-3"),
    (at("<cac:PaymentMeans>", DELIVERY.format(REGION) + "<cac:PaymentMeans>"), "BR-NL-28-4"),
    (at("<cbc:PaymentMeansCode>", '<cbc:PaymentMeansCode name="SEPA">'), "BR-NL-29"),
    (at("<cbc:ID>NL02ABNA0123456789</cbc:ID>", "<cbc:ID>NL02ABNA0123456789</cbc:ID><cbc:Name>N</cbc:Name>"), "BR-NL-30"),
    (at("</cac:PayeeFinancialAccount>", "<cac:FinancialInstitutionBranch><cbc:ID>ABNANL2A</cbc:ID>"
        "</cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount>"), "BR-NL-31"),
    (at("<cac:Item>", f"{REASON}<cac:Item>"), "BR-NL-32-1"),
    (at('currencyID="EUR">21.00', 'currencyID="USD">21.00'), "BR-NL-33"),
    (at("<cac:TaxScheme>", "<cbc:TaxExemptionReasonCode>VATEX-EU-AE</cbc:TaxExemptionReasonCode><cac:TaxScheme>",
        "<cac:TaxSubtotal>"), "BR-NL-35"),
    (at("<cbc:Name>Thing</cbc:Name>", "<cbc:Name>Thing</cbc:Name><cbc:Note> \t</cbc:Note>"), "SI-UBL-2"),
    (changed(dutch(), f"<cbc:CustomizationID>{PROFILE}</cbc:CustomizationID>", ""), "(BII2-T10-R001)"),
    (at(PROFILE, f"x{PROFILE}"), "(SI-V20-INV-R000)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), ONE_WRONG, ids=[code for _, code in ONE_WRONG])
def test_only_this_rule_fires_when_one_thing_is_wrong(text: str, code: str) -> None:
    assert codes(text) == {code: 1}


def test_every_rule_that_can_fire_has_a_document_here() -> None:
    silent = {"BR-NL-32-2", "BR-NL-32-3", "(SI-INV-R000)"}
    assert {code for _, code in ONE_WRONG} == {rule.code for rule in rules()} - silent


def test_the_file_is_named_when_it_is_no_invoice() -> None:
    assert codes("<Envelope>x</Envelope>") == {"(SI-INV-R000)": 1}


@pytest.mark.parametrize(("text", "code"), ONE_WRONG, ids=[code for _, code in ONE_WRONG])
def test_rules_for_the_dutch_are_silent_when_the_seller_lives_elsewhere(text: str, code: str) -> None:
    abroad = text[: text.index(SELLER)] + changed(text[text.index(SELLER) :], COUNTRY, COUNTRY[:-2] + "BE", 1)
    general = ("BR-NL-13", "SI-UBL-2", "(BII2-T10-R001)", "(SI-V20-INV-R000)")
    assert codes(abroad) == ({code: 1} if code in general else {})


def test_lower_case_is_dutch_too_when_the_country_is_the_sellers() -> None:
    assert codes(at(COUNTRY, COUNTRY[:-2] + " nl ", SELLER).replace(NUMBER, "", 1)) == {"BR-NL-1": 1}


def test_rules_are_silent_when_the_promise_is_another() -> None:
    assert codes(invoice()) == {"(SI-V20-INV-R000)": 1}


def test_the_g_account_alone_is_a_promise_too() -> None:
    assert codes(at(PROFILE, f"urn:cen.eu:en16931:2017{GACCOUNT}").replace(MEANS, "")) == {
        "(SI-V20-INV-R000)": 1, "BR-NL-11": 1,
    }  # fmt: skip


def test_two_countries_of_the_seller_silence_every_dutch_rule() -> None:
    twice = at("<cac:Country>", f"<cac:Country>{COUNTRY}</cbc:IdentificationCode></cac:Country><cac:Country>", SELLER)
    assert codes(twice.replace(MEANS, "")) == {}


def test_scheme_and_number_may_come_from_different_places_when_the_seller_has_two() -> None:
    two = '<cbc:CompanyID schemeID="0106"/><cbc:CompanyID schemeID="0208">1</cbc:CompanyID>'
    assert codes(at(NUMBER, two, SELLER)) == {"SI-UBL-2": 1}


def test_an_address_without_country_is_dutch_when_it_is_the_buyers() -> None:
    country = f"<cac:Country>{COUNTRY}</cbc:IdentificationCode></cac:Country>"
    assert codes(at(ADDRESS + country, "<cbc:CityName>Delft</cbc:CityName>", BUYER)) == {"BR-NL-4": 1}
    assert codes(at(ADDRESS + country, country.replace("NL", "BE"), BUYER)) == {}


def test_an_empty_number_of_the_buyer_is_wrong_when_he_lives_abroad() -> None:
    text = at(NUMBER, '<cbc:CompanyID schemeID="0208"/>', BUYER)
    abroad = text[: text.index(BUYER)] + changed(text[text.index(BUYER) :], COUNTRY, COUNTRY[:-2] + "BE", 1)
    assert codes(abroad) == {"BR-NL-10": 1, "SI-UBL-2": 1}


def test_another_type_breaks_two_rules_when_it_is_in_a_credit_note() -> None:
    assert codes(changed(dutch("CreditNote"), "Code>381<", "Code>396<")) == {"BR-NL-7": 1, "BR-NL-8": 1}


def test_nothing_to_pay_needs_no_way_to_pay() -> None:
    amount = 'PayableAmount currencyID="EUR">'
    assert codes(changed(dutch().replace(MEANS, ""), f"{amount}121.00", f"{amount}0")) == {}


def test_an_empty_element_is_not_told_twice_when_another_rule_has_judged_it() -> None:
    empty = at(HEAD, f"<cbc:TaxPointDate/>{HEAD}")
    assert codes(empty) == {"BR-NL-20": 1}
    assert codes(empty.replace(PROFILE, "urn:cen.eu:en16931:2017")) == {"(SI-V20-INV-R000)": 1, "SI-UBL-2": 1}


def test_a_no_break_space_is_content() -> None:
    assert codes(at("<cbc:Name>Thing", "<cbc:Name>\u00a0")) == {}


def test_every_reason_code_counts_once_when_lines_have_some() -> None:
    assert codes(dutch(lines=line("100.00").replace("<cac:Item>", REASON * 2 + "<cac:Item>"))) == {"BR-NL-32-1": 2}


def test_two_codes_of_one_payment_cannot_be_judged() -> None:
    code = "<cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>"
    assert codes(at(code, code * 2)) == {"HUB-EN-01": 2}


def test_what_an_address_lacks_is_said_in_words() -> None:
    finding = next(
        iter(found(at("<cbc:CityName>Delft</cbc:CityName><cbc:PostalZone>2611 AA</cbc:PostalZone>", "", SELLER)))
    )
    assert "plaats van de verkoper (BT-37), postcode van de verkoper (BT-38)" in sentence(finding, "nl", strict=True)
    assert "city of the seller (BT-37), postcode of the seller (BT-38)" in sentence(finding, "en", strict=True)
