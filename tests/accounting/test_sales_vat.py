"""VAT of our sales: what we owe, by rate and by who buys."""

from __future__ import annotations

from datetime import date

import pytest

from hub.model.invoice import Delivery
from hub.model.party import Party
from tests.builders import (
    DEBTORS,
    SUPPLIER,
    D,
    balances,
    booked,
    codes,
    credit_note,
    facts,
    finding_of,
    line,
    party,
    posted,
    sale,
)

HORECA, HALF = "4340", "4410"
DUE_HIGH, DUE_LOW, DUE_OTHER, OSS = "1500", "1501", "1502", "1531"
GERMAN, AMERICAN = party("DE", "DE123456789"), party("US")


@pytest.mark.parametrize(
    ("buyer", "category", "rate", "code", "due"),
    [
        (SUPPLIER, "S", "21", "VH", DUE_HIGH),
        (SUPPLIER, "S", "9", "VL", DUE_LOW),
        (GERMAN, "S", "21", "VH", DUE_HIGH),
        (AMERICAN, "S", "21", "VH", DUE_HIGH),
        (party("DE"), "S", "19", "VOSS", OSS),
        (SUPPLIER, "Z", "0", "VNUL", ""),
        (SUPPLIER, "E", "0", "VVRIJ", ""),
        (SUPPLIER, "O", "0", "VBUITEN", ""),
        (SUPPLIER, "AE", "0", "VVERL", ""),
        (GERMAN, "AE", "0", "VEUD", ""),
        (GERMAN, "K", "0", "VEUG", ""),
        (party("GB", "XI123456789"), "K", "0", "VEUG", ""),
        (AMERICAN, "G", "0", "VUIT", ""),
        (GERMAN, "G", "0", "VUIT", ""),
        (AMERICAN, "AE", "0", "VBUITEN", ""),
        (party("GB", "XI123456789"), "AE", "0", "VBUITEN", ""),
    ],
)
def test_each_sale_has_its_code_and_its_account(buyer: Party, category: str, rate: str, code: str, due: str) -> None:
    entry = posted(sale(line("100.00", category, rate), buyer=buyer), facts(relations=()))
    assert entry.vat_lines[0].code == code
    assert balances(entry) == {DEBTORS: D(100) + D(rate), "8000": D(-100)} | ({due: -D(rate)} if due else {})


def test_an_old_rate_follows_the_supply_date() -> None:
    made = sale(line("100.00", rate="6"), deliveries=(Delivery(date=date(2018, 12, 31)),))
    assert balances(posted(made))[DUE_OTHER] == D("-6.00")


@pytest.mark.parametrize(
    ("buyer", "category", "rate"),
    [(SUPPLIER, "S", "20"), (AMERICAN, "S", "20"), (SUPPLIER, "K", "0"), (AMERICAN, "K", "0"), (SUPPLIER, "L", "7")],
)
def test_a_sale_that_no_code_covers_is_for_a_person(buyer: Party, category: str, rate: str) -> None:
    booking = booked(sale(line("100.00", category, rate), buyer=buyer), facts(relations=()))
    assert booking.outcome == "held"
    assert "HUB-VAT-03" in codes(booking)


def test_oss_before_it_existed_is_for_a_person() -> None:
    made = sale(line("100.00", rate="19"), buyer=party("DE"), deliveries=(Delivery(date=date(2021, 6, 30)),))
    assert booked(made, facts(relations=())).outcome == "held"


def test_dutch_vat_to_a_consumer_elsewhere_in_the_eu_might_be_oss() -> None:
    booking = booked(sale(buyer=party("BE")), facts(relations=()))
    assert booking.outcome == "posted"
    assert finding_of(booking, "HUB-VAT-12").severity == "information"
    assert "HUB-VAT-12" not in codes(booked(sale(buyer=party("BE", "BE0123456749")), facts(relations=())))


def test_a_sales_credit_note_lowers_what_we_owe() -> None:
    made = credit_note(seller=sale().seller, buyer=sale().buyer)
    assert balances(posted(made)) == {DEBTORS: D("-121.00"), "8000": D("100.00"), DUE_HIGH: D("21.00")}
