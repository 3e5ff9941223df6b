"""Rates of the member states by date: which a shop may have charged, and never a guess between two."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal as D

import pytest

from hub.accounting.vat_codes import EU
from hub.bootstrap import data_folder
from hub.formats.eu_rates import derived, rates_of, territory, whose

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("country", "on", "standard"),
    [
        ("FI", date(2024, 8, 31), "24"), ("FI", date(2024, 9, 1), "25.5"), ("EE", date(2025, 6, 30), "22"), ("EE", date(2025, 7, 1), "24"),
        ("RO", date(2025, 7, 31), "19"), ("RO", date(2025, 8, 1), "21"), ("DE", date(2020, 12, 31), "16"), ("DE", DAY, "19"),
        ("SK", date(2024, 12, 31), "20"), ("SK", DAY, "23"), ("EL", DAY, "24"), ("NL", date(2012, 9, 30), "19"),
    ],
)  # fmt: skip
def test_standard_rate_is_that_of_the_day(country: str, on: date, standard: str) -> None:
    assert rates_of(country, on)[0] == D(standard)


def test_every_member_state_has_rates_and_nobody_else() -> None:
    assert [country for country in sorted(EU) if not rates_of(country, DAY)] == ["GR"]  # written as EL
    assert rates_of("US", DAY) == rates_of("", DAY) == ()


def test_table_is_in_order_and_dutch_rates_are_those_of_the_other_table() -> None:
    rows = tomllib.loads((data_folder("mappings") / "eu_vat_rates.toml").read_text("utf-8"))["rate"]
    assert [row["country"] for row in rows] == sorted(row["country"] for row in rows)
    dutch = tomllib.loads((data_folder("mappings") / "vat_rates.toml").read_text("utf-8"))["rate"]
    for row in dutch:
        assert D(row["percentage"]) in rates_of("NL", max(date.fromisoformat(row["from"]), date(2001, 1, 1)))


def test_rate_is_the_only_one_that_gives_the_tax() -> None:
    assert derived(D("100.00"), D("19.00"), "DE", DAY) == D(19)
    assert derived(D("100.00"), D("21.00"), "DE", DAY) == D(21)  # ours, below the threshold
    assert derived(D("-100.00"), D("-5.50"), "FR", DAY) == D("5.5")
    assert derived(D("100.00"), D("20.99"), "NL", DAY, lines=1) == D(21)


@pytest.mark.parametrize(
    ("net", "tax", "country"), [("100.00", "8.00", "DE"), ("0.10", "0.01", "IT"), ("100.00", "20.50", "NL")]
)
def test_rate_of_nobody_or_of_several_is_none(net: str, tax: str, country: str) -> None:
    assert derived(D(net), D(tax), country, DAY) is None


def test_rate_may_be_of_both_of_one_or_of_none() -> None:
    assert whose(D(21), "BE", DAY) == ("BE", "NL")
    assert whose(D(21), "DE", DAY) == ("NL",)
    assert whose(D(19), "DE", DAY) == ("DE",)
    assert whose(D(21), "NL", DAY) == ("NL",)
    assert whose(D(8), "DE", DAY) == ()


def test_territory_is_that_of_vat() -> None:
    told = [
        territory(c, p)
        for c, p in (("gr", ""), ("GB", "bt1 1aa"), ("ES", "38001"), ("ES", "51001"), ("UK", "E1"), ("NL", "1234 AB"))
    ]
    assert told == ["EL", "XI", "IC", "EA", "GB", "NL"]
