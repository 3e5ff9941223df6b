"""Step: in turn. What names a stream is booked in the order of its numbers; what is too early waits, what is too late is a conflict.

The last step of deciding: what could not be booked anyway is said at once, whatever its number, and moves no stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hub.model.booking import Booking
from hub.model.finding import Finding
from hub.model.message import Message
from hub.model.result import Case
from hub.model.stream import WAITS, Place, StreamKnown, place_of
from hub.ports import Reading
from hub.steps.commit import whole_or_not

Key = tuple[str, str]  # administration, stream


def by_number(messages: Sequence[Message], readings: Sequence[Reading]) -> Sequence[int]:
    """The order in which a batch is decided: as it came, with the documents of each stream in each other's places by number."""
    places: dict[Key, list[tuple[int, int]]] = {}
    for at, (message, reading) in enumerate(zip(messages, readings, strict=True)):
        place = place_of(reading.feed)
        if place is not None:
            places.setdefault((message.administration, place.key), []).append((place.seq, at))
    order = list(range(len(messages)))
    for found in places.values():
        for (_, taken), at in zip(sorted(found), sorted(at for _, at in found), strict=True):
            order[at] = taken
    return order


def whole_and_in_turn(cases: list[Case], whole: Mapping[str, str]) -> list[Case]:
    """The cases, where files that are booked whole (`whole`: file by message id) are, and streams go by their numbers.

    A file that is held altogether books none of its numbers, so that what follows on them waits; that is decided again
    until nothing changes, and each time at least one file more is held.
    """
    while True:
        gated = in_turn(cases)
        together = whole_or_not(gated, whole)
        held = [after is not before for before, after in zip(gated, together, strict=True)]
        if not any(held):
            return gated
        cases = [after if now else case for case, after, now in zip(cases, together, held, strict=True)]


def in_turn(cases: list[Case]) -> list[Case]:
    """The cases, where what has a number in a stream is booked at its turn only."""
    streams: dict[Key, _Stream] = {}
    gated = []
    for case in cases:
        place, known = place_of(case.feed), case.facts.feed
        if place is None or known is None or known.stream is None:
            gated.append(case)
            continue
        key = case.message.administration, place.key
        stream = streams.setdefault(key, _Stream(known.stream.applied))
        gated.append(replace(case, booking=stream.take(case, place, known.stream)))
    return gated


@dataclass(slots=True)
class _Stream:
    """A stream, with what this batch has applied of it so far."""

    applied: int
    bearers: dict[int, str] = field(default_factory=dict)  # messages of this batch by the number they took

    def take(self, case: Case, place: Place, known: StreamKnown) -> Booking:
        booking = case.booking
        if known.recorded:  # it came before, and nothing is done now
            return booking if booking.outcome == known.recorded else _again(booking, known.recorded)
        if booking.outcome != "posted" or self.bearers.get(place.seq) == case.message.id:
            return booking
        if place.seq <= self.applied:
            return _too_late(booking, place, self.bearers.get(place.seq, known.used_by))
        if place.seq > self.applied + 1:
            return _too_early(booking, place, self.applied + 1)
        self.applied = place.seq
        self.bearers[place.seq] = case.message.id
        return booking


def _again(booking: Booking, outcome: str) -> Booking:
    return replace(booking, outcome=outcome, entry=None)  # type: ignore[arg-type]


def _too_early(booking: Booking, place: Place, missing: int) -> Booking:
    findings = (*booking.findings, waiting(place, missing))
    return replace(booking, outcome="held", entry=None, waits=True, findings=findings)


def waiting(place: Place, missing: int) -> Finding:
    """What a document is told that is before its turn: which number it is, and which one comes first."""
    details = (("stream", place.key), ("missing", str(missing)))
    return Finding(WAITS, "fatal", "hub", "seq", str(place.seq), str(missing), "sender", details)


def _too_late(booking: Booking, place: Place, bearer: str | None) -> Booking:
    """Its number was booked by another document, or skipped."""
    code = "HUB-SEQ-02" if bearer else "HUB-SEQ-03"
    details = (("stream", place.key), *((("earlier", bearer),) if bearer else ()))
    finding = Finding(code, "fatal", "hub", "seq", str(place.seq), None, "us", details)
    return replace(
        booking,
        outcome="conflict",
        entry=None,
        identity="",
        earlier_uid=bearer or "",
        findings=(*booking.findings, finding),
    )
