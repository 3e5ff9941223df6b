"""Findings as rows: what a rule says of many places, one after the other, is one row, so that long documents stay small."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.model.finding import Finding
from hub.store import tables as t
from hub.store.packing import packed, unpacked

OURS = "hub"  # the layer whose findings have a row each: they are asked for one by one, by their words


def finding_rows(
    administration_id: int, uid: str, findings: Sequence[Finding], after: Sequence[Finding] = ()
) -> list[tuple[Any, ...]]:
    """Rows of `finding`, in the order they were found; `after` are those that stand there already."""
    if not findings:
        return []
    first = sum(1 for _ in _runs(after))
    return [
        (administration_id, uid, position, f.code, f.layer, f.severity, f.who, f.location, f.found, f.expected,
         json.dumps(f.details) if f.details else "[]", packed([_place(other) for other in more]) if more else None)
        for position, (f, *more) in enumerate(_runs(findings), first)
    ]  # fmt: skip


def load_findings(connection: Connection, uid: str) -> tuple[Finding, ...]:
    """The findings of a message, in order."""
    query = select(t.finding).where(t.finding.c.message_uid == uid).order_by(t.finding.c.position)
    return tuple(findings_in(connection.execute(query)))


def findings_in(rows: Iterable[Row[Any]]) -> Iterator[Finding]:
    """Every finding of these rows, in order."""
    for r in rows:
        yield _finding(r, r.location, r.found, r.expected, json.loads(r.details))
        if r.more is not None:
            yield from (_finding(r, *place) for place in unpacked(r.more))


def _runs(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Findings of one code that follow each other; ours each by itself."""
    for _, run in groupby(enumerate(findings), _kind):
        yield [finding for _, finding in run]


def _kind(numbered: tuple[int, Finding]) -> tuple[Any, ...]:
    place, finding = numbered
    alone = place if finding.layer == OURS else -1
    return (finding.code, finding.layer, finding.severity, finding.who, alone)


def _place(finding: Finding) -> tuple[Any, ...]:
    """What a finding has of its own among those of its code."""
    return (finding.location, finding.found, finding.expected, finding.details)


def _finding(row: Row[Any], location: str, found: str | None, expected: str | None, details: Any) -> Finding:
    words = tuple((key, value) for key, value in details)
    return Finding(row.code, row.severity, row.layer, location, found, expected, row.who, words)
