"""How long the reports take, on PostgreSQL, and how that grows with the number of open items.

    python -m tests.services run -- .venv/bin/python -m tests.bench.reports [--sizes 10000,100000,1000000] [--write] [--plans]

Each size has a database of its own, filled by SQL (`tests/bench/ledgers.py`), vacuumed and warm. The functions measured are
those that the commands call, rows read and made into amounts. `--write` keeps the table in RESULTS_REPORTS.md; `--plans` shows
how PostgreSQL answers.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event

from hub import logs
from hub.reports.ageing import ageing
from hub.reports.balance_list import balance_list
from hub.reports.general_ledger import general_ledger
from hub.reports.history import history
from hub.reports.open_items import open_items
from hub.reports.statement import statement
from hub.reports.trial_balance import trial_balance
from tests import services
from tests.bench.ledgers import fill
from tests.books import Books, open_books

RESULTS = Path(__file__).with_name("RESULTS_REPORTS.md")
SIZES = "10000,100000,1000000"
DAY, KNOWN = date(2026, 8, 31), datetime(2026, 8, 20, tzinfo=UTC)
TIMES = 5
Question = Callable[[Connection, int], Any]
QUESTIONS: dict[str, tuple[Question, float]] = {  # what, and how long it may take with a million items, in seconds
    "ageing of debtors at a past date, as known on an earlier day": (
        lambda c, a: deque(ageing(c, a, as_of=DAY, known_at=KNOWN), 1), 2.0),
    "ageing of both sides at a past date": (lambda c, a: deque(ageing(c, a, side="both", as_of=DAY), 1), 2.0),
    "open items of one relation": (lambda c, a: list(open_items(c, a, relation="B000042")), 0.05),
    "open items of one relation, both dates past": (
        lambda c, a: list(open_items(c, a, relation="B000042", as_of=DAY, known_at=KNOWN)), 0.05),
    "trial balance": (lambda c, a: trial_balance(c, a), 1.0),
    "trial balance at a past date": (lambda c, a: trial_balance(c, a, as_of=DAY), 1.0),
    "trial balance at a past date, as known on an earlier day": (
        lambda c, a: trial_balance(c, a, as_of=DAY, known_at=KNOWN), 0.0),
    "balance list of both sides over a month": (
        lambda c, a: list(balance_list(c, a, first=date(2026, 8, 1), as_of=DAY)), 0.0),
    "general ledger of debtors over a day": (
        lambda c, a: deque(general_ledger(c, a, accounts=["1300"], first=DAY, last=DAY), 1), 0.0),
    "history of one invoice": (lambda c, a: history(c, a, "F4242"), 0.0),
    "statement of one relation": (lambda c, a: list(statement(c, a, "B000042")), 0.0),
    "ageing of debtors by invoice date": (lambda c, a: deque(ageing(c, a, as_of=DAY, basis="invoice"), 1), 0.0),
}  # fmt: skip


@dataclass(slots=True)
class Figures:
    """Of one size: rows in the tables, seconds per question (the median of several, warm)."""

    size: int
    rows: dict[str, int]
    seconds: dict[str, float]
    load: float  # processes that wanted a core meanwhile, ours among them


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reports", description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--plans", action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    figures = [measured(int(size), asked.plans) for size in asked.sizes.split(",")]
    text = page(figures)
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


def measured(size: int, plans: bool) -> Figures:
    """Fill a database and ask it everything."""
    with _books() as books:
        begin = perf_counter()
        rows = fill(books.hub, books.id, size)
        print(f"{size:,} open items: filled in {perf_counter() - begin:.0f} s", flush=True)
        seconds = {what: _timed(books, question) for what, (question, _) in QUESTIONS.items()}
        load = os.getloadavg()[0]
        _must_tie(books, size)
        if plans:
            for what, (question, _) in QUESTIONS.items():
                print(f"\n== {what}: {seconds[what]:.3f} s")
                show_plans(books, question)
    return Figures(size, rows, seconds, load)


@contextmanager
def _books() -> Iterator[Books]:
    with (
        services.fresh_database() as url,
        tempfile.TemporaryDirectory(prefix="hub-bench-") as home,
        open_books(Path(home), url) as books,
    ):
        yield books


def _timed(books: Books, question: Question) -> float:
    """The median of several answers, after one that warms up."""
    taken = []
    for _ in range(TIMES + 1):
        with books.hub.database.reporting() as connection:
            begin = perf_counter()
            question(connection, books.id)
            taken.append(perf_counter() - begin)
    return float(median(taken[1:]))


def _must_tie(books: Books, size: int) -> None:
    with books.hub.database.reporting() as connection:
        (last,) = deque(ageing(connection, books.id, side="both", as_of=DAY, known_at=KNOWN), 1)
        found = sum(1 for _ in open_items(connection, books.id)) if size <= 100_000 else size
    if last["difference"] != "0.00" or found != size:
        raise SystemExit(f"these books are not what they should be: {found} items, ageing out by {last['difference']}")


def show_plans(books: Books, question: Question) -> None:
    """EXPLAIN of every statement of a question that takes its time."""

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        driver = connection.connection.driver_connection
        with driver.cursor() as again:
            for line in again.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}", parameters).fetchall():
                print("   ", line[0])

    with books.hub.database.reporting() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        question(connection, books.id)


def page(figures: list[Figures]) -> str:
    """The table, with what is promised beside what was found."""
    heads = ["question", *(f"{one.size:,} open items" for one in figures), "may take", "per item, last over first"]
    lines = [
        "# How long the reports take",
        "",
        f"PostgreSQL, {os.cpu_count()} cores, Python {platform.python_version()}; seconds, median of {TIMES} warm answers. Made by",
        "`python -m tests.services run -- .venv/bin/python -m tests.bench.reports --write`.",
        "",
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
    ]
    for what, (_, most) in QUESTIONS.items():
        taken = [one.seconds[what] for one in figures]
        growth = (taken[-1] / figures[-1].size) / (taken[0] / figures[0].size)
        cells = [what, *(f"{seconds:.3f}" for seconds in taken), f"{most:g}" if most else "", f"× {growth:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        *(
            f"- {one.size:,}: " + ", ".join(f"{n:,} {name}" for name, n in one.rows.items()) + f"; load {one.load:.1f}"
            for one in figures
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
