"""Which releases of the official rules judged a message, and what of their findings can be found again with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hub.model.finding import Finding
from hub.ports import Reading
from hub.reports.sealed import SealedEntry
from hub.rules.judging import SCHEMA
from hub.rules.releases import RELEASES, found
from hub.rules.rule import UNDECIDABLE
from hub.store.versions import judged_from

_OF_CHOICE = "HUB-RULES-"  # what is said of the choice of layers: as old as the record of it


class Judged:
    """What is stored of a message's judges.

    `releases` are those that can be run again. The findings of the others are left out of every comparison, as are those of
    messages that were judged before this was recorded: nobody knows by what.
    """

    def __init__(self, stored: str | None) -> None:
        self.by = judged_from(stored)
        self.releases = {
            layer: version for layer, version in self.by.items() if layer == SCHEMA or _runs(layer, version)
        }
        self._unknown = stored is None
        self._lost = frozenset(RELEASES) if self._unknown else frozenset(self.by) - frozenset(self.releases)

    def of(self, reading: Reading) -> Reading:
        """A reading with what can be compared of its findings."""
        return replace(reading, findings=tuple(self.comparable(reading.findings))) if self._lost else reading

    def comparable(self, findings: Sequence[Finding]) -> list[Finding]:
        """Findings without those of releases that cannot be run again."""
        return [finding for finding in findings if not self._leaves_out(finding)]

    def failures(self, reading: Reading, entry: SealedEntry | None) -> Iterator[str]:
        """What is stored, and neither sealed with the entry nor found again."""
        if self._unknown:
            return
        sealed = (
            json.loads(entry.facts.versions).get("rules") if entry is not None and entry.facts is not None else None
        )
        if entry is not None and sealed != self.by:
            yield f"judged by {_text(self.by)}, sealed with the entry {_text(sealed)}"
        elif entry is None and self._lost:
            yield f"judged by {_text(self.by)}: this hub has not each of these releases, so its findings cannot be derived"
        elif not self._lost and dict(reading.judged_by) != self.by:
            yield f"judged by {_text(self.by)}, derived {_text(dict(reading.judged_by))}"

    def _leaves_out(self, finding: Finding) -> bool:
        if finding.layer in self._lost or (self._lost and finding.code == UNDECIDABLE):
            return True
        return self._unknown and finding.code.startswith(_OF_CHOICE)


def _runs(layer: str, version: str) -> bool:
    return layer in RELEASES and found(layer, version) is not None


def _text(by: Any) -> str:
    return ", ".join(f"{layer} {version}" for layer, version in by.items()) if isinstance(by, dict) else str(by)
