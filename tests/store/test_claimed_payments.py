"""Bank payments of debtors of whom costs and interest were claimed, on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from hub.store.posted import find_entry
from hub.store.reversing import reverse
from tests.books import Books
from tests.store.case_messages import broken
from tests.store.collecting import D, Debts
from tests.store.test_payments import take_lines
from tests.store.vat_books import at

ONE, TWO = "VF-2026-0101", "VF-2026-0102"
COSTS, INTEREST = "4385", "9010"


@pytest.fixture
def debts(books: Books) -> Debts:
    """A debtor with two invoices; on 10 March a letter claimed costs and interest."""
    made = Debts(books)
    made.sell(ONE, "300.00")
    made.sell(TWO, "200.00")
    return made


def claimed(debts: Debts) -> None:
    """What the letter claims: 75.00 of costs, 2.50 of interest on each."""
    debts.claim({ONE: "300.00", TWO: "200.00"}, costs="75.00", interest="2.50")


def pay(debts: Debts, *lines: str) -> list[str]:
    """Bank lines to their outcomes."""
    return [done.outcome for done in take_lines(debts.books, *lines)]


def test_payment_of_everything_by_reference_settles_all_and_the_rest_is_income(debts: Debts) -> None:
    claimed(debts)
    assert pay(debts, "2026-03-20;580.00;;X;H-1-1") == ["matched"]
    assert (debts.outstanding(ONE), debts.outstanding(TWO)) == (0, 0)
    assert (debts.balance(COSTS), debts.balance(INTEREST), debts.balance("1300")) == (-75, -5, 0)
    assert debts.claims() == {"costs": D("0.00"), "interest": D("0.00")}
    assert broken(debts) == []


def test_payment_of_the_principal_after_costs_were_claimed_leaves_that_much_open(debts: Debts) -> None:
    claimed(debts)
    assert pay(debts, f"2026-03-20;300.00;;X;{ONE}") == ["matched"]
    assert debts.outstanding(ONE) == D("77.50")
    assert (debts.balance(COSTS), debts.balance(INTEREST)) == (-75, D("-2.50"))
    assert debts.balance("1300") == D("277.50")
    assert broken(debts) == []


def test_two_payments_of_one_statement_see_what_the_first_left_of_the_claims(debts: Debts) -> None:
    claimed(debts)
    assert pay(debts, f"2026-03-20;300.00;;X;{ONE}", f"2026-03-21;202.50;;X;{TWO}") == ["matched", "matched"]
    assert (debts.outstanding(ONE), debts.outstanding(TWO)) == (D("77.50"), 0)
    assert (debts.balance(COSTS), debts.balance(INTEREST)) == (-75, -5)
    assert broken(debts) == []


def test_payment_before_the_claim_goes_to_principal_and_voids_it(debts: Debts) -> None:
    claimed(debts)
    assert pay(debts, f"2026-03-09;300.00;;X;{ONE}") == ["matched"]
    assert (debts.outstanding(ONE), debts.claims()) == (0, {"costs": D("75.00"), "interest": D("2.50")})
    assert pay(debts, f"2026-03-09;200.00;;X;{TWO}") == ["matched"]
    assert (debts.outstanding(TWO), debts.claims()) == (0, {})
    assert {why for (why,) in debts.books.rows("SELECT ended_why FROM memo_claim")} == {"paid_in_time"}
    assert broken(debts) == []


def test_payment_without_claims_is_settled_as_ever(debts: Debts) -> None:
    assert pay(debts, f"2026-03-20;300.00;;X;{ONE}") == ["matched"]
    assert (debts.outstanding(ONE), debts.balance(COSTS)) == (0, 0)


def test_what_is_above_all_that_is_owed_stays_the_debtors(debts: Debts) -> None:
    claimed(debts)
    assert pay(debts, "2026-03-20;600.00;;X;betaling H-1-1") == ["matched"]
    assert (debts.balance("1300"), debts.balance(COSTS)) == (-20, -75)
    assert broken(debts) == []


def test_reversal_of_the_entry_gives_back_what_was_received(debts: Debts) -> None:
    claimed(debts)
    (done,) = take_lines(debts.books, "2026-03-20;580.00;;X;H-1-1")
    assert done.posted is not None
    ids, on = debts.books.hub.ids, date(2026, 3, 22)
    ids.reserve(100)
    with debts.books.hub.database.transaction() as connection:
        booked = find_entry(connection, debts.books.id, done.posted.journal, 2026, done.posted.number)
        reverse(connection, ids, debts.loaded(connection), booked, on, "toch niet", debts.books.actor_id, at(on))
    assert (debts.claims(), debts.balance(COSTS)) == ({"costs": D("75.00"), "interest": D("5.00")}, 0)
    assert (debts.outstanding(ONE), debts.outstanding(TWO)) == (300, 200)
