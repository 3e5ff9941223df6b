"""Where the official artefact stops or goes on in spite of nonsense: found by spoiling samples, kept so that it stays."""

from __future__ import annotations

import pytest

from hub.formats.xml import safe_parse
from hub.rules import en16931, peppol
from hub.rules.en16931.dates import minutes_of
from hub.rules.rule import UNDECIDABLE, Undecidable
from tests.rules.documents import allowance, codes, invoice, spoiled
from tests.rules.peppol_documents import peppol_invoice

SCHEME = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
LINE_CATEGORY = "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>"
PERCENT = "<cbc:Percent>21</cbc:Percent>"
STOPS = [
    (LINE_CATEGORY, f"{LINE_CATEGORY}<cbc:ID>S</cbc:ID>"),
    ("<cac:TaxCategory><cbc:ID>S</cbc:ID>", "<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:ID>S</cbc:ID>"),
    (f"{SCHEME}</cac:ClassifiedTaxCategory>", f"{SCHEME}{SCHEME}</cac:ClassifiedTaxCategory>"),
    (f"{SCHEME}</cac:PartyTaxScheme>", f"{SCHEME[:-16]}<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"),
    (PERCENT, PERCENT * 2),
]


@pytest.mark.parametrize(("old", "new"), STOPS)
def test_nothing_can_be_judged_when_a_value_stands_twice_that_vat_rules_compare(old: str, new: str) -> None:
    assert UNDECIDABLE in codes(spoiled(old, new))


@pytest.mark.parametrize("said", ["yes", "", "TRUE", "fa\u2003lse"])
def test_nothing_can_be_judged_when_an_indicator_is_no_boolean(said: str) -> None:
    assert UNDECIDABLE in codes(invoice(allowances=allowance("1.00")).replace(">false<", f">{said}<"))


def test_an_allowance_is_meant_when_an_indicator_says_both() -> None:
    both = "<cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
    charge = f"<cac:AllowanceCharge>{both}</cac:AllowanceCharge><cac:Item>"
    assert {"BR-41", "BR-42"} <= codes(spoiled("<cac:Item>", charge))
    assert not {"BR-43", "BR-44"} & codes(spoiled("<cac:Item>", charge))


def test_a_price_that_is_not_a_number_is_not_negative() -> None:
    assert "BR-27" not in codes(spoiled('PriceAmount currencyID="EUR">100.00', 'PriceAmount currencyID="EUR">NaN'))


def test_a_verdict_on_vat_does_not_need_the_base_when_there_is_no_rate() -> None:
    text = spoiled('TaxableAmount currencyID="EUR">100.00', 'TaxableAmount currencyID="EUR">1 00').replace(
        ">VAT<", ">X<"
    )
    assert "BR-CO-17" in codes(text)


def test_a_period_with_two_starts_and_no_end_is_not_compared() -> None:
    starts = "<cbc:StartDate>2026-11-01</cbc:StartDate>" * 2
    assert UNDECIDABLE not in codes(spoiled("<cac:Item>", f"<cac:InvoicePeriod>{starts}</cac:InvoicePeriod><cac:Item>"))


@pytest.mark.parametrize("cut", ["38<!-- c -->0", "38<?p i?>0"])
def test_peppol_cannot_be_judged_when_a_type_code_is_cut_in_pieces(cut: str) -> None:
    root = safe_parse(peppol_invoice().replace(">380<", f">{cut}<").encode())
    assert UNDECIDABLE in {finding.code for finding in peppol.check(root)}
    assert UNDECIDABLE not in {finding.code for finding in en16931.check(root)}


@pytest.mark.parametrize("day", ["02026-01-01", "2026-11-30+15:00", "2026-11-30+13:60", "2026-02-29"])
def test_a_day_is_none_when_the_official_processor_takes_it_for_none(day: str) -> None:
    with pytest.raises(Undecidable):
        minutes_of(day)


def test_years_of_many_digits_and_the_widest_zone_are_days() -> None:
    assert minutes_of("1234567-01-01") > minutes_of("2026-11-30-14:00") > minutes_of("2026-11-30+14:00")
