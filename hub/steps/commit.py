"""Step: whole or not. Where the mapping says so, a file is booked with all its documents or with none of them.

A document that is refused can never be booked, so its whole file is refused, and comes anew when it was mended. One that
is held can be, so the others are held with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.model.finding import Finding
from hub.model.result import Case
from hub.model.stream import WAITS


def whole_or_not(cases: list[Case], whole: Mapping[str, str]) -> list[Case]:
    """The cases, where files of `whole` (by message id) with a document that cannot be booked are not booked at all."""
    files: dict[str, list[Case]] = {}
    for case in cases if whole else ():
        if case.message.id in whole:
            files.setdefault(whole[case.message.id], []).append(case)
    spoiled = {file: found for file, found in files.items() if len(found) > 1 and any(map(_failing, found))}
    return [_in_step(case, spoiled.get(whole.get(case.message.id, ""), ())) for case in cases] if spoiled else cases


def _failing(case: Case) -> bool:
    return case.booking.outcome not in ("posted", "duplicate") and not case.booking.waits


def _in_step(case: Case, together: Sequence[Case]) -> Case:
    """The case as it is with its file: refused where another document is, else held; itself where it fails by itself."""
    booking = case.booking
    refused = any(other.booking.outcome == "refused" for other in together)
    goes_along = booking.outcome == "posted" or booking.waits or (refused and booking.outcome == "held")
    if not together or not goes_along:
        return case
    failing = sum(o.booking.outcome == "refused" if refused else _failing(o) for o in together)
    finding = _why(refused, failing, len(together))
    before = (f for f in booking.findings if f.code != WAITS)  # its turn is asked about again when it is released
    left = replace(booking, entry=None, approval=None, waits=False, findings=(*before, finding))
    if refused:
        return replace(case, booking=replace(left, outcome="refused", identity=""))
    return replace(case, booking=replace(left, outcome="held"))


def _why(refused: bool, failing: int, of: int) -> Finding:
    code, who = ("HUB-FEED-07", "sender") if refused else ("HUB-FEED-06", "us")
    return Finding(code, "fatal", "hub", "", str(failing), str(of), who)  # type: ignore[arg-type]
