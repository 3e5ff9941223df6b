"""Mails read without trusting: the documents attached to them, with the reason for each that is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import InvalidBase64LengthDefect, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from hub.formats.delivery_status import read_reports
from hub.model.delivery_report import DeliveryReport
from hub.model.finding import Finding

MAX_DEPTH = 4  # mails within mails
MAX_PARTS = 200
MAX_HOPS = 50  # servers that a mail came along; more is a loop (RFC 5321, 6.3)
_MAX_BOUNDARIES = 400  # the parser compares each line with every boundary that it is within
_NO_DOCUMENT = ("image", "audio", "video", "multipart")
_NO_DOCUMENTS = {
    *("text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers"),
    *(
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    ),
    *("message/delivery-status", "message/disposition-notification", "message/feedback-report"),
}
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
_DELIVERED = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
)  # written by the server that took the mail, the last on top


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document of a mail. `place` is its number among the parts (`2`, `3.1`), which never changes."""

    place: str
    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail holds for us. `message_id` is its own, or the hash of its bytes; `ignored` says why nobody need look at it."""

    message_id: str
    recipients: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
    ignored: str = ""  # "" | bounce | auto-reply
    reports: tuple[DeliveryReport, ...] = ()  # of a bounce that says which mail it is about


def read_mail(data: bytes) -> Mail:
    """The documents of a mail, those of mails attached to it too. Raises nothing: what cannot be read is a finding.

    Codes: HUB-CHAN-02 no document · -06 encrypted · -07 nested too deep or too many parts · -08 a loop · -09 damaged.
    """
    number = hashlib.sha256(data).hexdigest()
    if data.lower().count(b"boundary") > _MAX_BOUNDARIES:
        return Mail(number, findings=(_finding("07"),))
    try:
        mail = message_from_bytes(data)
        message_id = _text(mail.get("Message-ID")).strip()[:300] or number
        if reports := read_reports(data):
            return Mail(message_id, _recipients(mail), ignored="bounce", reports=reports)
        return _read(mail, message_id)
    except RecursionError:
        return Mail(number, findings=(_finding("07"),))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        return Mail(number, findings=(_finding("09", found=type(error).__name__),))


def _read(mail: Message, message_id: str) -> Mail:
    recipients = _recipients(mail)
    if ignored := _ignored(mail):
        return Mail(message_id, recipients, ignored=ignored)
    if len(mail.get_all("Received", [])) > MAX_HOPS:
        return Mail(message_id, recipients, findings=(_finding("08", found=str(len(mail.get_all("Received", [])))),))
    found: list[Attachment] = []
    findings: list[Finding] = []
    for item in _documents(mail, "", 0):
        if isinstance(item, Attachment):
            found.append(item)
        else:
            findings.append(item)
        if len(found) > MAX_PARTS:
            return Mail(message_id, recipients, findings=(_finding("07"),))
    if not found and not findings:
        if _text(mail.get("Auto-Submitted")).lower().startswith("auto-replied"):
            return Mail(message_id, recipients, ignored="auto-reply")  # somebody is away: nothing was sent
        findings.append(_finding("02"))
    return Mail(message_id, recipients, tuple(found), tuple(findings))


def _ignored(mail: Message) -> str:
    """A report that a mail of ours did not arrive holds that mail: its attachments are our own documents, not new ones."""
    report = mail.get_content_type() == "multipart/report"
    kind = str(mail.get_param("report-type") or "").lower()
    return "bounce" if report and kind in ("delivery-status", "disposition-notification") else ""


def _documents(part: Message, place: str, depth: int) -> Iterator[Attachment | Finding]:
    if depth > MAX_DEPTH:
        yield _finding("07", place)
        return
    kind = part.get_content_type()
    if kind in _ENCRYPTED:
        yield _finding("06", place or "1", found=kind)
    elif part.is_multipart():
        inner = depth + (kind == "message/rfc822")
        for number, child in enumerate(part.get_payload(), 1):
            yield from _documents(child, f"{place}.{number}".lstrip("."), inner)
    elif _is_document(part, kind):
        yield from _attached(part, kind, place or "1", depth)


def _is_document(part: Message, kind: str) -> bool:
    """An attachment that may be a document; not the text of the mail, a logo in it, or a signature under it."""
    if kind.partition("/")[0] in _NO_DOCUMENT or kind in _NO_DOCUMENTS:
        return False
    is_text = kind in ("text/plain", "text/html")
    return not is_text or bool(part.get_filename()) or part.get_content_disposition() == "attachment"


def _attached(part: Message, kind: str, place: str, depth: int) -> Iterator[Attachment | Finding]:
    name = _text(part.get_filename()).replace("\\", "/").rpartition("/")[2][:200]
    body = part.get_payload(decode=True)
    damage = [type(d).__name__ for d in part.defects if isinstance(d, InvalidBase64LengthDefect)]
    if not isinstance(body, bytes) or damage:  # of lesser defects the document's own reader is the judge
        yield _finding("09", name or place, found=", ".join(damage) or "nothing")
    elif name.lower().endswith(".eml") and kind != "message/rfc822":
        yield from _documents(message_from_bytes(body), place, depth + 1)
    else:
        yield Attachment(place, name or f"bijlage-{place}", kind, body)


def _recipients(mail: Message) -> tuple[str, ...]:
    """Who it was delivered to, as the receiving server says; where it does not, whom the sender wrote."""
    for header in _DELIVERED:
        if top := mail.get_all(header):
            return _addresses(top[:1])
    return _addresses([*mail.get_all("To", []), *mail.get_all("Cc", [])])


def _addresses(headers: Iterable[object]) -> tuple[str, ...]:
    return tuple(address.lower() for _, address in getaddresses([_text(h) for h in headers]) if "@" in address)


def addressed_codes(recipients: Iterable[str], codes: Iterable[str]) -> set[str]:
    """The administrations that addresses name: `facturen+CODE@example.nl`, without regard to capitals."""
    known = {code.lower(): code for code in codes}
    named = (address.lower().rpartition("@")[0].partition("+")[2] for address in recipients)
    return {known[code] for code in named if code in known}


def _text(value: object) -> str:
    """A header as people read it; as it stands where it is not what it claims."""
    text = "" if value is None else str(value)
    try:
        return str(make_header(decode_header(text))).replace("\0", "")
    except (LookupError, ValueError, MessageError):
        return text.encode("ascii", "replace").decode()


def _finding(number: str, location: str = "", found: str | None = None) -> Finding:
    return Finding(f"HUB-CHAN-{number}", "fatal", "read", location, found)
