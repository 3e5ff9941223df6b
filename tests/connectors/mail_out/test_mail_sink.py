"""The sink `mail` against servers on loopback: taken, later, never, and nobody knows."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.mail_out import MailSink, kind
from hub.errors import InDoubt, Permanent, Throttled, Transient, Unavailable, Usage
from hub.model.dispatch import Dispatch
from hub.net import Http, Manners
from tests.far_side import free_port
from tests.workers.mail_server import Letterbox, letterbox
from tests.workers.scripted_smtp import HANG_UP, Scripted, scripted

TO = "inkoop@korenaar.example"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted("DSN", "8BITMIME") as made:
        yield made


def options(port: int, **more: Any) -> Mapping[str, Any]:
    return {"host": "127.0.0.1", "port": port, "sender": "Demo <books@example.nl>", "starttls": False, **more}


def sink(port: int, **more: Any) -> MailSink:
    return kind.open("mail", options(port, **more), Http(Manners()))


def mail(uid: str = "u1", to: str = TO, media_type: str = "message/rfc822") -> Dispatch:
    body = f"From: Demo <books@example.nl>\r\nTo: K <{to}>\r\nSubject: {uid}\r\nMessage-ID: <{uid}@example.nl>\r\n\r\n.dot\r\n"
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return Dispatch(uid, "demo", "mail", "reminder.mail", TO, body.encode(), media_type, at)


def test_mail_arrives_as_it_is_and_the_servers_words_are_kept(box: Letterbox) -> None:
    """Those words hold the number under which the server's log has it."""
    opened = sink(box.port)
    assert opened.deliver(mail()).reference == "250 taken"
    opened.close()
    [(address, got)] = box.mails
    assert address == TO
    assert got["Message-ID"] == "<u1@example.nl>"
    assert got.get_content().strip() == ".dot"


def test_each_thread_keeps_its_connection(server: Scripted) -> None:
    """Two threads, ten mails, two connections; all of them are closed in the end."""
    opened = sink(server.port)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: opened.deliver(mail(f"u{n}")), range(10)))
    assert server.mails == 10
    assert server.connections <= 2
    opened.close()
    assert server.said.count("QUIT") + server.said.count("quit") == server.connections


def test_connection_that_the_server_closed_meanwhile_is_opened_again(server: Scripted) -> None:
    """Lost before DATA: nothing was sent, so the mail goes over a new one, once."""
    opened = sink(server.port)
    opened.deliver(mail("u1"))
    server.answers["mail"] = [HANG_UP]
    server.answers["MAIL"] = [HANG_UP]
    assert opened.deliver(mail("u2")).reference.startswith("250")
    assert (server.mails, server.connections) == (2, 2)


def test_server_that_takes_no_more_over_one_connection_gets_another(server: Scripted) -> None:
    """421 is its way to say so; said twice it is asked to wait."""
    opened = sink(server.port)
    server.answers["MAIL"] = ["421 4.7.0 too many mails", "250 fine", "421 4.7.0 no", "421 4.7.0 no"]
    assert opened.deliver(mail("u1")).reference.startswith("250")
    with pytest.raises(Throttled, match=r"421 4\.7\.0 no") as told:
        opened.deliver(mail("u2"))
    assert told.value.retry_after_seconds > 0
    assert server.mails == 1


@pytest.mark.parametrize(
    ("verb", "answer", "expected"),
    [
        ("RCPT", "550 5.1.1 no such user", Permanent), ("RCPT", "450 4.2.0 greylisted", Transient),
        ("MAIL", "451 4.7.1 slow down", Throttled),
        ("DATA", "554 5.7.1 no", Permanent), (".", "552 5.3.4 too large", Permanent), (".", "452 4.3.1 disk full", Transient),
        (".", HANG_UP, InDoubt),
    ],
)  # fmt: skip
def test_what_the_server_says_decides(server: Scripted, verb: str, answer: str, expected: type[Exception]) -> None:
    """5xx never, 4xx later, silence after DATA: nobody knows. Its words are passed on."""
    server.answers[verb] = [answer]
    opened = sink(server.port)
    with pytest.raises(expected, match=answer[4:] if answer else "after the mail was handed over"):
        opened.deliver(mail())
    assert opened.deliver(mail("u2")).reference.startswith("250")  # the next is not touched by it


def test_nobody_there_is_an_outage_and_a_refused_login_too(server: Scripted) -> None:
    """What waits is sent when it is mended."""
    with pytest.raises(Unavailable):
        sink(free_port()).deliver(mail())
    with pytest.raises(Unavailable, match="smtp_user"):
        sink(server.port, user="u", smtp_password="p").deliver(mail())
    assert server.mails == 0


def test_report_of_arrival_is_asked_where_the_server_can(server: Scripted) -> None:
    """RFC 3461: the report names the dispatch, and goes to the address that is read for it."""
    sink(server.port, receipts=True, bounce_to="bounces@example.nl").deliver(mail())
    said = [line.lower() for line in server.said]
    assert "mail from:<bounces@example.nl> ret=hdrs envid=u1" in said
    assert f"rcpt to:<{TO}> notify=success,failure,delay" in said


def test_no_report_is_asked_of_a_server_that_cannot(box: Letterbox) -> None:
    """It would refuse the mail."""
    assert sink(box.port, receipts=True).deliver(mail()).reference == "250 taken"


def test_what_is_no_mail_and_what_goes_to_two_is_refused(box: Letterbox) -> None:
    """One dispatch, one address: else one refusal would say nothing."""
    opened = sink(box.port)
    with pytest.raises(Permanent, match="no mail"):
        opened.deliver(mail(media_type="application/json"))
    with pytest.raises(Permanent, match="one address"):
        opened.deliver(mail(to="a@example.nl>, <b@example.nl"))
    assert box.mails == []


def test_nobody_can_be_asked_whether_it_arrived(box: Letterbox) -> None:
    """So it is not sent again by itself."""
    opened = sink(box.port)
    assert opened.harmless_twice is False
    with pytest.raises(InDoubt):
        opened.find(mail())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"host": ""}, "host"), ({"sender": "nobody"}, "sender"), ({"colour": "red"}, "colour"), ({"port": "25"}, "port"),
        ({"receipts": "yes"}, "receipts"), ({"bounce_to": "x"}, "bounce_to"), ({"host": "mail.example.nl", "user": "u"}, "starttls"),
        ({"password": "secret"}, "env:NAME"), ({"max_bytes": 0}, "max_bytes"),
    ],
)  # fmt: skip
def test_wrong_option_is_named(wrong: Mapping[str, Any], named: str) -> None:
    """Before anything is sent."""
    with pytest.raises(Usage, match=named):
        kind.open("mail", {**options(25), **wrong}, Http(Manners()))


def test_password_is_read_at_each_connection(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be changed without a restart."""
    server.greets = ("AUTH PLAIN",)
    server.answers["AUTH"] = ["535 no", "235 ok"]
    monkeypatch.setenv("MAIL_PASSWORD", "old")
    opened = sink(server.port, user="u", password="env:MAIL_PASSWORD")
    with pytest.raises(Unavailable):
        opened.deliver(mail())
    monkeypatch.setenv("MAIL_PASSWORD", "new")
    opened.deliver(mail())
    tried = [base64.b64decode(line.split()[2]) for line in server.said if line.upper().startswith("AUTH")]
    assert tried[-1] == b"\0u\0new"
    assert tried[0] == b"\0u\0old"
