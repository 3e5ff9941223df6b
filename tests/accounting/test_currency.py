"""Foreign currency: the ECB rate of the invoice date, and VAT as the document states it in our currency."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.currency import choose_rate
from hub.model.booking import Rate
from tests.builders import (
    COST,
    CREDITORS,
    DAY,
    INPUT_VAT,
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
    line,
    posted,
    with_totals,
)

DOLLAR = Rate("USD", DAY, D("1.25"))
EXCHANGE = "9200"


def test_without_a_known_rate_it_is_held_and_says_so() -> None:
    booking = booked(invoice(currency="USD"))
    assert booking.outcome == "held"
    assert finding_of(booking, "HUB-RATE-01").found == "USD"


def test_the_rate_is_a_recorded_decision() -> None:
    booking = booked(invoice(currency="USD"), facts(rates=(DOLLAR,)))
    assert booking.entry is not None
    assert (booking.entry.rate, decision_of(booking, "rate").value) == ("1.25", "1.25")


def test_our_own_currency_needs_no_rate() -> None:
    assert posted(invoice()).rate == ""


@pytest.mark.parametrize(("days", "found"), [(0, True), (3, True), (7, True), (8, False), (-1, False)])
def test_the_last_publication_of_at_most_a_week_old_counts(days: int, found: bool) -> None:
    rate = Rate("USD", DAY - timedelta(days=days), D("1.25"))
    assert (choose_rate("USD", "EUR", DAY, [rate]) is not None) == found


def test_the_latest_publication_before_the_invoice_wins() -> None:
    older = Rate("USD", DAY - timedelta(days=2), D("1.5"))
    chosen = choose_rate("USD", "EUR", DAY, [older, DOLLAR, Rate("USD", DAY + timedelta(days=1), D(2))])
    assert chosen is not None
    assert (chosen.rate, chosen.on) == (D("1.25"), DAY)


def test_two_foreign_currencies_cross_through_the_euro() -> None:
    chosen = choose_rate("USD", "GBP", DAY, [DOLLAR, Rate("GBP", DAY, D("0.8"))])
    assert chosen is not None
    assert chosen.to_base(D("125.00")) == D("80.00")


def test_it_balances_in_both_currencies_and_cents_go_to_exchange_differences() -> None:
    made = invoice(line("33.33"), line("33.33", id="2", rate="9"), currency="USD")
    entry = posted(made, facts(rates=(Rate("USD", DAY, D("1.0837")),)))
    assert entry.rate == "1.0837"
    assert balances(entry)[CREDITORS] == D("-76.66")
    assert sum(balances(entry).values()) == 0
    assert sum(balances(entry, base=True).values()) == 0
    assert abs(balances(entry, base=True).get(EXCHANGE, D(0))) <= D("0.03")


def test_vat_is_what_the_document_states_in_our_currency() -> None:
    made = with_totals(invoice(line("1000.00"), currency="USD", vat_currency="EUR"), vat_accounting=D("168.10"))
    entry = posted(made, facts(rates=(DOLLAR,)))
    assert balances(entry, base=True) == {
        COST: D("800.00"),
        INPUT_VAT: D("168.10"),
        CREDITORS: D("-968.00"),
        EXCHANGE: D("-0.10"),
    }
    assert entry.vat_lines[0].tax_in_base.amount == D("168.10")


def test_the_vat_of_a_credit_note_in_our_currency_lowers_input_vat() -> None:
    made = with_totals(credit_note(line("1000.00"), currency="USD", vat_currency="EUR"), vat_accounting=D("168.10"))
    entry = posted(made, facts(rates=(DOLLAR,)))
    assert balances(entry, base=True)[INPUT_VAT] == D("-168.10")
    assert entry.vat_lines[0].tax_in_base.amount == D("-168.10")


def test_vat_stated_in_a_third_currency_is_not_used() -> None:
    made = with_totals(invoice(line("1000.00"), currency="USD", vat_currency="SEK"), vat_accounting=D("1900.00"))
    assert balances(posted(made, facts(rates=(DOLLAR,))), base=True)[INPUT_VAT] == D("168.00")


def test_vat_in_our_currency_far_from_the_ecb_rate_is_a_finding() -> None:
    made = with_totals(invoice(line("1000.00"), currency="USD", vat_currency="EUR"), vat_accounting=D("210.00"))
    booking = booked(made, facts(rates=(DOLLAR,)))
    assert booking.outcome == "posted"
    assert (finding_of(booking, "HUB-VAT-13").found, finding_of(booking, "HUB-VAT-13").expected) == ("210.00", "168.00")


@pytest.mark.parametrize("stated", ["-168.00", "0.00"])
def test_vat_in_our_currency_of_another_sign_is_not_used(stated: str) -> None:
    made = with_totals(invoice(line("1000.00"), currency="USD", vat_currency="EUR"), vat_accounting=D(stated))
    booking = booked(made, facts(rates=(DOLLAR,)))
    assert booking.entry is not None
    assert balances(booking.entry, base=True)[INPUT_VAT] == D("168.00")
    assert "HUB-VAT-13" in codes(booking)


def test_stated_vat_is_divided_over_the_groups() -> None:
    lines = (line("1000.00"), line("1000.00", rate="9", id="2"), line("50.00", "E", "0", id="3"))
    made = with_totals(invoice(*lines, currency="USD", vat_currency="EUR"), vat_accounting=D("240.01"))
    entry = posted(made, facts(rates=(DOLLAR,)))
    assert sum(v.tax_in_base.amount for v in entry.vat_lines) == D("240.01")
    assert balances(entry, base=True)[INPUT_VAT] == D("240.01")


def test_yen_have_no_decimals() -> None:
    made = invoice(line("10000"), currency="JPY")
    entry = posted(made, facts(rates=(Rate("JPY", DAY, D("160")),)))
    assert balances(entry)[CREDITORS] == D("-12100")


@given(st.integers(1, 10**9), st.integers(1, 10**7))
def test_a_base_amount_is_within_half_a_cent_of_the_rate(minor: int, rate: int) -> None:
    chosen = choose_rate("USD", "EUR", DAY, [Rate("USD", DAY, Decimal(rate) / 1000)])
    assert chosen is not None
    amount = Decimal(minor) / 100
    assert abs(chosen.to_base(amount) - amount / chosen.rate) <= D("0.005")


def test_books_in_another_currency_convert_a_euro_invoice() -> None:
    entry = posted(invoice(), facts(administration(currency="SEK"), rates=(Rate("SEK", DAY, D("11.5")),)))
    assert balances(entry, base=True)[CREDITORS] == D("-1391.50")
