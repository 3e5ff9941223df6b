"""Reports of delivery, read without trusting: RFC 3464, and the few older forms that say surely which mail came back.

What is no report gives nothing: an answer of somebody who is away is a mail like any other, and no bounce.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import cast

from hub.model.delivery_report import DeliveryAction, DeliveryReport

MAX_BYTES = 20_000_000
MAX_BOUNDARIES = 400  # as `formats/mail.py`: the parser compares each line with every boundary that it is within
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_COPY = re.compile(
    r"^-+ ?(?:Below this line is a copy of the message|This is a copy of (?:the|your) message|Original message follows)",
    re.M,
)
_MESSAGE_ID = re.compile(r"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,400}>)", re.M | re.I)
_QMAIL = re.compile(r"^Hi\. This is the (?:qmail-send|deliver) program at (\S+?)\.?$", re.M)
_RECIPIENT = re.compile(r"^<([^<>\s]+@[^<>\s]+)>:\s*$", re.M)
_DAEMONS = ("mailer-daemon", "postmaster")


def read_reports(data: bytes) -> tuple[DeliveryReport, ...]:
    """What the mail reports, one per recipient; nothing of a mail that is no report, or too damaged to be sure. Raises nothing."""
    if len(data) > MAX_BYTES or data.lower().count(b"boundary") > MAX_BOUNDARIES:
        return ()
    try:
        if not _may_report(BytesHeaderParser().parsebytes(data)):  # most mails: they need not be taken apart for it
            return ()
        mail = message_from_bytes(data)
        return tuple(_standard(mail)) or tuple(_older(mail))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()


def is_auto_reply(data: bytes) -> bool:
    """Whether a machine answered for somebody who is away (RFC 3834, and what was used before it)."""
    try:
        mail = message_from_bytes(data[:200_000])
    except (MessageError, ValueError, RecursionError):
        return False
    said = _header(mail, "Auto-Submitted").lower()
    return (
        said.startswith("auto-replied")
        or bool(mail["X-Autoreply"])
        or _header(mail, "Precedence").lower() == "auto_reply"
    )


def _may_report(headers: Message) -> bool:
    return headers.get_content_type() == "multipart/report" or _of_a_server(headers)


def _of_a_server(headers: Message) -> bool:
    """From nobody who could be answered, as RFC 5321 wants of reports, or from a name that only servers have."""
    sender = parseaddr(_header(headers, "From"))[1].partition("@")[0].lower()
    return _header(headers, "Return-Path") == "<>" or sender in _DAEMONS


def _standard(mail: Message) -> Iterator[DeliveryReport]:
    """A multipart/report of type delivery-status: groups of fields, the first about the mail, one more for each recipient."""
    kind = str(mail.get_param("report-type") or "").lower()
    if mail.get_content_type() != "multipart/report" or kind != "delivery-status" or not mail.is_multipart():
        return
    parts = cast("list[Message]", mail.get_payload())
    groups = [
        group for part in parts if part.get_content_type() == "message/delivery-status" for group in _groups(part)
    ]
    if not groups:
        return
    about = groups[0]
    message_id, at = _returned_id(parts), _instant(_header(mail, "Date"))
    for group in groups[1:] or groups:
        action = _header(group, "Action").split("(")[0].strip().lower()
        status = _found(_STATUS, _header(group, "Status"))
        if action not in _ACTIONS:  # a server that leaves it out says by its code what happened
            action = {"5": "failed", "4": "delayed", "2": "delivered"}.get(status[:1], "")
        if action:
            yield DeliveryReport(
                cast(DeliveryAction, action), message_id, _typed(_header(about, "Original-Envelope-Id")),
                _typed(_header(group, "Final-Recipient") or _header(group, "Original-Recipient")), status,
                _typed(_header(group, "Diagnostic-Code"))[:500], _typed(_header(about, "Reporting-MTA")),
                _instant(_header(group, "Last-Attempt-Date")) or at, _header(mail, "Message-ID"),
            )  # fmt: skip


def _groups(part: Message) -> list[Message]:
    """The groups of fields, as the parser makes them of the part; one that was encoded against the standard is decoded first."""
    blocks = [cast(Message, one) for one in part.get_payload()] if part.is_multipart() else []
    if _header(part, "Content-Transfer-Encoding").lower() in ("base64", "quoted-printable"):
        coded = Message()
        coded["Content-Transfer-Encoding"] = _header(part, "Content-Transfer-Encoding")
        coded.set_payload("\n".join(str(block.get_payload()) for block in blocks))
        text = cast(bytes, coded.get_payload(decode=True)).decode("utf-8", "replace")
        blocks = [message_from_string(block.strip() + "\n\n") for block in re.split(r"(?:\r?\n){2,}", text)]
    return [block for block in blocks if block.keys()]


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of the mail that came back: whole, or its headers alone."""
    for part in parts:
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload:
            return _header(cast(Message, payload[0]), "Message-ID")
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            text = part.get_payload(decode=True)
            headers = (
                text.decode("utf-8", "replace") if isinstance(text, bytes) else part.as_string().partition("\n\n")[2]
            )
            return _found(_MESSAGE_ID, headers)
    return ""


def _older(mail: Message) -> Iterator[DeliveryReport]:
    """Exim names the recipients in a header, qmail in its text; both add a copy of the mail. Without a Message-ID in it: nothing."""
    if not _of_a_server(mail):
        return
    text = _plain(mail)
    qmail = _QMAIL.search(text)
    failed = [one.strip() for one in _header(mail, "X-Failed-Recipients").split(",") if "@" in one]
    copied = _COPY.search(text)
    if qmail and not failed:
        failed = _RECIPIENT.findall(text[: copied.start()] if copied else text)
    message_id = _found(_MESSAGE_ID, text[copied.end() :] if copied else "") or _attached_id(mail)
    if not failed or not message_id:
        return
    said = text[: copied.start()] if copied else text
    status = _found(_STATUS, said)
    if status.startswith(("2", "4")):  # a warning that it is still tried
        return
    for recipient in failed:
        words = " ".join(said[said.find(recipient) + len(recipient) :].split())[:500] if recipient in said else ""
        yield DeliveryReport(
            "failed", message_id, "", recipient, status, words, qmail[1] if qmail else "", _instant(_header(mail, "Date")),
            _header(mail, "Message-ID"),
        )  # fmt: skip


def _attached_id(mail: Message) -> str:
    parts = cast("list[Message]", mail.get_payload()) if mail.is_multipart() else []
    return _returned_id(parts)


def _plain(mail: Message) -> str:
    part = next((one for one in mail.walk() if one.get_content_type() == "text/plain"), None)
    body = part.get_payload(decode=True) if part is not None else None
    return body.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(body, bytes) else ""


def _typed(value: str) -> str:
    """Without the type before it: `rfc822; a@b.nl`, `smtp; 550 no such user`, `dns; mx.b.nl`."""
    before, mark, after = value.partition(";")
    plain = after if mark and re.fullmatch(r"[A-Za-z0-9-]+", before.strip()) else value
    return " ".join(plain.split())


def _header(part: Message, name: str) -> str:
    return str(part.get(name) or "").strip()


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
