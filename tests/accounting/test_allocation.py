"""Dividing to the cent: nothing is lost, nobody is more than a cent off, a credit note mirrors its invoice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.allocation import allocate
from hub.model.money import decimals, is_exact
from tests.builders import D, cents

CURRENCY = st.sampled_from(["EUR", "JPY", "KWD"])
MINOR = st.integers(-(10**14), 10**14)
WEIGHTS = st.lists(st.integers(-(10**12), 10**12).map(lambda n: Decimal(n) / 100), min_size=1, max_size=12)


@given(MINOR, WEIGHTS, CURRENCY)
def test_parts_sum_to_the_total_exactly(minor: int, weights: list[Decimal], currency: str) -> None:
    parts = allocate(cents(minor, currency), weights, currency)
    assert len(parts) == len(weights)
    assert sum(parts) == cents(minor, currency)
    assert all(is_exact(part, currency) for part in parts)


@given(MINOR, WEIGHTS, CURRENCY)
def test_each_part_is_within_a_cent_of_its_share(minor: int, weights: list[Decimal], currency: str) -> None:
    whole = sum(map(Fraction, weights))
    if not whole:
        return
    unit = Fraction(1, 10 ** decimals(currency))
    for part, weight in zip(allocate(cents(minor, currency), weights, currency), weights, strict=True):
        assert abs(Fraction(part) - Fraction(cents(minor, currency)) * Fraction(weight) / whole) < unit


@given(MINOR, WEIGHTS)
def test_the_split_of_minus_an_amount_mirrors_that_of_the_amount(minor: int, weights: list[Decimal]) -> None:
    assert [-part for part in allocate(cents(minor), weights, "EUR")] == allocate(cents(-minor), weights, "EUR")
    assert allocate(cents(minor), [-weight for weight in weights], "EUR") == allocate(cents(minor), weights, "EUR")


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("0.01", ["1", "1"], ["0.01", "0.00"]),
        ("1.00", ["1", "1", "1"], ["0.34", "0.33", "0.33"]),
        ("-1.00", ["1", "1", "1"], ["-0.34", "-0.33", "-0.33"]),
        ("10.00", ["1", "3"], ["2.50", "7.50"]),
        ("21.00", ["200", "-100"], ["42.00", "-21.00"]),
        ("5.00", ["100", "-100"], ["5.00", "0"]),
        ("5.00", ["0", "0"], ["5.00", "0"]),
        ("0.00", ["1", "2"], ["0.00", "0.00"]),
    ],
)
def test_left_over_cents_go_to_the_largest_remainder(total: str, weights: list[str], parts: list[str]) -> None:
    assert allocate(D(total), [D(w) for w in weights], "EUR") == [D(p) for p in parts]


def test_weights_that_nearly_cancel_out_still_sum_to_the_total() -> None:
    parts = allocate(D("90000000000.01"), [D("99999999999.99"), D("-99999999999.98"), D("0.01")], "EUR")
    assert sum(parts) == D("90000000000.01")


def test_nothing_to_divide_over_gives_nothing() -> None:
    assert allocate(D("1.00"), [], "EUR") == []
