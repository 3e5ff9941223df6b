"""A run of reminding: from concept to sent, once per item and level, and never about what is no longer true."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.errors import Conflict, NotFound
from hub.store.dunning_runs import cancel, exclude
from hub.store.reminders import reminder_of
from hub.store.staging import may_send
from tests.books import Books
from tests.debtors import AT, TODAY, Debtors

LATE = TODAY - timedelta(days=20)


@pytest.fixture
def debtors(books: Books) -> Debtors:
    """Books whose bank was read up to today."""
    made = Debtors(books)
    made.bank_read_until()
    return made


def test_run_goes_from_concept_to_sent_with_all_that_is_open_of_a_debtor_in_one(debtors: Debtors) -> None:
    anna = debtors.add()
    debtors.invoice(anna, "F1", "100.00", LATE)
    debtors.invoice(anna, "F2", "50.00", LATE + timedelta(days=3))
    debtors.invoice(anna, "F3", "70.00", TODAY + timedelta(days=9))
    debtors.invoice(anna, "C1", "-30.00", LATE)
    number = debtors.frozen()
    staged = debtors.send(number)
    assert (staged.mails, staged.letters, staged.dropped) == (1, 0, {})
    with debtors.books.hub.database.reading() as connection:
        row, reminder = reminder_of(connection, debtors.books.id, "H-1-1")
    assert (row.state, reminder.reference, reminder.debtor.email) == ("staged", "H-1-1", "anna@example.org")
    assert [(i.invoice, i.level) for i in reminder.items] == [
        ("C1", ""),
        ("F1", "reminder"),
        ("F2", "reminder"),
        ("F3", ""),
    ]
    assert str(reminder.principal) == "120.00"
    assert debtors.books.rows("SELECT sink, type, key, state FROM dispatch") == [
        ("mail", "reminder.mail", "reminder:H-1-1", "waiting")
    ]
    assert debtors.books.scalar("SELECT state FROM dunning_run") == "sent"
    assert debtors.send(number).count == 0


def test_item_is_in_one_run_at_a_time_and_each_level_once(debtors: Debtors) -> None:
    anna = debtors.add()
    debtors.invoice(anna, "F1", "100.00", LATE)
    first = debtors.frozen()
    assert [rest.why.code for rest in debtors.prepare().rests] == ["reminder_in_run"]
    debtors.send(first)
    assert [rest.why.code for rest in debtors.prepare().rests] == ["next_on_its_way"]
    debtors.mark_all("sent", TODAY)
    assert debtors.prepare().drafts == []
    later = TODAY + timedelta(days=11)
    debtors.bank_read_until(later)
    assert [draft.reminder.level for draft in debtors.prepare(later).drafts] == ["second_reminder"]


def test_two_concepts_at_once_cannot_both_hold_an_item(debtors: Debtors) -> None:
    debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    made = debtors.prepare()
    debtors.concept()
    with pytest.raises(Conflict):
        debtors.record(made)
    assert debtors.books.scalar("SELECT COUNT(*) FROM dunning_run") == 1


@pytest.mark.parametrize(("paid", "why"), [("100.00", "dropped_paid"), ("40.00", "dropped_amount")])
def test_what_was_paid_since_the_concept_does_not_leave_and_comes_back_when_something_is_open(
    debtors: Debtors, paid: str, why: str
) -> None:  # fmt: skip
    item = debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    number = debtors.frozen()
    debtors.pay(item, paid)
    staged = debtors.send(number)
    assert {reference: step.code for reference, step in staged.dropped.items()} == {"H-1-1": why}
    assert debtors.books.scalar("SELECT COUNT(*) FROM dispatch") == 0
    assert debtors.books.scalar("SELECT COUNT(*) FROM reminder_item WHERE claim IS NOT NULL") == 0
    assert len(debtors.prepare().drafts) == (1 if why == "dropped_amount" else 0)


def test_dispute_credit_and_old_bank_data_since_the_concept_are_seen_when_it_is_sent(debtors: Debtors) -> None:
    anna, bram = debtors.add(), debtors.add("Bram Bos", email="bram@example.org")
    debtors.invoice(anna, "F1", "100.00", LATE)
    debtors.invoice(bram, "F2", "100.00", LATE)
    number = debtors.frozen()
    _dispute(debtors, anna)
    debtors.invoice(bram, "C2", "-10.00", LATE)
    assert {step.code for step in debtors.send(number).dropped.values()} == {"stop_dispute", "dropped_credit"}


def _dispute(debtors: Debtors, relation: str) -> None:
    debtors.books.execute(
        "INSERT INTO dunning_stop (administration_id, id, kind, relation_id, since, category, owner, reference, note, outcome,"
        " created_at, created_by, ended_why) SELECT :a, :id, 'dispute', id, :day, 'quality', '', 'G1', '', 'open', :at, :actor, ''"
        " FROM relation WHERE administration_id = :a AND code = :code",
        a=debtors.books.id, id=debtors.books.hub.ids.take(), day=TODAY, at=AT, actor=debtors.books.actor_id, code=relation,
    )  # fmt: skip


def test_excluded_debtor_is_free_for_the_next_run(debtors: Debtors) -> None:
    anna = debtors.add()
    debtors.invoice(anna, "F1", "100.00", LATE)
    number, books = debtors.concept(), debtors.books
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        assert exclude(connection, books.hub.ids, books.id, number, anna, "belt morgen", books.actor_id, AT) == 1
        with pytest.raises(NotFound):
            exclude(connection, books.hub.ids, books.id, number, anna, "", books.actor_id, AT)
    assert debtors.states() == {"H-1-1": "excluded"}
    assert len(debtors.prepare().drafts) == 1


def test_cancelled_run_frees_everything_that_did_not_leave(debtors: Debtors) -> None:
    debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    number, books = debtors.frozen(), debtors.books
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        assert cancel(connection, books.hub.ids, books.id, number, "verkeerde dag", books.actor_id, AT) == 1
    with pytest.raises(Conflict):
        debtors.send(number)
    assert len(debtors.prepare().drafts) == 1


@pytest.mark.parametrize("days", [-1, 4])
def test_run_is_not_sent_before_its_day_nor_when_it_is_old(debtors: Debtors, days: int) -> None:
    debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    number = debtors.frozen()
    with debtors.books.hub.database.reading() as connection, pytest.raises(Conflict):
        may_send(connection, debtors.books.id, number, TODAY + timedelta(days=days), debtors.book)


def test_nothing_goes_out_at_the_weekend(debtors: Debtors) -> None:
    debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    saturday = date(2026, 11, 28)
    debtors.bank_read_until(saturday)
    made = debtors.prepare(saturday)
    assert (made.drafts, [rest.why.code for rest in made.rests]) == ([], ["reminder_no_working_day"])


def test_unreachable_debtor_waits_for_a_person_and_goes_once_there_is_an_address(debtors: Debtors) -> None:
    anna = debtors.add(email="", street="")
    debtors.invoice(anna, "F1", "100.00", LATE)
    (rest,) = debtors.prepare().rests
    assert (rest.why.code, rest.by_person) == ("next_unreachable", True)
    by_post = debtors.add("Bram Bos", email="")
    debtors.invoice(by_post, "F2", "100.00", LATE)
    (draft,) = debtors.prepare().drafts
    assert (draft.reminder.channel, draft.reminder.debtor.lines) == ("letter", ("Kerkstraat 1", "3511 AA  Utrecht"))


def test_bank_data_of_last_week_stops_everything(books: Books) -> None:
    debtors = Debtors(books)
    debtors.invoice(debtors.add(), "F1", "100.00", LATE)
    assert [rest.why.code for rest in debtors.prepare().rests] == ["stop_bank_data_none"]
    debtors.bank_read_until(TODAY - timedelta(days=4))
    assert [rest.why.code for rest in debtors.prepare().rests] == ["stop_bank_data_old"]
