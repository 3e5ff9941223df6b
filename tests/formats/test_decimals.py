"""Amounts in tables: Dutch and English notation, proven or asked for, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats.decimals import Mark, convention, decimal_of, shape

AMOUNTS = st.decimals(min_value=Decimal("-99999999999.99"), max_value=Decimal("99999999999.99"), places=2)


def written(amount: Decimal, mark: Mark, *, grouped: bool) -> str:
    """An amount as a person writes it."""
    text = f"{amount:,.2f}" if grouped else f"{amount:.2f}"
    return text if mark == "." else text.translate(str.maketrans(",.", ".,"))


@given(AMOUNTS, st.sampled_from(",."), st.booleans())
def test_amount_is_read_back_to_the_cent_whatever_the_notation(amount: Decimal, mark: Mark, grouped: bool) -> None:
    text = written(amount, mark, grouped=grouped)
    read = decimal_of(text, mark)
    assert read == amount
    assert isinstance(read, Decimal)


@given(AMOUNTS, st.sampled_from(",."))
def test_amount_with_cents_is_never_read_in_the_other_notation(amount: Decimal, mark: Mark) -> None:
    other: Mark = "." if mark == "," else ","
    assert decimal_of(written(amount, mark, grouped=True), other) is None


@given(st.lists(AMOUNTS, min_size=1), st.sampled_from(",."))
def test_column_of_one_notation_is_decided_by_its_values(amounts: list[Decimal], mark: Mark) -> None:
    column = convention(written(amount, mark, grouped=True) for amount in amounts)
    assert (column.mark, column.mixed, column.undecided) == (mark, False, False)


@given(AMOUNTS, AMOUNTS)
def test_two_notations_in_one_column_are_mixed(one: Decimal, other: Decimal) -> None:
    column = convention([written(one, ",", grouped=True), written(other, ".", grouped=True)])
    assert column.mixed
    assert column.proofs == {",": [1], ".": [2]}


def test_thousand_or_one_and_a_bit_is_left_to_a_person() -> None:
    column = convention(["1.234", "500"])
    assert (column.undecided, column.ambiguous, column.mark) == (True, [1], "")
    assert decimal_of("1.234", "") is None
    assert (decimal_of("1.234", ","), decimal_of("1.234", ".")) == (Decimal(1234), Decimal("1.234"))


def test_another_value_of_the_column_decides_what_is_ambiguous() -> None:
    column = convention(["1.234", "12,50"])
    assert (column.undecided, column.mark) == (False, ",")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€ 1.234,56", "1234.56"),
        ("EUR 12,50", "12.50"),
        ("12,-", "12"),
        ("1.234,--", "1234"),
        ("-1.234,56", "-1234.56"),
        ("1.234,56-", "-1234.56"),
        ("(12,50)", "-12.50"),
        ("−5,00", "-5.00"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234\u00a0567,89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("0", "0"),
    ],
)
def test_dutch_ways_of_writing(text: str, expected: str) -> None:
    assert decimal_of(text, ",") == Decimal(expected)


@pytest.mark.parametrize("text", ["", "abc", "1.234.56", "12.34.567,8", "1,2,3", "12 34", "1e5", "--5", "5%", "٣"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert shape(text) is None
