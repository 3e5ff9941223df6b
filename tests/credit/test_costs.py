"""Collection costs: the figures of DOMAIN 11.1 to the cent, and what always holds of the scale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.credit.costs import (
    Clause,
    Costs,
    Instalment,
    contract_costs,
    instalment_costs,
    letter_costs,
    months_before,
    without_letter,
)
from hub.model.finding import Finding
from tests.credit.conftest import COSTS, TODAY, said

CENTS = st.integers(1, 3_000_000_00).map(lambda minor: D(minor).scaleb(-2))


def _costs(*principals: D | str, on: date = TODAY, vat: bool = False) -> Costs:
    found = letter_costs([D(p) for p in principals], on, COSTS, vat_not_deductible=vat)
    assert isinstance(found, Costs)
    said(found.steps)
    return found


@pytest.mark.parametrize(
    ("principal", "costs"),
    [
        ("0.01", "40"), ("50", "40"), ("250", "40"), ("266.66", "40"), ("266.67", "40"), ("266.68", "40"), ("266.70", "40.01"),
        ("300", "45"), ("1000", "150"), ("2500", "375"), ("3000", "425"), ("5000", "625"), ("10000", "875"), ("25000", "1025"),
        ("200000", "2775"), ("1000000", "6775"), ("2000000", "6775"),
    ],
)  # fmt: skip
def test_scale_gives_the_figures_of_the_decree(principal: str, costs: str) -> None:
    assert _costs(principal).costs == D(costs)


@pytest.mark.parametrize(("principal", "total"), [("50", "48.40"), ("1000", "181.50"), ("2500", "453.75")])
def test_vat_goes_on_top_only_when_the_creditor_cannot_deduct_it(principal: str, total: str) -> None:
    assert _costs(principal, vat=True).total == D(total)
    assert _costs(principal).vat == 0
    assert any("niet kan aftrekken" in text for text in said(_costs(principal, vat=True).steps))


def test_vat_follows_the_rate_of_the_day_of_the_letter() -> None:
    assert _costs("1000", on=date(2012, 9, 30), vat=True).vat == D("28.50")
    assert _costs("1000", on=date(2012, 10, 1), vat=True).vat == D("31.50")


def test_one_letter_is_one_calculation_and_the_minimum_counts_once() -> None:
    assert _costs("100", "100", "50").costs == D(40)
    assert _costs("2000", "1000").costs == _costs("3000").costs == D(425)
    assert said(_costs("2000", "1000").steps)[0].startswith("Hoofdsommen van 2 posten samen")


def test_every_amount_explains_itself() -> None:
    assert said(_costs("3000").steps) == [
        "15 % over € 2.500,00 (het deel boven € 0): € 375,00.",
        "10 % over € 500,00 (het deel boven € 2.500,00): € 50,00.",
        "Samen, op hele centen: € 425,00.",
        "Geen btw: de schuldeiser kan die aftrekken.",
    ]
    assert "minimum is € 40,00" in said(_costs("100").steps)[1]
    assert "maximum is € 6.775,00" in said(_costs("2000000").steps)[-2]


def test_nothing_open_costs_nothing_and_a_credit_is_no_principal() -> None:
    assert _costs("0").total == 0
    with pytest.raises(ValueError, match="below zero"):
        letter_costs([D(-1)], TODAY, COSTS)


def test_before_the_decree_there_is_no_scale() -> None:
    found = letter_costs([D(100)], date(2012, 6, 30), COSTS)
    assert isinstance(found, Finding)
    assert (found.code, found.expected) == ("HUB-COST-01", "2012-07-01")


@given(CENTS)
@example(D("266.66"))
@example(D("2500.00"))
@example(D("5000.00"))
@example(D("10000.00"))
@example(D("200000.00"))
@example(D("1000000.00"))
def test_costs_are_monotone_continuous_and_never_above_the_maximum(principal: D) -> None:
    here, next_ = _costs(principal).costs, _costs(principal + D("0.01")).costs
    assert D(40) <= here <= next_ <= D(6775)
    assert next_ - here <= D("0.01")


@given(CENTS)
def test_slices_add_up_to_what_is_charged(principal: D) -> None:
    found = _costs(principal)
    exact = sum(one.amount for one in found.steps if one.code == "costs_slice" and one.amount is not None)
    parts = sum(D(dict(one.words)["part"]) for one in found.steps if one.code == "costs_slice")
    assert abs(min(max(exact, D(40)), D(6775)) - found.costs) <= D("0.005")
    assert parts == principal


@given(st.lists(CENTS, min_size=1, max_size=6))
def test_together_never_costs_more_than_apart(principals: list[D]) -> None:
    """But for the half cent by which each is rounded: 15 % of 414.08 and of 414.09 is 124.2255 together, 124.22 apart."""
    rounding = D("0.005") * (len(principals) + 1)
    assert _costs(*principals).costs <= sum(_costs(p).costs for p in principals) + rounding


# Instalments of one contract, since 2024-10-01 (Stb. 2024, 44).


def _next_term(principal: str, *earlier: Instalment, on: date = TODAY) -> Costs:
    found = instalment_costs([D(principal)], earlier, on, COSTS)
    assert isinstance(found, Costs)
    said(found.steps)
    return found


def test_missed_terms_up_to_266_67_together_cost_40_once() -> None:
    before = Instalment(D("100.00"), date(2026, 10, 1), D(40))
    assert _next_term("100.00", before).costs == 0
    assert _next_term("166.67", before).costs == 0
    assert _next_term("200.00", before).costs == D("5.00")  # 15 % of 300, less the 40 that was charged


def test_terms_of_more_than_six_months_ago_and_letters_before_the_law_stand_alone() -> None:
    old = Instalment(D("100.00"), date(2026, 5, 22), D(40))
    assert _next_term("100.00", old).costs == D(40)
    assert _next_term("100.00", Instalment(D("100.00"), date(2026, 5, 23), D(40))).costs == 0
    assert _next_term("100.00", Instalment(D("100.00"), date(2024, 9, 1), D(40)), on=date(2024, 9, 30)).costs == D(40)
    assert _next_term("100.00", Instalment(D("100.00"), date(2024, 9, 1), D(40)), on=date(2024, 10, 1)).costs == 0


@given(st.lists(CENTS, min_size=2, max_size=6))
def test_however_terms_are_claimed_the_sum_is_that_of_one_claim(terms: list[D]) -> None:
    charged: list[Instalment] = []
    for term in terms:
        costs = instalment_costs([term], charged, TODAY, COSTS)
        assert isinstance(costs, Costs)
        charged.append(Instalment(term, TODAY, costs.costs))
    assert sum(term.costs for term in charged) == _costs(sum(terms)).costs


def test_vat_of_an_instalment_is_that_of_what_is_left() -> None:
    before = Instalment(D("100.00"), date(2026, 10, 1), D(40))
    found = instalment_costs([D("200.00")], [before], TODAY, COSTS, vat_not_deductible=True)
    assert isinstance(found, Costs)
    assert (found.costs, found.vat, found.principal) == (D("5.00"), D("1.05"), D("200.00"))


def test_months_before_ends_within_a_shorter_month() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 6) == date(2025, 7, 15)


# Between businesses.


def test_forty_euros_without_a_letter_from_the_first_day_in_default() -> None:
    assert _without(date(2026, 11, 23)).total == D(40)
    assert _without(date(2026, 11, 24)).total == 0
    before = without_letter(date(2013, 3, 1), date(2013, 3, 15), COSTS)
    assert isinstance(before, Finding)


def _without(first_day: date) -> Costs:
    found = without_letter(first_day, TODAY, COSTS)
    assert isinstance(found, Costs)
    said(found.steps)
    return found


@pytest.mark.parametrize(
    ("clause", "costs"),
    [
        (Clause(D(15)), "450.00"),
        (Clause(D(15), D(500)), "500.00"),
        (Clause(amount=D(75)), "75.00"),
        (Clause(D(1)), "40.00"),
    ],
)
def test_clause_replaces_the_scale_and_keeps_the_floor(clause: Clause, costs: str) -> None:
    found = contract_costs([D(3000)], TODAY, COSTS, clause)
    assert isinstance(found, Costs)
    assert found.costs == D(costs)
    assert any("€ 425,00" in text and "matigen" in text for text in said(found.steps))


def test_clause_on_nothing_open_costs_nothing() -> None:
    found = contract_costs([], TODAY, COSTS, Clause(D(15), D(500)))
    assert isinstance(found, Costs)
    assert found.total == 0
