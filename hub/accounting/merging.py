"""Merging two relations that are one: whether that may be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, scheme_of
from hub.model.relation_card import Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the two: its code, keys and active reasons; `merged_into` is the code of its survivor, if it has one."""

    code: str
    name: str
    keys: Collection[str]
    reasons: tuple[Reason, ...] = ()
    merged_into: str = ""


def merge_findings(one: Candidate, other: Candidate) -> list[Finding]:
    """Everything that forbids that `one` goes up in `other`."""
    if one.code == other.code:
        return [_wrong("HUB-MERGE-01", one.code, None)]
    wrong = [_wrong("HUB-MERGE-02", c.code, c.merged_into) for c in (one, other) if c.merged_into]
    for scheme in LEGAL_SCHEMES:
        ours, theirs = (sorted(key for key in c.keys if scheme_of(key) == scheme) for c in (one, other))
        if ours and theirs and ours != theirs:
            wrong.append(_wrong("HUB-MERGE-03", ", ".join(ours), ", ".join(theirs)))
    for candidate in (one, other):
        for reason in candidate.reasons:
            if reason.effect == "hold" or reason.cause == "case":
                wrong.append(_wrong("HUB-MERGE-04", candidate.code, reason.why or reason.reference or reason.cause))
    return wrong


def _wrong(code: str, found: str, expected: str | None) -> Finding:
    return Finding(code, "fatal", "hub", "relation", found, expected, "us")
