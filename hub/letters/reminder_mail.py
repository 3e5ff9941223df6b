"""A reminder as a mail: text, HTML, and what is attached; the same bytes for the same data."""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hub.letters.mail import one_line
from hub.letters.reminder import html_of, text_of
from hub.letters.reminder_content import Content, content_of
from hub.model.mail_address import is_address, sender_of
from hub.model.reminder import Reminder

_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # every server takes it
_LINE = 76  # characters of base64 (RFC 2045)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with it."""

    name: str
    media_type: str
    body: bytes


def message_id_of(dispatch_id: str, sender: str) -> str:
    """The Message-ID of a dispatch: the same however often it is sent, and what a report of its delivery names."""
    return f"<{dispatch_id}@{sender_of(sender)[1].rpartition('@')[2] or 'localhost'}>"


def dispatch_of(message_id: str) -> str:
    """The dispatch that a Message-ID of ours names."""
    return message_id.strip().strip("<>").partition("@")[0]


def reminder_mail(
    reminder: Reminder,
    attachments: Sequence[Attached],
    sender: str,
    message_id: str,
    at: datetime,
    content: Content | None = None,
) -> bytes:
    """The mail. It is from the creditor at the address of `sender` (`Name <address>`), and answers go to the creditor.
    `content` is the reminder's, where it was made already.

    Raises ValueError where the debtor or the sender has no address that can be written to.
    """
    name, address = sender_of(sender)
    for one in (address, reminder.debtor.email):
        if not is_address(one):
            raise ValueError(f"{one!r} is no mail address")
    content = content or content_of(reminder)
    mail = EmailMessage(policy=_SEVEN_BITS)
    mail["From"] = Address(one_line(reminder.creditor.name or name), addr_spec=address)
    mail["To"] = Address(one_line(reminder.debtor.contact or reminder.debtor.name), addr_spec=reminder.debtor.email)
    if is_address(reminder.creditor.email):
        mail["Reply-To"] = Address(one_line(reminder.creditor.name), addr_spec=reminder.creditor.email)
    mail["Subject"] = one_line(content.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(content))
    mail.add_alternative(html_of(content), subtype="html")
    for file in attachments:
        main, _, sub = _media_type(file.media_type).partition("/")
        mail.add_attachment(b"", maintype=main, subtype=sub, filename=file_name(file.name))
    mail["Content-Language"] = reminder.language  # last: each part added before would take it along
    _set_boundaries(mail, message_id)
    return _filled(mail, [file.body for file in attachments])


def file_name(name: str) -> str:
    """A name that every system keeps: no folder, no control character, and not empty."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|]+", "-", name).strip(" .-")
    return plain[-150:] or "bijlage"


def _media_type(text: str) -> str:
    """As it is, where it is one that may be attached as bytes; a text would be recoded on its way."""
    plain = text.partition(";")[0].strip().lower().replace("text/xml", "application/xml")
    fits = re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", plain)
    return plain if fits and not plain.startswith(("text/", "multipart/", "message/")) else "application/octet-stream"


def _filled(mail: EmailMessage, bodies: Sequence[bytes]) -> bytes:
    """The bytes, with the files put in where they belong: the library would walk each of them line by line, several times."""
    whole = mail.as_bytes()
    if not bodies:
        return whole
    between = f"\r\n--{mail.get_boundary()}".encode()
    head, texts, *files, end = whole.split(between)
    assert len(files) == len(bodies), "the boundary stands in the mail itself"
    return between.join((head, texts, *(file + _base64(body) for file, body in zip(files, bodies, strict=True)), end))


def _base64(body: bytes) -> bytes:
    """In lines, as mail has it."""
    text = b2a_base64(body, newline=False)
    return b"".join(text[at : at + _LINE] + b"\r\n" for at in range(0, len(text), _LINE))


def _set_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Of the mail's own id: left alone they would be random, and the same data would not give the same bytes."""
    mark = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark}_{number}")
