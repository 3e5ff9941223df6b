"""Audit files as bytes: the encodings they claim and the ones they are in, as a stream of UTF-8 that a parser accepts."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import IO

from hub.errors import UnreadableInput

HEAD = 65_536  # bytes in which declaration, comments and DOCTYPE stand
CHUNK = 262_144
_BOM = codecs.BOM_UTF8
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']\s*([A-Za-z0-9._-]+)""")
_DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_PART = re.compile(r"<!--[^>]*?Vervolgbestand\s+(\d{1,4})\s+van\s+(\d{1,4})", re.IGNORECASE)
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_LATIN = ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-15", "windows-1252", "cp1252")
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))
# Bytes 80–9F are control characters in ISO-8859-1 and letters in windows-1252, which is what they are in practice.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or " " for code in range(0x80, 0xA0)}
_WINDOWS_CODES = re.compile("[\x80-\x9f]")
# What XML 1.0 cannot hold, written plainly or as a reference.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));",
    re.IGNORECASE,
)


class AuditBytes:
    """A file to read from: UTF-8 whatever it was, without declaration, control characters as blanks.

    `windows_characters` and `illegal_characters` count what was put right; `part` is (x, y) of a continuation file.
    Raises UnreadableInput as the XML reader does: HUB-XML-01 empty, -03 DOCTYPE, -06 encoding, -08 compressed.
    """

    def __init__(self, path: Path) -> None:
        self.windows_characters = 0
        self.illegal_characters = 0
        self.declared = ""
        self._size = path.stat().st_size
        self._handle: IO[bytes] = path.open("rb")
        head = self._handle.read(HEAD)
        self._check_head(head)
        start = len(_BOM) if head.startswith(_BOM) else 0
        if declaration := _DECLARATION.match(head, start):
            encoding = _ENCODING.search(declaration[0])
            self.declared = encoding[1].decode("ascii").lower() if encoding else ""
            start = declaration.end()
        self._latin = self._is_latin(path)
        part = _PART.search(head.decode("latin-1"))
        self.part = (int(part[1]), int(part[2])) if part else None
        if _DOCTYPE.match(head, start):
            raise UnreadableInput("HUB-XML-03", found="DOCTYPE", expected="no DOCTYPE")
        latin = self.declared if self.declared == "iso-8859-15" else "latin-1"
        self._decoder = codecs.getincrementaldecoder(latin if self._latin else "utf-8")("strict")
        self._pending = head[start:]
        self._held = ""
        self._at = 0
        self.done = 0  # bytes read, for a progress bar

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._size

    def _check_head(self, head: bytes) -> None:
        if not head.strip():
            raise UnreadableInput("HUB-XML-01", found=f"{len(head)} bytes", expected="XML")
        for magic, name in _MAGIC:
            if head.startswith(magic):
                raise UnreadableInput("HUB-XML-08", found=name, expected="XML")
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
            raise UnreadableInput("HUB-XML-06", found="UTF-16", expected="UTF-8, ISO-8859-1")

    def _is_latin(self, path: Path) -> bool:
        """Declared so; or not declared at all, and no UTF-8."""
        if self.declared in _LATIN:
            return True
        if self.declared and self.declared not in _UTF8:
            raise UnreadableInput("HUB-XML-06", found=self.declared[:40], expected="UTF-8, ISO-8859-1")
        return not self.declared and not is_utf8(path)

    def read(self, size: int = -1) -> bytes:
        """The next piece, for the parser."""
        while True:
            raw = self._pending or self._handle.read(CHUNK)
            self._pending = b""
            self.done += len(raw)
            try:
                text = self._held + self._decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                place = f"byte {self._at + error.start}"
                raise UnreadableInput("HUB-XML-06", found=error.reason, expected="UTF-8", location=place) from None
            self._at += len(raw)
            self._held = ""
            if raw and (cut := text.rfind("&", len(text) - 12)) >= 0:  # a reference may go on in the next piece
                text, self._held = text[:cut], text[cut:]
            if text or not raw:
                return self._clean(text).encode("utf-8", "surrogatepass")

    def _clean(self, text: str) -> str:
        if self._latin and not text.isascii():
            text, count = _WINDOWS_CODES.subn(lambda match: _WINDOWS[ord(match[0])], text)
            self.windows_characters += count
        text, count = _ILLEGAL.subn(" ", text)
        self.illegal_characters += count
        return text

    def close(self) -> None:
        """Close the file."""
        self._handle.close()


def is_utf8(path: Path) -> bool:
    """Whether every byte of a file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
