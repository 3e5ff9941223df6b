"""Matching: certain or a question; never random among equals, never more than is open."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.currency import Conversion
from hub.accounting.match_known import Matching, SentLine
from hub.accounting.matching import match
from hub.accounting.settlement import left_of, settlement_entry
from hub.model.payment import PaymentSettings
from hub.model.settlement import Allocation, OpenItem
from tests.accounting.paying import D, item, known, payment
from tests.builders import starter


def _settled(found: Matching) -> dict[int, Decimal]:
    assert found.certain is not None, [p.decision.why for p in found.proposals]
    return {a.item: a.amount for a in found.certain.settlement.allocations}


def _why(found: Matching) -> str:
    assert found.certain is not None
    return found.certain.decision.why


def test_invoice_number_in_the_text_settles_it_when_the_payer_is_unknown() -> None:
    found = match(payment("121.00", "factuur F 2026/0001, dank"), [item(1, "121.00"), item(2, "121.00")], known())
    assert _settled(found) == {1: D("121.00")}
    assert _why(found) == "match_invoice_number"


def test_number_within_a_longer_number_is_not_found() -> None:
    found = match(payment("121.00", "2026-10421"), [item(1, "121.00", "10421")], known())
    assert found.certain is None


def test_short_number_never_decides_when_the_amount_does_not_fit() -> None:
    found = match(payment("50.00", "betaling 12 mei"), [item(1, "121.00", "12")], known("C0001"))
    assert found.certain is None
    assert found.rest.kind == "on_account"


def test_part_payment_settles_part_when_one_invoice_is_named() -> None:
    found = match(payment("100.00", "F-2026-0001"), [item(1, "121.00")], known())
    assert _settled(found) == {1: D("100.00")}


def test_named_invoices_that_are_underpaid_are_a_question() -> None:
    found = match(payment("100.00", "F-2026-0001 F-2026-0002"), [item(1, "90.00"), item(2, "90.00")], known("C0001"))
    assert found.certain is None
    assert found.proposals[0].items == (1, 2)


def test_overpayment_goes_on_account_of_the_relation() -> None:
    found = match(payment("150.00", "F-2026-0001"), [item(1, "121.00")], known())
    assert found.certain is not None
    settlement = found.certain.settlement
    assert left_of(settlement, {1: item(1, "121.00")}) == D("29.00")
    assert settlement.rest is not None
    assert (settlement.rest.kind, settlement.rest.relation) == ("on_account", "C0001")


def test_same_number_of_two_relations_is_a_question_when_both_have_the_amount() -> None:
    items = [item(1, "121.00", "2026001"), item(2, "121.00", "2026001", relation="C0002")]
    found = match(payment("121.00", "2026001"), items, known())
    assert found.certain is None
    assert {p.items for p in found.proposals} >= {(1,), (2,)}


def test_same_number_of_two_relations_is_decided_when_the_payer_is_known() -> None:
    items = [item(1, "121.00", "2026001"), item(2, "121.00", "2026001", relation="C0002")]
    assert _settled(match(payment("121.00", "2026001"), items, known("C0002"))) == {2: D("121.00")}


def test_somebody_elses_invoice_is_a_question_when_it_is_named() -> None:
    found = match(payment("121.00", "F-2026-0001"), [item(1, "121.00")], known("C0002"))
    assert found.certain is None
    assert found.proposals[0].decision.why == "propose_other_payer"


@pytest.mark.parametrize(
    ("reference", "text", "why"),
    [
        ("RF18 5390 0754 7034", "betaling rf18 5390 0754 7034", "match_creditor_reference"),
        ("1000000000000006", "acceptgiro 1000 0000 0000 0006", "match_payment_reference"),
    ],
)
def test_reference_with_a_check_goes_before_the_number(reference: str, text: str, why: str) -> None:
    items = [item(1, "10.00", payment_reference=reference), item(2, "10.00")]
    found = match(payment("10.00", text + " F-2026-0002"), items, known())
    assert _settled(found) == {1: D("10.00")}
    assert _why(found) == why


def test_amount_decides_when_the_relation_has_one_invoice_of_it() -> None:
    found = match(payment("121.00"), [item(1, "121.00"), item(2, "60.50")], known("C0001"))
    assert _settled(found) == {1: D("121.00")}
    assert _why(found) == "match_amount"


def test_amount_is_a_question_when_two_invoices_have_it() -> None:
    found = match(payment("121.00"), [item(1, "121.00"), item(2, "121.00")], known("C0001"))
    assert found.certain is None
    assert [p.decision.why for p in found.proposals[:2]] == ["propose_equal", "propose_equal"]


def test_amount_of_a_stranger_is_only_a_proposal() -> None:
    found = match(payment("121.00", name="Klant BV"), [item(1, "121.00")], known())
    assert found.certain is None
    assert found.proposals[0].decision.why == "propose_same_name"
    assert found.rest.kind == "suspense"


def test_sum_decides_when_there_is_one_way_to_it() -> None:
    items = [item(1, "10.00"), item(2, "20.00"), item(3, "40.00")]
    assert _settled(match(payment("60.00"), items, known("C0001"))) == {2: D("20.00"), 3: D("40.00")}


def test_sum_is_a_question_when_there_are_two_ways_to_it() -> None:
    items = [item(1, "10.00"), item(2, "20.00"), item(3, "15.00"), item(4, "15.00")]
    found = match(payment("30.00"), items, known("C0001"))
    assert found.certain is None
    assert {p.decision.why for p in found.proposals} >= {"propose_sum"}


def test_discount_is_taken_when_it_is_allowed_that_day_and_not_after() -> None:
    terms = {"discount_until": date(2026, 5, 12), "discount_percentage": D(2)}
    found = match(payment("118.58"), [item(1, "121.00", **terms)], known("C0001"))
    assert found.certain is not None
    assert found.certain.settlement.allocations == (Allocation(1, D("118.58"), discount=D("2.42")),)
    late = match(payment("118.58", on=date(2026, 5, 13)), [item(1, "121.00", **terms)], known("C0001"))
    assert late.certain is None


def test_credit_note_joins_when_it_names_the_invoice_and_never_when_it_does_not() -> None:
    invoice = item(1, "121.00")
    credit = item(2, "-21.00", "C-1")
    named = replace(credit, credited=("F20260001",))
    assert _settled(match(payment("100.00"), [invoice, named], known("C0001"))) == {1: D("121.00"), 2: D("-21.00")}
    found = match(payment("100.00"), [invoice, credit], known("C0001"))
    assert found.certain is None
    assert "propose_with_credits" in {p.decision.why for p in found.proposals}


def test_normal_payment_never_closes_a_g_part() -> None:
    parts = [item(1, "90.00", "F-9001"), item(2, "31.00", "F-9001", part="g_account")]
    assert _settled(match(payment("90.00", "F-9001"), parts, known())) == {1: D("90.00")}
    assert match(payment("31.00"), parts, known("C0001")).certain is None
    assert _settled(match(payment("31.00", "F-9001", part="g_account"), parts, known())) == {2: D("31.00")}


def test_own_payment_file_settles_what_it_said_also_g_parts() -> None:
    items = [item(1, "90.00", side="payable"), item(2, "31.00", side="payable", part="g_account")]
    sent = (
        SentLine("BH20260512-7-1", "BH20260512-7", D("-90.00"), (Allocation(1, D("90.00")),), id=11),
        SentLine("BH20260512-7-2", "BH20260512-7", D("-31.00"), (Allocation(2, D("31.00")),), id=12),
    )
    one = match(payment("-90.00", end_to_end_id="BH20260512-7-1"), items, known(sent=sent))
    assert (_settled(one), one.answered) == ({1: D("90.00")}, (11,))
    batch = match(payment("-121.00", "batch BH20260512-7"), items, known(sent=sent))
    assert (_settled(batch), batch.answered) == ({1: D("90.00"), 2: D("31.00")}, (11, 12))


def test_own_payment_file_is_a_question_when_the_item_was_settled_since() -> None:
    sent = (SentLine("BH1-1", "BH1", D("-90.00"), (Allocation(1, D("90.00")),)),)
    found = match(payment("-90.00", end_to_end_id="BH1-1"), [item(1, "50.00", side="payable")], known(sent=sent))
    assert found.certain is None


def test_foreign_invoice_is_settled_whole_when_the_money_is_what_it_is_worth() -> None:
    rates = {"USD": Conversion("USD", "EUR", D("1.1000"))}
    invoice = item(1, "110.00", currency="USD", base="95.00")
    found = match(payment("101.50", "F-2026-0001"), [invoice], known(conversions=rates))
    assert found.certain is not None
    assert found.certain.settlement.allocations == (Allocation(1, D("110.00"), paid=D("101.50")),)
    assert match(payment("80.00", "F-2026-0001"), [invoice], known(conversions=rates)).certain is None


def test_missing_cents_are_a_difference_only_when_the_administration_lets_matching_say_so() -> None:
    paid, invoice = payment("120.98", "F-2026-0001"), [item(1, "121.00")]
    assert _settled(match(paid, invoice, known())) == {1: D("120.98")}
    let = known(settings=PaymentSettings(difference_automatic=D("0.05")))
    found = match(paid, invoice, let)
    assert found.certain is not None
    assert found.certain.settlement.allocations[0].difference == D("0.02")


AMOUNTS = st.integers(-3000, 6000).filter(bool).map(lambda cents: D(cents) / 100)


@st.composite
def open_items(draw: st.DrawFn) -> list[OpenItem]:
    made = []
    for key, amount in enumerate(draw(st.lists(AMOUNTS, min_size=1, max_size=7)), 1):
        until = draw(st.sampled_from([None, date(2026, 5, 20)]))
        made.append(
            item(
                key, amount, draw(st.sampled_from([f"F-2026-{key:04d}", "F-2026-0001", "12", "77001"])),
                relation=draw(st.sampled_from(["C0001", "C0002"])), side=draw(st.sampled_from(["receivable", "payable"])),
                part=draw(st.sampled_from(["normal", "normal", "g_account"])), discount_until=until,
                discount_percentage=D(2) if until else None, credited=draw(st.sampled_from([(), ("F20260001",), ("77001",)])),
                due_date=draw(st.sampled_from([date(2026, 5, 1), date(2026, 6, 1)])),
            )
        )  # fmt: skip
    return made


@given(
    open_items(), AMOUNTS, st.sampled_from(["", "F-2026-0001", "12", "77001 F-2026-0002"]), st.integers(0, 3),
    st.sampled_from([(), ("C0001",), ("C0001", "C0002")]), st.randoms(use_true_random=False),
)  # fmt: skip
def test_nothing_is_settled_twice_and_every_cent_is_accounted_for_whatever_the_order(
    items: list[OpenItem], amount: Decimal, text: str, exact: int, who: tuple[str, ...], shuffled: random.Random
) -> None:
    positive = [i for i in items if i.part == "normal"]
    if exact and len(positive) >= exact:  # amounts that fit, so that there is something to find
        amount = sum((i.expected for i in positive[:exact]), D(0)) or amount
    paid = payment(amount, text)
    by_id = {i.id: i for i in items}
    found = match(paid, items, known(*who))
    mixed = list(items)
    shuffled.shuffle(mixed)
    assert match(paid, mixed, known(*who)) == found
    for one in (*([found.certain] if found.certain else []), *found.proposals):
        seen = set()
        for a in one.settlement.allocations:
            open_now = by_id[a.item].outstanding.amount
            assert a.item not in seen
            assert 0 <= a.total / open_now <= 1
            assert by_id[a.item].part == "normal"
            seen.add(a.item)
        taken = sum((by_id[a.item].cash(a.amount) for a in one.settlement.allocations), D(0))
        assert taken + left_of(one.settlement, by_id) == amount
        assert abs(taken) <= abs(amount)
        entry = settlement_entry(one.settlement, by_id, starter(), paid.on)  # balances, or raises
        assert sum((p.base.amount for p in entry.postings if p.account == "1100"), D(0)) == abs(amount)
