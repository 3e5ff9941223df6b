"""How two outcomes of one document differ, and how a layer fares over many documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.rules.fuzz.official import Outcome

HEAD = ("layer", "documents", "exact %", "fired %", "counts %", "severities %", "places %", "stops")


@dataclass
class Tally:
    """The figures of a layer. `either` and `both`: rules fired on one side at least, and on both."""

    documents: int = 0
    exact: int = 0
    counts: int = 0
    severities: int = 0
    places: int = 0
    both: int = 0
    either: int = 0
    stops: int = 0
    stops_matched: int = 0
    fired: Counter[str] = field(default_factory=Counter)

    def row(self, name: str) -> tuple[str, ...]:
        """The figures as shown under `HEAD`."""
        shares = [(self.exact, self.documents), (self.both, self.either)]
        shares += [(each, self.documents) for each in (self.counts, self.severities, self.places)]
        shown = (f"{100 * part / whole:.2f}" if whole else "-" for part, whole in shares)
        return (name, str(self.documents), *shown, f"{self.stops_matched}/{self.stops}")


@dataclass(frozen=True)
class Difference:
    """What one side says and the other does not; `stopped` when only one of both stopped."""

    layer: str
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    invented: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    stopped: str = ""


def compare(layer: str, mine: Outcome, theirs: Outcome, tally: Tally) -> Difference | None:
    """Add one document to the tally; what differs, if anything does."""
    if theirs.stopped:
        tally.stops += 1
        tally.stops_matched += bool(mine.stopped)
        return None if mine.stopped else Difference(layer, stopped=f"official: {theirs.stopped}")
    tally.documents += 1
    if mine.stopped:
        return Difference(layer, stopped=f"ours: {mine.stopped}")
    places = tuple(_places(mine, theirs))
    tally.exact += mine.codes == theirs.codes
    tally.counts += mine.counts == theirs.counts
    tally.severities += set(mine.fired) == set(theirs.fired)
    tally.places += not places
    tally.both += len(mine.codes & theirs.codes)
    tally.either += len(mine.codes | theirs.codes)
    tally.fired.update(theirs.codes)
    if mine.fired == theirs.fired and not places:
        return None
    return Difference(layer, theirs.fired - mine.fired, mine.fired - theirs.fired, places)


def _places(mine: Outcome, theirs: Outcome) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Findings that do not stand inside a place the official report names for their rule."""
    for code, found in mine.places.items():
        known = tuple(_wider(code, place) for place in theirs.places.get(code, ()))
        for place in found:
            if known and not any(place.startswith(one) for one in known):
                yield code, place, known[:3]


def _wider(code: str, place: str) -> str:
    """Rules 08 and 09 of a category speak of the amounts beside it, and we point at those."""
    return place.rpartition("/")[0] if code.endswith(("-08", "-09")) and "TaxCategory" in place else place


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows under their head, in columns."""
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEAD, *rows)
    )
