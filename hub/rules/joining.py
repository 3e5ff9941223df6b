"""Joining findings into sets: what shares a key belongs together."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from hub.model.finding import Severity, Who

LINE = re.compile(r"^/\w+\[1\]/(?:Invoice|CreditNote)Line\[\d+\]")
ROW = re.compile(r"^/\w+\[1\]/TaxTotal\[\d+\]/TaxSubtotal\[\d+\]")


class Told(Protocol):
    """A finding, with or without its sentence."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def location(self) -> str: ...
    @property
    def found(self) -> str | None: ...
    @property
    def expected(self) -> str | None: ...
    @property
    def who(self) -> Who: ...


T = TypeVar("T", bound=Told)


class Sets:
    """Numbers in sets that are joined two at a time."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, number: int) -> int:
        """The first number of its set."""
        while self._above[number] != number:
            self._above[number] = self._above[self._above[number]]
            number = self._above[number]
        return number

    def join(self, numbers: Iterable[int]) -> None:
        """Make one set of the sets of all these."""
        roots = {self.root(number) for number in numbers}
        if roots:
            first = min(roots)
            for root in roots:
                self._above[root] = first


def grouped(findings: Sequence[T], keys: Callable[[T], Iterator[Hashable]], sets: Sets) -> None:
    """Join what shares a key."""
    first: dict[Hashable, int] = {}
    for number, finding in enumerate(findings):
        for key in keys(finding):
            sets.join((first.setdefault(key, number), number))
