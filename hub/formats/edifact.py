"""The syntax of EDIFACT (ISO 9735, versions 1 to 4): characters, marks, segments, and which messages stand in a file.

Nothing here knows what a segment means. A file may hold several interchanges, with or without UNA, UNB and UNG; each message
is cut out whole, and what its service segments promise (counts, references, an end) is compared with what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hub.formats.csv_text import decoded
from hub.formats.edifact_segments import Marks, Segment, bodies, marks_of, parse, place
from hub.model.finding import Finding, Severity

LONGEST_SEGMENT = 100_000  # characters; the longest of any directory has some thousands
MOST_SEGMENTS = 100_000  # of one message
_BEGIN = re.compile(r"UNA[^A-Za-z0-9]{6}\s*UN[BGH]|UN[BH]\+")
_WRAPPED = 70  # from which line length on equal lines are a file that was broken into records
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_CODECS = {
    "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
_SERVICE = ("UNB", "UNG", "UNH", "UNE", "UNZ")
_UNICODE = ("UNOW", "UNOY")
_SYNTAX = re.compile(rb"UNB.(UNO[A-Z])", re.DOTALL)


def looks_like(head: str) -> bool:
    """Whether a file begins as EDIFACT does; `head` is its beginning without mark and blanks. Cheap."""
    return head[:2] == "UN" and _BEGIN.match(head) is not None


@dataclass(frozen=True, slots=True)
class Message:
    """One message from UNH to UNT, the `number`-th of the file. `findings` are of its syntax and of its interchange."""

    number: int
    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]
    interchange: Segment | None  # UNB
    marks: Marks
    whole: bool  # it has its UNT

    @property
    def type(self) -> str:
        """`INVOIC`, `ORDERS` …"""
        return self.segments[0].value(2).upper()

    @property
    def name(self) -> str:
        """`INVOIC:D:96A:UN:EAN008`."""
        return ":".join(self.segments[0].every(2))

    def place(self, segment: Segment) -> str:
        """Where a segment stands, for people."""
        return place(segment, self.number)


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    closed: bool = False


@dataclass(slots=True)
class _Interchange:
    head: Segment | None = None
    spans: list[_Span] = field(default_factory=list)
    groups: int = 0
    findings: list[Finding] = field(default_factory=list)


def text_of(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The characters by what UNB promises (UNOA … UNOY). Where bytes break the promise they are read as they are, and it is said."""
    syntax = _SYNTAX.search(data[:200])
    promised = syntax[1].decode("ascii") if syntax else ""
    if promised in _CODECS and not data.startswith(b"\xef\xbb\xbf"):
        return _unwrapped(data.decode(_CODECS[promised], "replace")), ()
    text = _unwrapped(decoded(data))
    if promised in _UNICODE and not _is_utf8(data):
        return text, (_finding("HUB-EDI-06", "warning", "segment UNB, position 1", promised, "UTF-8"),)
    return text, ()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unwrapped(text: str) -> str:
    """Without line ends, where a file was broken into records of one length; else as it is."""
    lines = text.splitlines()
    lengths = {len(line) for line in lines[:-1]}
    if len(lines) > 2 and len(lengths) == 1 and lengths.pop() >= _WRAPPED:
        return "".join(lines)
    return text


def messages(data: bytes) -> Iterator[Message]:
    """Every message of a file, in order, cut out lazily; a file without any gives none, see `findings_of_file`."""
    text, said = text_of(data)
    marks, start = marks_of(text)
    number = 0
    for interchange in _interchanges(text, marks, start):
        own = replace(marks, decimal="") if _version(interchange.head) >= "4" else marks
        for span in interchange.spans:
            number += 1
            yield _message(text, span, interchange, own, number, said)


def findings_of_file(data: bytes) -> tuple[Finding, ...]:
    """What is wrong with a file in which no message could be found."""
    text, said = text_of(data)
    marks, start = marks_of(text)
    found = [finding for one in _interchanges(text, marks, start) for finding in one.findings]
    return (*said, *found, _finding("HUB-EDI-08", "fatal", "position 1", "", "UNH"))


def _version(head: Segment | None) -> str:
    return head.value(1, 1) if head else ""


def _interchanges(text: str, marks: Marks, start: int) -> list[_Interchange]:
    """The first walk: where messages begin and end, and whether the service segments keep their promises."""
    walk = _Walk(marks)
    for at, body, end in bodies(text, marks, start, len(text)):
        if end < 0:
            walk.broken(at, body)
        walk.take(at, body, end if end > 0 else len(text), whole=end > 0)
    _close(walk.found[-1], None)
    return walk.found


