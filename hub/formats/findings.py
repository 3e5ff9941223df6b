"""Findings of a long file: the first of each code are kept, the others counted, so that a bad file cannot fill memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

from hub.model.finding import Finding

KEPT = 100  # findings of one code that are kept


class Findings:
    """What was noticed in a long file. `accepted` are fatal codes that a person decided to live with."""

    def __init__(self, accepted: Container[str] = ()) -> None:
        self.counts: Counter[str] = Counter()
        self.fatal = False
        self._accepted = accepted
        self._kept: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Keep it, or count it when there are many of its kind."""
        self.counts[finding.code] += 1
        self.fatal = self.fatal or (finding.fatal and finding.code not in self._accepted)
        if self.counts[finding.code] <= KEPT:
            self._kept.append(finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._kept)

    @property
    def left_out(self) -> int:
        """How many were counted and not kept."""
        return sum(self.counts.values()) - len(self._kept)
