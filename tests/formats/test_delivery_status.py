"""Reports of delivery in the forms that servers send, and what only looks like one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.formats.delivery_status import is_auto_reply, read_reports
from hub.formats.mail import read_mail

ID = "<0191-abc@example.nl>"
RETURNED = f"From: Demo <books@example.nl>\r\nTo: a@korenaar.example\r\nMessage-ID: {ID}\r\nSubject: Herinnering\r\n\r\ntext\r\n"


def report(
    fields: str, about: str = "Reporting-MTA: dns; mx.example.nl", returned: str = f"Content-Type: message/rfc822\r\n\r\n{RETURNED}",
    status_head: str = "",
) -> bytes:  # fmt: skip
    """A report as Postfix makes it."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.nl\r\nTo: books@example.nl\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\n"
        "Message-ID: <report@mx>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        f"--B\r\nContent-Type: message/delivery-status\r\n{status_head}\r\n{about}\r\n\r\n{fields}\r\n\r\n"
        f"--B\r\n{returned}\r\n--B--\r\n"
    ).encode()


FAILED = (
    "Final-Recipient: rfc822; a@korenaar.example\r\nOriginal-Recipient: rfc822;a@korenaar.example\r\nAction: failed\r\n"
    "Status: 5.1.1\r\nRemote-MTA: dns; mx.korenaar.example\r\nDiagnostic-Code: smtp; 550 5.1.1 <a@korenaar.example>: no such\r\n user"
)


def test_failure_says_which_mail_to_whom_and_why() -> None:
    [one] = read_reports(report(FAILED))
    assert (one.action, one.message_id, one.recipient, one.status) == ("failed", ID, "a@korenaar.example", "5.1.1")
    assert one.words == "550 5.1.1 <a@korenaar.example>: no such user"
    assert one.reporter == "mx.example.nl"
    assert one.at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert one.report_id == "<report@mx>"


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("delayed", "4.4.1", "delayed"), ("delivered", "2.0.0", "delivered"), ("relayed", "2.0.0", "relayed"),
        ("FAILED (permanent)", "5.0.0", "failed"), ("", "5.2.2", "failed"), ("", "4.2.2", "delayed"),
    ],
)  # fmt: skip
def test_action_or_code_says_what_happened(action: str, status: str, expected: str) -> None:
    fields = f"Final-Recipient: rfc822; a@b.nl\r\n{f'Action: {action}' if action else 'X: y'}\r\nStatus: {status}"
    assert [one.action for one in read_reports(report(fields))] == [expected]


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822-headers"])
def test_headers_alone_are_enough(kind: str) -> None:
    """As asked for by RET=HDRS. A long Message-ID stands on a line of its own."""
    headers = f"From: x@y.nl\r\nMessage-ID:\r\n {ID}\r\nSubject: s\r\n"
    [one] = read_reports(report(FAILED, returned=f"Content-Type: {kind}\r\n\r\n{headers}"))
    assert one.message_id == ID


def test_envelope_id_is_read_where_the_mail_itself_did_not_come_back() -> None:
    about = "Reporting-MTA: dns; mx.example.nl\r\nOriginal-Envelope-Id: 0191-abc"
    [one] = read_reports(report(FAILED, about, "Content-Type: text/plain\r\n\r\nnothing"))
    assert (one.message_id, one.envelope_id) == ("", "0191-abc")


def test_encoded_fields_are_decoded() -> None:
    """Against the standard, and seen."""
    inner = f"Reporting-MTA: dns; mx.example.nl\r\n\r\n{FAILED}\r\n".encode()
    coded = base64.encodebytes(inner).decode().replace("\n", "\r\n")
    mail = report("X: y").replace(b"Reporting-MTA: dns; mx.example.nl\r\n\r\nX: y\r\n", coded.encode())
    mail = mail.replace(
        b"message/delivery-status\r\n", b"message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n"
    )
    [one] = read_reports(mail)
    assert (one.action, one.status, one.message_id) == ("failed", "5.1.1", ID)


