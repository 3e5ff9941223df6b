"""Document totals: BR-CO-10 to BR-CO-16 and the number of decimals."""

from __future__ import annotations

import pytest

from tests.rules.documents import allowance, codes, detail, invoice, line, only, spoiled, subtotal, totals


def test_nothing_is_found_when_the_invoice_adds_up() -> None:
    assert codes(invoice()) == set()


def test_nothing_is_found_when_the_credit_note_adds_up() -> None:
    assert codes(invoice(kind="CreditNote")) == set()


def test_br_co_10_when_lines_add_up_to_another_total() -> None:
    found = only(invoice(lines=line("60.00") + line("40.01", number=2)), "BR-CO-10")
    assert (found.found, found.expected, detail(found, "difference")) == ("100.00", "100.01", "-0.01")
    assert found.location == "/Invoice[1]/LegalMonetaryTotal[1]/LineExtensionAmount[1]"


@pytest.mark.parametrize(
    ("amounts", "total"),
    [(("0.001", "0.004"), "0.01"), (("-0.001", "-0.004"), "0"), (("-0.002", "-0.004"), "-0.01")],
    ids=["half goes up", "negative half goes up too", "more than half goes down"],
)
def test_br_co_10_rounds_halves_towards_plus_infinity_when_summing(amounts: tuple[str, str], total: str) -> None:
    lines = line(amounts[0]) + line(amounts[1], number=2)
    assert "BR-CO-10" not in codes(invoice(lines=lines, monetary=totals(lines=total)))


def test_br_co_10_keeps_forty_digits_when_amounts_are_long() -> None:
    huge = "1234567890123456789012345678901234567.01"
    lines = line(huge) + line("0.01", number=2)
    assert "BR-CO-10" not in codes(invoice(lines=lines, monetary=totals(lines=huge[:-1] + "2")))
    assert "BR-CO-10" in codes(invoice(lines=lines, monetary=totals(lines=huge)))


def test_br_co_11_when_the_allowance_total_is_absent() -> None:
    found = only(invoice(allowances=allowance("10.00")), "BR-CO-11")
    assert (found.found, found.expected, detail(found, "variant")) == (None, "10.00", "absent")


def test_br_co_11_when_an_allowance_total_stands_alone() -> None:
    monetary = totals(lines="100.00", net="90.00", gross="111.00", allowances="10.00", payable="111.00")
    assert "BR-CO-11" in codes(invoice(monetary=monetary))


def test_br_co_12_when_charges_differ() -> None:
    monetary = totals(lines="100.00", net="109.00", gross="130.00", charges="9.00", payable="130.00")
    found = only(invoice(allowances=allowance("10.00", charge=True), monetary=monetary), "BR-CO-12")
    assert (found.found, found.expected) == ("9.00", "10.00")


@pytest.mark.parametrize("indicator", ["1", " true ", "true"])
def test_br_co_12_reads_the_indicator_as_boolean_when_written_otherwise(indicator: str) -> None:
    charges = allowance("10.00", charge=True).replace(">true<", f">{indicator}<")
    monetary = totals(lines="100.00", net="110.00", gross="131.00", charges="10.00", payable="131.00")
    assert not codes(invoice(allowances=charges, monetary=monetary)) & {"BR-CO-11", "BR-CO-12"}


def test_br_co_13_names_its_parts_when_it_fails() -> None:
    monetary = totals(lines="100.00", net="95.00", gross="116.00", allowances="10.00", payable="116.00")
    found = only(invoice(allowances=allowance("10.00"), monetary=monetary), "BR-CO-13")
    assert (found.found, found.expected, detail(found, "term")) == ("95.00", "90.00", "BT-109")
    assert [detail(found, part) for part in ("lines", "allowances", "charges")] == ["100.00", "10.00", "0.00"]


def test_br_co_14_when_the_vat_total_is_not_its_parts() -> None:
    found = only(invoice(vat="21.01"), "BR-CO-14")
    assert (found.found, found.expected, detail(found, "difference")) == ("21.01", "21.00", "0.01")


def test_br_co_14_is_silent_when_there_is_no_breakdown() -> None:
    assert "BR-CO-14" not in codes(invoice(vat="5.00", subtotals=""))


