"""VAT categories: the breakdown against lines, rates, reasons and who must be identified."""

from __future__ import annotations

import pytest

from tests.rules.documents import allowance, codes, detail, invoice, line, only, spoiled, subtotal, totals

ZERO = totals(lines="100.00", net="100.00", gross="100.00", payable="100.00")


def at_zero(code: str, *, base: str = "100.00", rate: str | None = "0", reason: str = "why") -> str:
    """An invoice of one line in a category without VAT."""
    return invoice(
        lines=line("100.00", code, rate),
        subtotals=subtotal(base, "0.00", code, rate, reason),
        vat="0.00",
        monetary=ZERO,
    )


@pytest.mark.parametrize(("code", "name"), [("E", "E"), ("AE", "AE"), ("G", "G"), ("Z", "Z")])
def test_base_is_exact_when_the_category_has_no_vat(code: str, name: str) -> None:
    reason = "" if code == "Z" else "why"
    assert codes(at_zero(code, reason=reason)) == set()
    found = only(at_zero(code, base="100.01", reason=reason), f"BR-{name}-08")
    assert (found.found, found.expected, detail(found, "category")) == ("100.01", "100.00", code)


def test_br_ic_11_and_12_when_an_intra_community_supply_names_no_delivery() -> None:
    assert codes(at_zero("K")) == {"BR-IC-11", "BR-IC-12"}


def test_br_o_02_when_a_vat_number_stands_on_an_invoice_outside_vat() -> None:
    assert codes(at_zero("O", rate=None)) == {"BR-O-02"}


def test_br_e_09_when_an_exempt_group_charges_vat() -> None:
    text = at_zero("E").replace('<cbc:TaxAmount currencyID="EUR">0.00', '<cbc:TaxAmount currencyID="EUR">0.01')
    assert only(text, "BR-E-09").found == "0.01"


@pytest.mark.parametrize(("reason", "code"), [("", "BR-E-10"), ("why", None)])
def test_br_e_10_when_the_reason_is_missing(reason: str, code: str | None) -> None:
    assert codes(at_zero("E", reason=reason)) == ({code} if code else set())


def test_br_s_10_when_a_standard_rate_gives_a_reason() -> None:
    assert only(invoice(subtotals=subtotal("100.00", "21.00", reason="none")), "BR-S-10").found == "none"


@pytest.mark.parametrize(
    ("lines", "base", "fires"),
    [
        ("100.00", "100.99", False),
        ("100.00", "101.00", True),
        ("100.70", "101.70", True),
        ("100.10", "101.10", False),
        ("100.30", "101.30", False),
    ],
)
def test_br_s_08_compares_in_binary_when_the_base_is_one_apart(lines: str, base: str, fires: bool) -> None:
    text = invoice(lines=line(lines), subtotals=subtotal(base, "21.00"))
    assert ("BR-S-08" in codes(text)) is fires


def test_br_s_08_adds_lines_of_one_rate_when_it_is_written_in_two_ways() -> None:
    lines = line("60.00", rate="21") + line("40.00", rate="21.00", number=2)
    assert codes(invoice(lines=lines)) == set()


def test_br_s_08_and_01_when_nothing_stands_at_the_rate_of_the_breakdown() -> None:
    assert "BR-S-08" in codes(invoice(lines=line("100.00", rate="9")))
    assert {"BR-S-01", "BR-S-08"} <= codes(invoice(lines=line("100.00", "Z", "0")))


def test_br_s_08_counts_allowances_when_they_have_the_same_rate() -> None:
    monetary = totals(lines="100.00", net="90.00", gross="108.90", allowances="10.00", payable="108.90")
    right = subtotal("90.00", "18.90")
    assert codes(invoice(allowances=allowance("10.00"), subtotals=right, vat="18.90", monetary=monetary)) == set()
    assert "BR-S-08" in codes(
        invoice(allowances=allowance("10.00", rate="9"), subtotals=right, vat="18.90", monetary=monetary)
    )


