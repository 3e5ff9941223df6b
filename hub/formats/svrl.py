"""Reports of Schematron (SVRL): which rules fired, how grave, and where; locations in our own notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from hub.formats.xml import safe_parse

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_STEP = re.compile(r"/(@?)(?:\*:|[\w.-]+:)?([\w.-]+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?")
_NAMED_IN_TEXT = re.compile(r"\s*\[([A-Za-z][\w.-]*)\]")
_SEVERITIES = {
    "error": "fatal",
    "fatal": "fatal",
    "warning": "warning",
    "information": "information",
    "info": "information",
}


class Fired(NamedTuple):
    """One assertion that failed, or report that fired."""

    code: str
    severity: str
    location: str


def fired(report: str) -> list[Fired]:
    """What a report says, in its order. An assertion without an id goes by the one in square brackets in its text.

    Raises `UnreadableInput` for what is no XML.
    """
    return list(_fired(safe_parse(report.encode())))


def _fired(root: etree._Element) -> Iterator[Fired]:
    for found in root.iter(_SVRL + "failed-assert", _SVRL + "successful-report"):
        severity = _SEVERITIES.get((found.get("flag") or found.get("role") or "fatal").lower(), "fatal")
        yield Fired(found.get("id") or _from_text(found), severity, location_of(found.get("location") or ""))


def _from_text(found: etree._Element) -> str:
    text = "".join(str(part) for part in found.itertext())
    named = _NAMED_IN_TEXT.match(text)
    return f"({named[1]})" if named else "()"


def location_of(path: str) -> str:
    """`/*:Invoice[namespace-uri()='…'][1]/…` as `/Invoice[1]/…`; what is written otherwise stays as it is."""
    steps = list(_STEP.finditer(path))
    if not steps or "".join(step[0] for step in steps) != path:
        return path
    return "".join(f"/@{step[2]}" if step[1] else f"/{step[2]}[{step[3] or 1}]" for step in steps)
