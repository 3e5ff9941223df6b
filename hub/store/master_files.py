"""Tables of relations and orders that came through the queue, recorded with their message: every row its outcome, or all or none.

Only on lane `master`: whoever may send an invoice may not therefore change a relation's bank account.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from hub.errors import Refused, UnreadableInput
from hub.formats.findings import Findings
from hub.formats.master_fields import TABLES
from hub.formats.orders_file import read_orders
from hub.formats.table_records import Records, Wishes
from hub.model.announced_order import AnnouncedOrder
from hub.model.booking import Booking
from hub.model.finding import Finding
from hub.model.master_file import MasterFile
from hub.model.result import Case
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.master_relations import apply_relations, judge_relations
from hub.store.master_rows import Judged
from hub.store.orders import place_orders
from hub.store.relation_changes import Changing

LANE = "master"
WHOLE = "whole"
KEYS_A_ROW = 12
_CHUNK = 500


class _Undo(Exception):
    """Leaves a savepoint with nothing done."""


def keys_needed(cases: Sequence[Case]) -> int:
    """How many keys the rows of these files can take at most."""
    return sum(KEYS_A_ROW * (c.feed.rows + 10) for c in cases if isinstance(c.feed, MasterFile))


@dataclass(frozen=True, slots=True)
class MasterFiles:
    """Judges and applies the files among the cases of a batch, within its transaction."""

    connection: Connection
    ids: Ids
    actor_id: int
    at: datetime
    lane: str

    def taken(self, case: Case, books: Books) -> Case:
        """The case with what became of its rows; as it was when it is no such file, or is not to be booked."""
        document = case.feed
        if not isinstance(document, MasterFile) or case.booking.outcome != "posted":
            return case
        if self.lane != LANE:
            finding = Finding(
                "HUB-COL-04", "fatal", "hub", document.number, self.lane, LANE, "us", (("table", document.table),)
            )
            return replace(case, booking=_with(case.booking, "refused", [finding]))
        whole = case.facts.feed is not None and case.facts.feed.mapping.setting("commit") == WHOLE
        change = Changing(self.connection, self.ids, books.id, self.actor_id, self.at)
        counts: Counter[str] = Counter()
        found = Findings()
        try:
            with self.connection.begin_nested():
                take = _relations if document.table == "relations" else _orders
                take(change, books, document, counts, found)
                if found.fatal and (whole or not counts.keys() - {"failed"}):
                    raise _Undo
        except _Undo:
            return replace(case, booking=_with(case.booking, "refused", found))
        told = [replace(f, severity="warning") if f.fatal else f for f in found]
        words = tuple((name, str(counts[name])) for name in ("new", "changed", "same", "failed"))
        told.append(Finding("HUB-COL-03", "information", "hub", document.number, None, None, "us", words))
        return replace(case, booking=_with(case.booking, "posted", told))


def _with(booking: Booking, outcome: str, findings: Iterable[Finding]) -> Booking:
    return replace(booking, outcome=outcome, findings=(*booking.findings, *findings))  # type: ignore[arg-type]


def _relations(change: Changing, books: Books, document: MasterFile, counts: Counter[str], found: Findings) -> None:
    with tempfile.NamedTemporaryFile(suffix=Path(document.name).suffix or ".csv") as file:
        file.write(document.data)
        file.flush()
        try:
            records = Records(Path(file.name), TABLES["relations"], Wishes(), ("code",))
        except UnreadableInput as refusal:
            found.add(Finding(refusal.code, "fatal", "import", refusal.location, refusal.found, refusal.expected))
            return
        for finding in records.findings:
            found.add(finding)
        if records.fatal:
            return
        rows = (Judged(r, records.located, list(r.findings), "failed" if r.findings else "same") for r in records)
        while chunk := list(islice(rows, _CHUNK)):
            judge_relations(change.connection, books, chunk)
            apply_relations(change, chunk)
            for row in chunk:
                counts[row.outcome] += 1
                for finding in row.findings:
                    found.add(finding)


def _orders(change: Changing, books: Books, document: MasterFile, counts: Counter[str], found: Findings) -> None:
    orders, wrong = read_orders(document.data, books.snapshot.currency)
    for finding in wrong:
        found.add(finding)
    counts["failed"] += len({finding.location.partition(",")[0] for finding in wrong})
    for order in orders:
        _order(change, books, order, counts, found)


def _order(change: Changing, books: Books, order: AnnouncedOrder, counts: Counter[str], found: Findings) -> None:
    try:
        with change.connection.begin_nested():
            (placed,) = place_orders(change, books, [order])
    except Refused as refused:
        counts["failed"] += 1
        for finding in refused.findings:
            found.add(finding)
        return
    counts["same" if placed.known else "new"] += 1
    if placed.verdict.finding is not None:  # held at the limit: a decision about the order, no fault of the row
        found.add(replace(placed.verdict.finding, severity="information"))
