"""Mails of a run, killed anywhere and sent by two at once: none leaves twice, and none is lost: it left, or a person is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hub.settings import SinkSettings
from hub.workers.delivering_together import BEGUN
from tests.books import Books, open_books
from tests.debtors import TODAY, Debtors
from tests.faults import process
from tests.faults.conftest import NewStack
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, Stack
from tests.workers.mail_server import Letterbox, letterbox

DEBTORS, CONNECTIONS = 12, 2
LATE = TODAY - timedelta(days=20)
SERVERS = [pytest.mark.postgres, pytest.mark.rabbit]
LABELS = ("deliver:received", "deliver:sending", "deliver:accepted", "deliver:recorded", "deliver:before-settle")


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


def opened(stack: Stack) -> Any:
    found = stack.settings
    return open_books(found.home, found.database_url, sinks=list(found.sinks.values()), broker_url=found.broker_url)


def staged(new_stack: NewStack, kind: str, box: Letterbox) -> Stack:
    """A run of twelve reminders, one of them about what was paid since it was staged; their tickets are on the lane."""
    options = {"host": "127.0.0.1", "port": box.port, "sender": "Demo <books@example.nl>", "starttls": False}
    stack = new_stack(kind, sinks={"mail": SinkSettings("mail", "mail", options=options)})
    with opened(stack) as books:
        debtors = Debtors(books)
        debtors.bank_read_until()
        names = [f"Debiteur {n}" for n in range(DEBTORS)]
        items = [
            debtors.invoice(debtors.add(name, email=f"d{n}@example.org"), f"F{n}", "100.00", LATE)
            for n, name in enumerate(names)
        ]
        debtors.send(debtors.frozen())
        debtors.pay(items[4], "100.00")
    assert not process.run("relay", stack.settings)
    return stack


def deliver(stack: Stack, failpoint: str = "") -> bool:
    return process.run("deliver", stack.settings, failpoint, sink="mail", connections=CONNECTIONS)


def later(stack: Stack) -> None:
    """Whoever may still have been sending is done, and every ticket that waited for it is due."""
    with opened(stack) as books:
        past = "2026-01-01 00:00:00" if books.hub.database.is_sqlite else TODAY - timedelta(days=9)
        books.execute("UPDATE dispatch SET changed_at = :past WHERE state = 'sending'", past=past)
        books.execute("UPDATE outbox SET not_before = created_at WHERE sent_at IS NULL")
    assert not process.run("relay", stack.settings)


def assert_each_once(books: Books, box: Letterbox, doubtful: int) -> None:
    """What the letterbox has is what we say was sent; what it may have is with a person, and what was paid stays."""
    got = Counter(mail["Message-ID"].strip("<>").partition("@")[0] for _, mail in box.mails)
    assert set(got.values()) <= {1}
    states = {str(uid): str(state) for uid, state in books.rows("SELECT uid, state FROM dispatch")}
    assert set(states.values()) <= {"sent", "parked"}
    assert len(states) == DEBTORS
    sent = {uid for uid, state in states.items() if state == "sent"}
    assert sent <= set(got)
    assert len(states) - len(sent) <= 1 + doubtful
    paid = books.scalar("SELECT dispatch_uid FROM reminder JOIN reminder_item ON reminder_id = reminder.id "
                        "JOIN open_item ON open_item.id = open_item_id WHERE number = 'F4'")  # fmt: skip
    assert paid not in got
    assert states[str(paid)] == "parked"
    told = {str(uid): str(state) for uid, state in books.rows("SELECT dispatch_uid, state FROM reminder")}
    assert told == {uid: "sent" if state == "sent" else "failed" for uid, state in states.items()}
    assert books.scalar("SELECT COUNT(*) FROM parked WHERE state = 'parked'") == DEBTORS - len(sent)


@pytest.mark.parametrize(
    ("kind", "label"),
    [*((EMBEDDED, label) for label in LABELS), pytest.param(POSTGRES_RABBIT, "deliver:accepted", marks=SERVERS)],
)
def test_killed_while_mails_leave_none_is_lost_or_doubled(
    new_stack: NewStack, box: Letterbox, kind: str, label: str
) -> None:
    """In the first handful, and once more in a later one. A kill leaves in doubt what was begun, and no more."""
    stack = staged(new_stack, kind, box)
    assert deliver(stack, f"{label}:1:kill"), f"{label} was not passed"
    nth = 1 if label in ("deliver:received", "deliver:before-settle") else 4
    killed = deliver(stack, f"{label}:{nth}:kill")
    later(stack)
    assert not deliver(stack)
    later(stack)
    assert not deliver(stack)
    with opened(stack) as books:
        assert_each_once(books, box, (1 + killed) * BEGUN * CONNECTIONS)


@pytest.mark.parametrize("kind", [EMBEDDED, pytest.param(POSTGRES_RABBIT, marks=SERVERS)])
def test_sent_by_two_at_once_each_leaves_once(new_stack: NewStack, box: Letterbox, kind: str) -> None:
    """And none is left to a person but the one that was paid."""
    stack = staged(new_stack, kind, box)
    children = [process.start("deliver", stack.settings, sink="mail", connections=CONNECTIONS) for _ in range(2)]
    assert [process.finish(child) for child in children] == [False, False]
    later(stack)
    assert not deliver(stack)
    with opened(stack) as books:
        assert_each_once(books, box, 0)
