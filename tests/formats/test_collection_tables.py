"""Tables of collection law: shipped ones are whole, own rows go over them, and every fault is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from hub.errors import Usage
from hub.formats.collection_tables import read_cost_tables, read_interest_tables
from hub.texts.catalogue import sentence
from tests.credit.conftest import COSTS, INTEREST, shipped

RATES = shipped("interest.toml")


@pytest.mark.parametrize(
    ("kind", "day", "percentage", "confirmed"),
    [
        ("consumer", "2001-01-01", "8", False), ("consumer", "2003-07-31", "7", False), ("consumer", "2003-08-01", "5", False),
        ("consumer", "2004-01-01", "5", True), ("consumer", "2014-12-31", "3", True), ("consumer", "2015-01-01", "2", True),
        ("consumer", "2022-12-31", "2", True), ("consumer", "2024-12-31", "7", True), ("consumer", "2026-06-30", "4", True),
        ("consumer", "2026-07-01", "4", False), ("trade", "2002-12-01", "10.35", False), ("trade", "2013-03-15", "7.75", True),
        ("trade", "2013-03-16", "8.75", True), ("trade", "2016-06-30", "8.05", True), ("trade", "2022-12-31", "8", True),
        ("trade", "2024-07-01", "12.25", True), ("trade", "2026-06-30", "10.15", True), ("trade", "2026-07-01", "10.40", False),
        ("trade", "2027-01-01", "10.40", False),
    ],
)  # fmt: skip
def test_rate_of_a_day(kind: str, day: str, percentage: str, confirmed: bool) -> None:
    found = INTEREST.on(kind, date.fromisoformat(day))  # type: ignore[arg-type]
    assert found is not None
    assert (found.percentage, found.confirmed) == (D(percentage), confirmed)


def test_own_rows_go_over_shipped_ones() -> None:
    own = b"""announced_until = "2027-07-01"
    rate = [{kind = "trade", from = "2026-07-01", percentage = "10.40"}, {kind = "trade", from = "2027-01-01", percentage = "10.65"}]
    [terms]
    business_maximum = "45"
    """
    tables = read_interest_tables([RATES, ("own.toml", own)])
    july, new = tables.on("trade", date(2026, 7, 1)), tables.on("trade", date(2027, 1, 1))
    assert july is not None
    assert new is not None
    assert (july.confirmed, new.percentage, new.confirmed) == (True, D("10.65"), True)
    assert (tables.terms.business_maximum, tables.terms.without_agreement) == (45, 30)
    assert tables.day_count == "365"


def test_next_change_is_where_another_row_may_hold() -> None:
    assert INTEREST.next_change("consumer", date(2024, 1, 1)) == date(2025, 1, 1)
    assert INTEREST.next_change("trade", date(2024, 1, 1)) == date(2024, 7, 1)
    assert INTEREST.next_change("trade", date(2026, 7, 1)) == INTEREST.announced_until
    assert INTEREST.next_change("trade", INTEREST.announced_until) is None


def test_cost_tables_are_whole() -> None:
    ((since, scale),) = COSTS.scale
    assert (since, scale.minimum, scale.maximum, len(scale.slices)) == (date(2012, 7, 1), D(40), D(6775), 5)
    assert COSTS.look_back_months == ((date(2024, 10, 1), 6),)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("rate = [", "HUB-TOML-01", "own.toml"),
        ('rate = [{kind = "other", from = "2026-01-01", percentage = "4"}]', "HUB-TOML-02", "own.toml: rate"),
        ('rate = [{kind = "trade", percentage = "4"}]', "HUB-TOML-03", "own.toml: rate 1"),
        ('rate = [{kind = "trade", from = "2026-01-01", percentage = 4.5}]', "HUB-TOML-04", "own.toml: rate 1"),
        ('rate = [{kind = "trade", from = "2026-01-01", percentage = "-1"}]', "HUB-TOML-04", "own.toml: rate 1"),
        ('rate = [{kind = "trade", from = "1 mei", percentage = "4"}]', "HUB-TOML-04", "own.toml: rate 1"),
        ('rate = [{kind = "trade", from = "2026-01-01", percentage = "4", confirmed = "perhaps"}]', "HUB-TOML-03", "own.toml: rate 1"),
        ('day_count = "360"', "HUB-TOML-04", "own.toml: day_count"),
        ('[terms]\nbusiness_maximum = "zestig"', "HUB-TOML-04", "own.toml: business_maximum"),
    ],
)  # fmt: skip
def test_fault_in_own_rates_is_named(text: str, code: str, place: str) -> None:
    with pytest.raises(Usage) as caught:
        read_interest_tables([RATES, ("own.toml", text.encode())])
    (finding,) = caught.value.findings
    assert (finding.code, finding.location) == (code, place)
    assert all("{" not in sentence(finding, language, strict=True) for language in ("nl", "en"))


@pytest.mark.parametrize("slices", ['[{percentage = "15", up_to = "100"}]', "[]", '[{percentage = "1"}, {percentage = "2"}]',
    '[{percentage = "1", up_to = "9"}, {percentage = "1", up_to = "5"}, {percentage = "2"}]'])  # fmt: skip
def test_scale_that_does_not_cover_every_principal_is_refused(slices: str) -> None:
    text = f'[[scale]]\nfrom = "2027-01-01"\nminimum = "40"\nmaximum = "6775"\nslices = {slices}'
    with pytest.raises(Usage, match="HUB-TOML-04"):
        read_cost_tables([("own.toml", text.encode())])
