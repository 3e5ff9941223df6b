"""Step: whole or not. Where the mapping says so, a file is booked with all its documents or with none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.model.booking import Booking
from hub.model.finding import Finding
from hub.model.result import Case
from hub.model.stream import WAITS

WHOLE = "whole"


def whole_or_not(cases: list[Case]) -> list[Case]:
    """The cases, where files that are booked whole and have a document that cannot be booked are held altogether."""
    if not any(case.feed is not None for case in cases):
        return cases
    files: dict[str, list[Case]] = {}
    for case in cases:
        if _whole(case):
            files.setdefault(case.message.sha256, []).append(case)
    spoiled = {sha256: found for sha256, found in files.items() if len(found) > 1 and _failing(found)}
    return [_held(case, spoiled[case.message.sha256]) if _spoiled(case, spoiled) else case for case in cases]


def _whole(case: Case) -> bool:
    known = case.facts.feed
    return known is not None and known.mapping.setting("commit") == WHOLE


def _failing(cases: Sequence[Case]) -> int:
    return sum(case.booking.outcome not in ("posted", "duplicate") and not case.booking.waits for case in cases)


def _spoiled(case: Case, files: dict[str, list[Case]]) -> bool:
    return _whole(case) and case.message.sha256 in files and (case.booking.outcome == "posted" or case.booking.waits)


def _held(case: Case, together: Sequence[Case]) -> Case:
    finding = Finding("HUB-FEED-06", "fatal", "hub", "", str(_failing(together)), str(len(together)), "us")
    before = (f for f in case.booking.findings if f.code != WAITS)  # its turn is asked about again when it is released
    booking: Booking = replace(case.booking, outcome="held", entry=None, waits=False, findings=(*before, finding))
    return replace(case, booking=booking)
