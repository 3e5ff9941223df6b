"""What mail servers report reaches the reminder: as a file, and by the mailbox that is read anyway."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub.channels import ImapChannel
from hub.formats.delivery_status import read_reports
from hub.store.reminders import mark
from hub.store.store import now
from hub.workers.delivery_reports import take_report
from hub.workers.fetch import fetch_round
from tests.books import Books
from tests.formats.test_delivery_status import FAILED, report
from tests.letters.reminders import reminder
from tests.store.conftest import books
from tests.store.raw import raw_relation
from tests.workers.imap_server import imap_server
from tests.workers.reminding import staged

__all__ = ["books"]
UID = "0191-abc"  # which the reports of these tests name
ARRIVED = "Final-Recipient: rfc822; a@korenaar.example\r\nAction: delivered\r\nStatus: 2.0.0"
DELAYED = "Final-Recipient: rfc822; a@korenaar.example\r\nAction: delayed\r\nStatus: 4.4.1"


@pytest.fixture
def sent(books: Books) -> Books:
    """A reminder that the mail server took."""
    raw_relation(books, books.id)
    key = staged(books, replace(reminder(), costs_are="none", interest_is="none"), UID)
    books.hub.ids.reserve(2_000)
    with books.hub.database.transaction() as connection:
        mark(connection, books.id, key, "sent", on=date(2026, 11, 30), at=now())
    return books


def standing(books: Books) -> tuple[str, str, str, str]:
    [(state, reason, proof, received)] = books.rows("SELECT state, reason, proof, received_on FROM reminder")
    return str(state), str(reason), str(proof), str(received or "")


def test_what_came_back_is_bounced_with_the_servers_words_and_once(sent: Books) -> None:
    """A person reads why, and mends the address."""
    [one] = read_reports(report(FAILED))
    heard = take_report(sent.hub, one)
    assert (heard.reference, heard.administration, heard.state, heard.news) == ("H-7-12", "demo", "bounced", True)
    state, reason, _, _ = standing(sent)
    assert state == "bounced"
    assert reason == "a@korenaar.example 5.1.1 550 5.1.1 <a@korenaar.example>: no such user"
    assert take_report(sent.hub, one).news is False


def test_what_arrived_is_delivered_with_its_day_and_proof(sent: Books) -> None:
    """The day is that of the server's own clock."""
    [one] = read_reports(report(ARRIVED))
    assert take_report(sent.hub, one).state == "delivered"
    state, _, proof, received = standing(sent)
    assert (state, received) == ("delivered", "2026-11-30")
    assert proof == "mx.example.nl 2026-11-30T10:00:00+01:00 2.0.0 a@korenaar.example <report@mx>"


@pytest.mark.parametrize("state", ["staged", "failed"])
def test_report_of_arrival_settles_what_nobody_knew(sent: Books, state: str) -> None:
    """Lost after DATA, and yet there: it was sent."""
    sent.execute("UPDATE reminder SET state = :s, sent_on = NULL", s=state)
    [one] = read_reports(report(ARRIVED))
    assert take_report(sent.hub, one).state == "delivered"
    assert str(sent.scalar("SELECT sent_on FROM reminder")) == "2026-11-30"


def test_what_is_still_tried_or_is_not_ours_changes_nothing(sent: Books) -> None:
    """Neither is a bounce."""
    [delayed] = read_reports(report(DELAYED))
    assert take_report(sent.hub, delayed).state == "sent"
    [strange] = read_reports(report(FAILED).replace(UID.encode(), b"another"))
    assert take_report(sent.hub, strange).reference == ""
    assert standing(sent)[0] == "sent"


def test_mailbox_that_is_read_for_invoices_takes_reports_too(sent: Books, tmp_path: Path) -> None:
    """The mail is settled like any other, and nothing of it becomes an invoice."""
    (sent.hub.settings.home / "password").write_text("geheim\n")
    with imap_server() as boxes:
        channel = ImapChannel(
            name="mail", host="127.0.0.1", port=boxes.port, tls=False, user="facturen@example.nl", secrets=("file:password",),
            notes=tmp_path / "notes",
        )  # fmt: skip
        boxes.put(report(FAILED))
        assert fetch_round(sent.hub, channel) == 1
        assert boxes.flags() == [["\\Seen"]]
    assert standing(sent)[0] == "bounced"
    assert sent.scalar("SELECT COUNT(*) FROM message") == 0
    assert not list((tmp_path / "notes").glob("*"))