def test_each_recipient_is_reported() -> None:
    two = f"{FAILED}\r\n\r\nFinal-Recipient: rfc822; b@b.nl\r\nAction: delivered\r\nStatus: 2.1.5"
    assert [(one.recipient, one.action) for one in read_reports(report(two))] == [
        ("a@korenaar.example", "failed"), ("b@b.nl", "delivered"),
    ]  # fmt: skip


EXIM = (
    "Return-Path: <>\r\nX-Failed-Recipients: a@korenaar.example\r\nAuto-Submitted: auto-replied\r\n"
    "From: Mail Delivery System <Mailer-Daemon@host.nl>\r\nMessage-ID: <e@host>\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\n"
    "This message was created automatically by mail delivery software.\r\n\r\n  a@korenaar.example\r\n"
    "    SMTP error from remote mail server after RCPT TO:<a@korenaar.example>:\r\n    550 5.1.1 unknown user\r\n\r\n"
    f"------ This is a copy of the message, including all the headers. ------\r\n\r\n{RETURNED}"
)
QMAIL = (
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@host.nl\r\nMessage-ID: <q@host>\r\n\r\n"
    "Hi. This is the qmail-send program at host.nl.\r\nI'm afraid I wasn't able to deliver your message.\r\n\r\n"
    "<a@korenaar.example>:\r\n10.0.0.1 does not like recipient.\r\nRemote host said: 550 no such user\r\nGiving up.\r\n\r\n"
    f"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <books@example.nl>\r\n{RETURNED}"
)


@pytest.mark.parametrize("text", [EXIM, QMAIL])
def test_older_forms_that_are_sure(text: str) -> None:
    [one] = read_reports(text.encode())
    assert (one.action, one.message_id, one.recipient) == ("failed", ID, "a@korenaar.example")
    assert "550" in one.words


@pytest.mark.parametrize(
    "text",
    [
        EXIM.replace(ID, "gone"),  # which mail it was is not said
        EXIM.replace("550 5.1.1", "451 4.4.1"),  # a warning: it is still tried
        EXIM.replace("Return-Path: <>", "Return-Path: <x@y.nl>").replace("Mailer-Daemon@", "someone@"),  # a person who forwards one
        "From: a@korenaar.example\r\nAuto-Submitted: auto-replied\r\nSubject: Afwezig\r\n\r\nIk ben er niet.\r\n",
        RETURNED, "", "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\n",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_no_report(text: str) -> None:
    assert read_reports(text.encode()) == ()


def test_receipt_of_reading_is_no_delivery() -> None:
    mail = report(FAILED).replace(b"report-type=delivery-status", b"report-type=disposition-notification")
    assert read_reports(mail) == ()


def test_somebody_who_is_away_is_known() -> None:
    assert is_auto_reply(b"Auto-Submitted: auto-replied (vacation)\r\n\r\nweg")
    assert is_auto_reply(b"X-Autoreply: yes\r\n\r\nweg")
    assert is_auto_reply(b"Precedence: auto_reply\r\n\r\nweg")
    assert not is_auto_reply(b"Auto-Submitted: no\r\n\r\nhallo")
    assert not is_auto_reply(b"Subject: hallo\r\n\r\nhallo")


@pytest.mark.parametrize("text", [report(FAILED), EXIM.encode(), QMAIL.encode()])
def test_report_is_no_invoice_whatever_came_back_with_it(text: bytes) -> None:
    """Its attachments are our own."""
    mail = read_mail(text)
    assert mail.ignored == "bounce"
    assert mail.attachments == ()
    assert [one.message_id for one in mail.reports] == [ID]


@given(st.binary(max_size=400), st.integers(0, 1500))
@settings(max_examples=150)
def test_damage_raises_nothing(noise: bytes, at: int) -> None:
    data = report(FAILED)
    read_reports(data[:at] + noise + data[at:])
    read_reports(data[:at])
    read_reports(noise)
