"""Which policy an item has: the narrowest that says so; and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.credit.policy import Debtor, choose_policy
from hub.credit.stops import active_stops, broken_promises, free_on, stopped
from hub.model.dunning import STOP_KINDS, Assignment, Stop
from tests.credit.conftest import RULES, TODAY, said

ASSIGNED = replace(
    RULES,
    assignments=(
        Assignment("administration", "demo", "business"), Assignment("group", "vip", "never"),
        Assignment("relation", "C0007", "business"), Assignment("relation", "C0007", "never"),
        Assignment("invoice", "F1", "consumer"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("debtor", "invoice", "policy", "why"),
    [
        ({"codes": ("C1",)}, "", "consumer", "policy_of_unknown"),
        ({"codes": ("C1",), "customer_type": "business"}, "", "business", "policy_of_business"),
        ({"codes": ("C1",), "customer_type": "consumer"}, "F2", "consumer", "policy_of_consumer"),
        ({"codes": ("C1",), "administration": "demo"}, "", "business", "policy_of_administration"),
        ({"codes": ("C1",), "administration": "demo", "groups": ("x", "vip")}, "", "never", "policy_of_group"),
        (
            {"codes": ("C9", "C0007"), "groups": ("vip",)},
            "",
            "business",
            "policy_of_relation",
        ),  # merged; the first row wins
        ({"codes": ("C0007",)}, "F1", "consumer", "policy_of_invoice"),
    ],
)
def test_narrowest_scope_wins(debtor: dict[str, Any], invoice: str, policy: str, why: str) -> None:
    found = choose_policy(ASSIGNED, Debtor(**debtor), invoice)
    assert (found.policy.code, found.why.code) == (policy, why)
    assert said((found.why,))


def test_never_is_a_policy_of_its_own() -> None:
    assert RULES.policies["never"].never
    assert not RULES.policies["consumer"].never


def test_who_is_not_known_to_be_a_business_is_treated_as_a_consumer() -> None:
    assert [Debtor(("C1",), kind).treated for kind in ("", "consumer", "business")] == [
        "consumer",
        "consumer",
        "business",
    ]  # type: ignore[arg-type]


def test_stops_hold_for_whom_they_name_on_the_days_they_name() -> None:
    stops = (
        Stop("hold", date(2026, 11, 1), TODAY, "C1"), Stop("dispute", date(2026, 11, 1), None, "F1"),
        Stop("insolvency", date(2026, 11, 24), None, "C1"), Stop("plan", date(2026, 1, 1), date(2026, 11, 22), "C1"),
        Stop("hold", date(2026, 11, 1), None, "C2"), Stop("hold", date(2026, 11, 20), date(2026, 11, 30)),
    )  # fmt: skip
    active = active_stops(stops, ("C1", "F1"), TODAY)
    assert [(stop.kind, stop.key) for stop in active] == [("dispute", "F1"), ("hold", "C1"), ("hold", "")]
    assert free_on(active) is None
    assert free_on(active[1:]) == date(2026, 12, 1)


def test_promise_that_passed_is_broken() -> None:
    stops = [
        Stop("promise", date(2026, 11, 1), date(2026, 11, 22), "C1"),
        Stop("promise", date(2026, 11, 1), TODAY, "C1"),
    ]
    assert broken_promises(stops, ("C1",), TODAY) == stops[:1]
    assert active_stops(stops, ("C1",), TODAY) == stops[1:]


def test_every_stop_has_its_reason_in_words() -> None:
    for kind in STOP_KINDS:
        for until in (None, TODAY):
            assert said((stopped(Stop(kind, TODAY, until, reference="K12")),))  # type: ignore[arg-type]