def test_br_co_15_when_total_is_a_cent_off() -> None:
    found = only(spoiled(">121.00<", ">121.01<"), "BR-CO-15")
    assert (found.found, found.expected, detail(found, "difference")) == ("121.01", "121.00", "0.01")
    assert (detail(found, "net"), detail(found, "vat"), detail(found, "term")) == ("100.00", "21.00", "BT-112")
    assert (found.severity, found.who, found.layer) == ("fatal", "sender", "en16931")
    assert found.location == "/Invoice[1]/LegalMonetaryTotal[1]/TaxInclusiveAmount[1]"


def test_br_co_15_is_content_when_a_second_total_is_in_another_currency() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="USD">23.00</cbc:TaxAmount></cac:TaxTotal>'
    head = "<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"
    assert codes(invoice(more_vat=second, head=head)) == set()


def test_br_co_15_when_two_vat_totals_are_in_the_document_currency() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount></cac:TaxTotal>'
    found = only(invoice(more_vat=second), "BR-CO-15")
    assert (found.found, found.expected, detail(found, "variant")) == ("2", "1", "count")


def test_br_co_15_when_the_vat_total_is_in_no_known_currency() -> None:
    assert "BR-CO-15" in codes(spoiled('<cbc:TaxAmount currencyID="EUR">', '<cbc:TaxAmount currencyID="eur">'))


@pytest.mark.parametrize(
    ("amounts", "fires"),
    [
        ({"payable": "121.00"}, False),
        ({"payable": "121.01"}, True),
        ({"prepaid": "21.00", "payable": "100.00"}, False),
        ({"prepaid": "21.00", "payable": "121.00"}, True),
        ({"rounding": "-0.02", "payable": "120.98"}, False),
        ({"rounding": "0.02", "payable": "120.98"}, True),
        ({"prepaid": "21.00", "rounding": "0.05", "payable": "100.05"}, False),
        ({"prepaid": "121.00", "payable": "-0.00"}, False),
        ({}, True),
    ],
)
def test_br_co_16_when_the_amount_due_is_computed(amounts: dict[str, str], fires: bool) -> None:
    monetary = totals(lines="100.00", net="100.00", gross="121.00", **amounts)
    assert ("BR-CO-16" in codes(invoice(monetary=monetary))) is fires


def test_br_co_16_says_what_is_unknown_when_the_gross_total_is_missing() -> None:
    found = only(invoice(monetary=totals(lines="100.00", net="100.00", payable="121.00")), "BR-CO-16")
    assert (detail(found, "variant"), detail(found, "missing")) == ("unknown", "BT-112")


@pytest.mark.parametrize("text", ["121.000", "121.00 ", "121.00\n"])
def test_br_dec_18_counts_characters_when_there_are_more_than_two(text: str) -> None:
    assert {"BR-DEC-18", "UBL-DT-01"} <= codes(invoice(monetary=totals(payable=text)))


@pytest.mark.parametrize("text", [" 121.00", "+121.00", "121.", "121"])
def test_br_dec_18_is_silent_when_the_amount_is_only_written_otherwise(text: str) -> None:
    assert codes(invoice(monetary=totals(lines="100.00", net="100.00", gross="121.00", payable=text))) == set()


def test_ubl_dt_01_judges_foreign_elements_when_their_name_ends_in_amount() -> None:
    foreign = '<x:OwnAmount xmlns:x="urn:example:x">1.234</x:OwnAmount>'
    assert codes(invoice(head=foreign)) == {"UBL-DT-01"}


def test_prices_may_have_more_decimals_when_everything_else_has_two() -> None:
    text = '<cbc:PriceAmount currencyID="EUR">100.00<'
    assert codes(spoiled(text, text.replace("100.00", "100.001"))) == set()


def test_a_total_is_read_whole_when_a_comment_splits_it() -> None:
    assert codes(spoiled(">121.00<", ">12<!-- here -->1.00<")) == set()


def test_the_document_is_left_alone_when_a_comment_splits_a_value() -> None:
    from lxml import etree

    from hub.rules.en16931 import check

    root = etree.fromstring(spoiled(">121.00<", ">12<!-- here -->1.00<").encode())
    before = etree.tostring(root)
    check(root)
    assert etree.tostring(root) == before


def test_totals_with_allowance_and_charge_add_up_when_all_are_given() -> None:
    monetary = totals(lines="100.00", net="95.00", gross="114.95", allowances="10.00", charges="5.00", payable="114.95")
    text = invoice(
        allowances=allowance("10.00") + allowance("5.00", charge=True),
        subtotals=subtotal("95.00", "19.95"),
        vat="19.95",
        monetary=monetary,
    )
    assert codes(text) == set()