@pytest.mark.parametrize(
    ("vat", "fires"), [("20.01", False), ("20.00", True), ("21.99", False), ("22.00", True), ("-21.00", False)]
)
def test_br_co_17_and_br_s_09_when_vat_is_almost_one_off(vat: str, fires: bool) -> None:
    found = codes(invoice(subtotals=subtotal("100.00", vat)))
    assert ({"BR-CO-17", "BR-S-09"} <= found) is fires


def test_br_co_17_refuses_when_a_small_rate_rounds_to_zero() -> None:
    text = invoice(lines=line("1000.00", rate="0.4"), subtotals=subtotal("1000.00", "4.00", rate="0.4"))
    assert "BR-CO-17" in codes(text)
    assert "BR-S-09" not in codes(text)


def test_br_co_17_judges_the_vat_of_a_line_when_there_is_one() -> None:
    inner = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">99.00</cbc:TaxAmount>' + subtotal("100.00", "99.00")
    text = spoiled("<cac:Item>", inner + "</cac:TaxTotal><cac:Item>")
    assert only(text, "BR-CO-17").location.startswith("/Invoice[1]/InvoiceLine[1]/TaxTotal[1]/TaxSubtotal[1]")


@pytest.mark.parametrize(("rate", "found"), [("0", "0"), (None, None)])
def test_br_s_05_when_a_standard_line_has_no_rate(rate: str | None, found: str | None) -> None:
    assert only(invoice(lines=line("100.00", rate=rate)), "BR-S-05").found == found


def test_br_s_02_when_the_seller_has_no_tax_number() -> None:
    number = "<cbc:CompanyID>NL123456789B01</cbc:CompanyID>"
    assert "BR-S-02" in codes(spoiled(number, ""))


def test_vat_scheme_counts_when_written_in_lower_case() -> None:
    assert codes(spoiled("<cbc:ID>VAT</cbc:ID>", "<cbc:ID> vat </cbc:ID>")) <= {"UBL-SR-12", "UBL-SR-13", "UBL-SR-18"}


def test_br_co_04_when_a_line_has_no_category() -> None:
    text = invoice(lines=line("100.00").replace("ClassifiedTaxCategory", "AdditionalItemProperty"))
    assert {"BR-CO-04", "UBL-SR-48"} <= codes(text)


def test_a_line_with_two_categories_counts_in_both_when_summed() -> None:
    from tests.rules.documents import category

    second = category("E", "0", "ClassifiedTaxCategory")
    lines = line("100.00").replace("</cac:Item>", second + "</cac:Item>")
    found = codes(
        invoice(lines=lines, subtotals=subtotal("100.00", "21.00") + subtotal("100.00", "0.00", "E", "0", "y"))
    )
    assert not found & {"BR-S-08", "BR-E-08"}
    assert "UBL-SR-48" in found


def test_what_is_told_of_a_rule_never_keeps_it_from_firing() -> None:
    text = invoice().replace("<cbc:CompanyID>NL123456789B01</cbc:CompanyID>", "").replace(
        '<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>\n<cac:Item>',
        '<cbc:LineExtensionAmount currencyID="EUR">1E2</cbc:LineExtensionAmount>\n<cac:Item>',
    ).replace("<cbc:Percent>21</cbc:Percent>", "<cbc:Percent>high</cbc:Percent>")  # fmt: skip
    found = only(text, "BR-S-02")
    assert detail(found, "used") == "line 1="


def test_a_base_names_the_lines_and_allowances_it_is_made_of() -> None:
    many = "".join(line("10.00", number=n) for n in range(1, 12))
    text = invoice(lines=many, allowances=allowance("5.00"))
    assert detail(only(text, "BR-S-08"), "parts").startswith("line 1=10.00; line 2=10.00; ")
    assert detail(only(text, "BR-S-08"), "parts").endswith("; +4")
    nothing = only(invoice(subtotals=subtotal("100.00", "9.00", rate="9"), vat="9.00"), "BR-S-08")
    assert (detail(nothing, "variant"), detail(nothing, "parts")) == ("nothing", "")
