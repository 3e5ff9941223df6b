"""From which day on a debtor is late (art. 6:83, 6:119a, 6:119b BW)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.credit.default_date import Agreed, default_date
from tests.credit.conftest import INTEREST, said

TRADE = Agreed("business", date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("change", "first_day", "code"),
    [
        ({}, date(2026, 2, 1), "default_after_due"),
        ({"due": None}, date(2026, 2, 5), "default_without_term"),  # 30 days after 5 January is 4 February
        ({"due": date(2026, 3, 6)}, date(2026, 3, 7), "default_after_due"),  # 60 days
        ({"due": date(2026, 3, 7)}, date(2026, 2, 5), "default_term_void"),
        ({"due": date(2026, 3, 7), "expressly_longer": True}, date(2026, 3, 8), "default_after_due"),
        (
            {"due": date(2026, 2, 5), "large_to_small": True, "expressly_longer": True},
            date(2026, 2, 5),
            "default_term_void",
        ),
        ({"due": date(2026, 2, 4), "large_to_small": True}, date(2026, 2, 5), "default_after_due"),
        ({"due": date(2026, 2, 5), "debtor": "authority"}, date(2026, 2, 5), "default_term_void"),
        ({"debtor": "consumer"}, date(2026, 2, 1), "default_after_due"),
        ({"debtor": "consumer", "due": date(2026, 12, 31)}, date(2027, 1, 1), "default_after_due"),
        ({"debtor": "consumer", "due": None}, None, "default_needs_notice"),
    ],
)
def test_first_day_in_default(change: dict[str, Any], first_day: date | None, code: str) -> None:
    found = default_date(replace(TRADE, **change), INTEREST.terms)
    assert (found.first_day, found.step.code) == (first_day, code)
    assert said((found.step,))


@pytest.mark.parametrize(
    ("contract", "invoice", "void"),
    [("2022-06-30", "2023-06-30", False), ("2022-06-30", "2023-07-01", True), ("2022-07-01", "2022-08-01", True)],
)
def test_older_contracts_of_large_companies_had_a_year(contract: str, invoice: str, void: bool) -> None:
    on = date.fromisoformat(invoice)
    agreed = Agreed(
        "business", on, on, date.fromordinal(on.toordinal() + 45), date.fromisoformat(contract), large_to_small=True
    )
    assert (default_date(agreed, INTEREST.terms).step.code == "default_term_void") == void
