"""The mailbox against a real server: each attachment once, marked only after the commit, and a note for what is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from hub import failpoints
from hub.channels import ImapChannel
from hub.errors import Transient, Unavailable, Usage
from hub.workers.fetch import fetch_round
from hub.workers.imap import quoted
from tests.api.conftest import free_port
from tests.books import Books
from tests.formats.test_mail import mail_with
from tests.workers.conftest import arrived, names
from tests.workers.imap_server import Mailboxes, certificate, imap_server
from tests.workers.test_folder import zipped

XML = b"<Invoice/>"


@pytest.fixture
def boxes() -> Iterator[Mailboxes]:
    with imap_server() as opened:
        yield opened


@pytest.fixture
def channel(boxes: Mailboxes, books: Books, tmp_path: Path) -> ImapChannel:
    (books.hub.settings.home / "password").write_text("geheim\n")
    return ImapChannel(
        name="mail", host="127.0.0.1", port=boxes.port, tls=False, user="facturen@example.nl", secrets=("file:password",),
        notes=tmp_path / "notes",
    )  # fmt: skip


def notes(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((tmp_path / "notes").glob("*.reason.json"))]


def codes(tmp_path: Path) -> list[str]:
    return [finding["code"] for note in notes(tmp_path) for finding in note["findings"]]


def test_every_attachment_is_a_message_and_the_mail_is_seen_afterwards(
    boxes: Mailboxes, channel: ImapChannel, books: Books
) -> None:
    boxes.put(mail_with(("a.xml", XML), ("b.csv", b"a;b"), message_id="<m1@x>"))
    assert fetch_round(books.hub, channel) == 1
    assert names(books, "mail") == ["a.xml", "b.csv"]
    assert arrived(books, "mail")[0][0].startswith("<m1@x>/2/")
    assert boxes.flags() == [["\\Seen"]]
    assert fetch_round(books.hub, channel) == 0


@pytest.mark.parametrize("label", ["publish:after-commit", "fetch:after-commit", "fetch:after-settle"])
def test_mail_is_taken_once_when_we_stop_anywhere(
    boxes: Mailboxes, channel: ImapChannel, books: Books, label: str
) -> None:
    boxes.put(mail_with(("a.xml", XML), ("b.xml", b"<b/>")))
    failpoints.arm(f"{label}:1:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            fetch_round(books.hub, channel)
    finally:
        failpoints.arm("")
    fetch_round(books.hub, channel)
    assert names(books, "mail") == ["a.xml", "b.xml"]
    assert boxes.flags() == [["\\Seen"]]


def test_mail_is_not_seen_when_nothing_was_committed(boxes: Mailboxes, channel: ImapChannel, books: Books) -> None:
    boxes.put(mail_with(("a.xml", XML)))
    failpoints.arm("publish:before-commit:1:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            fetch_round(books.hub, channel)
    finally:
        failpoints.arm("")
    assert boxes.flags() == [[]]
    assert books.scalar("SELECT COUNT(*) FROM message") == 0


def test_mail_is_taken_once_when_the_process_is_killed_before_it_is_marked(
    boxes: Mailboxes, channel: ImapChannel, books: Books, tmp_path: Path
) -> None:
    boxes.put(mail_with(("a.xml", XML)))
    home = books.hub.settings.home
    (home / "hub.toml").write_text(
        f'[channel.mail]\nkind = "imap"\nhost = "127.0.0.1"\nport = {boxes.port}\ntls = false\n'
        'user = "facturen@example.nl"\nsecrets = "file:password"\n'
    )
    command = [sys.executable, "-m", "hub.cli.main", "fetch", "mail", "--once"]
    environment = {**os.environ, "HUB_HOME": str(home), "HUB_FAILPOINT": "fetch:after-commit:1:kill"}
    assert subprocess.run(command, env=environment).returncode == -signal.SIGKILL
    assert boxes.flags() == [[]]
    done = subprocess.run(command, env={**environment, "HUB_FAILPOINT": ""}, capture_output=True, text=True)
    assert (done.returncode, boxes.flags()) == (0, [["\\Seen"]]), done.stderr
    assert names(books, "mail") == ["a.xml"]


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_mail_is_moved_and_a_refused_one_elsewhere(
    boxes: Mailboxes, channel: ImapChannel, books: Books, capabilities: str
) -> None:
    boxes.capabilities = capabilities
    boxes.put(mail_with(("a.xml", XML)))
    boxes.put(mail_with(message_id="<m2@x>"))
    moving = replace(channel, move_to="Verwerkt", failed_to="Afgekeurd")
    assert [fetch_round(books.hub, moving) for _ in range(2)] == [2, 0]
    assert len(boxes.boxes["Verwerkt"]) == 1
    assert boxes.flags("Afgekeurd") == [["\\Flagged", "\\Seen"]]
    left = [["\\Deleted", "\\Seen"], ["\\Deleted", "\\Flagged", "\\Seen"]] if capabilities == "IMAP4rev1" else []
    assert boxes.flags() == left, "without UIDPLUS, expunging would take what others deleted"


def test_seen_mail_is_taken_too_when_mails_are_moved(boxes: Mailboxes, channel: ImapChannel, books: Books) -> None:
    """Somebody may have opened it in a mail program before we came."""
    boxes.put(mail_with(("a.xml", XML))).flags.add("\\Seen")
    assert fetch_round(books.hub, channel) == 0
    assert fetch_round(books.hub, replace(channel, move_to="Verwerkt")) == 1


def test_mail_without_a_document_gets_a_note_and_is_flagged(
    boxes: Mailboxes, channel: ImapChannel, books: Books, tmp_path: Path
) -> None:
    boxes.put(mail_with(message_id="<only-text@x>"))
    fetch_round(books.hub, channel)
    assert codes(tmp_path) == ["HUB-CHAN-02"]
    (text,) = (tmp_path / "notes").glob("*.reason.txt")
    assert "geen bijlage" in text.read_text()
    assert boxes.flags() == [["\\Flagged", "\\Seen"]]


def test_good_attachments_are_taken_beside_an_encrypted_zip(
    boxes: Mailboxes, channel: ImapChannel, books: Books, tmp_path: Path
) -> None:
    locked = bytearray(zipped({"secret.xml": XML}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    boxes.put(mail_with(("a.xml", XML), ("locked.zip", bytes(locked)), ("open.zip", zipped({"c.xml": b"<c/>"}))))
    fetch_round(books.hub, channel)
    assert names(books, "mail") == ["a.xml", "open.zip/c.xml"]
    assert codes(tmp_path) == ["HUB-ZIP-07"]
    assert len(notes(tmp_path)[0]["message_ids"]) == 2


def test_mail_that_is_too_large_is_not_even_fetched(
    boxes: Mailboxes, channel: ImapChannel, books: Books, tmp_path: Path
) -> None:
    boxes.put(mail_with(("big.xml", b"x" * 5000)))
    fetch_round(books.hub, replace(channel, max_bytes=2000))
    assert codes(tmp_path) == ["HUB-FILE-04"]
    assert not any("BODY" in command for command in boxes.commands)


def test_address_says_whose_books(boxes: Mailboxes, channel: ImapChannel, books: Books, tmp_path: Path) -> None:
    books.second()
    for number, address in enumerate(("facturen+demo@example.nl", "facturen+OTHER@example.nl", "facturen@example.nl")):
        boxes.put(mail_with(("a.xml", b"<a>%d</a>" % number), to=address, message_id=f"<{number}@x>"))
    boxes.put(mail_with(("a.xml", XML), to="f+demo@example.nl, f+other@example.nl", message_id="<both@x>"))
    fetch_round(books.hub, replace(channel, plus_address=True))
    query = "SELECT a.code FROM message m JOIN administration a ON a.id = m.administration_id ORDER BY 1"
    assert books.rows(query) == [("demo",), ("other",)]
    assert sorted(codes(tmp_path)) == ["HUB-CHAN-03", "HUB-CHAN-04"]
    fallback = replace(channel, name="second", plus_address=True, administration="demo")
    boxes.put(mail_with(("a.xml", b"<a>9</a>"), to="facturen@example.nl", message_id="<9@x>"))
    fetch_round(books.hub, fallback)
    assert len(arrived(books, "second")) == 1


def test_bounce_of_our_own_mail_brings_nothing_in(boxes: Mailboxes, channel: ImapChannel, books: Books) -> None:
    boxes.put(bounce_of(mail_with(("invoice.xml", XML))))
    fetch_round(books.hub, channel)
    assert books.scalar("SELECT COUNT(*) FROM message") == 0
    assert boxes.flags() == [["\\Seen"]]


def test_password_is_rotated_without_restart_and_never_shown(
    boxes: Mailboxes, channel: ImapChannel, books: Books
) -> None:
    secret = books.hub.settings.home / "password"
    secret.write_text('n"ie\\uw\ngeheim\n')
    assert fetch_round(books.hub, channel) == 0
    assert boxes.tried == ['n"ie\\uw', "geheim"]
    secret.write_text("nieuw\n")
    with pytest.raises(Usage, match="does not let") as refused:
        fetch_round(books.hub, channel)
    assert "nieuw" not in str(refused.value)


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_server_that_hangs_up_is_tried_again_and_nothing_doubled(
    boxes: Mailboxes, channel: ImapChannel, books: Books, command: str
) -> None:
    boxes.put(mail_with(("a.xml", XML)))
    boxes.hang_up_at = command
    with pytest.raises(Transient):
        fetch_round(books.hub, channel)
    fetch_round(books.hub, channel)
    assert names(books, "mail") == ["a.xml"]
    assert boxes.flags() == [["\\Seen"]]


def test_server_or_mailbox_that_is_not_there_is_named(channel: ImapChannel, books: Books) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        fetch_round(books.hub, replace(channel, port=free_port()))
    with pytest.raises(Usage, match="Nergens"):
        fetch_round(books.hub, replace(channel, mailbox="Nergens"))


def test_mail_comes_over_tls_from_a_server_that_proves_who_it_is(
    channel: ImapChannel, books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    with imap_server(made) as boxes:
        boxes.put(mail_with(("a.xml", XML)))
        secure = replace(channel, host="localhost", port=boxes.port, tls=True)
        assert fetch_round(books.hub, secure) == 1


def test_stranger_gets_no_password_when_it_cannot_prove_who_it_is(
    channel: ImapChannel, books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path / "other.pem")))
    with imap_server(certificate(tmp_path / "server.pem")) as boxes:
        with pytest.raises(Usage, match="cannot prove who it is"):
            fetch_round(books.hub, replace(channel, host="localhost", port=boxes.port, tls=True))
        assert boxes.tried == []


@pytest.mark.parametrize(
    ("name", "line"),
    [("INBOX", '"INBOX"'), ('a "b" \\c', '"a \\"b\\" \\\\c"'), ("A&B", '"A&-B"'), ("Entwürfe", '"Entw&APw-rfe"'),
     ("日本語", '"&ZeVnLIqe-"')],
)  # fmt: skip
def test_mailbox_name_goes_over_the_line_as_the_standard_says(name: str, line: str) -> None:
    assert quoted(name) == line


def bounce_of(mail: bytes) -> bytes:
    """A report of a mail server that a mail of ours could not be delivered, with that mail in it."""
    from email import message_from_bytes
    from email.policy import default

    report = EmailMessage()
    report["From"], report["To"], report["Message-ID"] = "MAILER-DAEMON@x", "facturen@example.nl", "<bounce@x>"
    report.set_content("It could not be delivered.")
    report.add_attachment(message_from_bytes(mail, policy=default))
    report.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b0"')
    return report.as_bytes()
