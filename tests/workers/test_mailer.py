"""Sending a mailing to a real server: everybody once, whoever does not want it never, and a stop at any point loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from hub import failpoints
from hub.errors import Unavailable, Usage
from hub.failpoints import FailpointError
from hub.reports.mailing_list import Recipient, recipients
from hub.settings import Settings
from hub.store import tables as t
from hub.store.mailings import create_mailing, opt_in, opt_out
from hub.store.store import now
from hub.workers.mailer import send_mailing
from tests.books import Books
from tests.store.conftest import books
from tests.store.raw import raw_relation
from tests.workers.mail_server import Letterbox, letterbox

__all__ = ["books"]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """A mail server of this test."""
    with letterbox() as opened:
        yield opened
    failpoints.arm("")


def _settings(books: Books, box: Letterbox, **more: Any) -> Settings:
    return replace(
        books.hub.settings, smtp_host="127.0.0.1", smtp_port=box.port, smtp_sender="Demo B.V. <books@example.nl>", smtp_starttls=False,
        **more,
    )  # fmt: skip


def _relations(books: Books, *emails: str) -> list[int]:
    """Debtors with these company addresses ("" = none), in order of code."""
    made = []
    for email in emails:
        relation = raw_relation(books, books.id)
        body = __import__("json").dumps({"email": email})
        values = {"administration_id": books.id, "relation_id": relation, "debtor": True, "creditor": False, "prospect": False,
                  "customer_type": "", "body": body}  # fmt: skip
        with books.hub.database.transaction() as connection:
            connection.execute(insert(t.relation_card).values(values))
        made.append(relation)
    return made


def _people(books: Books, selection: str = "role=debtor") -> list[Recipient]:
    with books.hub.database.reporting() as connection:
        return recipients(connection, books.id, selection)


def _mailing(books: Books) -> int:
    people = [(p.relation_id, p.email, p.fields, p.skipped) for p in _people(books)]
    written = {
        "subject": "Aan {{name}}",
        "text": "Beste {{code}}",
        "html": "",
        "selection": "role=debtor",
        "language": "nl",
    }
    books.hub.ids.reserve(5)
    with books.hub.database.transaction() as connection:
        return create_mailing(connection, books.hub.ids, books.id, written, people, "example.nl", books.actor_id, AT)


def _send(books: Books, box: Letterbox, mailing: int, **how: Any) -> dict[str, int]:
    return send_mailing(books.hub.database, _settings(books, box), books.id, mailing, now, **how)


def _states(books: Books) -> list[tuple[Any, ...]]:
    return books.rows("SELECT email, state, reason FROM mailing_recipient ORDER BY position")


def test_everybody_gets_one_mail_and_nobody_a_second(books: Books, box: Letterbox) -> None:
    _relations(books, "a@example.nl", "b@example.nl", "", "A@example.nl", "no address")
    mailing = _mailing(books)
    found = _send(books, box, mailing)
    assert (found["sent"], found["skipped"], found["queued"]) == (2, 3, 0)
    assert box.addresses == ["a@example.nl", "b@example.nl"]
    assert [reason for _, state, reason in _states(books) if state == "skipped"] == [
        "no_address",
        "double",
        "no_address",
    ]
    assert box.mails[0][1]["subject"] == "Aan By hand"
    assert "AFMELDEN" in box.mails[0][1].get_body(("plain",)).get_content()
    assert _send(books, box, mailing)["sent"] == 2
    assert len(box.mails) == 2


def test_who_opted_out_gets_none_also_when_that_was_after_the_mailing_was_made(books: Books, box: Letterbox) -> None:
    one, two, _ = _relations(books, "a@example.nl", "b@example.nl", "c@example.nl")
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        assert opt_out(connection, books.hub.ids, books.id, one, "", "by telephone", books.actor_id, AT)
        assert not opt_out(connection, books.hub.ids, books.id, one, "", "again", books.actor_id, AT)
    mailing = _mailing(books)
    assert {p.email: p.skipped for p in _people(books)} == {
        "a@example.nl": "opted_out",
        "b@example.nl": "",
        "c@example.nl": "",
    }
    with books.hub.database.transaction() as connection:
        opt_out(connection, books.hub.ids, books.id, None, "C@Example.NL", "", books.actor_id, AT)
    assert _send(books, box, mailing)["skipped"] == 2
    assert box.addresses == ["b@example.nl"]
    with books.hub.database.transaction() as connection:
        assert opt_in(connection, books.hub.ids, books.id, one, "", books.actor_id, AT)
        opt_out(connection, books.hub.ids, books.id, two, "b@example.nl", "", books.actor_id, AT)
    assert {p.email: p.skipped for p in _people(books)} == {
        "a@example.nl": "", "b@example.nl": "opted_out", "c@example.nl": "opted_out",
    }  # fmt: skip
    assert books.scalar("SELECT COUNT(*) FROM activity WHERE what LIKE 'mail%'") == 5


def test_a_refusal_fails_with_its_reason_and_stops_nobody_else(books: Books, box: Letterbox) -> None:
    _relations(books, "a@example.nl", "b@example.nl", "c@example.nl")
    box.answers["a@example.nl"] = ["550 no such user"]
    box.after_data["b@example.nl"] = ["554 this is spam"]
    assert _send(books, box, _mailing(books))["failed"] == 2
    assert [(state, reason) for _, state, reason in _states(books)] == [
        ("failed", "550 no such user"), ("failed", "554 this is spam"), ("sent", ""),
    ]  # fmt: skip


def test_a_server_that_says_later_is_asked_again_by_the_next_run(books: Books, box: Letterbox) -> None:
    _relations(books, "a@example.nl", "b@example.nl")
    box.answers["a@example.nl"] = ["450 greylisted"] * 6
    mailing = _mailing(books)
    for _ in range(4):
        assert _send(books, box, mailing)["queued"] == 1
    assert _send(books, box, mailing)["failed"] == 1
    assert box.addresses == ["b@example.nl"]


def test_a_mail_that_was_cut_off_waits_for_a_person(books: Books, box: Letterbox) -> None:
    _relations(books, "a@example.nl", "b@example.nl")
    box.after_data["a@example.nl"] = ["hang up"]
    mailing = _mailing(books)
    with pytest.raises(Unavailable):
        _send(books, box, mailing)
    assert [state for _, state, _ in _states(books)] == ["sending", "queued"]
    assert _send(books, box, mailing)["sending"] == 1
    assert box.addresses == ["a@example.nl", "b@example.nl"]
    assert _send(books, box, mailing, doubtful=True)["sent"] == 2
    first, _, again = (mail["message-id"] for _, mail in box.mails)
    assert first == again  # so that a reader sees one


@pytest.mark.parametrize(("label", "got"), [("mail.claimed:2", 2), ("mail.accepted:2", 3)])
def test_a_stop_at_any_point_is_resumed(books: Books, box: Letterbox, label: str, got: int) -> None:
    _relations(books, "a@example.nl", "b@example.nl", "c@example.nl")
    mailing = _mailing(books)
    failpoints.arm(f"{label}:raise")
    with pytest.raises(FailpointError):
        _send(books, box, mailing)
    failpoints.arm("")
    assert [state for _, state, _ in _states(books)] == ["sent", "sending", "queued"]
    assert _send(books, box, mailing)["sent"] == 2
    assert len(box.mails) == got
    assert len(set(box.addresses)) == len(box.addresses)


def test_a_killed_process_is_resumed_by_another(tmp_path: Path, box: Letterbox) -> None:
    from tests.books import open_books

    with open_books(tmp_path) as books:
        _relations(books, *(f"r{n}@example.nl" for n in range(5)))
        mailing = _mailing(books)
    environment = {
        **os.environ, "HUB_HOME": str(tmp_path), "HUB_SMTP_HOST": "127.0.0.1", "HUB_SMTP_PORT": str(box.port),
        "HUB_SMTP_SENDER": "books@example.nl", "HUB_SMTP_STARTTLS": "no", "HUB_DATABASE_URL": "", "HUB_BROKER_URL": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "hub.cli.main", "mailings", "send", str(mailing), "--json"]
    killed = subprocess.run(command, env={**environment, "HUB_FAILPOINT": "mail.accepted:3:kill"}, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    again = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert again.returncode == 7, again.stderr  # one is in doubt, and says so
    assert '"sent": 4' in again.stdout
    assert '"sending": 1' in again.stdout
    assert box.addresses == [f"r{n}@example.nl" for n in range(5)]


def test_two_that_send_at_once_send_each_mail_once(books: Books, box: Letterbox) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _relations(books, *(f"r{n}@example.nl" for n in range(12)))
    mailing = _mailing(books)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: _send(books, box, mailing), range(3)))
    assert sorted(box.addresses) == sorted(f"r{n}@example.nl" for n in range(12))


def test_without_a_server_nothing_moves(books: Books, box: Letterbox) -> None:
    _relations(books, "a@example.nl")
    mailing = _mailing(books)
    settings = _settings(books, box)
    for wrong in (
        {"smtp_host": ""},
        {"smtp_sender": "nobody"},
        {"smtp_user": "me", "smtp_host": "mail.example.nl"},
        {"smtp_starttls": True},
    ):
        with pytest.raises(Usage):
            send_mailing(books.hub.database, replace(settings, **wrong), books.id, mailing, now)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        send_mailing(books.hub.database, replace(settings, smtp_port=1), books.id, mailing, now)
    assert [state for _, state, _ in _states(books)] == ["queued"]


def test_selections_choose_by_role_country_and_what_is_open(books: Books) -> None:
    books.take("01", "36")
    _relations(books, "a@example.nl")
    books.execute("UPDATE relation SET country = 'BE' WHERE name = 'By hand'")
    names = {
        key: {p.fields["name"] for p in _people(books, key)}
        for key in ("role=debtor", "role=creditor", "country=be", "open=payable")
    }
    assert len(names["role=debtor"]) == 2
    assert names["role=creditor"] == names["open=payable"] == {"Papierhuis De Gouden Klem B.V."}
    assert names["country=be"] == {"By hand"}
    assert _people(books, "role=debtor|creditor,country=NL,name=papier,type=business") == []
    for wrong in ("rol=debtor", "role=friend", "role", "country="):
        with pytest.raises(Usage):
            _people(books, wrong)
