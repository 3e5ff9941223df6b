"""Reverse charge: both legs at a domestic rate, in the box of the supply (DOMAIN 10.6 no. 2 and 3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.model.invoice import Invoice, VatGroup
from hub.model.party import Party
from tests.builders import (
    COST,
    CREDITORS,
    INPUT_VAT,
    SUPPLIER,
    D,
    administration,
    balances,
    booked,
    codes,
    credit_note,
    decision_of,
    facts,
    finding_of,
    invoice,
    known,
    line,
    owed,
    party,
    posted,
)

HORECA, HALF = "4340", "4410"
DUE_DOMESTIC, DUE_NON_EU, DUE_EU = "1504", "1505", "1506"
GERMAN, AMERICAN = party("DE", "DE123456789"), party("US")


def reverse(category: str = "AE", amount: str = "100.00") -> Any:
    return line(amount, category, "0")


def only_code(made: Invoice, given_facts: Any = None) -> str:
    (vat_line,) = posted(made, given_facts).vat_lines
    return vat_line.code


@pytest.mark.parametrize(
    ("seller", "category", "code", "due"),
    [
        (SUPPLIER, "AE", "IVERLH", DUE_DOMESTIC),
        (GERMAN, "AE", "IEUDH", DUE_EU),
        (AMERICAN, "AE", "INEDH", DUE_NON_EU),
        (party("GR", "EL123456789"), "AE", "IEUDH", DUE_EU),
        (party("GB", "XI123456789"), "AE", "INEDH", DUE_NON_EU),
        (party("GB", "XI123456789"), "K", "IEUGH", DUE_EU),
        (GERMAN, "K", "IEUGH", DUE_EU),
        (SUPPLIER, "K", "IEUGH", DUE_EU),
        (Party(name="X", vat_id="", legal_id=SUPPLIER.legal_id), "AE", "IVERLH", DUE_DOMESTIC),
    ],
)
def test_the_legs_net_to_nothing_on_the_account_of_their_box(seller: Party, category: str, code: str, due: str) -> None:
    booking = booked(invoice(reverse(category), seller=seller))
    assert booking.entry is not None
    assert balances(booking.entry) == {
        COST: D("100.00"),
        INPUT_VAT: D("21.00"),
        due: D("-21.00"),
        CREDITORS: D("-100.00"),
    }
    (vat,) = booking.entry.vat_lines
    assert (vat.code, vat.tax.amount, vat.reverse_charge) == (code, D("21.00"), True)


def test_a_guessed_rate_is_a_decision_and_a_finding() -> None:
    booking = booked(invoice(reverse()))
    assert decision_of(booking, "vat_code").why == "reverse_charge_guessed_rate"
    assert finding_of(booking, "HUB-VAT-04").found == "21"


def test_the_relations_rate_is_no_guess() -> None:
    booking = booked(invoice(reverse()), facts(relations=(known(reverse_charge_rate=D("9")),)))
    assert booking.entry is not None
    assert balances(booking.entry)[DUE_DOMESTIC] == D("-9.00")
    assert booking.entry.vat_lines[0].code == "IVERLL"
    assert "HUB-VAT-04" not in codes(booking)


@pytest.mark.parametrize(("box", "due"), [("2a", DUE_DOMESTIC), ("4a", DUE_NON_EU), ("4b", DUE_EU)])
def test_the_relation_may_say_the_box(box: str, due: str) -> None:
    entry = posted(invoice(reverse()), facts(relations=(known(reverse_charge_box=box),)))
    assert balances(entry)[due] == D("-21.00")


def test_half_deduction_owes_all_and_deducts_half() -> None:
    entry = posted(invoice(reverse()), facts(administration(deduction_percentage=D("50"))))
    assert balances(entry) == {
        COST: D("110.50"),
        INPUT_VAT: D("10.50"),
        DUE_DOMESTIC: D("-21.00"),
        CREDITORS: D("-100.00"),
    }


def test_a_credit_note_lowers_both_legs() -> None:
    entry = posted(credit_note(reverse("K"), seller=GERMAN))
    assert (balances(entry)[INPUT_VAT], balances(entry)[DUE_EU]) == (D("-21.00"), D("21.00"))
    assert entry.vat_lines[0].base.amount == D("-100.00")


@pytest.mark.parametrize(
    ("supplied", "rate"), [(date(2009, 4, 1), "19"), (date(2000, 12, 31), "17.5"), (date(2012, 9, 30), "19")]
)
@pytest.mark.parametrize(("seller", "due"), [(SUPPLIER, DUE_DOMESTIC), (GERMAN, DUE_EU), (AMERICAN, DUE_NON_EU)])
def test_a_supply_before_any_row_uses_the_rate_of_its_day_and_the_earliest_row(
    supplied: date, rate: str, seller: Party, due: str
) -> None:
    booking = booked(invoice(reverse(), seller=seller, issue_date=supplied))
    assert booking.entry is not None
    assert balances(booking.entry)[due] == -D(rate)
    assert finding_of(booking, "HUB-VAT-09").severity == "warning"


def test_the_low_rate_before_its_row_uses_the_row_of_that_rate() -> None:
    given_facts = facts(relations=(known(reverse_charge_rate=D("9")),))
    assert only_code(invoice(reverse(), issue_date=date(2018, 5, 1)), given_facts) == "IVERLL"


def test_tax_stated_beside_reverse_charge_is_for_a_person() -> None:
    made = invoice(line("100.00", "AE", "21"), groups=[VatGroup(D("100.00"), D("21.00"), "AE", D("21"))])
    booking = booked(made)
    assert (booking.outcome, booking.entry) == ("held", None)
    assert "HUB-VAT-11" in codes(booking)


def test_mixed_with_taxed_lines_only_the_stated_tax_is_owed_to_the_supplier() -> None:
    entry = posted(invoice(reverse(), line("100.00", id="2")))
    assert owed(entry) == D("221.00")
    assert balances(entry)[INPUT_VAT] == D("42.00")
