"""The verdict on findings alone."""

from __future__ import annotations

import pytest

from hub.model.finding import Finding
from hub.rules.en16931 import ARITHMETIC
from hub.steps.judge import is_arithmetic, judge


def fatal(code: str = "BR-16", layer: str = "en16931", who: str = "sender") -> Finding:
    return Finding(code, "fatal", layer, who=who)  # type: ignore[arg-type]


def test_without_fatal_findings_the_way_is_free() -> None:
    assert judge([]) is None
    assert (
        judge([Finding("BR-CO-15", "warning", "en16931"), Finding("X", "information", "read")], policy="refuse") is None
    )


@pytest.mark.parametrize(
    "code", sorted(ARITHMETIC) + ["HUB-TOT-01", "HUB-TOT-02", "HUB-TOT-03", "HUB-VAT-06", "HUB-BUG"]
)
def test_arithmetic_is_refused_under_every_policy_and_whoever_accepts_it(code: str) -> None:
    for policy in ("", "hold", "refuse", "book-with-finding"):
        for named in (True, False):
            assert judge([fatal(code)], policy=policy, named_specification=named, released=(code,)) == "refused"


def test_what_cannot_be_read_is_refused() -> None:
    assert is_arithmetic(fatal("HUB-UBL-07", "read"))
    assert judge([fatal("HUB-UBL-07", "read")], policy="book-with-finding") == "refused"


@pytest.mark.parametrize(
    ("who", "policy", "verdict"),
    [
        ("sender", "refuse", "refused"),
        ("us", "refuse", "held"),
        ("us", "hold", "held"),
        ("us", "book-with-finding", "held"),
    ],
)
def test_only_what_the_sender_must_mend_goes_back(who: str, policy: str, verdict: str) -> None:
    assert judge([fatal("HUB-ACC-01", "hub", who)], policy=policy) == verdict


def test_the_gravest_finding_decides() -> None:
    assert judge([fatal(), fatal("BR-CO-15")], policy="book-with-finding") == "refused"
    assert judge([fatal(), fatal("HUB-REL-02", "hub", "us")], policy="book-with-finding") == "held"
