"""Causes in figures: an amount that is wrong makes wrong what is made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

from hub.rules.causal_links import FLOWS
from hub.rules.joining import LINE, ROW, Sets, T, Told, grouped

_PARTS_OF_SUMS = ("BT-131", "BT-92", "BT-99")


class _Offers:
    """The amounts of one business term that are wrong by themselves, by how much they are off."""

    def __init__(self) -> None:
        self.first: dict[Decimal, int] = {}
        self.numbers: list[int] = []
        self.together = Decimal(0)

    def add(self, number: int, apart: Decimal) -> None:
        """One more."""
        self.first.setdefault(abs(apart), number)
        self.numbers.append(number)
        self.together += apart

    def explain(self, apart: Decimal) -> list[int]:
        """The first of those that differ as much; or all, when together they do."""
        if abs(apart) in self.first:
            return [self.first[abs(apart)]]
        return self.numbers if len(self.numbers) > 1 and abs(self.together) == abs(apart) else []


def by_amount(findings: Sequence[T], sets: Sets) -> None:
    """A wrong amount makes wrong what is made of it: by the same difference, or by the differences of all lines together."""
    off = [
        (number, FLOWS[finding.code], _apart(finding))
        for number, finding in enumerate(findings)
        if finding.code in FLOWS
    ]
    offers: dict[str, _Offers] = defaultdict(_Offers)
    for number, flow, apart in off:
        if apart is not None:
            offers[flow.own].add(number, apart)
    for number, flow, apart in off:
        for part in flow.parts if apart is not None else ():
            assert apart is not None
            sets.join((number, *offers[part].explain(apart)))
    grouped(findings, _missing_amounts, sets)
    grouped(findings, _shared_parts, sets)
    _totals_of_rows(findings, sets)


def _apart(finding: Told) -> Decimal | None:
    """Found less expected, where both are amounts."""
    try:
        return Decimal(finding.found or "") - Decimal(finding.expected or "")
    except (InvalidOperation, ValueError):
        return None


def _missing_amounts(finding: Told) -> Iterator[Hashable]:
    """An amount that is not there, and sums that cannot be made without it."""
    flow = FLOWS.get(finding.code)
    if flow is None or finding.found is not None:
        return
    within = (ROW.match(finding.location) or LINE.match(finding.location) or [""])[0]
    if finding.expected is None and flow.parts:
        yield from ((part, within) for part in flow.parts)
    else:
        yield flow.own, within


def _shared_parts(finding: Told) -> Iterator[Hashable]:
    """Two sums that are off by the same amount and made of the same parts: the part is wrong, or missing."""
    flow, apart = FLOWS.get(finding.code), _apart(finding)
    if flow is not None and apart:
        yield from ((part, abs(apart)) for part in flow.parts if part in _PARTS_OF_SUMS)


def _totals_of_rows(findings: Sequence[T], sets: Sets) -> None:
    """The VAT total follows the only row of the breakdown that is wrong."""
    rows = [number for number, finding in enumerate(findings) if finding.code in FLOWS and ROW.match(finding.location)]
    if len({_row_of(findings[number]) for number in rows}) == 1:
        totals = [number for number, finding in enumerate(findings) if finding.code == "BR-CO-14"]
        sets.join((*rows, *totals))


def _row_of(finding: Told) -> str:
    row = ROW.match(finding.location)
    return row[0] if row else ""
