"""Amounts and dates as people write them, and what is not guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.formats.amounts import AmbiguousAmount, read_amount, read_date


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.56", "1234.56"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("-12,5", "-12.5"), ("12.50-", "-12.50"),
        ("+5", "5"), ("1.234.567", "1234567"), ("€ 12,00", "12.00"), ("1 234,56", "1234.56"), ("0,125", None), ("1.2.3", None),
        ("1.234.56", None), ("", None), ("abc", None), ("--5", None), ("1.23,4", None), ("12,345.6", "12345.6"), ("1e3", None),
    ],
)  # fmt: skip
def test_amount_is_read_or_refused(text: str, value: str | None) -> None:
    assert read_amount(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["1.234", "1,234", "-12.345"])
def test_one_separator_before_three_digits_is_not_guessed(text: str) -> None:
    with pytest.raises(AmbiguousAmount):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-21", date(2026, 11, 21)), ("21-11-2026", date(2026, 11, 21)), ("20261121", date(2026, 11, 21)),
     ("3/4/2026", date(2026, 4, 3)), ("31-02-2026", None), ("21-11-26", None)],
)  # fmt: skip
def test_date_is_read_with_the_day_before_the_month(text: str, day: date | None) -> None:
    assert read_date(text) == day
