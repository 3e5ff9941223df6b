"""What waits for a person: everything that stays lying unless somebody looks, with the command that ends it; and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.model.arrangement import Arrangement
from hub.reports.tasks import tasks
from hub.store.arrangements import add_arrangement, end_arrangement, watch_arrangements
from hub.store.case_end import end_case
from hub.store.dunning_runs import KEYS, record_run
from hub.store.held import refuse
from hub.store.relation_changes import Changing
from hub.store.reminders import mark
from hub.store.store import now
from tests.books import Books, open_books
from tests.debtors import AT, TODAY, Debtors
from tests.store.case_messages import said, tell
from tests.store.cases import debtor, handed_over, invoice, letter, prepared
from tests.store.collecting import Debts

LATE = TODAY - timedelta(days=20)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as made:
        yield made


@pytest.fixture
def debtors(books: Books) -> Debtors:
    made = Debtors(books)
    made.bank_read_until()
    return made


@contextmanager
def changing(books: Books) -> Iterator[Changing]:
    books.hub.ids.reserve(300)
    with books.hub.database.transaction() as connection:
        yield Changing(connection, books.hub.ids, books.id, books.actor_id, AT)


def waiting(books: Books, today: date = TODAY, **chosen: Any) -> list[tuple[str, str]]:
    """Kind and command of each task."""
    with books.hub.database.reading() as connection:
        return [(row["task"], row["command"]) for row in tasks(connection, books.id, today, now(), **chosen)]


def test_nothing_waits_in_empty_books(books: Books) -> None:
    assert waiting(books) == []


def test_run_waits_until_it_is_sent_and_then_its_letters_until_they_are_posted(debtors: Debtors) -> None:
    debtors.invoice(debtors.add(email="", street="Kerkstraat 1"), "F1", "100.00", LATE)
    made = debtors.prepare()
    debtors.books.hub.ids.reserve(len(made.drafts) + KEYS)
    with debtors.books.hub.database.transaction() as connection:
        record_run(connection, debtors.books.hub.ids, debtors.books.id, made, debtors.books.actor_id, AT)
    assert waiting(debtors.books) == [("run_concept", "hub dunning show 1")]
    with changing(debtors.books) as change:
        from hub.store.dunning_runs import freeze

        freeze(change.connection, change.ids, debtors.books.id, 1, debtors.books.actor_id, AT)
    assert waiting(debtors.books) == [("run_frozen", "hub dunning send 1")]
    debtors.send(1)
    assert waiting(debtors.books) == [("print", "hub dunning print 1 --out DIR --posted DATE")]
    debtors.mark_all("printed", TODAY)
    assert waiting(debtors.books) == []


@pytest.mark.parametrize(
    ("state", "kind"), [("failed", "reminder_failed"), ("bounced", "reminder_bounced"), ("", "reminder_late")]
)
def test_mail_that_failed_bounced_or_never_left_waits_with_its_address(debtors: Debtors, state: str, kind: str) -> None:
    code = debtors.add()
    debtors.invoice(code, "F1", "100.00", LATE)
    debtors.send(debtors.frozen())
    assert waiting(debtors.books) == []
    if state:
        debtors.mark_all(state, TODAY)
    with debtors.books.hub.database.reading() as connection:
        [row] = tasks(connection, debtors.books.id, TODAY + timedelta(days=2), now(), language="en")
    assert (row["task"], row["relation"], row["amount"], row["reference"]) == (kind, code, "100.00", "H-1-1")
    assert ("anna@example.org" in row["do"]) == (state == "bounced")
    if state:
        _mark(debtors.books, "dropped")
        assert waiting(debtors.books, TODAY + timedelta(days=2)) == []


def _mark(books: Books, state: str) -> None:
    key = books.scalar("SELECT id FROM reminder")
    with changing(books) as change:
        assert mark(change.connection, books.id, key, state, on=TODAY, at=AT)


def _arrange(books: Books, kind: str, code: str, **given: Any) -> int:
    with changing(books) as change:
        return add_arrangement(change, Arrangement(kind, code, LATE, owner="Anja", **given), "EUR")  # type: ignore[arg-type]


def test_broken_promise_waits_for_its_owner_until_something_follows_or_all_is_paid(debtors: Debtors) -> None:
    code, other = debtors.add(), debtors.add("Bram Bos", email="bram@example.org")
    item = debtors.invoice(code, "F1", "100.00", LATE)
    debtors.invoice(other, "F2", "50.00", LATE)
    _arrange(debtors.books, "promise", code, until=TODAY - timedelta(days=3))
    _arrange(debtors.books, "promise", other, until=TODAY - timedelta(days=3))
    with changing(debtors.books) as change:
        watch_arrangements(change, "EUR", TODAY)
    hers = ("promise_broken", f"hub dunning run --relation {code}")
    his = ("promise_broken", f"hub dunning run --relation {other}")
    assert waiting(debtors.books) == [hers, his]
    assert waiting(debtors.books, owner="anja") == [hers, his]
    assert waiting(debtors.books, owner="Bert") == []
    debtors.pay(item, "100.00")
    assert waiting(debtors.books) == [his]
    debtors.send(debtors.frozen())
    assert waiting(debtors.books) == []


def test_dispute_waits_after_two_weeks_until_somebody_judges_it(debtors: Debtors) -> None:
    code = debtors.add()
    debtors.invoice(code, "F1", "100.00", LATE)
    made = _arrange(debtors.books, "dispute", code, invoice="F1", category="goods")
    assert waiting(debtors.books, LATE + timedelta(days=14)) == []
    assert waiting(debtors.books, LATE + timedelta(days=15)) == [
        ("dispute_old", f"hub disputes end {made} --as granted|rejected --reason TEXT")
    ]
    with changing(debtors.books) as change:
        end_arrangement(change, made, "rejected", "foto's", TODAY)
    assert waiting(debtors.books) == []


def test_case_waits_to_be_handed_over_then_while_it_is_stuck_and_when_it_is_refused(books: Books) -> None:
    code = debtor(books)
    item = invoice(books, code, "VF-1")
    letter(books, code, {item: "1000.00"}, costs="150.00")
    number = prepared(books, code, "VF-1").number
    assert waiting(books) == [("case_prepared", f"hub cases hand-over {number}")]
    handed_over(books, number)
    assert waiting(books) == []
    uid = books.scalar("SELECT uid FROM dispatch")
    books.execute("UPDATE dispatch SET state = 'parked', note = '422'")
    assert waiting(books) == [("case_parked", f"hub messages retry {uid}")]
    books.execute("UPDATE dispatch SET state = 'sending', changed_at = :at", at=now() - timedelta(hours=1))
    assert waiting(books) == [("case_in_doubt", f"hub dispatches show {uid}")]
    books.execute("UPDATE dispatch SET state = 'sent'")
    case = books.scalar("SELECT id FROM collection_case")
    with changing(books) as change:
        end_case(change.connection, change.ids, books.id, case, state="rejected", close_reason="rejected", at=now(),
                 actor_id=books.actor_id, why="adres onbekend")  # fmt: skip
    day = now().date()
    assert waiting(books, day) == [("case_rejected", f"hub cases show {number}")]
    second = prepared(books, code, "VF-1").number
    assert waiting(books, day) == [("case_prepared", f"hub cases hand-over {second}")]


def test_message_of_an_agency_that_was_not_booked_waits_until_somebody_decides(books: Books) -> None:
    debts = Debts(books)
    (held,) = tell(debts, said("payment", "m1", case="I2026-0099", amount="10.00", payment="P1"))
    assert held.outcome == "held"
    uid = held.message.id
    assert waiting(books) == [("agency_message", f"hub messages show {uid}")]
    with changing(books) as change:
        refuse(change.connection, change.ids, uid, "niet van ons", books.actor_id, now())
    assert waiting(books) == []


def test_each_sentence_names_whom_it_is_about_in_both_languages(debtors: Debtors) -> None:
    code = debtors.add()
    debtors.invoice(code, "F1", "100.00", LATE)
    _arrange(debtors.books, "dispute", code, invoice="F1", category="goods", note="doos beschadigd")
    with debtors.books.hub.database.reading() as connection:
        said = [tasks(connection, debtors.books.id, TODAY, now(), language=one)[0]["do"] for one in ("nl", "en")]
    assert said == [
        "Het geschil met Anna de Vries (doos beschadigd) staat al open sinds 03-11-2026. Beslis wie gelijk heeft.",
        "The dispute with Anna de Vries (doos beschadigd) has been open since 3 November 2026. Decide who is right.",
    ]
