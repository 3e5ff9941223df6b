"""Documents with their official outcome, judged by us once for all tests that ask: our own, and the given ones where they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from hub.formats.xml import safe_parse
from hub.formats.xsd import check as check_schema
from hub.model.finding import Finding
from tests import corpus
from tests.rules import own
from tests.rules.fuzz import ours
from tests.rules.fuzz.compare import Difference, Tally, compare
from tests.rules.fuzz.official import Outcome

OURS = ("own", "traps")
GIVEN = ("docs", "mutants", "units")


@dataclass(frozen=True, slots=True)
class Judged:
    """A document, what we find by artefact, and what the artefacts found. `valid`: the schema accepts it, they say."""

    id: str
    valid: bool
    valid_to_us: bool
    findings: dict[str, list[Finding]]
    official: dict[str, Outcome]
    root: etree._Element


def rows(name: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The rows of a set with the document of each."""
    recorded = {"own": own.FILE, "traps": own.TRAPS}
    for row in own.rows(recorded[name]) if name in recorded else corpus.rows(name):
        yield row, corpus.documents()[row["id"]] if name == "docs" else row["xml"].encode()


def judged(name: str, step: int = 1) -> tuple[Judged, ...]:
    """All documents of a set, or each of so many; judged once a process."""
    return _once(name, step)


@cache
def _once(name: str, step: int) -> tuple[Judged, ...]:
    return tuple(_judged(row, data) for number, (row, data) in enumerate(rows(name)) if number % step == 0)


def _judged(row: dict[str, Any], data: bytes) -> Judged:
    root = safe_parse(data)
    oracle = row["oracle"]
    valid = oracle.get("xsd", {}).get("status") == "ok"
    outcomes = {layer: own.as_outcome(said) for layer, said in oracle.items() if layer != "xsd"}
    fine = not check_schema(root, explain=False) if "xsd" in oracle else False
    return Judged(row["id"], valid, fine, ours.findings(root), outcomes, root)


def compared(documents: tuple[Judged, ...]) -> tuple[dict[tuple[str, bool], Tally], list[tuple[str, Difference]]]:
    """The figures by layer and validity, and what differs with the document it is in."""
    tallies: dict[tuple[str, bool], Tally] = defaultdict(Tally)
    different = []
    for each in documents:
        for layer, official in each.official.items():
            mine = ours.outcome(each.findings[layer])
            difference = compare(layer, mine, official, tallies[layer, each.valid])
            if difference is not None:
                different.append((each.id, difference))
    return tallies, different
