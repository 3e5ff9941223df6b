"""Numbers and dates as the official rules see them."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.en16931.dates import minutes_of
from hub.rules.en16931.runs import codes
from hub.rules.rule import Undecidable
from hub.rules.tree import normal
from hub.rules.xpath import EXACT, at_least_zero, cents, decimal, divided, double, shown, whole


@pytest.mark.parametrize(("value", "rounded"), [("2.5", 3), ("-2.5", -2), ("-2.51", -3), ("0.4", 0), ("-0.5", 0)])
def test_halves_go_towards_plus_infinity_when_rounding(value: str, rounded: int) -> None:
    assert whole(Decimal(value)) == rounded


@pytest.mark.parametrize(
    ("text", "answer"),
    [("0", True), ("0.00", True), ("-0.00", False), ("-0.01", False), ("INF", True), ("NaN", True), ("1e-9", True)],
)
def test_minus_zero_is_below_zero_when_an_element_itself_is_compared(text: str, answer: bool) -> None:
    assert at_least_zero(text) is answer


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_cents_are_the_nearest_when_rounding(value: Decimal) -> None:
    with localcontext(EXACT):
        assert -Decimal("0.005") < cents(value) - value <= Decimal("0.005")


@pytest.mark.parametrize("text", ["1_0", "1e3", "", "INF", "NaN", "1,0", "\u0661", "1 0", "\u00a01", None])
def test_decimal_refuses_when_python_would_be_kinder(text: str | None) -> None:
    with pytest.raises(Undecidable):
        decimal(text)


@pytest.mark.parametrize("text", ["5.", ".5", "+5", "-0.00", " 5\n"])
def test_decimal_accepts_when_the_schema_does(text: str) -> None:
    assert decimal(text) == Decimal(text.strip())


def test_double_reads_exponents_and_infinity_when_given() -> None:
    assert double("1e9") == 1e9
    assert double("-INF") < 0


def test_shown_keeps_two_decimals_or_more_when_needed() -> None:
    assert [shown(Decimal(text)) for text in ("1", "1.50", "1.505", "1E+3", "-0.1")] == [
        "1.00",
        "1.50",
        "1.505",
        "1000.00",
        "-0.10",
    ]


def test_blanks_are_normalised_when_xml_calls_them_blank() -> None:
    assert normal("  a \t\n b ") == "a b"
    assert normal("\u00a0a\u00a0") == "\u00a0a\u00a0"


@pytest.mark.parametrize("text", ["2026-13-01", "2026-1-1", "20261101", "2026-02-30"])
def test_a_date_is_refused_when_it_does_not_exist(text: str) -> None:
    with pytest.raises(Undecidable):
        minutes_of(text)


def test_runs_are_unfolded_when_a_list_is_read() -> None:
    assert codes("7 0008..0011 AAA..AAC") == {"7", "0008", "0009", "0010", "0011", "AAA", "AAB", "AAC"}


@pytest.mark.parametrize(
    ("value", "by", "expected"),
    [
        ("0.797440571", "60", "0.013290676183333333333333333"),
        ("0.797440571", "60.0", "0.0132906761833333333333333333"),
        ("0.7974405710", "600", "0.001329067618333333333333333"),
        ("1400.30410", "96043.8", "0.014579848985567001722"),
        ("-13382.2376", "0.37", "-36168.20972972972972972973"),
        ("1", "3", "0.333333333333333333"),
        ("5", "2", "2.5"),
    ],
)
def test_a_quotient_has_the_decimals_of_the_official_processor_when_it_does_not_end(
    value: str, by: str, expected: str
) -> None:
    with localcontext(EXACT):
        assert divided(Decimal(value), Decimal(by)) == Decimal(expected)
