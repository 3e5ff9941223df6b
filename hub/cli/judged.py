"""One judged document for people: each cause with its rules and its sentence, and on a terminal the line of the document it speaks of."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hub.cli.caused import first_causes
from hub.cli.output import Output, pretty

if TYPE_CHECKING:
    from hub.formats.excerpt import Excerpt

_NARROW, _WIDE = 40, 140
_COLOURS = {"fatal": "31;1", "warning": "33;1", "information": "36;1", "quiet": "2"}
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


def show(output: Output, row: Mapping[str, Any], body: bytes = b"") -> None:
    """Print what was judged of one document. `body` is its bytes, for excerpts."""
    paper = _Paper()
    paper.line(harmless(_verdict(output, row)))
    findings = row["findings"]
    shown, left = first_causes(findings, output.language)
    places = _excerpts(body, [cause["location"] for cause in shown]) if paper.terminal else {}
    for cause in shown:
        _cause(output, paper, cause, places.get(cause["location"]))
    if left:
        paper.line(output.text("validate_more", count=left))
    if findings and paper.terminal:
        paper.line("")


def _verdict(output: Output, row: Mapping[str, Any]) -> str:
    layers = ", ".join(
        f"{layer['layer']} {layer['version']}".strip() + (f" ({layer['reason']})" if layer["reason"] else "")
        for layer in row["layers"]
    )
    fatal = any(finding["severity"] == "fatal" for finding in row["findings"])
    key = "validate_valid" if row["valid"] else "validate_invalid" if fatal else "validate_unjudged"
    return output.text(key, file=row["file"], format=row["format"], layers=layers or "-")


def _excerpts(body: bytes, locations: list[str]) -> dict[str, Excerpt]:
    if not body or not any(locations):
        return {}
    from hub.formats.excerpt import excerpts

    return excerpts(body, filter(None, locations))


def _cause(output: Output, paper: _Paper, cause: Mapping[str, Any], excerpt: Excerpt | None) -> None:
    severity, place = cause["severity"], harmless(cause["place"])
    head = paper.coloured(f"{cause['code']} {output.cell(severity, 'word')}", severity)
    if paper.terminal:
        paper.line("")
    paper.line(f"{head}  {place}" if place else head)
    paper.wrapped(cause["message"])
    if excerpt is not None:
        paper.excerpt(excerpt, severity)


class _Paper:
    """Standard output as it is: its width, whether it is a terminal, and whether that shows colours."""

    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty()
        self._colours = pretty()
        given = shutil.get_terminal_size((100, 24)).columns if self.terminal else 0
        self._width = max(_NARROW, given)

    def line(self, text: str) -> None:
        sys.stdout.write(text + "\n")

    def coloured(self, text: str, name: str) -> str:
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self._colours else text

    def wrapped(self, text: str) -> None:
        """A sentence, indented; folded only on a terminal, so that others can search by line."""
        text = harmless(text)
        lines = textwrap.wrap(text, min(self._width, _WIDE) - 2, break_on_hyphens=False) if self.terminal else [text]
        for line in lines:
            self.line(f"  {line}")

    def excerpt(self, excerpt: Excerpt, severity: str) -> None:
        """`  45 | <cbc:ID>…` and below it a caret for each character of the value."""
        number = str(excerpt.line)
        gutter = " " * (2 + len(number)) + " | "
        text, before, length = _window(excerpt, self._width - len(gutter))
        marks = " " * _cells(text[:before]) + self.coloured(
            "^" * max(1, _cells(text[before : before + length])), severity
        )
        self.line(self.coloured(f"  {number} | ", "quiet") + text)
        self.line(self.coloured(gutter, "quiet") + marks)


def harmless(text: str) -> str:
    """Without what moves a cursor or colours a terminal: names and values come from strangers."""
    return text.translate(_CONTROLS)


def _window(excerpt: Excerpt, width: int) -> tuple[str, int, int]:
    """What of the line fits, around the value: text, where the value starts in it, how much of it is seen."""
    text, start = excerpt.text, excerpt.start
    indent = 0 if excerpt.cut[0] else len(text) - len(text.lstrip())
    indent = min(indent, start)
    first = indent if start + excerpt.length - indent < width - 1 else max(indent, start - width // 3)
    last = min(len(text), first + width - 2)
    cut_left, cut_right = first > indent or excerpt.cut[0], last < len(text) or excerpt.cut[1]
    piece = ("…" if cut_left else "") + text[first:last].rstrip() + ("…" if cut_right else "")
    before = start - first + cut_left
    return piece, before, min(excerpt.length, last - start)


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes: East Asian characters two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
