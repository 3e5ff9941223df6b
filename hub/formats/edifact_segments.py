"""Segments of EDIFACT: the service characters, and how a text is parted at them (ISO 9735). Linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """The service characters, as UNA gives them or as they are without it. `release` "" = there is none."""

    component: str = ":"
    element: str = "+"
    decimal: str = ""  # "" = point or comma, as syntax version 4 and files without UNA have it
    release: str = "?"
    end: str = "'"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: `number` counts within its message as UNT does (UNH is 1), `position` is its first character in the file, from 1."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    number: int
    position: int
    raw: str

    def value(self, element: int, component: int = 0) -> str:
        """A component, "" where it is not there. Element 0 is the tag."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component].strip()

    def every(self, element: int, first: int = 0) -> list[str]:
        """The components of an element that say something, from `first` on."""
        parts = self.elements[element][first:] if element < len(self.elements) else ()
        return [part.strip() for part in parts if part.strip()]


def place(segment: Segment, message: int) -> str:
    """`message 1, segment 12 (MOA), position 345`; `segment UNZ, position 810` for those around messages."""
    named = (
        f"message {message}, segment {segment.number} ({segment.tag})" if segment.number else f"segment {segment.tag}"
    )
    return f"{named}, position {segment.position}"


def marks_of(text: str) -> tuple[Marks, int]:
    """The marks and where the first segment begins."""
    if not text.startswith("UNA") or len(text) < 9:
        return Marks(), 0
    component, element, decimal, release, _, end = list(text[3:9])
    return Marks(component, element, decimal if decimal in ".," else "", release.strip(), end), 9


def _pattern(marks: Marks) -> re.Pattern[str]:
    """One segment with its end. Nothing in it backtracks."""
    end, release = re.escape(marks.end), re.escape(marks.release)
    body = f"[^{end}{release}]*+(?:{release}.[^{end}{release}]*+)*+" if release else f"[^{end}]*+"
    return re.compile(f"[^\\S{end}]*+({body}){end}", re.DOTALL)


def bodies(text: str, marks: Marks, start: int, end: int) -> Iterator[tuple[int, str, int]]:
    """Start, text and end of each segment; what is left behind the last end comes as a segment whose end is -1."""
    pattern, at = _pattern(marks), start
    while at < end:
        found = pattern.match(text, at, end)
        if found is None:
            rest = text[at:end].strip("\x00\x1a \t\r\n")
            if rest:
                yield at, rest, -1
            return
        if found[1]:
            yield found.start(1), found[1], found.end()
        at = found.end()


def parse(body: str, marks: Marks, number: int, position: int) -> Segment:
    """A segment of its text without the end mark."""
    if not marks.release or marks.release not in body:
        elements = tuple(tuple(part.split(marks.component)) for part in body.split(marks.element))
    else:
        elements = tuple(
            tuple(_released(c, marks.release) for c in _split(part, marks.component, marks.release))
            for part in _split(body, marks.element, marks.release)
        )
    return Segment(elements[0][0].strip(), elements, number, position, body)


def _split(text: str, mark: str, release: str) -> list[str]:
    """Parted at marks that are not released."""
    parts, begin, at = [], 0, 0
    while at < len(text):
        if text[at] == release:
            at += 1
        elif text[at] == mark:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return [*parts, text[begin:]]


def _released(text: str, release: str) -> str:
    return re.sub(f"{re.escape(release)}(.)", r"\1", text, flags=re.DOTALL) if release in text else text
