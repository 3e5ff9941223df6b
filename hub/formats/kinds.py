"""What a file is that no source reads: told by its first bytes, or by the root of its XML, to whoever sent it instead of an invoice.

Nothing is opened or believed here but to name it. Words for people are in `hub/texts/words_kinds.py`, sentences in
`findings_recognise.toml`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hub.formats.content import Content


class Kind(NamedTuple):
    """What something is: which sentence tells it (`variant`), how it is called (`what`), and how it names itself (`found`)."""

    variant: str
    what: str
    found: str


_HTML = re.compile(r"(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_IMAGES = (
    (b"\x89PNG\r\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"BM", "BMP"),
)  # fmt: skip
_ARCHIVES = (
    (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)  # fmt: skip
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and Outlook before 2007
_INSIDE = (  # names of members near the front of a zip
    (b"word/", "Word"), (b"xl/", "Excel"), (b"ppt/", "PowerPoint"), (b"opendocument.text", "OpenDocument"),
    (b"opendocument.spreadsheet", "OpenDocument"), (b"[Content_Types].xml", "Office Open XML"),
)  # fmt: skip
_PKCS7 = bytes.fromhex("06092a864886f70d0107")  # the object identifier that every S/MIME part begins with
_SEALED = ("-----BEGIN PGP MESSAGE", "-----BEGIN PKCS7", "-----BEGIN CMS", "-----BEGIN ENCRYPTED")
_HEADER = re.compile(
    r"(?:return-path|received|delivered-to|from|to|cc|date|subject|message-id|mime-version|content-type|x-[\w-]+|dkim-signature)"
    r":.*(?:\n[ \t].*)*\n", re.I,
)  # fmt: skip
_SEALED_MAIL = re.compile(r"content-type:\s*(?:application/(?:x-)?pkcs7-mime|multipart/encrypted)", re.I)
_MESSAGE = re.compile(r"UNH\+[^+']*\+([A-Z]{6})")
_MT = re.compile(r"(?:\{1:F01|:20:)")
_COLUMNS = re.compile(r"[^<>\x00-\x08]{1,60}([;\t,|][^<>\x00-\x08]{0,60}){2,}")
_MARKDOWN_OR_TEXT = re.compile(r"[^\x00-\x08\x0e-\x1f]*")


def kind_of_bytes(content: Content) -> Kind | None:
    """What it is where it is no XML, None where it might be or where nothing is known of it. Never raises."""
    return _binary(content) or _packed(content.data) or _written(content)


def _binary(content: Content) -> Kind | None:
    data = content.data
    for magic, name in _IMAGES:
        if data.startswith(magic) and (magic != b"BM" or b"\0" in data[:20]):
            return Kind("image", "image", name)
    if data[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix") or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Kind("image", "image", "WebP" if data[:4] == b"RIFF" else "HEIC")
    if data[:1] == b"0" and _PKCS7 in data[:40]:
        return Kind("sealed", "sealed", "S/MIME")
    if data.startswith(_OLE):
        return Kind("office", "office", "Office 97-2003")
    return None


def _packed(data: bytes) -> Kind | None:
    for magic, name in _ARCHIVES:
        if data.startswith(magic):
            return Kind("archive", "archive", name)
    if data[257:262] == b"ustar":
        return Kind("archive", "archive", "tar")
    if not data.startswith(_ZIP):
        return None
    ends = data[:4096] + data[-16_384:]  # the directory of a zip stands at its end
    inside = next((name for mark, name in _INSIDE if mark in ends), "")
    return Kind("office", "office", inside) if inside else Kind("archive", "archive", "zip")


def _written(content: Content) -> Kind | None:
    head = content.head
    if _HTML.match(head):
        return Kind("html", "html", "HTML")
    if head.startswith("{\\rtf"):
        return Kind("office", "rtf", "RTF")
    if head.startswith(_SEALED):
        return Kind("sealed", "sealed", head.partition("\n")[0].strip("- \r")[:40])
    if head.startswith(("UNA", "UNB+", "UNH+")):
        message = _MESSAGE.search(head)
        return Kind("edifact", "edifact", f"EDIFACT {message[1]}" if message else "EDIFACT")
    if head.startswith("ISA*"):
        return Kind("edifact", "edifact", "X12")
    return _mail(head) or _data(content)


def _mail(head: str) -> Kind | None:
    """Two header lines of a mail in a row: one could be anybody's text."""
    head = head.replace("\r\n", "\n")
    first = _HEADER.match(head)
    if first is None or _HEADER.match(head, first.end()) is None:
        return None
    if _SEALED_MAIL.search(head):
        return Kind("sealed", "sealed", "S/MIME")
    return Kind("mail", "mail", "e-mail")


def _data(content: Content) -> Kind | None:
    if content.is_json:
        value = content.json[0] if isinstance(content.json, list) and content.json else content.json
        names = ", ".join(map(str, value))[:200] if isinstance(value, dict) else ""
        return Kind("json", "json", f"JSON ({names})" if names else "JSON")
    if _MT.match(content.head):
        return Kind("bank", "bank", "MT940")
    first = content.head.partition("\n")[0].strip()
    if _COLUMNS.fullmatch(first) and "\n" in content.head:
        return Kind("csv", "csv", f"CSV ({first[:200]})")
    return None


def is_plain_text(content: Content) -> bool:
    """Whether people wrote this for people: text, and not one sign of markup at its beginning. Never raises."""
    head = content.head
    return (
        bool(head) and head[:1] not in "<{[" and "\ufffd" not in head[:500] and bool(_MARKDOWN_OR_TEXT.fullmatch(head))
    )
