"""Credit decisions: none, zero and an amount; hold; and what an invoice is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.credit_limit import Exposure, invoice_findings, judge_order, limit_of
from hub.accounting.currency import Conversion
from hub.model.relation import Relation
from hub.model.relation_card import Reason

NOTHING = Exposure(0)
EUROS = Conversion("EUR", "EUR", Decimal(1))


def _limit(amount: int) -> Reason:
    return Reason("limit", "person", "agreed", amount)


def test_no_limit_zero_and_an_amount_mean_three_things() -> None:
    assert judge_order("C1", [], Exposure(10**9), 10**9, "EUR").outcome == "accepted"
    assert judge_order("C1", [_limit(0)], NOTHING, 1, "EUR").outcome == "held"
    assert judge_order("C1", [_limit(500)], NOTHING, 500, "EUR").outcome == "accepted"
    assert judge_order("C1", [_limit(500)], NOTHING, 501, "EUR").outcome == "held"


def test_lowest_of_all_active_limits_holds() -> None:
    case = Reason("limit", "case", "handed over", 0, "CASE-1")
    assert limit_of([_limit(5000), case]) == 0
    assert limit_of([_limit(5000)]) == 5000
    assert limit_of([Reason("hold", "person", "x")]) is None


def test_order_is_refused_on_hold_even_when_a_person_lets_it_pass_the_limit() -> None:
    verdict = judge_order("C1 Klant", [Reason("hold", "case", "incasso")], NOTHING, 1, "EUR", despite_limit=True)
    assert verdict.outcome == "refused"
    assert verdict.finding is not None
    assert (verdict.finding.code, verdict.finding.found) == ("HUB-CREDIT-01", "incasso")


def test_finding_shows_every_part_of_the_sum() -> None:
    verdict = judge_order("C1 Klant", [_limit(100000)], Exposure(60000, 30000), 20000, "EUR")
    assert verdict.finding is not None
    assert (verdict.finding.found, verdict.finding.expected) == ("1100.00", "1000.00")
    assert dict(verdict.finding.details)["owed"] == "600.00"
    assert (
        judge_order("C1", [_limit(100000)], Exposure(60000, 30000), 20000, "EUR", despite_limit=True).outcome
        == "accepted"
    )


def test_credit_of_the_debtor_makes_room() -> None:
    assert judge_order("C1", [_limit(0)], Exposure(-500), 500, "EUR").outcome == "accepted"


@pytest.mark.parametrize(
    ("relation", "direction", "kind", "codes"),
    [
        (Relation("C1", "K", on_hold=True), "sales", "invoice", ["HUB-CREDIT-03"]),
        (Relation("C1", "K", on_hold=True), "purchase", "invoice", []),
        (Relation("C1", "K", on_hold=True), "sales", "credit_note", []),
        (Relation("C1", "K", credit_limit=0, owed=0), "sales", "invoice", ["HUB-CREDIT-04"]),
        (Relation("C1", "K", credit_limit=10000, owed=0), "sales", "invoice", []),
        (Relation("C1", "K", credit_limit=10000, owed=1), "sales", "invoice", ["HUB-CREDIT-04"]),
        (Relation("C1", "K"), "sales", "invoice", []),
    ],
)
def test_invoice_is_told_and_never_stopped(relation: Relation, direction: str, kind: str, codes: list[str]) -> None:
    found = invoice_findings(relation, direction, kind, Decimal("100.00"), EUROS)  # type: ignore[arg-type]
    assert [finding.code for finding in found] == codes
    assert not any(finding.fatal for finding in found)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), max_size=30))
def test_orders_accepted_one_after_another_never_pass_the_limit(limit: int, amounts: list[int]) -> None:
    ordered = 0
    for amount in amounts:
        if judge_order("C1", [_limit(limit)], Exposure(0, ordered), amount, "EUR").outcome == "accepted":
            ordered += amount
    assert ordered <= limit
