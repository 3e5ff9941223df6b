"""Statutory interest: the figures of DOMAIN 11.3 to the cent, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.credit.interest import (
    Interest,
    Terms,
    accrue,
    anniversary,
    begin,
    interest_until,
    pay_interest,
    pay_principal,
)
from hub.model.collection_tables import InterestKind
from hub.model.finding import Finding
from hub.model.money import round_fraction
from tests.credit.conftest import CONSUMER, INTEREST, TRADE, said, terms

DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))
PRINCIPALS = st.integers(0, 10**9).map(lambda minor: D(minor).scaleb(-2))
KINDS = st.sampled_from(("consumer", "trade"))


def _interest(
    principal: str, since: str, until: str, by: Terms = CONSUMER, paid: tuple[tuple[date, D], ...] = ()
) -> Interest:
    found = interest_until(D(principal), date.fromisoformat(since), date.fromisoformat(until), by, paid)
    assert isinstance(found, Interest)
    said(found.steps)
    return found


@pytest.mark.parametrize(
    ("kind", "principal", "since", "until", "amount"),
    [
        ("consumer", "1000.00", "2025-03-01", "2026-11-21", "87.46"),
        ("trade", "10000.00", "2025-03-01", "2026-11-21", "1873.42"),
        ("consumer", "1000.00", "2026-01-01", "2026-07-01", "19.84"),
        ("trade", "1000.00", "2026-07-01", "2026-10-01", "26.21"),
    ],
)
def test_worked_figures(kind: InterestKind, principal: str, since: str, until: str, amount: str) -> None:
    assert _interest(principal, since, until, terms(kind)).amount == D(amount)


def test_each_stretch_of_days_explains_itself() -> None:
    texts = said(_interest("1000.00", "2025-12-31", "2026-01-03").steps)
    assert texts == [
        "1 dagen, 31-12-2025 tot 01-01-2026, 6 % over € 1.000,00: € 0,164384.",
        "2 dagen, 01-01-2026 tot 03-01-2026, 4 % over € 1.000,00: € 0,219178.",
        "Samen € 0,383562, op hele centen: € 0,38.",
    ]


def test_rate_that_was_derived_says_so() -> None:
    assert not _interest("1000", "2026-01-01", "2026-07-01", TRADE).unconfirmed
    found = _interest("1000", "2026-01-01", "2026-07-02", TRADE)
    assert found.unconfirmed
    assert "nog niet bevestigd" in said(found.steps)[1]


def test_days_after_the_last_announced_half_year_are_unconfirmed() -> None:
    tables = replace(INTEREST, announced_until=date(2026, 1, 1))
    found = _interest("1000", "2025-12-31", "2026-01-03", Terms("consumer", tables))
    assert [step.code for step in found.steps[:2]] == ["interest_days", "interest_days_unconfirmed"]


def test_interest_of_a_full_year_bears_interest() -> None:
    found = _interest("1000.00", "2016-01-01", "2018-01-01")  # 2 %; 2016 has 366 days, each 1/365
    first = Fraction(1000) * 2 / 100 * 366 / 365
    second = (1000 + first) * 2 / 100
    assert found.state.interest == first + second
    assert found.state.compounded == first + second
    assert found.state.accrued == 0


def test_leap_years_may_count_366_days() -> None:
    tables = replace(INTEREST, day_count="actual")
    found = _interest("1000.00", "2015-07-01", "2016-07-01", Terms("consumer", tables))
    assert found.state.interest == Fraction(20) * 184 / 365 + Fraction(20) * 182 / 366


def test_anniversary_of_29_february_is_1_march() -> None:
    since = date(2024, 2, 29)
    assert [anniversary(since, n) for n in (1, 4)] == [date(2025, 3, 1), date(2028, 2, 29)]
    compounded = [
        dict(s.words)["date"]
        for s in _interest("1000", "2024-02-29", "2026-03-02").steps
        if s.code == "interest_compounded"
    ]
    assert compounded == ["2025-03-01", "2026-03-01"]


def test_base_falls_by_principal_paid_and_the_rest_carries_on() -> None:
    paid = ((date(2026, 2, 1), D(400)), (date(2026, 3, 1), D(600)))
    found = _interest("1000.00", "2026-01-01", "2026-07-01", paid=paid)
    assert found.state.interest == Fraction(4, 100) / 365 * (1000 * 31 + 600 * 28)
    assert found.state.principal == 0
    assert found.per_day == 0


def test_payment_before_default_lowers_the_base_from_the_start_and_one_after_the_day_does_not_count() -> None:
    early = ((date(2025, 12, 1), D(400)),)
    late = ((date(2026, 7, 1), D(400)),)
    assert (
        _interest("1000", "2026-01-01", "2026-07-01", paid=early).amount
        == _interest("600", "2026-01-01", "2026-07-01").amount
    )
    assert _interest("1000", "2026-01-01", "2026-07-01", paid=late).amount == D("19.84")


def test_principal_paid_after_a_year_leaves_the_compounded_interest_in_the_base() -> None:
    found = _interest("1000.00", "2016-07-01", "2018-07-01", paid=((date(2017, 7, 1), D(1000)),))
    assert found.state.interest == Fraction(20) + Fraction(20) * 2 / 100


def test_interest_paid_takes_the_compounded_first() -> None:
    state, _ = accrue(begin(D(1000), date(2016, 7, 1)), date(2017, 10, 1), CONSUMER)
    after = pay_interest(state, D("20.00"))
    assert (after.compounded, after.accrued) == (0, state.accrued)
    done = pay_interest(state, state.amount)
    assert done.amount == 0
    assert abs(done.interest) <= Fraction(1, 200)
    assert done.base == 1000


def test_too_much_is_refused() -> None:
    state = begin(D(100), date(2026, 1, 1))
    with pytest.raises(ValueError, match="open principal"):
        pay_principal(state, D("100.01"))
    with pytest.raises(ValueError, match="interest owed"):
        pay_interest(state, D("0.01"))
    with pytest.raises(ValueError, match="counted up to"):
        accrue(state, date(2025, 12, 31), CONSUMER)
    with pytest.raises(ValueError, match="credit"):
        begin(D(-1), date(2026, 1, 1))


def test_old_trade_contract_bears_a_point_less() -> None:
    old, new = Terms("trade", INTEREST, date(2013, 3, 15)), Terms("trade", INTEREST, date(2013, 3, 16))
    day = date(2026, 1, 5)
    assert new.rate(day).percentage - old.rate(day).percentage == 1
    assert old.rate(date(2013, 3, 15)).percentage == new.rate(date(2013, 3, 15)).percentage == D("7.75")
    assert Terms("consumer", INTEREST, date(2013, 3, 15)).rate(day).percentage == D(4)


def test_day_before_the_first_rate_is_a_finding() -> None:
    found = interest_until(D(1000), date(2002, 11, 30), date(2003, 1, 1), TRADE)
    assert isinstance(found, Finding)
    assert (found.code, found.expected) == ("HUB-INT-01", "2002-12-01")


@given(PRINCIPALS, DAYS, KINDS)
def test_empty_period_bears_nothing(principal: D, day: date, kind: InterestKind) -> None:
    found = interest_until(principal, day, day, terms(kind))
    assert isinstance(found, Interest)
    assert found.amount == 0
    assert found.state.interest == 0


@given(PRINCIPALS, DAYS, st.integers(0, 364), st.integers(0, 364), KINDS)
def test_interest_adds_up_within_a_year_before_rounding(
    principal: D, since: date, first: int, second: int, kind: InterestKind
) -> None:
    assume(first + second < 365)
    middle, until = since + timedelta(first), since + timedelta(first + second)
    whole = accrue(begin(principal, since), until, terms(kind))[0].interest
    one = accrue(begin(principal, since), middle, terms(kind))[0].interest
    two = accrue(begin(principal, middle), until, terms(kind))[0].interest  # a claim of its own
    assert one + two == whole


@given(PRINCIPALS, DAYS, st.lists(st.integers(0, 900), min_size=1, max_size=5), KINDS)
def test_interest_adds_up_over_years_when_the_state_is_carried(
    principal: D, since: date, parts: list[int], kind: InterestKind
) -> None:
    state = begin(principal, since)
    for days in parts:
        state = accrue(state, state.until + timedelta(days), terms(kind))[0]
    assert state == accrue(begin(principal, since), since + timedelta(sum(parts)), terms(kind))[0]


@given(st.integers(0, 10**7), DAYS, st.integers(0, 1500), st.integers(0, 1500), st.integers(0, 100), KINDS)
def test_carried_over_a_part_payment_it_is_what_one_calculation_gives(
    minor: int, since: date, first: int, second: int, share: int, kind: InterestKind
) -> None:
    principal, paid = D(minor).scaleb(-2), D(minor * share // 100).scaleb(-2)
    day, until = since + timedelta(first), since + timedelta(first + second + 1)
    state = pay_principal(accrue(begin(principal, since), day, terms(kind))[0], paid)
    state = accrue(state, until, terms(kind))[0]
    whole = interest_until(principal, since, until, terms(kind), [(day, paid)])
    assert isinstance(whole, Interest)
    assert whole.state == state


@given(PRINCIPALS, DAYS, st.integers(0, 1500), KINDS)
def test_interest_day_by_day_is_that_of_the_whole(principal: D, since: date, days: int, kind: InterestKind) -> None:
    """Against a plain sum over days, the way a court counts it."""
    rows = INTEREST.rates[kind]
    base, accrued = Fraction(principal), Fraction(0)
    for n in range(days):
        day = since + timedelta(n)
        if n and day == anniversary(since, day.year - since.year):
            base, accrued = base + accrued, Fraction(0)
        rate = [r for start, r in rows if start <= day][-1]
        accrued += base * Fraction(rate.percentage) / 36500
    state = accrue(begin(principal, since), since + timedelta(days), terms(kind))[0]
    assert state.interest == base + accrued - Fraction(principal)


@given(PRINCIPALS, DAYS, st.integers(0, 1200), KINDS)
def test_parts_that_are_shown_add_up_to_what_is_claimed(
    principal: D, since: date, days: int, kind: InterestKind
) -> None:
    found = interest_until(principal, since, since + timedelta(days), terms(kind))
    assert isinstance(found, Interest)
    parts = [s.amount for s in found.steps if s.code.startswith("interest_days") and s.amount is not None]
    assert abs(sum(parts, D(0)) - found.amount) <= D("0.0051")


def test_fractions_round_half_away_from_zero() -> None:
    assert [round_fraction(Fraction(n, 200)) for n in (1, -1, 3)] == [D("0.01"), D("-0.01"), D("0.02")]
    assert round_fraction(Fraction(1, 200) - Fraction(1, 10**30)) == D("0.00")
