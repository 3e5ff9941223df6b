"""Step 1: which source reads this? The first that says yes; none = a finding, never a guess."""

from __future__ import annotations

from collections.abc import Sequence

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading, Source


def recognise(content: Content, sources: Sequence[Source]) -> Source | Reading:
    """The source that reads this content, or the refusal: unreadable bytes, or a format that no source knows."""
    for source in sources:
        if source.recognise(content):
            return source
    return Reading("unknown", findings=(_refusal(content),))


def _refusal(content: Content) -> Finding:
    try:
        root = content.root
    except UnreadableInput as refusal:
        return as_finding(refusal)
    return Finding(
        "HUB-FMT-01", "fatal", "read", "/" + str(root.tag)[:200], str(root.tag)[:200], "UBL Invoice, CreditNote"
    )


def as_finding(refusal: UnreadableInput) -> Finding:
    """A refusal of a reader as a finding of the document."""
    return Finding(refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500])
