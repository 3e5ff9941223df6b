"""The segment groups of INVOIC: which segment belongs to which, told by order and, where senders shuffle, by qualifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.edifact.codes import OF_TOTALS
from hub.formats.edifact_segments import Segment

# A segment that begins a group, and those that stay in it.
_MEMBERS = {
    "RFF": {"DTM"}, "NAD": {"RFF", "CTA", "COM", "FII", "LOC", "DOC"}, "TAX": {"MOA", "LOC"}, "CUX": {"DTM"},
    "PAT": {"DTM", "PCD", "MOA", "PAI", "FII"}, "PYT": {"DTM", "PCD", "MOA", "PAI", "FII"},
    "ALC": {"ALI", "DTM", "QTY", "PCD", "MOA", "RTE", "TAX"}, "TDT": {"LOC", "RFF", "DTM"}, "TOD": {"LOC"},
    "PAC": {"MEA", "PCI", "GIN", "EQD"}, "LOC": {"QTY", "DTM"},
}  # fmt: skip
_DATES = {"RFF": "171", "CUX": "134"}  # the only date of a reference or rate; any other behind one is of the document
_LINE_AMOUNT = "203"


@dataclass(slots=True)
class Group:
    """A segment with those that belong to it."""

    head: Segment
    members: list[Segment] = field(default_factory=list)

    @property
    def tag(self) -> str:
        return self.head.tag

    def all(self, tag: str) -> Iterator[Segment]:
        """The members with this tag."""
        return (member for member in self.members if member.tag == tag)

    def first(self, tag: str, *qualifiers: str) -> Segment | None:
        """The first member with this tag and one of these qualifiers, in the order of the qualifiers."""
        for qualifier in qualifiers:
            for member in self.all(tag):
                if member.value(1) == qualifier:
                    return member
        return next(self.all(tag), None) if not qualifiers else None


@dataclass(slots=True)
class Section:
    """Groups in order; `head` is LIN for a line, else the first segment."""

    groups: list[Group] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Group]:
        """The groups that begin with this tag."""
        return (group for group in self.groups if group.tag == tag)

    def first(self, tag: str, *qualifiers: str) -> Segment | None:
        """The first such segment, in the order of the qualifiers."""
        for qualifier in qualifiers:
            for group in self.all(tag):
                if group.head.value(1) == qualifier:
                    return group.head
        return next((group.head for group in self.all(tag)), None) if not qualifiers else None


@dataclass(slots=True)
class Parts:
    """A message in three: what is of the document, its lines, its summary."""

    head: Section = field(default_factory=Section)
    lines: list[Section] = field(default_factory=list)
    summary: Section = field(default_factory=Section)


def parts_of(segments: Sequence[Segment]) -> Parts:
    """The groups of a message in the order in which they stand."""
    parts = Parts()
    section, opened, summary = parts.head, None, False
    for segment in segments:
        if segment.tag == "LIN":
            section, opened = Section(), None
            parts.lines.append(section)
        elif segment.tag == "UNS":
            section, opened, summary = parts.summary, None, True
        if opened is not None and _belongs(segment, opened, line=bool(parts.lines) and not summary, summary=summary):
            opened.members.append(segment)
            continue
        group = Group(segment)
        section.groups.append(group)
        opened = group if segment.tag in _MEMBERS else None
    return parts


def _belongs(segment: Segment, group: Group, *, line: bool, summary: bool) -> bool:
    if segment.tag not in _MEMBERS[group.tag]:
        return False
    qualifier = segment.value(1)
    if segment.tag == "DTM" and group.tag in _DATES:
        return qualifier == _DATES[group.tag] or line
    if segment.tag == "MOA":
        return not (line and qualifier == _LINE_AMOUNT) and not (summary and qualifier in OF_TOTALS)
    return True
