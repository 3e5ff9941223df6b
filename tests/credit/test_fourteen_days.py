"""The consumer's 14-day letter: art. 6:96 lid 6 BW and HR 2016:2704."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.credit.costs import Costs, letter_costs
from hub.credit.fourteen_days import Claimable, Clock, Letter, Method, Sent, check_letter, claimable_costs, clock
from hub.model.finding import Finding
from hub.texts.catalogue import sentence
from tests.credit.conftest import COSTS, said

DAY = date(2026, 11, 5)  # a Thursday
LETTER = Letter(DAY, date(2026, 10, 1), "Demo B.V.", (D("1000.00"),), D("150.00"))
DATES = st.dates(date(2013, 1, 1), date(2100, 1, 1))


def _expected(vat: bool = False, principal: str = "1000.00") -> Costs:
    found = letter_costs([D(principal)], DAY, COSTS, vat_not_deductible=vat)
    assert isinstance(found, Costs)
    return found


def _clock(sent: Sent) -> Clock:
    found = clock(sent)
    assert isinstance(found, Clock)
    said(found.steps)
    return found


def _codes(findings: tuple[Finding, ...]) -> list[str]:
    for finding in findings:
        for language in ("nl", "en"):
            assert "{" not in sentence(finding, language, "EUR", strict=True)
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("posted", "delivered", "last_day"),
    [
        ("2026-11-02", "2026-11-04", "2026-11-18"),  # Monday: Tuesday, Wednesday
        ("2026-11-05", "2026-11-07", "2026-11-21"),  # Thursday: Friday, Saturday
        ("2026-11-06", "2026-11-10", "2026-11-24"),  # Friday: Saturday, not Sunday, not Monday, Tuesday
        ("2026-11-07", "2026-11-11", "2026-11-25"),  # Saturday: Tuesday, Wednesday
        ("2026-12-24", "2026-12-30", "2027-01-13"),  # both days of Christmas, Sunday and Monday do not count
        ("2026-04-02", "2026-04-07", "2026-04-21"),  # Good Friday and Easter do not count: Saturday, Tuesday
    ],
)
def test_post_is_presumed_delivered_on_the_second_counted_day(posted: str, delivered: str, last_day: str) -> None:
    found = _clock(Sent(date.fromisoformat(posted)))
    assert (str(found.delivered), str(found.last_day)) == (delivered, last_day)
    assert found.claimable_from == found.last_day + timedelta(1)
    assert found.presumed


def test_proven_receipt_goes_before_presumption() -> None:
    found = _clock(Sent(DAY, "registered", date(2026, 11, 12), "track and trace"))
    assert (found.delivered, found.claimable_from, found.presumed) == (date(2026, 11, 12), date(2026, 11, 27), False)
    assert "track and trace" in said(found.steps)[1]


@pytest.mark.parametrize(("method", "days"), [("email", 1), ("portal", 1), ("bailiff", 0), ("hand", 0)])
def test_other_ways_have_their_own_day(method: Method, days: int) -> None:
    assert _clock(Sent(DAY, method)).delivered == DAY + timedelta(days)


def test_letter_that_came_back_starts_no_term() -> None:
    found = clock(Sent(DAY, returned=True))
    assert isinstance(found, Finding)
    assert found.code == "HUB-WIK-09"
    with pytest.raises(ValueError, match="before it was sent"):
        clock(Sent(DAY, received=date(2026, 11, 4)))


@given(DATES, st.sampled_from(("post", "registered", "email", "portal", "bailiff", "hand")))
def test_term_is_always_fourteen_full_days_after_the_day_of_delivery(day: date, method: Method) -> None:
    found = clock(Sent(day, method))
    assert isinstance(found, Clock)
    assert found.posted <= found.delivered
    assert (found.claimable_from - found.delivered).days == 15


def test_whole_letter_has_no_fault() -> None:
    assert check_letter(LETTER, _expected()) == ()
    assert check_letter(replace(LETTER, days=15, counted_from="day_of_delivery"), _expected()) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"costs": None}, "HUB-WIK-01"), ({"costs": D("150.01")}, "HUB-WIK-02"), ({"costs": D(40)}, "HUB-WIK-02"),
        ({"vat": D("31.50"), "says_vat_not_deductible": True}, "HUB-WIK-03"),
        ({"days": 13}, "HUB-WIK-05"), ({"days": 14, "counted_from": "day_of_delivery"}, "HUB-WIK-05"),
        ({"days": 20, "counted_from": "day_of_letter"}, "HUB-WIK-05"), ({"dated": date(2026, 9, 30)}, "HUB-WIK-06"),
        ({"says_consequence": False}, "HUB-WIK-07"), ({"creditor": " "}, "HUB-WIK-08"), ({"principals": ()}, "HUB-WIK-08"),
    ],
)  # fmt: skip
def test_what_the_law_asks_of_the_letter_is_checked(change: dict[str, Any], code: str) -> None:
    assert _codes(check_letter(replace(LETTER, **change), _expected())) == [code]


def test_vat_must_be_named_with_its_reason_and_every_fault_is_told() -> None:
    assert _codes(check_letter(LETTER, _expected(vat=True))) == ["HUB-WIK-03"]
    wrong = replace(LETTER, vat=D("31.50"), days=7, says_consequence=False)
    assert _codes(check_letter(wrong, _expected(vat=True))) == ["HUB-WIK-04", "HUB-WIK-05", "HUB-WIK-07"]
    assert check_letter(replace(LETTER, vat=D("31.50"), says_vat_not_deductible=True), _expected(vat=True)) == ()


def _claimable(
    on: str, paid: str = "0", letter: Letter = LETTER, sent: Sent | None = None, vat: bool = False
) -> Claimable:
    return claimable_costs(
        letter, sent or Sent(DAY), date.fromisoformat(on), COSTS, expected=_expected(vat), paid_in_term=D(paid)
    )


def test_no_costs_before_the_term_has_run() -> None:
    early = _claimable("2026-11-21")
    assert early.costs is None
    assert _codes(early.findings) == ["HUB-WIK-10"]
    due = _claimable("2026-11-22").costs
    assert due is not None
    assert due.costs == D("150.00")


def test_no_costs_ever_after_a_wrong_or_returned_letter() -> None:
    for letter, sent in ((replace(LETTER, days=10), None), (LETTER, Sent(DAY, returned=True))):
        assert _claimable("2027-11-22", letter=letter, sent=sent).costs is None


def test_all_paid_in_time_makes_the_costs_void_and_a_part_lowers_them() -> None:
    void, part = _claimable("2026-11-22", "1000.00").costs, _claimable("2026-11-22", "400.00").costs
    assert void is not None
    assert part is not None
    assert void.total == 0
    assert "vervallen" in said(void.steps)[0]
    assert (part.costs, part.principal) == (D("90.00"), D("600.00"))
    assert "€ 400,00 betaald" in said(part.steps)[0]


@given(st.integers(0, 100_000).map(lambda minor: D(minor).scaleb(-2)), st.booleans())
def test_what_may_be_claimed_is_never_more_than_the_letter_named(paid: D, vat: bool) -> None:
    letter = replace(LETTER, vat=_expected(vat).vat, says_vat_not_deductible=True)
    found = _claimable("2026-12-31", str(paid), letter, vat=vat).costs
    assert found is not None
    assert 0 <= found.total <= _expected(vat).total
    assert (found.total == 0) == (paid == D("1000.00"))
