"""Step 1: which source reads this? The first that says yes; none = a finding, never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.kinds import Kind, is_plain_text, kind_of_bytes
from hub.formats.roots import kind_of_root
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
    if "\0" not in content.text or _is_xml(content):  # in UTF-16 every second byte of it is NUL
        return None
    line = content.data.count(b"\n", 0, at) + 1
    return Reading(
        "unknown", findings=(Finding("HUB-FMT-03", "fatal", "read", f"line {line}", f"byte {at}: 00", "UTF-8"),)
    )


def _is_xml(content: Content) -> bool:
    try:
        return content.root is not None
    except UnreadableInput:
        return False


def _refusal(content: Content) -> Finding:
    kind = None if content.is_pdf else kind_of_bytes(content)
    if kind is not None and kind.variant == "archive":
        return Finding("HUB-XML-08", "fatal", "read", "", kind.found, "XML")
    if kind is not None:
        return _named("HUB-FMT-02", "", kind)
    try:
        if content.head[:1] in ("{", "["):
            assert content.json is not None
        root = content.payload  # what an envelope holds is what its sender should hear of
    except UnreadableInput as refusal:
        return _no_xml(content, refusal)
    namespace, _, name = str(root.tag)[:200].removeprefix("{").rpartition("}")
    as_people_write = f"{name}, {namespace}" if namespace else name
    return _named("HUB-FMT-01", "/" + str(root.tag)[:200], kind_of_root(root), root=as_people_write)


def _named(code: str, place: str, kind: Kind, **more: str) -> Finding:
    words = (("variant", kind.variant), ("what", kind.what), *more.items())
    return Finding(code, "fatal", "read", place, kind.found[:300], _KNOWN, "sender", words)


_KNOWN = "UBL Invoice, CreditNote, CrossIndustryInvoice"
_START = 40


def _no_xml(content: Content, refusal: UnreadableInput) -> Finding:
    """What its reader says of XML; of what never was XML, that it is text, or not even that."""
    finding = as_finding(refusal)
    if refusal.code != "HUB-XML-02" or content.head[:1] in ("<", "{", "["):
        return finding
    if is_plain_text(content):
        return replace(finding, details=(("variant", "text"), ("start", " ".join(content.head[:_START].split()))))
    return replace(finding, details=(("variant", "binary"), ("start", content.data[:8].hex(" "))))


def as_finding(refusal: UnreadableInput) -> Finding:
    """A refusal of a reader as a finding of the document."""
    return Finding(refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500])