class _Walk:
    """Goes by the segments of a file and remembers interchanges, and the message that is open."""

    def __init__(self, marks: Marks) -> None:
        self.found = [_Interchange()]
        self._marks = marks
        self._open: _Span | None = None

    def take(self, at: int, body: str, end: int, *, whole: bool) -> None:
        """One segment, from `at` to `end`."""
        tag = body[:3]
        if tag in _SERVICE:
            self._open = None  # a message that never ended stays as it is
            self._service(tag, at, body, end)
        if self._open is not None:
            self._open.end, self._open.closed = end, tag == "UNT" and whole
            self._open = None if tag == "UNT" else self._open

    def broken(self, at: int, body: str) -> None:
        """A last segment without its end; behind UNZ it spoils what that closed."""
        now = self.found[-1]
        spoiled = now if now.spans or now.head or len(self.found) == 1 else self.found[-2]
        spoiled.findings.append(_finding("HUB-EDI-02", "fatal", f"position {at + 1}", body[:60], self._marks.end))

    def _service(self, tag: str, at: int, body: str, end: int) -> None:
        now = self.found[-1]
        if tag == "UNB":
            if now.head or now.spans:
                _close(now, None)
                self.found.append(now := _Interchange())
            now.head = parse(body, self._marks, 0, at + 1)
        elif tag == "UNH":
            self._open = _Span(at, end)
            now.spans.append(self._open)
        elif tag == "UNG":
            now.groups += 1
        elif tag == "UNZ":
            _close(now, parse(body, self._marks, 0, at + 1))
            self.found.append(_Interchange())


def _close(one: _Interchange, tail: Segment | None) -> None:
    """Compare what UNZ promises with what came: whole, how many, of which interchange. Without UNB nothing is promised."""
    head = one.head
    if head is None:
        if one.spans:
            one.findings.append(_finding("HUB-EDI-05", "information", "position 1", "UNH", "UNB"))
        return
    if tail is None:
        if any(finding.code == "HUB-EDI-02" for finding in one.findings):
            return  # it was said already
        one.findings.append(_finding("HUB-EDI-02", "fatal", place(head, 0), head.value(5), "UNZ"))
        return
    counted = str(one.groups or len(one.spans))
    if tail.value(1).lstrip("0") != counted:
        one.findings.append(_finding("HUB-EDI-03", "fatal", place(tail, 0), tail.value(1), counted, "hub"))
    if tail.value(2) != head.value(5):
        one.findings.append(_finding("HUB-EDI-04", "warning", place(tail, 0), tail.value(2), head.value(5)))


def _message(
    text: str, span: _Span, one: _Interchange, marks: Marks, number: int, said: tuple[Finding, ...]
) -> Message:
    """The second walk: the segments of one message, and what its UNT promises."""
    log = [*said, *one.findings]
    segments: list[Segment] = []
    for at, body, _ in bodies(text, marks, span.start, span.end):
        if len(body) > LONGEST_SEGMENT or len(segments) >= MOST_SEGMENTS:
            limit = f"{LONGEST_SEGMENT} / {MOST_SEGMENTS}"
            log.append(_finding("HUB-EDI-01", "fatal", f"message {number}, position {at + 1}", body[:40], f"≤ {limit}"))
            break
        segment = parse(body, marks, len(segments) + 1, at + 1)
        if not _TAG.fullmatch(segment.tag):
            log.append(_finding("HUB-EDI-01", "fatal", place(segment, number), segment.tag[:40], "ABC"))
        segments.append(segment)
    last = segments[-1]
    if not span.closed:
        log.append(_finding("HUB-EDI-02", "fatal", place(last, number), last.raw[:60], "UNT"))
    else:
        log += _promised(segments[0], last, number)
    return Message(number, tuple(segments), tuple(log), one.head, marks, span.closed)


def _promised(head: Segment, tail: Segment, number: int) -> Iterator[Finding]:
    where = place(tail, number)
    if tail.value(1).lstrip("0") != str(tail.number):
        yield _finding("HUB-EDI-03", "fatal", where, tail.value(1), str(tail.number), "hub")
    if tail.value(2) != head.value(1):
        yield _finding("HUB-EDI-04", "warning", where, tail.value(2), head.value(1))


def _finding(code: str, severity: Severity, where: str, found: str, expected: str, layer: str = "read") -> Finding:
    return Finding(code, severity, layer, where, found, expected, "sender")
