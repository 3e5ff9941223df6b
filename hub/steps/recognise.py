"""Step 1: which source reads this? The first that says yes; none = a finding, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading, Source


def recognise(content: Content, sources: Iterable[Source]) -> Source | Reading:
    """The source that reads this content, or the refusal: unreadable bytes, or a format that no source knows."""
    for source in sources:
        if source.recognise(content):
            return _no_text(content) or source
    return Reading("unknown", findings=(_refusal(content),))


def _no_text(content: Content) -> Reading | None:
    """The refusal of a text with a NUL in it: a damaged file, or one in another encoding; no database holds such a text.

    XML and JSON with one are refused by their readers, and a workbook is no text.
    """
    at = content.data.find(b"\0")
    if at < 0 or content.head[:1] in ("<", "{", "[") or content.data.startswith(b"PK\x03\x04") or content.is_pdf:
        return None
    if "\0" not in content.text:
        return None
    line = content.data.count(b"\n", 0, at) + 1
    return Reading(
        "unknown", findings=(Finding("HUB-FMT-03", "fatal", "read", f"line {line}", f"byte {at}: 00", "UTF-8"),)
    )


def _refusal(content: Content) -> Finding:
    what = "" if content.is_pdf else _kind(content)
    if what:
        return Finding("HUB-FMT-02", "fatal", "read", "", what[:300], _KNOWN)
    try:
        if content.head[:1] in ("{", "["):
            assert content.json is not None
        root = content.payload  # what an envelope holds is what its sender should hear of
    except UnreadableInput as refusal:
        return as_finding(refusal)
    return Finding("HUB-FMT-01", "fatal", "read", "/" + str(root.tag)[:200], str(root.tag)[:200], _KNOWN)


_KNOWN = "UBL Invoice, CreditNote, CrossIndustryInvoice"
_MAGICS = (
    ("PK\x03\x04", "zip, Word, Excel"),
    ("UNA", "EDIFACT"),
    ("UNB+", "EDIFACT"),
    ("{\\rtf", "RTF"),
)
_COLUMNS = 12  # that are shown of a table nobody knows
_TABLE = re.compile(r"[^<>\x00-\x08]{1,60}([;\t,|][^<>\x00-\x08]{0,60}){2,}")


def _kind(content: Content) -> str:
    """What it is, where it is no XML: said to whoever sent it instead of what is wrong with it as XML."""
    head = content.head
    if head[:15].lower() in ("<!doctype html>", "<!doctype html ") or head[:6].lower() == "<html>":
        return "HTML"
    for magic, name in _MAGICS:
        if head.startswith(magic):
            return name
    if content.is_json:
        value = content.json[0] if isinstance(content.json, list) and content.json else content.json
        names = ", ".join(map(str, value))[:200] if isinstance(value, dict) else ""
        return f"JSON ({names})" if names else "JSON"
    first = head.partition("\n")[0].strip()
    return f"CSV ({first[:200]})" if _TABLE.fullmatch(first) and "\n" in head else ""


def as_finding(refusal: UnreadableInput) -> Finding:
    """A refusal of a reader as a finding of the document."""
    return Finding(refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500])
