"""Numbers, dates, texts and identifiers as UBL writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.model.party import Identifier
from tests.connectors.ubl.build import CURRENCY, HEAD, LINE, TAX, codes, read, read_with, totals


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("121.00", "121.00"),
        (" 121.00\n", "121.00"),
        ("+1", "1"),
        ("-0.00", "-0.00"),
        ("5.", "5"),
        (".5", "0.5"),
        ("12<!-- euro -->1.00", "121.00"),
        ("1" * 40, "1" * 40),
    ],
)
def test_amount_is_exact_when_it_is_a_plain_decimal(written: str, amount: str) -> None:
    reading = read(HEAD, CURRENCY, TAX, totals(Payable=written), LINE)
    assert reading.document is not None
    assert reading.mapped
    assert str(reading.document.totals.due) == str(Decimal(amount))


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "INF",
        "-INF",
        "1e2",
        "1E+2",
        "1,00",
        "1.000,00",
        "1 000.00",
        "1_000",
        "€ 1",
        "",
        " ",
        "1.2.3",
        "--1",
        "+",
        ".",
        "0x10",
        "١٢",
        "1\u00a0",
        "9" * 61,
    ],
)
def test_amount_is_a_fatal_finding_naming_the_element_when_it_is_no_plain_decimal(written: str) -> None:
    reading = read(HEAD, CURRENCY, TAX, totals(LineExtension=written, Payable="121.00"), LINE)
    finding = next(finding for finding in reading.findings if finding.code == "HUB-UBL-07")
    assert finding.fatal
    assert finding.location == "/Invoice[1]/LegalMonetaryTotal[1]/LineExtensionAmount[1]"
    assert finding.found == written.strip(" \t\r\n")[:200]
    assert not reading.mapped
    assert reading.document is not None
    assert reading.document.totals.lines is None
    assert reading.document.totals.due == Decimal("121.00")


def test_amount_stated_twice_is_fatal_and_the_first_is_kept() -> None:
    doubled = totals(Payable="121.00").replace(
        "</cac:", '<cbc:PayableAmount currencyID="EUR">122.00</cbc:PayableAmount></cac:'
    )
    reading = read(HEAD, CURRENCY, TAX, doubled, LINE)
    assert "HUB-UBL-22" in codes(reading)
    assert reading.document is not None
    assert reading.document.totals.due == Decimal("121.00")
    assert "122.00" in [entry.text for entry in reading.document.unmapped]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2026-06-30", []),
        (" 2026-06-30 ", []),
        ("2026-06-30Z", ["HUB-UBL-09"]),
        ("2026-06-30+02:00", ["HUB-UBL-09"]),
        ("2026-06-30T12:00:00", ["HUB-UBL-09"]),
    ],
)
def test_date_is_read_as_written_when_a_zone_follows(written: str, found: list[str]) -> None:
    reading = read(HEAD, f"<cbc:DueDate>{written}</cbc:DueDate>", CURRENCY, TAX, totals(Payable="1"), LINE)
    assert reading.document is not None
    assert reading.document.due_date == date(2026, 6, 30)
    assert [code for code in codes(reading) if code == "HUB-UBL-09"] == found


@pytest.mark.parametrize(
    "written", ["2026-02-30", "30-06-2026", "20260630", "2026-W27-2", "0000-01-01", "2026-06-30Zulu", "morgen", ""]
)
def test_date_is_a_fatal_finding_when_it_does_not_exist(written: str) -> None:
    reading = read(HEAD, f"<cbc:DueDate>{written}</cbc:DueDate>", CURRENCY, TAX, totals(Payable="1"), LINE)
    finding = next(finding for finding in reading.findings if finding.code == "HUB-UBL-08")
    assert (finding.fatal, finding.location) == (True, "/Invoice[1]/DueDate[1]")
    assert reading.document is not None
    assert reading.document.due_date is None
    assert reading.mapped


def test_text_goes_on_behind_a_comment() -> None:
    document = read_with("<cbc:BuyerReference>afd.<!-- 3 --> Inkoop</cbc:BuyerReference>")
    assert document.buyer_reference == "afd. Inkoop"


def test_text_goes_on_behind_a_processing_instruction() -> None:
    document = read_with("<cbc:BuyerReference>afd.<?x y?> Inkoop</cbc:BuyerReference>")
    assert document.buyer_reference == "afd. Inkoop"


def test_second_text_of_a_single_term_is_kept_as_unmapped() -> None:
    document = read_with("<cbc:BuyerReference>een</cbc:BuyerReference><cbc:BuyerReference>twee</cbc:BuyerReference>")
    assert document.buyer_reference == "een"
    assert ("/Invoice[1]/BuyerReference[2]", "twee") in [(u.location, u.text) for u in document.unmapped]


def test_element_without_a_term_is_kept_with_all_texts_and_attributes_below_it() -> None:
    document = read_with(
        '<cac:BuyerCustomerParty><cac:Party><cbc:WebsiteURI languageID="nl">w.nl</cbc:WebsiteURI>'
        "<cbc:EndpointID>7</cbc:EndpointID></cac:Party></cac:BuyerCustomerParty>"
    )
    above = "/Invoice[1]/BuyerCustomerParty[1]/Party[1]/"
    assert [(u.location, u.text) for u in document.unmapped] == [
        (above + "WebsiteURI[1]", "w.nl"),
        (above + "WebsiteURI[1]/@languageID", "nl"),
        (above + "EndpointID[1]", "7"),
    ]


def test_identifier_keeps_its_scheme() -> None:
    document = read_with(
        '<cac:AccountingSupplierParty><cac:Party><cbc:EndpointID schemeID="0106">12345678</cbc:EndpointID>'
        "</cac:Party></cac:AccountingSupplierParty>"
    )
    assert document.seller.endpoint == Identifier("12345678", "0106")
