"""Where in the text of a document the places stand that findings name: line, and what a caret goes under.

The tree does not know it: libxml2 counts lines to 65,535 and no columns. So the start tags of the text are counted instead;
the n-th of them is the n-th element. One pass, however many places are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.xml import local_name

_START_TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?![!/])[^\s/>]+", re.DOTALL)
_WHOLE_TAG = re.compile(r"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
_STEP = re.compile(r"/([^/\[\]@]+)(?:\[(\d{1,9})\])?")
_LINE_COLUMN = re.compile(r"line (\d{1,9})(?:, column (\d{1,9}))?")
_AROUND = 400  # characters of a line kept on each side: whole documents stand on one line


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of one line of a document: `text` with the value at `start`, `length` characters long.

    `line` counts from 1. `cut` says on which sides the line goes on. Nothing in `text` moves a cursor or colours a terminal.
    """

    line: int
    text: str
    start: int
    length: int
    cut: tuple[bool, bool] = (False, False)


def excerpts(data: bytes, locations: Iterable[str]) -> dict[str, Excerpt]:
    """For each location (`/Invoice[1]/ID[1]`, `…/@schemeID`, `line 3, column 7`) the text it stands on, where it is found."""
    asked = set(locations)
    spans: dict[str, tuple[int, int]] = {}
    content = Content(data)
    try:
        root, payload = content.root, content.payload
        text = _decoded(data, root)
        spans = _of_elements(root, payload, text, asked)
    except UnreadableInput:
        text = content.text
    for place in asked - spans.keys():
        if spot := _LINE_COLUMN.fullmatch(place):
            spans[place] = _of_line(text, int(spot[1]), int(spot[2] or 1))
    return _shown(text, spans)


def _decoded(data: bytes, root: etree._Element) -> str:
    named = root.getroottree().docinfo.encoding or "utf-8"
    try:
        return data.decode("utf-8" if named.lower() in ("utf-8", "utf8") else named, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _of_elements(
    root: etree._Element, payload: etree._Element, text: str, asked: set[str]
) -> dict[str, tuple[int, int]]:
    wanted: dict[etree._Element, list[str]] = {}
    finder = _Finder(payload)
    for place in asked:
        element = finder.at(place.partition("/@")[0])
        if element is not None:
            wanted.setdefault(element, []).append(place)
    found: dict[str, tuple[int, int]] = {}
    for element, offset in _offsets(root, text, wanted):
        for place in wanted[element]:
            found[place] = _span(text, offset, element, place.partition("/@")[2])
    return found


def _offsets(
    root: etree._Element, text: str, wanted: dict[etree._Element, list[str]]
) -> Iterator[tuple[etree._Element, int]]:
    """Each wanted element with where its start tag begins; stops at the last."""
    left = len(wanted)
    tags = (match.start() for match in _START_TAG.finditer(text) if not match[0].startswith(("<!", "<?")))
    for element, offset in zip(root.iter(etree.Element), tags, strict=False):
        if not left:
            return
        if element in wanted:
            left -= 1
            yield element, offset


class _Finder:
    """Elements by their location; the children of a parent are sorted by name once."""

    def __init__(self, payload: etree._Element) -> None:
        self._top = payload
        self._children: dict[etree._Element, dict[str, list[etree._Element]]] = {}

    def at(self, place: str) -> etree._Element | None:
        """The element at `/Invoice[1]/InvoiceLine[3]`, None where there is none."""
        steps = _STEP.findall(place)
        if not steps or "".join(_written(step) for step in steps) != place or steps[0][0] != local_name(self._top.tag):
            return None
        element = self._top
        for name, number in steps[1:]:
            alike = self._named(element).get(name, ())
            if not 0 < (place_among := int(number or 1)) <= len(alike):
                return None
            element = alike[place_among - 1]
        return element

    def _named(self, parent: etree._Element) -> dict[str, list[etree._Element]]:
        if parent not in self._children:
            by_name: dict[str, list[etree._Element]] = {}
            for child in parent.iterchildren(etree.Element):
                by_name.setdefault(local_name(child.tag), []).append(child)
            self._children[parent] = by_name
        return self._children[parent]


def _written(step: tuple[str, str]) -> str:
    return f"/{step[0]}" + (f"[{step[1]}]" if step[1] else "")


def _span(text: str, offset: int, element: etree._Element, attribute: str) -> tuple[int, int]:
    """Of the attribute's value, else of the element's, else of its name."""
    tag = _WHOLE_TAG.match(text, offset)
    name_end = offset + 1 + len(re.split(r"[\s/>]", text[offset + 1 : offset + 300], maxsplit=1)[0])
    if tag is None:
        return offset + 1, name_end
    if attribute:
        pattern = rf"""[\s:]{re.escape(attribute)}\s*=\s*(?:"([^"]*)"|'([^']*)')"""
        if held := re.search(pattern, tag[0]):
            group = 1 if held[1] is not None else 2
            return offset + held.start(group), offset + held.end(group)
    end = text.find("<", tag.end())
    value = text[tag.end() : min(end, tag.end() + 10_000)] if end >= 0 and not len(element) else ""
    if not value.strip() or tag[0].endswith("/>"):
        return offset + 1, name_end
    start = tag.end() + len(value) - len(value.lstrip())
    return start, start + len(value.strip().partition("\n")[0].rstrip())


def _of_line(text: str, line: int, column: int) -> tuple[int, int]:
    start = 0
    for _ in range(line - 1):
        following = text.find("\n", start) + 1
        if not following:
            break
        start = following
    spot = min(start + column - 1, len(text))
    return spot, spot + 1


def _shown(text: str, spans: dict[str, tuple[int, int]]) -> dict[str, Excerpt]:
    shown, line, counted = {}, 1, 0
    for place, (start, end) in sorted(spans.items(), key=lambda item: item[1]):
        line += text.count("\n", counted, start)
        counted = start
        shown[place] = _excerpt(text, start, end, line)
    return shown


def _excerpt(text: str, start: int, end: int, line: int) -> Excerpt:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    first, last = max(line_start, start - _AROUND), min(line_end, start + _AROUND)
    piece = text[first:last].rstrip("\r")
    harmless = "".join(c if c.isprintable() else " " if c == "\t" else "\ufffd" for c in piece)
    length = max(1, min(end, line_end, last) - start)
    return Excerpt(line, harmless, start - first, length, (first > line_start, last < line_end))
