"""Money is exact, of one currency, and rounded in one place only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.money import Money, decimals, from_minor, is_exact, money_text, round_half_up, to_minor

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "ISK", "TND"])
MINOR = st.integers(-(10**15), 10**15)
NUMBERS = st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("SEK", 2)])
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, places: int) -> None:
    assert decimals(currency) == places


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("2.345", "2.35"),
        ("2.3449999", "2.34"),
        ("1.005", "1.01"),
        ("0", "0.00"),
    ],
)
def test_rounding_goes_half_away_from_zero(amount: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(amount))) == rounded


@given(NUMBERS, CURRENCIES)
def test_a_rounded_amount_is_exact_and_within_half_a_unit(amount: Decimal, currency: str) -> None:
    rounded = round_half_up(amount, currency)
    assert is_exact(rounded, currency)
    assert abs(rounded - amount) <= Decimal(1).scaleb(-decimals(currency)) / 2


@given(NUMBERS, CURRENCIES)
def test_rounding_twice_changes_nothing_and_a_minus_mirrors_it(amount: Decimal, currency: str) -> None:
    rounded = round_half_up(amount, currency)
    assert round_half_up(rounded, currency) == rounded
    assert round_half_up(-amount, currency) == -rounded


@given(MINOR, CURRENCIES)
def test_minor_units_and_back_is_the_same_amount(minor: int, currency: str) -> None:
    amount = from_minor(minor, currency)
    assert to_minor(amount, currency) == minor
    assert Money(amount, currency).minor == minor
    assert Decimal(money_text(amount, currency)) == amount


@given(MINOR, MINOR, MINOR, CURRENCIES)
def test_adding_is_exact_whatever_the_order(a: int, b: int, c: int, currency: str) -> None:
    x, y, z = (Money(from_minor(minor, currency), currency) for minor in (a, b, c))
    assert ((x + y) + z).minor == (x + (y + z)).minor == a + b + c
    assert (x - y).minor == a - b
    assert (x + -x).minor == 0


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="USD"):
        Money(Decimal("1.00"), "EUR") + Money(Decimal("1.00"), "USD")


@pytest.mark.parametrize(("amount", "currency"), [("1.005", "EUR"), ("0.1", "JPY"), ("1.2345", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="decimals"):
        Money(Decimal(amount), currency)
    with pytest.raises(ValueError, match="decimals"):
        to_minor(Decimal(amount), currency)


def test_a_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        Money(1.0, "EUR")  # type: ignore[arg-type]


def test_money_is_written_with_all_its_decimals() -> None:
    assert str(Money(Decimal("5"), "EUR")) == "5.00"
    assert str(Money(Decimal("5"), "JPY")) == "5"
