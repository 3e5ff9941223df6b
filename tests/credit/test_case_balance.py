"""What a case comes to on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hub.bootstrap import data_folder
from hub.credit.case_balance import balance_of, lowered
from hub.credit.interest import Interest, Terms, interest_until
from hub.formats.collection_tables import read_interest_tables
from hub.model.case_file import CasePayment
from tests.formats.test_case_protocol import CASE

D = Decimal
TABLES = read_interest_tables([("interest", (data_folder("mappings") / "interest.toml").read_bytes())])
PAID = (CasePayment(date(2026, 10, 1), D("21.00"), "payment"),)


def parts(**given: D) -> dict[str, tuple[D, D, D]]:
    made = balance_of(
        CASE, {7: PAID}, given.get("interest", D(0)), given.get("costs", D(0)), date(2026, 12, 31), TABLES
    )
    return {part.name: (part.claimed, part.received, part.outstanding) for part in made.parts}


def test_interest_runs_on_over_what_is_left() -> None:
    expected = interest_until(
        D("121.00"), date(2026, 9, 16), date(2026, 12, 31), Terms("consumer", TABLES), [(PAID[0].on, D("21.00"))]
    )
    assert isinstance(expected, Interest)
    found = parts()
    assert found["principal"] == (D("100.00"), D("0.00"), D("100.00"))
    assert found["interest"] == (expected.amount, D(0), expected.amount)
    assert found["total"][2] == D("148.40") + expected.amount


def test_what_was_received_comes_off_its_own_component() -> None:
    found = parts(interest=D("1.00"), costs=D("48.40"))
    assert (found["costs"][2], found["vat"][2]) == (D("0.00"), D("0.00"))
    assert found["interest"][1] == D("1.00")


def test_payment_after_the_day_is_not_there_yet() -> None:
    made = balance_of(CASE, {7: (*PAID, replace(PAID[0], on=date(2027, 1, 5)))}, D(0), D(0), date(2026, 12, 31), TABLES)
    assert made.claims[7].outstanding == D("100.00")


def test_interest_stands_still_when_the_case_has_ended() -> None:
    """What was received afterwards still comes off: a remittance is booked days after the last word of the agency."""
    end, later = date(2026, 11, 1), CasePayment(date(2026, 11, 20), D("100.00"), "remittance")
    then = balance_of(CASE, {7: PAID}, D(0), D(0), end, TABLES, end)
    after = balance_of(CASE, {7: (*PAID, later)}, D(0), D(0), date(2027, 6, 1), TABLES, end)
    assert after.claims[7].interest == then.claims[7].interest > D(0)
    assert after.claims[7].outstanding == D("0.00")
    assert (then.claims[7].per_day, after.claims[7].per_day) == (D(0), D(0))


def test_case_that_was_closed_as_paid_leaves_no_interest_open() -> None:
    """The debtor paid what the agency asked on an earlier day; the days between are nobody's any more."""
    end = date(2026, 11, 1)
    made = balance_of(CASE, {7: PAID}, D("0.25"), D(0), end, TABLES, end, True)
    found = {part.name: (part.claimed, part.received, part.outstanding) for part in made.parts}
    assert found["interest"] == (D("0.25"), D("0.25"), D("0.00"))
    assert found["principal"][2] == D("100.00")


def test_payment_that_is_taken_back_never_lowered_the_debt() -> None:
    paid = [
        CasePayment(date(2026, 1, day), D(amount), "payment")
        for day, amount in ((1, "50"), (2, "30"), (3, "-40"), (4, "5"))
    ]
    assert lowered(paid) == [(date(2026, 1, 1), D("40")), (date(2026, 1, 4), D("5"))]
