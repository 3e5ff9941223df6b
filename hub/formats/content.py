"""Content: the bytes of one message as every reader sees them, parsed at most once."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.csv_text import decoded
from hub.formats.xml import safe_parse
from hub.garbage import put_off

if TYPE_CHECKING:
    from hub.formats.hybrid import Hybrid

_HEAD = 4096  # bytes by which a source recognises its own
_BRACKETS = re.compile(r"[\[\]{}]")
_DEEPEST = 200  # levels of JSON; Python's own parser gives up at a thousand


class Content:
    """Bytes with the name and media type they came under; both may be empty and neither is trusted.

    `channel` is where it came from, where that is known: it decides where the bytes cannot tell (a journal entry in a
    layout that serves any journal, brought by the channel `payroll`).

    `root` is made on first use and kept, and so is a refusal: asking ten sources costs one parse.
    """

    __slots__ = (
        "_json",
        "_json_refusal",
        "_kept",
        "_refusal",
        "_root",
        "_head",
        "_hybrid",
        "_text",
        "channel",
        "data",
        "file_name",
        "media_type",
    )

    def __init__(self, data: bytes, file_name: str = "", media_type: str = "", channel: str = "") -> None:
        self.data = data
        self.file_name = file_name
        self.media_type = media_type
        self.channel = channel
        self._root: etree._Element | None = None
        self._kept: list[etree._Element] = []
        self._refusal: UnreadableInput | None = None
        self._head: str | None = None
        self._hybrid: Hybrid | None = None
        self._text: str | None = None
        self._json: Any = None
        self._json_refusal: UnreadableInput | None = None

    @property
    def head(self) -> str:
        """The first characters, for recognising: cheap, and never raises. A byte order mark and leading blanks are left out."""
        if self._head is None:
            self._head = self.data[:_HEAD].decode("utf-8-sig", "replace").lstrip()
        return self._head

    @property
    def text(self) -> str:
        """Everything as text: UTF-8 with or without mark, else windows-1252 (`hub.formats.csv_text`)."""
        if self._text is None:
            self._text = decoded(self.data)
        return self._text

    @property
    def json(self) -> Any:
        """The JSON value; numbers as Decimal, never as floats. Raises UnreadableInput when it is not JSON, or too deep."""
        if self._json_refusal is not None:
            raise self._json_refusal
        if self._json is None:
            try:
                self._json = _parsed(self.data)
            except UnreadableInput as refusal:
                self._json_refusal = refusal
                raise
        return self._json

    @property
    def is_json(self) -> bool:
        """Whether it is a JSON object or list. Never raises."""
        if self.head[:1] not in ("{", "["):
            return False
        try:
            return isinstance(self.json, dict | list)
        except UnreadableInput:
            return False

    @property
    def root(self) -> etree._Element:
        """The outer root element (of the envelope, where there is one; of the invoice inside, where it is a PDF).

        Raises UnreadableInput when it is not XML.
        """
        if self._root is None:
            if self._refusal is not None:
                raise self._refusal
            if self.head[:1] in (
                "{",
                "[",
            ):  # no XML parser is asked: many sources look, and each look would cost a parse
                self._refusal = UnreadableInput(
                    "HUB-XML-02", found=self.head[:40], expected="<", location="line 1, column 1"
                )
                raise self._refusal
            try:
                self._root = self._parsed_root()
                # lxml makes a Python object of an element, and a text of its tag, each time somebody looks at it,
                # and drops them when he looks away. Kept, they are made once for the reader and all rules.
                with put_off():
                    self._kept = list(self._root.iter())
            except UnreadableInput as refusal:
                self._refusal = refusal
                raise
        return self._root

    def _parsed_root(self) -> etree._Element:
        if not self.is_pdf:
            return safe_parse(self.data)
        from hub.formats.hybrid import open_hybrid

        self._hybrid = open_hybrid(self.data)
        return self._hybrid.root

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF, which may hold an invoice as XML. Never raises."""
        if b"%PDF-" not in self.data[:_HEAD]:
            return False
        from hub.formats.pdf import is_pdf  # most of what comes in is none, and needs none of that

        return is_pdf(self.data)

    @property
    def hybrid(self) -> Hybrid | None:
        """Where the document comes out of a PDF: which file in it, and what is unusual about that. Raises as `root`."""
        return self._hybrid if self.root is not None else None

    @property
    def payload(self) -> etree._Element:
        """The document itself: `root`, or what a StandardBusinessDocument (Peppol envelope) wraps. Raises as `root`."""
        return unwrapped(self.root)


_ENVELOPE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument"


def unwrapped(root: etree._Element) -> etree._Element:
    """The document inside a Peppol envelope; the element itself when it is no envelope or wraps nothing."""
    if root.tag == _ENVELOPE:
        for child in root.iterchildren(etree.Element):
            if child.tag != _ENVELOPE + "Header":
                return child
    return root


_ODD = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


def _parsed(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
        if _too_deep(text):
            raise UnreadableInput(
                "HUB-JSON-02", found=f"more than {_DEEPEST} levels", expected=f"{_DEEPEST} levels at most"
            )
        value = json.loads(text, parse_float=_fraction, parse_int=_whole, parse_constant=_no_number)
        if _ODD.search(text) and (odd := _unstorable(value)):
            raise ValueError(f"a character that is none: {odd}")
        return value
    except UnicodeDecodeError as error:
        raise UnreadableInput("HUB-JSON-01", found=f"byte {error.start}: {error.reason}", expected="UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableInput("HUB-JSON-01", found=f"{place}: {error.msg}", expected="JSON", location=place) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableInput("HUB-JSON-01", found=str(error)[:200], expected="JSON") from error


def _whole(text: str) -> int:
    if len(text) > 40:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _fraction(text: str) -> Decimal:
    """With any decimals; an exponent that no amount or quantity has is a trap, not a number."""
    number = Decimal(text)
    if len(text) > 80 or abs(number.adjusted()) > 40:
        raise ValueError(f"{text[:40]} is out of range")
    return number


def _unstorable(value: Any) -> str:
    """The first half of a surrogate pair without its other half, or NUL, as it is written: no text may hold either."""
    if isinstance(value, str):
        return next((f"\\u{ord(c):04x}" for c in value if c == "\0" or "\ud800" <= c <= "\udfff"), "")
    if isinstance(value, dict):
        return next((odd for pair in value.items() for one in pair if (odd := _unstorable(one))), "")
    return next((odd for one in value if (odd := _unstorable(one))), "") if isinstance(value, list) else ""


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _too_deep(text: str) -> bool:
    """Whether brackets nest deeper than anything real; those inside strings count too, which only makes it stricter."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False
