"""What comes next: nobody skips a level, nothing goes twice, nothing is claimed too early, and each nothing has its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.credit.calendar import is_working_day
from hub.credit.next_step import NextStep, OpenClaim, Situation, next_step
from hub.credit.policy import Debtor, choose_policy
from hub.model.dunning import DunningEvent, DunningRules, Policy, Stop
from tests.credit.conftest import RULES, TODAY, said

DUE = date(2026, 10, 1)
CLAIM = OpenClaim("12", "F1", DUE, D("500.00"))
CONSUMER, BUSINESS = Debtor(("C1",), "consumer"), Debtor(("C2",), "business")


def _situation(debtor: Debtor = CONSUMER, today: date = TODAY, *events: DunningEvent, **others: Any) -> Situation:
    chosen = choose_policy(RULES, debtor, CLAIM.invoice)
    return Situation(CLAIM, debtor, chosen, today, events, bank_until=today, **others)


def _next(situation: Situation, rules: DunningRules = RULES) -> NextStep:
    found = next_step(situation, rules)
    said((found.reason, *found.steps))
    assert next_step(situation, rules) == found
    return found


def _event(level: str, on: date, state: str = "sent", **others: Any) -> DunningEvent:
    kind = "fourteen_days" if level == "fourteen_days" else "reminder"
    return DunningEvent(level, kind, on, state, **others)  # type: ignore[arg-type]


def test_first_level_comes_some_days_after_the_due_date() -> None:
    found = _next(_situation(today=DUE))
    assert found.level is not None
    assert (found.level.code, found.on, found.channel, found.key) == (
        "reminder",
        date(2026, 10, 5),
        "email",
        "12:reminder",
    )
    assert not found.due(date(2026, 10, 4))  # 1 October and 3 days is a Sunday
    assert found.due(date(2026, 10, 5))


def test_long_overdue_item_starts_at_the_first_level_and_keeps_the_distance() -> None:
    assert _code(_next(_situation())) == "reminder"
    found = _next(_situation(CONSUMER, TODAY, _event("reminder", TODAY)))
    assert (_code(found), found.on) == ("second_reminder", date(2026, 12, 4))  # 14 - 3 = 11 days
    assert any("11 dagen na stap reminder" in text for text in said(found.steps))


def _code(found: NextStep) -> str:
    return found.level.code if found.level else found.reason.code


def test_level_that_is_on_its_way_is_not_made_again() -> None:
    found = _next(_situation(CONSUMER, TODAY, _event("reminder", TODAY, "staged")))
    assert (_code(found), found.by_person, found.key) == ("next_on_its_way", False, "12:reminder")
    sent = _next(_situation(CONSUMER, TODAY, _event("reminder", TODAY, "staged"), _event("reminder", TODAY)))
    assert _code(sent) == "second_reminder"


@pytest.mark.parametrize("state", ["bounced", "failed"])
def test_what_did_not_arrive_waits_for_a_person(state: str) -> None:
    found = _next(_situation(CONSUMER, TODAY, _event("reminder", DUE, state)))
    assert (_code(found), found.by_person) == (f"next_{state}", True)
    again = _next(_situation(CONSUMER, TODAY, _event("reminder", DUE, state), _event("reminder", DUE, "printed")))
    assert _code(again) == "second_reminder"


def test_what_was_taken_out_of_a_run_comes_again() -> None:
    assert _code(_next(_situation(CONSUMER, TODAY, _event("reminder", DUE, "cancelled")))) == "reminder"


@pytest.mark.parametrize(
    ("outstanding", "code"),
    [("0.00", "next_paid"), ("-5.00", "next_credit"), ("0.99", "stop_below_tolerance"), ("1.00", "reminder")],
)
def test_nothing_is_asked_for_what_is_not_owed(outstanding: str, code: str) -> None:
    situation = replace(_situation(), claim=replace(CLAIM, outstanding=D(outstanding)))
    assert _code(_next(situation)) == code


@pytest.mark.parametrize("kind", ["dispute", "promise", "plan", "hold", "insolvency", "restructuring", "case"])
@pytest.mark.parametrize("key", ["C1", "F1", ""])
def test_every_stop_stops_with_its_reason(kind: Any, key: str) -> None:
    found = _next(_situation(stops=(Stop(kind, DUE, key=key, reference="K1"),)))
    assert (found.level, found.reason.code, found.again) == (None, f"stop_{kind}", None)


def test_stop_with_an_end_says_when_it_goes_on_and_a_broken_promise_goes_on() -> None:
    found = _next(_situation(stops=(Stop("promise", DUE, date(2026, 11, 30), "C1"),)))
    assert found.again == date(2026, 12, 1)
    broken = _next(_situation(stops=(Stop("promise", DUE, date(2026, 11, 20), "C1"),)))
    assert _code(broken) == "reminder"
    assert any("niet nagekomen" in text for text in said(broken.steps))


@pytest.mark.parametrize(
    ("bank", "code"), [(None, "stop_bank_data_none"), (4, "stop_bank_data_old"), (3, "reminder"), (0, "reminder")]
)
def test_nothing_leaves_while_the_bank_is_not_read(bank: int | None, code: str) -> None:
    until = None if bank is None else TODAY - timedelta(bank)
    assert _code(_next(replace(_situation(), bank_until=until))) == code
    assert _code(_next(replace(_situation(), bank_until=until), replace(RULES, bank_days=None))) == "reminder"
    early = replace(_situation(today=DUE), bank_until=until)
    assert _code(_next(early)) == "reminder"  # planned, not yet due: nothing to check


def test_never_and_a_policy_for_others() -> None:
    never = replace(_situation(), chosen=replace(_situation().chosen, policy=RULES.policies["never"]))
    assert _code(_next(never)) == "next_never"
    others = replace(_situation(), chosen=replace(_situation().chosen, policy=RULES.policies["business"]))
    found = _next(others)
    assert (_code(found), found.by_person) == ("next_policy_for_others", True)


def test_way_that_cannot_be_gone_takes_the_other_or_waits_for_a_person() -> None:
    letter = _next(_situation(reachable=("letter",)))
    assert (letter.channel, _code(letter)) == ("letter", "reminder")
    assert any("in plaats van" in text for text in said(letter.steps))
    nothing = _next(_situation(reachable=("phone",)))
    assert (_code(nothing), nothing.by_person) == ("next_unreachable", True)


def test_nothing_is_claimed_of_a_consumer_before_his_letter_has_run() -> None:
    events = (
        _event("reminder", DUE),
        _event("second_reminder", DUE),
        _event("fourteen_days", date(2026, 11, 5), channel="letter"),
    )
    found = _next(_situation(CONSUMER, TODAY, *events))
    assert (_code(found), found.on) == ("demand", date(2026, 11, 23))  # 22 November is a Sunday
    proven = replace(events[2], received=date(2026, 11, 12), proof="portal")
    assert _next(_situation(CONSUMER, TODAY, *events[:2], proven)).on == date(2026, 11, 27)


def test_letter_is_never_skipped_whatever_the_policy_says() -> None:
    """A policy made in code, or changed half way, cannot lead a consumer past it."""
    shipped = RULES.policies["consumer"]
    turned = replace(shipped, levels=(shipped.levels[3], shipped.levels[2]))  # demand before the letter
    chosen = replace(_situation().chosen, policy=turned)
    assert _code(_next(replace(_situation(), chosen=chosen))) == "fourteen_days"
    without = replace(shipped, treats="", levels=(shipped.levels[3],))
    found = _next(replace(_situation(), chosen=replace(chosen, policy=without)))
    assert (_code(found), found.by_person) == ("next_needs_letter", True)


def test_business_gets_no_letter_and_is_called() -> None:
    day, events = DUE, []
    for _ in range(10):
        found = _next(_situation(BUSINESS, day, *events))
        if found.level is None:
            break
        assert found.on is not None
        day = max(day, found.on)
        events.append(
            DunningEvent(found.level.code, found.level.kind, day, "called" if found.level.kind == "call" else "sent")
        )
    assert [event.level for event in events] == ["reminder", "second_reminder", "call", "demand", "hand_off"]
    assert (found.reason.code, found.by_person) == ("next_all_done", True)


def test_nobody_is_put_on_notice_before_he_is_in_default() -> None:
    levels = RULES.policies["consumer"].levels
    for level, first in ((levels[2], "2026-10-02"), (levels[0], "2026-10-01")):
        policy = Policy("x", "consumer", (replace(level, days=0),))
        situation = _situation(CONSUMER, DUE)
        assert str(_next(replace(situation, chosen=replace(situation.chosen, policy=policy))).on) == first


def test_end_of_month_counts_to_the_last_day() -> None:
    level = replace(RULES.policies["business"].levels[0], count_from="end_of_month", days=3)
    policy = Policy("x", "business", (level,))
    situation = _situation(BUSINESS, DUE)
    assert _next(replace(situation, chosen=replace(situation.chosen, policy=policy))).on == date(
        2026, 11, 2
    )  # 31 October: Saturday


@given(
    st.sampled_from((CONSUMER, BUSINESS, Debtor(("C3",)))),
    st.lists(st.integers(0, 40), min_size=1, max_size=80),
    st.data(),
)
def test_over_any_year_levels_go_in_order_once_on_working_days(
    debtor: Debtor, waits: list[int], data: st.DataObject
) -> None:
    today, events, keys = DUE, [], []
    levels = [level.code for level in choose_policy(RULES, debtor).policy.levels]
    for wait in waits:
        today += timedelta(wait)
        found = next_step(_situation(debtor, today, *events), RULES)
        if not found.due(today):
            continue
        assert found.level is not None
        assert found.on is not None
        assert found.channel is not None
        assert is_working_day(found.on)
        if debtor.treated == "consumer" and found.level.costs == "claimed":
            letters = [event.on for event in events if event.kind == "fourteen_days"]
            assert letters
            assert today >= letters[0] + timedelta(16)  # a day at least on its way, fourteen full days, and the next
        state = data.draw(st.sampled_from(("sent", "cancelled")))
        events.append(DunningEvent(found.level.code, found.level.kind, today, state, found.channel))
        keys += [found.key] if state == "sent" else []
    done = [event.level for event in events if event.state == "sent"]
    assert done == levels[: len(done)]
    assert len(keys) == len(set(keys))
