"""A reminder as a mail: text, HTML, and what is attached; the same bytes for the same data.

Put together here, and only its headers by the library, which would take longer over it than the typesetter over the letter.
"""

from __future__ import annotations

import hashlib
import re
from binascii import a2b_base64, b2a_base64, b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from struct import iter_unpack

from hub.letters.mail import one_line
from hub.letters.reminder import html_of, text_of
from hub.letters.reminder_content import Content
from hub.model.mail_address import is_address, sender_of
from hub.model.reminder import Reminder

_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # every server takes it
_LINE = 76  # characters of base64 (RFC 2045)
# What the library would write as it is, which takes it longer than all the rest of the mail.
_WORDS = r"[A-Za-z0-9]+( [A-Za-z0-9]+)*"
_ORDINARY_ADDRESS = re.compile(rf"{_WORDS} <[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+>")
_ORDINARY_TEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,:;()/+-]*( [A-Za-z0-9.,:;()/+-]+)*")


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


def begun_mail(reminder: Reminder, content: Content, letter: bytes) -> bytes:
    """All of a mail that depends on its reminder alone, its letter among it; to be made ahead. `content` is the reminder's.

    Raises ValueError where the debtor has no address that can be written to.
    """
    debtor, creditor = reminder.debtor, reminder.creditor
    _require_address(debtor.email)
    head = [
        _address("To", one_line(debtor.contact or debtor.name), debtor.email),
        _address("Reply-To", one_line(creditor.name), creditor.email) if is_address(creditor.email) else b"",
        _header("Subject", one_line(content.subject)), _plain("Auto-Submitted", "auto-generated"),
        _plain("MIME-Version", "1.0"), _plain("Content-Language", reminder.language),
    ]  # fmt: skip
    texts = _parts(
        "alternative", _boundary(reminder, 1), (_text("plain", text_of(content)), _text("html", html_of(content)))
    )
    pdf = _attachment(Attached(letter_name(reminder), "application/pdf", letter))
    between = _boundary(reminder, 0)
    return b"".join((*head, _parts_begun("mixed", between), _part(between, texts), _part(between, pdf)))


def finished_mail(
    begun: bytes, reminder: Reminder, invoices: Sequence[Attached], sender: str, message_id: str, at: datetime
) -> bytes:
    """The mail: from the creditor at the address of `sender` (`Name <address>`); answers go to the creditor.

    Raises ValueError where the sender has no address that can be written to.
    """
    name, address = sender_of(sender)
    _require_address(address)
    head = (
        _address("From", one_line(reminder.creditor.name or name), address), _plain("Date", format_datetime(at)),
        _plain("Message-ID", message_id),
    )  # fmt: skip
    between = _boundary(reminder, 0)
    return b"".join((*head, begun, *(_part(between, _attachment(one)) for one in invoices), _parts_ended(between)))


def letter_name(reminder: Reminder) -> str:
    """The file name of its PDF."""
    return f"{reminder.reference}.pdf"


def letter_size(begun: bytes) -> int:
    """Bytes of the letter in it, which is its last part."""
    return len(a2b_base64(begun.rpartition(b"\r\n\r\n")[2]))


def _require_address(one: str) -> None:
    if not is_address(one):
        raise ValueError(f"{one!r} is no mail address")


def _boundary(reminder: Reminder, depth: int) -> str:
    """Of its own reminder, as a random one would give other bytes each time; no part can hold it, for each is encoded, and
    neither encoding writes `=_`."""
    return f"=_{hashlib.sha256(reminder.reference.encode()).hexdigest()[:32]}_{depth}"


def file_name(name: str) -> str:
    """A name that every system keeps: no folder, no control character, and not empty."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\:*?\"<>|]+", "-", name).strip(" .-")
    return plain[-150:] or "bijlage"


def _media_type(text: str) -> str:
    """As it is, where it is one that may be attached as bytes; a text would be recoded on its way."""
    plain = text.partition(";")[0].strip().lower().replace("text/xml", "application/xml")
    fits = re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", plain)
    return plain if fits and not plain.startswith(("text/", "multipart/", "message/")) else "application/octet-stream"


def _parts(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Headers and body of a multipart."""
    return b"".join((_parts_begun(kind, boundary), *(_part(boundary, part) for part in parts), _parts_ended(boundary)))


def _parts_begun(kind: str, boundary: str) -> bytes:
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()


def _part(boundary: str, part: bytes) -> bytes:
    """The line end before a boundary belongs to it (RFC 2046, 5.1.1)."""
    return f"\r\n--{boundary}\r\n".encode() + part


def _parts_ended(boundary: str) -> bytes:
    return f"\r\n--{boundary}--\r\n".encode()


def _text(kind: str, text: str) -> bytes:
    """As readable as it can be: only what is not ASCII is written as numbers."""
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = f"{text.rstrip()}\n".replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return head.encode() + b2a_qp(lines.encode())


def _attachment(file: Attached) -> bytes:
    return b"".join((
        _plain("Content-Type", _media_type(file.media_type)), _plain("Content-Transfer-Encoding", "base64"),
        _disposition(file_name(file.name)), b"\r\n", _base64(file.body),
    ))  # fmt: skip


def _base64(body: bytes) -> bytes:
    """In lines, as mail has it."""
    text = b2a_base64(body, newline=False)
    whole = len(text) - len(text) % _LINE
    lines = [line for (line,) in iter_unpack(f"{_LINE}s", text[:whole])]
    return b"\r\n".join((*lines, *filter(None, (text[whole:],)), b""))


def _plain(name: str, value: str) -> bytes:
    """A header of which we wrote every character ourselves, or checked it."""
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def _address(name: str, display: str, address: str) -> bytes:
    return _header(name, Address(display, addr_spec=address))


def _header(name: str, value: str | Address) -> bytes:
    """As the library folds it, and writes what is not ASCII; what is neither long nor out of the ordinary would be as it is."""
    ordinary = _ORDINARY_ADDRESS if isinstance(value, Address) else _ORDINARY_TEXT
    if len(name) + len(text := str(value)) < _LINE and ordinary.fullmatch(text):
        return _plain(name, text)
    folded: str = _SEVEN_BITS.header_factory(name, value).fold(policy=_SEVEN_BITS)
    return folded.encode("ascii")


def _disposition(name: str) -> bytes:
    if re.fullmatch(r"[\w.-]{1,40}", name, re.ASCII):
        return _plain("Content-Disposition", f'attachment; filename="{name}"')
    part = EmailMessage(policy=_SEVEN_BITS)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part.as_bytes().rstrip() + b"\r\n"
