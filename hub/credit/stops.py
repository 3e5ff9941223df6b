"""What keeps an item from being dunned today, each with its reason; a promise that passed is broken and stops nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hub.model.dunning import STOP_KINDS, Stop
from hub.model.step import Step, step


def active_stops(stops: Iterable[Stop], keys: Iterable[str], on: date) -> list[Stop]:
    """Those that hold for these keys (relation codes, invoice) on this day, the weightiest first."""
    mine = {"", *keys}
    found = [stop for stop in stops if stop.key in mine and stop.holds(on)]
    return sorted(found, key=lambda stop: (STOP_KINDS.index(stop.kind), stop.since))


def broken_promises(stops: Iterable[Stop], keys: Iterable[str], on: date) -> list[Stop]:
    """Promises whose day has passed."""
    mine = {"", *keys}
    passed = [stop for stop in stops if stop.kind == "promise" and stop.key in mine]
    return sorted((s for s in passed if s.until is not None and s.until < on), key=lambda stop: stop.since)


def stopped(stop: Stop) -> Step:
    """Why, in words."""
    until = "_until" if stop.until else ""
    return step(f"stop_{stop.kind}{until}", None, since=stop.since, until=stop.until or "", reference=stop.reference)


def free_on(active: Iterable[Stop]) -> date | None:
    """The first day on which none of them holds any more; None while one has no end."""
    ends = [stop.until for stop in active]
    known = [end for end in ends if end is not None]
    return max(known) + timedelta(days=1) if known and len(known) == len(ends) else None
