"""What a person says about a payment, as a settlement."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.accounting.by_hand import Wish, settlement_of
from hub.accounting.settlement import left_of, settlement_entry
from hub.errors import Conflict, Usage
from hub.model.settlement import OpenItem, Settlement
from tests.accounting.paying import D, item, payment
from tests.builders import balances, starter


def _settled(*items: OpenItem, **wish: Any) -> Settlement:
    return settlement_of(Wish(tuple((i, None) for i in items), **wish), payment("0.00"))


def test_everything_is_paid_when_no_amount_is_said() -> None:
    made = _settled(item(1, "121.00", side="payable"), item(2, "-21.00", side="payable"))
    assert made.payment is not None
    assert made.payment.amount.amount == D("-100.00")


def test_amount_fills_invoices_in_the_order_named_and_the_rest_goes_on_account() -> None:
    made = _settled(item(1, "50.00"), item(2, "50.00"), amount=D("70.00"))
    assert [(a.item, a.amount) for a in made.allocations] == [(1, D("50.00")), (2, D("20.00"))]
    more = _settled(item(1, "50.00"), amount=D("70.00"), on_account=True)
    assert left_of(more, {1: item(1, "50.00")}) == D("20.00")
    assert more.rest is not None
    assert more.rest.kind == "on_account"


def test_more_than_is_open_is_a_slip_until_somebody_says_where_it_goes() -> None:
    invoice = item(1, "50.00")
    with pytest.raises(Usage, match=r"HUB-ASK-11: found 20\.00"):
        settlement_entry(_settled(invoice, amount=D("70.00")), {1: invoice}, starter(), date(2026, 5, 12))


def test_what_is_blocked_is_paid_only_when_somebody_says_so() -> None:
    bill = item(1, "50.00", side="payable", blocks=("approval",))
    with pytest.raises(Conflict, match="HUB-ASK-51: found approval, invoice F-2026-0001"):
        _settled(bill)
    with pytest.raises(Conflict):
        _settled(item(2, "10.00", side="payable"), bill)
    made = _settled(bill, despite_blocks=True)
    assert made.payment is not None
    assert made.payment.amount.amount == D("-50.00")
    assert _settled(item(3, "50.00", blocks=("disputed",))).payment is not None  # what a debtor pays is never refused


def test_credit_note_is_used_to_pay_the_others_when_an_amount_is_said() -> None:
    made = _settled(item(1, "100.00"), item(2, "-30.00"), amount=D("70.00"))
    assert {a.item: a.amount for a in made.allocations} == {1: D("100.00"), 2: D("-30.00")}


def test_discount_is_taken_only_when_it_is_allowed() -> None:
    terms = {"discount_until": date(2026, 5, 12), "discount_percentage": D(2)}
    made = _settled(item(1, "100.00", **terms), with_discount=True)
    assert made.payment is not None
    assert made.payment.amount.amount == D("98.00")
    with pytest.raises(Usage, match="HUB-ASK-18"):
        _settled(item(1, "100.00"), with_discount=True)


def test_difference_closes_the_invoice() -> None:
    invoice = item(1, "100.00")
    made = settlement_entry(
        _settled(invoice, amount=D("99.50"), difference=True), {1: invoice}, starter(), date(2026, 5, 12)
    )
    assert balances(made) == {"1100": D("99.50"), "1300": D("-100.00"), "4660": D("0.50")}
    over = settlement_entry(
        _settled(invoice, amount=D("100.50"), difference=True), {1: invoice}, starter(), date(2026, 5, 12)
    )
    assert balances(over)["4660"] == D("-0.50")


def test_refund_without_invoice_goes_out() -> None:
    made = settlement_of(Wish(amount=D("10.00"), relation="C0001", side="receivable", refund=True), payment("0.00"))
    assert made.payment is not None
    assert made.payment.amount.amount == D("-10.00")


@pytest.mark.parametrize("wish", [Wish(), Wish(amount=D("5.00")), Wish(write_off=True)])
def test_too_little_said_is_a_usage_fault(wish: Wish) -> None:
    with pytest.raises(Usage):
        settlement_of(wish, payment("0.00"))
