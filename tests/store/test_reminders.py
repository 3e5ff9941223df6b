"""What becomes of a reminder: accepted, received, bounced or failed, told twice or late; and the next level counts from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.errors import Conflict, NotFound
from hub.model.dispatch import Delivered, Dispatch
from hub.reports.dunning import changed_since, history, list_runs, run_rows
from hub.store import delivery_effects, dispatches
from hub.store.dunning_runs import ready_accounts
from hub.store.reminders import mark, may_leave_of, move
from tests.books import Books
from tests.debtors import AT, TODAY, Debtors

LATE = TODAY - timedelta(days=20)


@pytest.fixture
def debtors(books: Books) -> Debtors:
    """Books in which one reminder by mail was staged today."""
    made = Debtors(books)
    made.bank_read_until()
    made.invoice(made.add(), "F1", "100.00", LATE)
    made.send(made.frozen())
    return made


def _dispatch(debtors: Debtors) -> Dispatch:
    with debtors.books.hub.database.reading() as connection:
        uid = debtors.books.scalar("SELECT uid FROM dispatch")
        found = dispatches.load(connection, str(uid))
    assert found is not None
    return found[0]


def _delivered(debtors: Debtors) -> None:
    books, dispatch = debtors.books, _dispatch(debtors)
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        delivery_effects.delivered(connection, books.hub.ids, dispatch, Delivered("<m1@example.org>"), AT)


def _parked(debtors: Debtors) -> None:
    books, dispatch = debtors.books, _dispatch(debtors)
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        delivery_effects.parked(connection, books.hub.ids, dispatch, "550 no such user", AT)


def _move(debtors: Debtors, state: str, on: date = TODAY, **told: str) -> None:
    books = debtors.books
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        move(connection, books.id, "h-1-1", state, on=on, actor_id=books.actor_id, at=AT, **told)  # type: ignore[arg-type]


def _row(debtors: Debtors) -> tuple[object, ...]:
    (row,) = debtors.books.rows("SELECT state, proof, reason FROM reminder")
    return row


def test_mail_that_the_server_took_is_sent_on_that_day_and_told_twice_changes_nothing(debtors: Debtors) -> None:
    _delivered(debtors)
    assert _row(debtors) == ("sent", "<m1@example.org>", "")
    assert str(debtors.books.scalar("SELECT sent_on FROM reminder")) == str(TODAY)
    _delivered(debtors)
    _parked(debtors)
    assert _row(debtors)[0] == "sent"


def test_mail_that_could_not_be_sent_waits_for_a_person_who_lets_it_be_made_anew(debtors: Debtors) -> None:
    _parked(debtors)
    assert _row(debtors) == ("failed", "", "550 no such user")
    (rest,) = debtors.prepare().rests
    assert (rest.why.code, rest.by_person) == ("next_failed", True)
    _move(debtors, "dropped", reason="adres hersteld")
    with debtors.books.hub.database.reading() as connection:
        key = int(debtors.books.scalar("SELECT id FROM reminder"))
        assert not may_leave_of(connection, debtors.books.id, [key])
    assert [draft.reminder.level for draft in debtors.prepare().drafts] == ["reminder"]


def test_mail_that_is_sent_after_all_holds_its_items_again(debtors: Debtors) -> None:
    _parked(debtors)
    assert debtors.books.scalar("SELECT claim FROM reminder_item") is None
    _delivered(debtors)
    assert _row(debtors)[0] == "sent"
    assert debtors.books.scalar("SELECT claim FROM reminder_item") is not None


def test_bounce_waits_for_a_person(debtors: Debtors) -> None:
    _delivered(debtors)
    _move(debtors, "bounced", reason="mailbox full")
    (rest,) = debtors.prepare().rests
    assert (rest.why.code, rest.by_person) == ("next_bounced", True)


def test_proven_receipt_is_kept_with_its_proof(debtors: Debtors) -> None:
    _delivered(debtors)
    _move(debtors, "delivered", TODAY + timedelta(days=1), proof="3SABCD")
    assert _row(debtors)[:2] == ("delivered", "3SABCD")
    with pytest.raises(Conflict):
        _move(debtors, "called")
    with debtors.books.hub.database.reading() as connection:
        (row,) = history(connection, debtors.books.id, "C0001")
    assert (row["reference"], row["state"], row["invoices"]) == ("H-1-1", "delivered", ["F1"])


def test_reminder_that_is_not_there(debtors: Debtors) -> None:
    with pytest.raises(NotFound), debtors.books.hub.database.transaction() as connection:
        mark(connection, debtors.books.id, 4711, "sent", on=TODAY, at=AT)


def test_runs_are_listed_and_what_changed_is_seen_before_sending(debtors: Debtors) -> None:
    bram = debtors.add("Bram Bos", email="bram@example.org")
    item = debtors.invoice(bram, "F2", "80.00", LATE)
    number = debtors.frozen()
    debtors.pay(item, "80.00")
    with debtors.books.hub.database.reporting() as connection:
        changed = changed_since(connection, debtors.books.id, number, debtors.book, TODAY)
        runs = list(list_runs(connection, debtors.books.id))
        rows = run_rows(connection, debtors.books.id, number)
    assert {reference: why.code for reference, why in changed.items()} == {"H-2-1": "dropped_paid"}
    assert [(run["run"], run["state"], run["states"]) for run in runs] == [
        (2, "frozen", {"concept": 1}),
        (1, "sent", {"staged": 1}),
    ]
    assert [(row["reference"], row["principal"], row["state"]) for row in rows] == [("H-2-1", "80.00", "concept")]


def test_business_comes_to_the_demand_and_then_to_the_agency_level_by_level(books: Books) -> None:
    debtors = Debtors(books)
    zaak = debtors.add("Zaak B.V.", "business", email="zaak@example.org")
    day = date(2026, 6, 1)
    debtors.invoice(zaak, "F1", "1000.00", day, dated=day - timedelta(days=30))
    seen: list[tuple[str, str]] = []
    for _ in range(60):
        day += timedelta(days=1)
        if day.weekday() > 4:
            continue
        debtors.bank_read_until(day)
        made = debtors.prepare(day)
        if made.ready:
            break
        if made.drafts:
            seen += [(draft.reminder.level, draft.reminder.channel) for draft in made.drafts]
            debtors.send(debtors.frozen(day), day)
            debtors.mark_all("", day)
    assert seen == [("reminder", "email"), ("second_reminder", "email"), ("call", "phone"), ("demand", "letter")]
    with books.hub.database.reporting() as connection:
        ((_, ready),) = ready_accounts(connection, books.id, debtors.book, day)
    assert not ready.automatic
    assert (ready.relation, [item.invoice for item in ready.items]) == (zaak, ["F1"])
    costs = books.rows("SELECT level, costs FROM reminder WHERE costs > 0 AND state = 'printed'")
    assert costs == [("demand", 15000)]  # 15 % of 1,000.00
