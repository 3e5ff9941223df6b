"""How long a run of reminding takes over 40,000 overdue items: to prepare, to record, to stage; on PostgreSQL and SQLite.

    python -m tests.services run -- .venv/bin/python -m tests.bench.dunning [--items 40000] [--debtors 20000] [--write] [--profile]

Preparing reads everything and decides; recording keeps the concept; staging looks at everything once more, in chunks of 200, and
writes the dispatches. All levels occur, with costs and interest (`tests/bench/overdue_books.py`).
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from hub import logs
from hub.store.dunning_runs import KEYS, Prepared, freeze, prepare, record_run
from hub.workers.reminding import send_run
from tests import services
from tests.bench.overdue_books import AT, TODAY, fill
from tests.books import Books, open_books
from tests.debtors import Debtors

RESULTS = Path(__file__).with_name("RESULTS_DUNNING.md")
GOAL = 20.0  # seconds to prepare 40,000 items
TIMES = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One store: seconds, and what came of it."""

    store: str
    items: int
    preparing: float
    recording: float
    staging: float
    levels: Counter[str]
    rested: int
    staged: int


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.dunning", description=__doc__)
    parser.add_argument("--items", type=int, default=40_000)
    parser.add_argument("--debtors", type=int, default=20_000)
    parser.add_argument("--stores", default="PostgreSQL,SQLite")
    for flag in ("--write", "--profile"):
        parser.add_argument(flag, action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    runs = [measure(store, asked.items, asked.debtors, profiled=asked.profile) for store in asked.stores.split(",")]
    text = page(runs, asked.debtors)
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


@contextmanager
def _books(store: str) -> Iterator[Books]:
    with tempfile.TemporaryDirectory() as home:
        if store == "SQLite":
            with open_books(Path(home)) as books:
                yield books
            return
        with services.fresh_database() as url, open_books(Path(home), url) as books:
            yield books


def measure(store: str, items: int, debtors: int, *, profiled: bool = False) -> Run:
    """Prepare three times, record and stage once."""
    with _books(store) as books:
        fill(books.hub, books.id, books.actor_id, items, debtors)
        book, hub = Debtors(books).book, books.hub
        times = []
        for _ in range(TIMES):
            began = perf_counter()
            with hub.database.reporting() as connection, _profile(profiled):
                made = prepare(connection, books.id, book, TODAY)
            times.append(perf_counter() - began)
        began = perf_counter()
        number = _record(books, made)
        recording = perf_counter() - began
        began = perf_counter()
        with _profile(profiled):
            staged = send_run(hub, books.id, number, book, TODAY, books.actor_id, AT)
        staging = perf_counter() - began
        assert not staged.dropped, next(iter(staged.dropped.values()))
        levels = Counter(draft.reminder.level for draft in made.drafts)
        return Run(store, items, median(times), recording, staging, levels, len(made.rests), staged.count)


def _record(books: Books, made: Prepared) -> int:
    hub = books.hub
    hub.ids.reserve(len(made.drafts) + 2 * KEYS)
    with hub.database.transaction() as connection:
        number = record_run(connection, hub.ids, books.id, made, books.actor_id, AT)
        freeze(connection, hub.ids, books.id, number, books.actor_id, AT)
    return number


@contextmanager
def _profile(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def page(runs: list[Run], debtors: int) -> str:
    """The figures as Markdown."""
    lines = [
        "# How long a run of reminding takes",
        "",
        f"Measured on {date.today()} by `python -m tests.bench.dunning`, on {os.cpu_count()} cores that server and program share, at a",
        f"load of {os.getloadavg()[0]:.1f}; over {debtors:,} debtors. The goal is {GOAL:.0f} s to prepare 40,000 items.",
        "",
        "| store | overdue items | prepare | per item | record and freeze | stage | reminders | reminders/s staged | left alone |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        lines.append(
            f"| {run.store} | {run.items:,} | {run.preparing:.1f} s | {run.preparing / run.items * 1e6:.0f} µs | {run.recording:.1f} s | "
            f"{run.staging:.1f} s | {run.staged:,} | {run.staged / run.staging:,.0f} | {run.rested:,} |"
        )
    levels = ", ".join(f"{count:,} {level}" for level, count in runs[0].levels.most_common())
    return "\n".join([*lines, "", f"Levels: {levels}.", ""])


if __name__ == "__main__":
    main()
