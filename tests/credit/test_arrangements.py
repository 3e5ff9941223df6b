"""Promises and plans: kept or broken by what was paid since, and never before the bank was read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.credit.arrangements import GRACE_DAYS, equal_terms, faults_of, standing
from hub.model.arrangement import Arrangement, Instalment, Paid

D = Decimal
MADE, DUE = date(2026, 3, 1), date(2026, 3, 10)
PROMISE = Arrangement("promise", "C0001", MADE, DUE, amount=D("100.00"))
PLAN = Arrangement(
    "plan", "C0001", MADE, date(2026, 5, 1),
    instalments=tuple(Instalment(date(2026, month, 1), D("100.00")) for month in (3, 4, 5)),
)  # fmt: skip


def _outcome(made: Arrangement, paid: list[Paid], on: date, left: str = "500.00", known: date | None = None) -> str:
    return standing(made, paid, D(left), on, known_until=known).outcome


def test_promise_stands_until_its_day_has_passed() -> None:
    assert _outcome(PROMISE, [], DUE) == "open"
    assert _outcome(PROMISE, [], DUE + timedelta(days=1)) == "broken"


def test_promise_is_kept_when_the_amount_came_in_time() -> None:
    assert _outcome(PROMISE, [Paid(date(2026, 3, 9), D("100.00"))], date(2026, 3, 9)) == "kept"
    assert _outcome(PROMISE, [Paid(date(2026, 3, 9), D("99.99"))], date(2026, 3, 11)) == "broken"


def test_promise_of_all_is_kept_when_nothing_is_open() -> None:
    everything = Arrangement("promise", "C0001", MADE, DUE)
    assert _outcome(everything, [Paid(MADE, D("500.00"))], DUE, left="0.00") == "kept"
    assert _outcome(everything, [Paid(MADE, D("400.00"))], DUE + timedelta(days=1), left="100.00") == "broken"


def test_payment_of_before_the_promise_does_not_count() -> None:
    assert _outcome(PROMISE, [Paid(date(2026, 2, 28), D("100.00"))], date(2026, 3, 11)) == "broken"


def test_nothing_is_broken_before_the_bank_was_read_for_its_day() -> None:
    later = DUE + timedelta(days=5)
    assert _outcome(PROMISE, [], later, known=DUE - timedelta(days=1)) == "open"
    assert _outcome(PROMISE, [], later, known=DUE) == "broken"


def test_plan_breaks_after_days_of_grace_and_says_since_when() -> None:
    first_paid = [Paid(date(2026, 3, 1), D("100.00"))]
    assert _outcome(PLAN, first_paid, date(2026, 4, 1 + GRACE_DAYS)) == "open"
    stands = standing(PLAN, first_paid, D("200.00"), date(2026, 4, 9))
    assert (stands.outcome, stands.broken_on) == ("broken", date(2026, 4, 2 + GRACE_DAYS))
    assert stands.next == Instalment(date(2026, 4, 1), D("100.00"))


def test_plan_that_is_paid_ahead_goes_on() -> None:
    stands = standing(PLAN, [Paid(date(2026, 3, 1), D("250.00"))], D("50.00"), date(2026, 4, 20))
    assert (stands.outcome, stands.owed, stands.paid) == ("open", D("200.00"), D("250.00"))
    assert stands.next == Instalment(date(2026, 5, 1), D("50.00"))


def test_everything_wrong_with_an_arrangement_is_said_at_once() -> None:
    wrong = Arrangement(
        "plan", "C0001", MADE, date(2026, 2, 1), amount=D("0.00"), instalments=(Instalment(MADE, D("900.00")),)
    )
    assert {f.code for f in faults_of(wrong, D("500.00"))} == {"HUB-ARR-01", "HUB-ARR-04", "HUB-ARR-06"}
    assert [f.code for f in faults_of(Arrangement("promise", "C0001", MADE), D("5.00"))] == ["HUB-ARR-02"]
    assert [f.code for f in faults_of(Arrangement("dispute", "C0001", MADE), D("0.00"))] == ["HUB-ARR-08"]
    assert faults_of(PLAN, D("300.00")) == ()


@given(st.integers(1, 10_000_000), st.integers(1, 60))
def test_equal_terms_add_up_to_the_cent(minor: int, count: int) -> None:
    total = D(max(minor, count)).scaleb(-2)
    terms = equal_terms(total, count, date(2026, 1, 31))
    assert sum((term.amount for term in terms), D(0)) == total
    assert all(term.amount > 0 for term in terms)
    days = [term.due for term in terms]
    assert days == sorted(set(days))
    assert len({(day.year, day.month) for day in days}) == count


@given(
    st.lists(st.tuples(st.integers(0, 120), st.integers(1, 20_000)), max_size=8),
    st.integers(0, 120),
    st.integers(0, 120),
)
def test_what_was_kept_stays_kept_however_late_it_is_asked(
    payments: list[tuple[int, int]], on: int, later: int
) -> None:
    paid = [Paid(MADE + timedelta(days=day), D(minor).scaleb(-2)) for day, minor in payments]
    left = max(D("300.00") - sum((p.amount for p in paid), D(0)), D("0.00"))
    if _outcome(PLAN, paid, MADE + timedelta(days=on), left=str(left)) == "kept":
        assert _outcome(PLAN, paid, MADE + timedelta(days=on + later), left=str(left)) == "kept"
