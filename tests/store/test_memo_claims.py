"""Memo claims on both engines: claimed by what left, replaced by what claims later, let go by a person; never in the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from hub.errors import Conflict, NotFound
from hub.model.memo_claim import ClaimPart
from hub.store.memo_claims import (
    claim_more,
    claimed_by_case,
    claims_beside,
    open_claims,
    receive,
    take_back,
    waive,
)
from tests.books import Books
from tests.store.collecting import D, Debts
from tests.store.vat_books import at

LATER = date(2026, 4, 10)


@pytest.fixture
def debts(books: Books) -> Debts:
    """A debtor with two invoices."""
    made = Debts(books)
    made.sell("S1", "300.00")
    made.sell("S2", "200.00")
    return made


def test_letter_that_claims_makes_claims_of_costs_vat_and_interest_per_item(debts: Debts) -> None:
    made = debts.claim({"S1": "300.00", "S2": "200.00"}, costs="75.00", vat="15.75", interest="2.50")
    assert [(c.kind, c.amount, len(c.items), c.reference) for c in made] == [
        ("costs", D("75.00"), 2, "H-1-1"), ("vat", D("15.75"), 2, "H-1-1"), ("interest", D("2.50"), 1, "H-1-1"),
        ("interest", D("2.50"), 1, "H-1-1"),
    ]  # fmt: skip
    assert debts.claims() == {"costs": D("75.00"), "interest": D("5.00"), "vat": D("15.75")}
    assert debts.outstanding("S1") == 300


def test_letter_that_only_announces_claims_nothing(debts: Debts) -> None:
    assert debts.claim({"S1": "300.00"}, costs="45.00", interest="2.50", claims="announced") == []
    assert debts.claims() == {}


def test_letter_told_twice_claims_once(debts: Debts) -> None:
    key, made = debts.letter({"S1": "300.00"}, costs="45.00")
    assert len(debts.claim_again(key, made)) == 1
    assert debts.claim_again(key, made) == []
    assert debts.claims() == {"costs": D("45.00")}


def test_later_claim_takes_the_place_of_the_earlier_and_keeps_what_was_received(debts: Debts) -> None:
    (costs, interest) = debts.claim({"S1": "300.00"}, costs="45.00", interest="2.50")
    entry = debts.pay("S1", "10.00", LATER)
    with debts.books.hub.database.transaction() as connection:
        parts = [ClaimPart(costs.id, "costs", D("40.00")), ClaimPart(interest.id, "interest", D("1.00"))]
        receive(connection, debts.books.id, entry.id, parts)
    assert debts.claims() == {"costs": D("5.00"), "interest": D("1.50")}
    debts.claim({"S1": "290.00", "S2": "200.00"}, costs="73.50", interest="4.00", reference="H-2-1", on=LATER)
    assert debts.claims() == {"costs": D("33.50"), "interest": D("7.00")}
    ended = debts.books.rows("SELECT kind, ended_why FROM memo_claim WHERE ended_on IS NOT NULL ORDER BY kind")
    assert ended == [("costs", "replaced"), ("interest", "replaced")]


def test_claims_on_other_items_stay(debts: Debts) -> None:
    debts.claim({"S1": "300.00"}, costs="45.00")
    debts.claim({"S2": "200.00"}, costs="40.00", reference="H-2-1")
    assert debts.claims() == {"costs": D("85.00")}
    with debts.books.hub.database.reading() as connection:
        assert [c.amount for c in claims_beside(connection, debts.books.id, [debts.item("S2")])] == [D("40.00")]


def test_what_is_taken_back_is_unpaid_again(debts: Debts) -> None:
    (costs,) = debts.claim({"S1": "300.00"}, costs="45.00")
    one, two = debts.pay("S1", "10.00", LATER), debts.pay("S1", "11.00", LATER)
    with debts.books.hub.database.transaction() as connection:
        receive(connection, debts.books.id, one.id, [ClaimPart(costs.id, "costs", D("20.00"))] * 2)
        assert open_claims(connection, debts.books.id, [debts.relation])[0].unpaid == 5
        take_back(connection, debts.books.id, [one.id], two.id)
    assert debts.claims() == {"costs": D("45.00")}


def test_case_claims_what_its_file_claims_in_the_place_of_its_letters(debts: Debts) -> None:
    debts.claim({"S1": "300.00"}, costs="45.00", interest="2.50")
    case = debts.case("I2026-1", {"S1": "300.00", "S2": "200.00"}, costs="75.00", interest="3.00")
    debts.books.hub.ids.reserve(20)
    with debts.books.hub.database.transaction() as connection:
        assert len(claimed_by_case(connection, debts.books.hub.ids, debts.books.id, case, LATER)) == 3
        assert claimed_by_case(connection, debts.books.hub.ids, debts.books.id, case, LATER) == []
        claim_more(connection, debts.books.hub.ids, debts.books.id, case, "interest", D("1.00"), "EUR", LATER)
        mine = open_claims(connection, debts.books.id, case=case)
    assert debts.claims() == {"costs": D("75.00"), "interest": D("6.00")}
    assert len(mine) == 3  # what the agency got above it has ended with its receipt


def test_person_lets_a_claim_go_once(debts: Debts) -> None:
    (costs,) = debts.claim({"S1": "300.00"}, costs="45.00")
    ids = debts.books.hub.ids
    ids.reserve(10)
    with debts.books.hub.database.transaction() as connection:
        waive(connection, ids, debts.books.id, [costs.id], LATER, "coulance", debts.books.actor_id, at(LATER))
        with pytest.raises(Conflict):
            waive(connection, ids, debts.books.id, [costs.id], LATER, "coulance", debts.books.actor_id, at(LATER))
        with pytest.raises(NotFound):
            waive(connection, ids, debts.books.id, [costs.id + 1], LATER, "coulance", debts.books.actor_id, at(LATER))
    assert debts.claims() == {}
    assert debts.books.scalar("SELECT ended_why FROM memo_claim") == "waived: coulance"
