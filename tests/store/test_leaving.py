"""Whether a staged mail may still leave: the glance at many agrees with the close look at each, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.model.arrangement import Arrangement
from hub.model.relation_card import Reason
from hub.store.arrangements import add_arrangement
from hub.store.leaving import untouched, why_not_of
from hub.store.merging import merge_relations
from hub.store.reasons import add_reason
from hub.store.reminders import may_leave_of, reminder_of
from tests.books import Books, open_books
from tests.debtors import TODAY, Debtors
from tests.store.cases import changing

LATE = TODAY - timedelta(days=20)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path, url) as made:
        yield made


@pytest.fixture
def staged(books: Books) -> Debtors:
    """Two debtors who are mailed about an invoice each."""
    made = Debtors(books)
    made.bank_read_until()
    for n in range(2):
        made.invoice(made.add(f"Debiteur {n}", email=f"d{n}@example.org"), f"F{n}", "100.00", LATE)
    made.send(made.frozen())
    return made


def paid(one: Debtors) -> None:
    one.pay(int(one.books.scalar("SELECT id FROM open_item WHERE number = 'F0'")), "0.01")


def dropped(one: Debtors) -> None:
    one.books.execute("UPDATE reminder SET state = 'dropped' WHERE position = 1")


def disputed(one: Debtors) -> None:
    _arranged(one, "F0")


def disputed_as_a_whole(one: Debtors) -> None:
    _arranged(one, "")


def held(one: Debtors) -> None:
    with changing(one.books) as (change, _):
        add_reason(change, _code(one), Reason("hold", "person", "belt niet terug"))


def held_through_whom_he_goes_up_in(one: Debtors) -> None:
    """The survivor of a merge is held: so is he."""
    other = one.add("Debiteur nul", email="d0@example.org")
    with changing(one.books) as (change, _):
        merge_relations(change, _code(one), other, "dubbel")
        add_reason(change, other, Reason("hold", "person", "belt niet terug"))


def disputed_as_who_went_up_in_him(one: Debtors) -> None:
    """What stands on one that went up in him counts as his own."""
    other = one.add("Debiteur nul", email="d0@example.org")
    one.invoice(other, "F9", "5.00", LATE)
    with changing(one.books) as (change, _):
        add_arrangement(change, Arrangement("dispute", other, TODAY), "EUR")
    with changing(one.books) as (change, _):
        merge_relations(change, other, _code(one), "dubbel")


def _arranged(one: Debtors, invoice: str) -> None:
    with changing(one.books) as (change, _):
        add_arrangement(change, Arrangement("dispute", _code(one), TODAY, invoice=invoice), "EUR")


def _code(one: Debtors) -> str:
    return str(one.books.scalar("SELECT code FROM relation WHERE name = 'Debiteur 0'"))


def merged(one: Debtors) -> None:
    """Nothing stops him, though a glance does not tell."""
    other = one.add("Debiteur nul", email="d0@example.org")
    with changing(one.books) as (change, _):
        merge_relations(change, other, _code(one), "dubbel")


def looked_at(one: Debtors) -> tuple[list[bool], list[bool]]:
    """Of each mail in order: whether a glance lets it go, and whether the close look does."""
    books = one.books
    keys = [int(key) for (key,) in books.rows("SELECT id FROM reminder ORDER BY position")]
    with books.hub.database.reading() as connection:
        found = [reminder_of(connection, books.id, key) for key in keys]
        there = {row.id: (row.relation_id, reminder) for row, reminder in found}
        seen = untouched(connection, books.id, there)
        may = may_leave_of(connection, books.id, keys)
        changed = why_not_of(connection, books.id, there, TODAY + timedelta(days=30))
    return [key in seen for key in keys], [key in may and key not in changed for key in keys]


def test_mail_of_which_nothing_changed_leaves_at_a_glance(staged: Debtors) -> None:
    assert looked_at(staged) == ([True, True], [True, True])


@pytest.mark.parametrize(
    "happened",
    [
        paid,
        dropped,
        disputed,
        disputed_as_a_whole,
        held,
        held_through_whom_he_goes_up_in,
        disputed_as_who_went_up_in_him,
    ],
    ids=lambda happened: happened.__name__,
)
def test_mail_that_is_to_stay_does_not_leave_at_a_glance(staged: Debtors, happened: Callable[[Debtors], None]) -> None:
    """And it is the only one of them that stays."""
    happened(staged)
    assert looked_at(staged) == ([False, True], [False, True])


def test_mail_that_a_glance_cannot_tell_of_leaves_when_nothing_stops_it(staged: Debtors) -> None:
    merged(staged)
    assert looked_at(staged) == ([False, True], [True, True])


def test_hold_by_a_policy_stops_no_mail(staged: Debtors) -> None:
    """Who does not pay is held because he is to be dunned."""
    with changing(staged.books) as (change, _):
        add_reason(change, _code(staged), Reason("hold", "policy", "te laat"))
    assert looked_at(staged) == ([True, True], [True, True])
