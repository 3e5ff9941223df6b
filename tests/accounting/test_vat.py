"""VAT of a purchase: which code, Dutch or not, with or without tax."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.model.invoice import Delivery, Invoice, Period, VatGroup
from hub.model.journal import JournalEntry
from hub.model.party import Party
from tests.builders import (
    COST,
    CREDITORS,
    INPUT_VAT,
    SUPPLIER,
    ZERO,
    D,
    balances,
    booked,
    codes,
    facts,
    finding_of,
    invoice,
    line,
    party,
    posted,
    sale,
    starter,
)

HORECA, HALF = "4340", "4410"
GERMAN, AMERICAN = party("DE", "DE123456789"), party("US")


def only_code(made: Invoice, given_facts: Any = None) -> str:
    (vat_line,) = posted(made, given_facts).vat_lines
    return vat_line.code


@pytest.mark.parametrize(
    ("supplied", "rate", "code"),
    [
        (date(2026, 3, 1), "21", "IH"),
        (date(2026, 3, 1), "9", "IL"),
        (date(2018, 12, 31), "6", "IL6"),
        (date(2012, 9, 30), "19", "IH19"),
        (date(2012, 10, 1), "21", "IH"),
    ],
)
def test_a_rate_that_was_dutch_on_the_day_of_supply_is_deducted(supplied: date, rate: str, code: str) -> None:
    made = invoice(line("100.00", rate=rate), deliveries=(Delivery(date=supplied),))
    assert only_code(made) == code
    assert balances(posted(made))[INPUT_VAT] == D(rate)


@pytest.mark.parametrize(
    ("supplied", "rate"), [(date(2019, 1, 1), "6"), (date(2018, 12, 31), "9"), (date(2026, 1, 1), "20")]
)
def test_a_rate_that_was_not_dutch_on_that_day_joins_the_cost(supplied: date, rate: str) -> None:
    booking = booked(invoice(line("100.00", rate=rate), deliveries=(Delivery(date=supplied),)))
    assert booking.entry is not None
    assert INPUT_VAT not in balances(booking.entry)
    assert finding_of(booking, "HUB-VAT-02").severity == "warning"


def test_delivery_goes_before_period_before_vat_point_before_issue_date() -> None:
    new, old = date(2019, 1, 10), date(2018, 12, 31)
    made = invoice(line("100.00", rate="6"), issue_date=new)
    assert only_code(replace(made, vat_point_date=old)) == "IL6"
    assert only_code(replace(made, vat_point_date=new, period=Period(end=old))) == "IL6"
    assert only_code(replace(made, period=Period(end=new), deliveries=(Delivery(date=old),))) == "IL6"
    assert "HUB-VAT-02" in codes(booked(made))


def test_the_three_dates_are_kept_apart() -> None:
    made = invoice(line("100.00", rate="6"), issue_date=date(2024, 1, 5), deliveries=(Delivery(date=date(2018, 5, 1)),))
    entry = posted(made, facts(closed=((date(2024, 1, 1), date(2024, 1, 31)),)))
    (vat,) = entry.vat_lines
    assert (vat.supply_date, vat.tax_date, entry.booking_date) == (
        date(2018, 5, 1),
        date(2024, 1, 5),
        date(2024, 2, 1),
    )


@pytest.mark.parametrize("category", ["AA", "H"])
def test_categories_of_older_agreements_count_as_s(category: str) -> None:
    rate = "9" if category == "AA" else "21"
    assert only_code(invoice(line("100.00", category, rate))) == ("IL" if category == "AA" else "IH")


def test_vat_without_the_suppliers_vat_id_is_deducted_with_a_warning() -> None:
    booking = booked(invoice(seller=replace(SUPPLIER, vat_id="")))
    assert booking.entry is not None
    assert INPUT_VAT in balances(booking.entry)
    assert finding_of(booking, "HUB-VAT-14").severity == "warning"


@pytest.mark.parametrize(("category", "code"), [("Z", "INUL"), ("E", "IVRIJ"), ("O", "IBUITEN")])
def test_each_has_its_code(category: str, code: str) -> None:
    assert only_code(invoice(line("100.00", category, "0"))) == code


def test_a_rate_written_beside_it_does_not_matter() -> None:
    made = invoice(line("100.00", "E", "19"), groups=[VatGroup(D("100.00"), ZERO, "E", D("19"))])
    assert only_code(made) == "IVRIJ"


@pytest.mark.parametrize("reason", ["VATEX-EU-F", "vatex-eu-i", "VATEX-EU-J"])
def test_exempt_by_the_margin_scheme_is_the_margin_code(reason: str) -> None:
    group = VatGroup(D("100.00"), ZERO, "E", ZERO, exemption_code=reason)
    assert only_code(invoice(line("100.00", "E", "0"), groups=[group])) == "IMARGE"
    assert only_code(sale(line("100.00", "E", "0"), groups=[group])) == "VMARGE"


def test_an_unknown_category_without_tax_is_outside_the_scope_with_a_finding() -> None:
    booking = booked(invoice(line("100.00", "XX", "0")))
    assert booking.entry is not None
    assert booking.entry.vat_lines[0].code == "IBUITEN"
    assert "HUB-VAT-10" in codes(booking)


def test_an_unknown_category_with_tax_joins_the_cost_with_a_warning() -> None:
    made = invoice(line("100.00", "XX", "21"), groups=[VatGroup(D("100.00"), D("21.00"), "XX", D("21"))])
    booking = booked(made)
    assert booking.entry is not None
    assert balances(booking.entry) == {COST: D("121.00"), CREDITORS: D("-121.00")}
    assert finding_of(booking, "HUB-VAT-02").severity == "warning"


def test_exempt_with_tax_is_never_deducted() -> None:
    made = invoice(line("100.00", "E", "21"), groups=[VatGroup(D("100.00"), D("21.00"), "E", D("21"))])
    assert balances(posted(made)) == {COST: D("121.00"), CREDITORS: D("-121.00")}


def test_import_has_no_legs_here_and_says_where_they_come_from() -> None:
    booking = booked(invoice(line("100.00", "G", "0"), seller=AMERICAN))
    assert booking.entry is not None
    assert balances(booking.entry) == {COST: D("100.00"), CREDITORS: D("-100.00")}
    assert booking.entry.vat_lines[0].code == "IBUITEN"
    assert "HUB-VAT-05" in codes(booking)


@pytest.mark.parametrize(
    ("seller", "category", "rate", "code"),
    [
        (GERMAN, "S", "19", "FOREIGN"),
        (party("BE", "BE0123456749"), "S", "21", "FOREIGN"),
        (party("BE"), "S", "21", "FOREIGN"),
        (party("GB", "GB123456789"), "S", "20", "FOREIGN-NEU"),
        (party("ES", "ESB12345678"), "L", "7", "FOREIGN-IGIC"),
        (party("ES", "ESB12345678"), "M", "10", "FOREIGN-IPSI"),
        (party("IT", "IT12345678901"), "B", "22", "FOREIGN-IT"),
    ],
)
def test_it_joins_the_cost(seller: Party, category: str, rate: str, code: str) -> None:
    booking = booked(invoice(line("100.00", category, rate), seller=seller))
    assert booking.entry is not None
    assert balances(booking.entry) == {COST: D(100) + D(rate), CREDITORS: -D(100) - D(rate)}
    (vat,) = booking.entry.vat_lines
    assert (vat.code, vat.non_deductible) == (code, vat.tax)
    assert finding_of(booking, "HUB-VAT-01").severity == "information"


def test_it_is_divided_over_the_lines() -> None:
    made = invoice(line("200.00"), line("100.00", id="2", accounting_cost="4300"), seller=party("BE", "BE0123456749"))
    assert balances(posted(made)) == {COST: D("242.00"), "4300": D("121.00"), CREDITORS: D("-363.00")}


def test_dutch_vat_of_a_foreign_supplier_with_a_dutch_vat_id_is_deducted() -> None:
    made = invoice(seller=replace(GERMAN, vat_id="NL999993653B01"))
    assert balances(posted(made))[INPUT_VAT] == D("21.00")


def test_dutch_vat_charged_through_a_tax_representative_is_deducted() -> None:
    made = invoice(seller=GERMAN, tax_representative=Party(name="Fiscaal", vat_id="NL999993653B01"))
    assert balances(posted(made))[INPUT_VAT] == D("21.00")


def test_a_dutch_address_with_a_belgian_vat_id_charges_belgian_vat() -> None:
    assert only_code(invoice(seller=replace(SUPPLIER, vat_id="BE0123456749"))) == "FOREIGN"


def test_no_group_of_any_category_ever_reaches_the_input_vat_account_without_a_dutch_row() -> None:
    rates = {row.rate for row in starter().vat_codes if row.rate}
    for country in ("DE", "BE", "US", "GB", "ES"):
        for category in ("S", "L", "M", "B", "E", "Z", "O", "G"):
            for rate in rates if category in "SLMB" else {ZERO}:
                entry: JournalEntry = posted(invoice(line("100.00", category, str(rate)), seller=party(country)))
                assert INPUT_VAT not in balances(entry), (country, category, rate)
