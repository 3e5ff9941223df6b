"""Master data from a table, from beginning to end: read ▸ judge every row ▸ record, or only show; failed rows to a file of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.formats.failed_rows import FailedRows
from hub.formats.master_fields import TABLES
from hub.formats.table_records import Record, Records, Wishes
from hub.model.finding import Finding
from hub.opening_tables import import_balance, import_items
from hub.store.master_accounts import apply_accounts, judge_accounts
from hub.store.master_relations import apply_relations, judge_relations
from hub.store.master_rows import Judged
from hub.store.relation_changes import Changing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.store.administrations import Books
    from hub.store.ids import Ids

CHUNK = 500  # rows that are judged together
KEYS_A_ROW = 12  # at most: a relation with address, contact, card and what is noted of each
_KEY = {
    "relations": ("code",),
    "accounts": ("code",),
    "opening-balance": ("account",),
    "open-items": ("relation", "side", "invoice", "part"),
}
Show = Callable[[Judged], None]


@dataclass(slots=True)
class Done:
    """How many rows became what; `findings` are those of the whole file. `booked` names the entries made."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the file as a whole was refused."""
        return any(finding.fatal for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be imported, by whom, and in which transaction."""

    connection: Connection
    ids: Ids
    books: Books
    actor_id: int
    at: datetime
    first: date = date.min  # of the year whose opening balance this is


def read_table(kind: str, path: Path, wishes: Wishes) -> Records:
    """The table in a file, ready to be walked. Raises UnreadableInput for what is no table."""
    return Records(path, TABLES[kind], wishes, _KEY[kind])


def rows_of(records: Records) -> int:
    """How many rows there are, so that keys can be reserved and progress shown."""
    return sum(1 for _ in records.table.rows()) if not records.fatal else 0


def import_table(
    kind: str, records: Records, task: Task, show: Show, failed: FailedRows, advance: Callable[[int], None]
) -> Done:
    """Judge and record every row within the caller's transaction; `show` sees each with its outcome.

    Relations and accounts: what is right is recorded, what is not goes to `failed`. Opening balance and open
    items are one thing: with a single fault nothing is booked.
    """
    done = Done(findings=list(records.findings))
    if done.refused:
        return done
    rows = _judged(records)
    if kind == "relations":
        _relations(rows, task, done, show, failed, advance)
    elif kind == "accounts":
        _accounts(list(rows), task, done, show, failed, advance)
    else:
        opening = import_balance if kind == "opening-balance" else import_items
        judged = list(rows)
        found, booked = opening(judged, task.connection, task.ids, task.books, task.first, task.actor_id, task.at)
        done.findings += found
        done.booked += booked
        _tell(judged, done, show, failed)
        advance(len(judged))
    return done


def _judged(records: Records) -> Iterator[Judged]:
    for record in records:
        yield Judged(record, records.located, list(record.findings), "failed" if record.findings else "same")


def _relations(
    rows: Iterator[Judged], task: Task, done: Done, show: Show, failed: FailedRows, advance: Callable[[int], None]
) -> None:
    change = Changing(task.connection, task.ids, task.books.id, task.actor_id, task.at)
    while chunk := list(islice(rows, CHUNK)):
        judge_relations(task.connection, task.books, chunk)
        apply_relations(change, chunk)
        _tell(chunk, done, show, failed)
        advance(len(chunk))


def _accounts(
    rows: Sequence[Judged], task: Task, done: Done, show: Show, failed: FailedRows, advance: Callable[[int], None]
) -> None:
    judge_accounts(task.connection, task.books, rows)
    apply_accounts(task.connection, task.ids, task.books, rows, task.actor_id, task.at)
    _tell(rows, done, show, failed)
    advance(len(rows))


def _tell(rows: Sequence[Judged], done: Done, show: Show, failed: FailedRows) -> None:
    for row in rows:
        done.counts[row.outcome] += 1
        show(row)
        if row.outcome == "failed":
            record: Record = row.record
            failed.add(record.cells, row.findings)


def summary(done: Done, **more: Any) -> dict[str, Any]:
    """The last line that a command shows."""
    counts = {outcome: done.counts[outcome] for outcome in ("new", "changed", "same", "failed")}
    return {**more, **counts, "refused": done.refused, "booked": done.booked}
