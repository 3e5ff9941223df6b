"""Provisional booking: what stands on the suspense account, and that approval makes the direct booking of it, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.suspense import from_decisions, move_to_cost
from hub.model.approval import ApprovalFlow, ApprovalStep
from hub.model.booking import Booking, Rate
from hub.model.codec import plain
from hub.model.invoice import Invoice
from tests.builders import (
    DAY,
    D,
    administration,
    allowance,
    balances,
    booked,
    codes,
    credit_note,
    decision_of,
    facts,
    invoice,
    known,
    line,
    posted,
    sale,
)

AT_ONCE: dict[str, Any] = {"purchase_method": "book_at_once"}
FIRST: dict[str, Any] = {"purchase_method": "register_first"}
DOLLARS = (Rate("USD", DAY, D("1.0837")),)


def _both(made: Invoice, **changes: Any) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Per account, in base: the direct booking, and the provisional one with its approval."""
    direct = balances(posted(made, facts(administration(**changes), rates=DOLLARS)), base=True)
    booking = booked(made, facts(administration(**AT_ONCE, **changes), rates=DOLLARS))
    return direct, _approved(booking)


def _approved(booking: Booking) -> dict[str, Decimal]:
    entry = booking.entry
    assert entry is not None
    assert booking.approval is not None
    intended = from_decisions([plain(decision) for decision in booking.decisions])
    move = move_to_cost(entry, intended, booking.approval.account, "MEM", DAY, "akkoord")
    total = balances(entry, base=True)
    for account, amount in (balances(move, base=True) if move else {}).items():
        total[account] = total.get(account, D(0)) + amount
    return {account: amount for account, amount in total.items() if amount}


@pytest.mark.parametrize(
    "made",
    [
        invoice(),
        credit_note(),
        invoice(line("100.00"), line("50.00", rate="9", id="2"), line("-20.00", id="3")),
        invoice(line("100.00", "AE", "0")),
        invoice(line("100.00", accounting_cost="4530"), line("-100.00", accounting_cost="4110", id="2")),
        invoice(line("33.33", accounting_cost="4530"), line("66.67", accounting_cost="4110", id="2"), currency="USD"),
        invoice(allowances=(allowance("10.00"),), prepaid="50.00", rounding="0.01"),
        invoice(line("0.00")),
    ],
    ids=[
        "plain",
        "credit note",
        "two rates",
        "reverse charge",
        "cancels out",
        "dollars",
        "allowance and prepaid",
        "zero",
    ],
)
def test_approval_makes_the_direct_booking(made: Invoice) -> None:
    direct, approved = _both(made)
    assert approved == direct


@given(
    st.lists(
        st.tuples(
            st.integers(-500_000, 500_000),
            st.sampled_from(["4530", "4110", "4400", "4990"]),
            st.sampled_from(["21", "9"]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["EUR", "USD"]),
    st.sampled_from([D(100), D(37), D(0)]),
)
def test_approval_makes_the_direct_booking_whatever_the_lines(
    rows: list[tuple[int, str, str]], currency: str, deduction: Decimal
) -> None:
    lines = [
        line(D(cents).scaleb(-2), rate=rate, accounting_cost=account, id=str(number))
        for number, (cents, account, rate) in enumerate(rows)
    ]
    made = invoice(*lines, currency=currency)
    direct, approved = _both(made, deduction_percentage=deduction)
    assert approved == direct


def test_cost_side_stands_on_the_suspense_account_and_nothing_else() -> None:
    booking = booked(invoice(), facts(administration(**AT_ONCE)))
    assert booking.entry is not None
    assert balances(booking.entry) == {"1610": D("100.00"), "1520": D("21.00"), "1600": D("-121.00")}
    assert booking.entry.open_items[0].block_reasons == ("approval",)
    assert decision_of(booking, "purchase_method").why == "method_of_administration"


def test_relation_decides_before_the_administration() -> None:
    booking = booked(invoice(), facts(relations=(known(**AT_ONCE),)))
    assert booking.approval is not None
    assert decision_of(booking, "purchase_method").why == "method_of_relation"
    own = booked(invoice(), facts(administration(**AT_ONCE), relations=(known(purchase_method="direct"),)))
    assert own.approval is None


def test_sales_are_never_provisional() -> None:
    assert balances(posted(sale(), facts(administration(**AT_ONCE))))["8000"] == D("-100.00")


def test_direct_booking_says_nothing_about_approval() -> None:
    booking = booked(invoice())
    assert booking.approval is None
    assert "purchase_method" not in [decision.what for decision in booking.decisions]


def test_registered_purchase_is_held_and_accepted_by_approval_alone() -> None:
    books = administration(**FIRST)
    waiting = booked(invoice(), facts(books))
    assert (waiting.outcome, codes(waiting)) == ("held", {"HUB-APPR-01"})
    assert waiting.approval is not None
    done = booked(invoice(), facts(books, released=("HUB-APPR-01",)))
    assert (done.outcome, done.approval) == ("posted", None)
    assert done.entry == posted(invoice())


@pytest.mark.parametrize("method", ["direct", "book_at_once"])
def test_what_began_to_wait_waits_whatever_the_method_is_now(method: Any) -> None:
    books = administration(purchase_method=method)
    assert booked(invoice(), facts(books, begun="register_first")).outcome == "held"


def test_amount_decides_which_steps_are_needed() -> None:
    flow = ApprovalFlow("f", "", (ApprovalStep(("anna",), D("100")), ApprovalStep(("bert",), D("200"))))
    books = administration(approval_flow="f", approval_flows=(flow,), **AT_ONCE)
    steps = {}
    for net in ("82.64", "82.65", "200.00"):  # 99.99, 100.01 and 242.00 with VAT
        booking = booked(invoice(line(net)), facts(books))
        steps[net] = len(booking.approval.flow.steps) if booking.approval else 0
    assert steps == {"82.64": 0, "82.65": 1, "200.00": 2}
    assert decision_of(booked(invoice(line("82.64")), facts(books)), "purchase_method").why == "below_approval_amounts"


def test_credit_note_is_measured_by_its_size() -> None:
    flow = ApprovalFlow("f", "", (ApprovalStep(("anna",), D("100")),))
    books = administration(approval_flow="f", approval_flows=(flow,), **AT_ONCE)
    assert booked(credit_note(line("500.00")), facts(books)).approval is not None


def test_cost_on_the_suspense_account_itself_is_held() -> None:
    booking = booked(invoice(), facts(administration(default_purchase_account="1610", **AT_ONCE)))
    assert (booking.outcome, codes(booking)) == ("held", {"HUB-APPR-05"})


def test_book_at_once_without_its_account_is_held() -> None:
    books = administration(accounts_named={k: v for k, v in administration().accounts_named.items() if v != "1610"})
    booking = booked(invoice(), facts(books, relations=(known(**AT_ONCE),)))
    assert (booking.outcome, codes(booking)) == ("held", {"HUB-APPR-05"})
