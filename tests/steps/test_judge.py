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


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        ("/Invoice[1]/InvoiceLine[2]/LineExtensionAmount[1]", "refused"),
        ("/Invoice[1]/LegalMonetaryTotal[1]/ChargeTotalAmount[1]", "refused"),
        ("/Invoice[1]/AllowanceCharge[1]/Amount[1]", "refused"),
        ("/Invoice[1]/AllowanceCharge[1]/BaseAmount[1]", "held"),
        ("/Invoice[1]/InvoiceLine[2]/Price[1]/PriceAmount[1]", "held"),
        ("/Invoice[1]/InvoiceLine[2]/Price[1]/AllowanceCharge[1]/Amount[1]", "held"),
        ("/Invoice[1]/InvoiceLine[2]/InvoicedQuantity[1]", "held"),
    ],
)
def test_a_number_that_cannot_be_read_is_refused_where_it_would_be_booked(place: str, verdict: str) -> None:
    for code, layer in (("HUB-UBL-07", "ubl"), ("HUB-CII-22", "cii")):
        assert judge([Finding(code, "fatal", layer, place)]) == verdict


@pytest.mark.parametrize("layer", ["peppol", "peppol-sb", "nlcius", "gaccount"])
def test_an_agreement_has_a_policy_of_its_own(layer: str) -> None:
    broken, arithmetic = fatal("PEPPOL-EN16931-R120", layer), fatal("BR-CO-10")
    assert judge([broken]) == "held"
    assert judge([broken], agreements="book-with-finding") is None
    assert judge([broken], policy="refuse", agreements="hold") == "held"
    assert judge([broken], policy="refuse") == "refused"
    assert judge([broken, fatal()], agreements="book-with-finding") == "held"
    assert judge([broken, arithmetic], agreements="book-with-finding", policy="book-with-finding") == "refused"


@pytest.mark.parametrize("policy", ["", "hold", "refuse", "book-with-finding"])
def test_a_rule_on_which_the_official_artefact_stops_is_held_under_each_policy_until_a_person_accepts_it(
    policy: str,
) -> None:
    stops = fatal("HUB-EN-01", "hub")
    assert judge([stops], policy=policy) == "held"
    assert judge([stops], policy=policy, released=("HUB-EN-01",)) is None
