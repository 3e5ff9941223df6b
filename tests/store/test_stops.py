"""What makes dunning rest follows from what was paid: nobody needs to have marked a promise or a plan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hub.credit.arrangements import GRACE_DAYS, equal_terms
from hub.model.arrangement import Arrangement
from hub.model.dunning import Stop
from hub.store.arrangements import add_arrangement, watch_arrangements
from hub.store.relation_changes import Changing
from hub.store.stops import stops_for
from tests.books import Books
from tests.debtors import AT, TODAY, Debtors

DUE = TODAY - timedelta(days=40)
PROMISED = TODAY - timedelta(days=5)


@pytest.fixture
def debtors(books: Books) -> Debtors:
    """One debtor who owes 300.00 since forty days."""
    made = Debtors(books)
    made.invoice(made.add(), "F1", "300.00", DUE)
    return made


def _item(debtors: Debtors) -> int:
    return int(debtors.books.scalar("SELECT id FROM open_item WHERE number = 'F1'"))


def _record(debtors: Debtors, made: Arrangement) -> None:
    hub = debtors.books.hub
    hub.ids.reserve(50)
    with hub.database.transaction() as connection:
        add_arrangement(Changing(connection, hub.ids, debtors.books.id, debtors.books.actor_id, AT), made, "EUR")


def _promise(debtors: Debtors, amount: str = "100.00") -> None:
    since = PROMISED - timedelta(days=7)
    _record(debtors, Arrangement("promise", "C0001", since, PROMISED, amount=Decimal(amount)))


def _stops(debtors: Debtors, on: date = TODAY) -> tuple[Stop, ...]:
    relation = int(debtors.books.scalar("SELECT id FROM relation WHERE code = 'C0001'"))
    with debtors.books.hub.database.reading() as connection:
        return stops_for(connection, debtors.books.id, [relation], on).get(relation, ())


def _rests(debtors: Debtors, on: date = TODAY) -> bool:
    return any(stop.holds(on) for stop in _stops(debtors, on))


def test_promise_that_was_broken_is_told_and_stops_nothing(debtors: Debtors) -> None:
    debtors.bank_read_until()
    _promise(debtors)
    assert _rests(debtors, PROMISED)
    assert [stop.until for stop in _stops(debtors)] == [PROMISED]
    assert not _rests(debtors)


def test_promise_that_was_kept_is_not_told_as_broken(debtors: Debtors) -> None:
    debtors.bank_read_until()
    _promise(debtors)
    debtors.pay(_item(debtors), "100.00", PROMISED)
    assert _stops(debtors) == ()


def test_promise_rests_until_the_bank_was_read_for_its_day(debtors: Debtors) -> None:
    debtors.bank_read_until(PROMISED - timedelta(days=1))
    _promise(debtors)
    assert _rests(debtors)


def test_plan_of_which_a_term_was_missed_goes_back_without_anybody_watching(debtors: Debtors) -> None:
    debtors.bank_read_until()
    first = TODAY - timedelta(days=GRACE_DAYS)
    terms = equal_terms(Decimal("300.00"), 3, first)
    _record(debtors, Arrangement("plan", "C0001", first - timedelta(days=7), terms[-1].due, instalments=terms))
    assert _rests(debtors)
    assert not _rests(debtors, TODAY + timedelta(days=1))


def test_what_was_marked_says_the_same_as_what_was_not(debtors: Debtors) -> None:
    debtors.bank_read_until()
    _promise(debtors)
    before, hub = _stops(debtors), debtors.books.hub
    hub.ids.reserve(50)
    with hub.database.transaction() as connection:
        change = Changing(connection, hub.ids, debtors.books.id, debtors.books.actor_id, AT)
        assert len(watch_arrangements(change, "EUR", TODAY)) == 1
    assert _stops(debtors) == before
