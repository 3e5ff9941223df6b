"""Measure the hub and its floor in one run.

    python -m tests.bench [--quick] [--write] [--backlog]

`--quick` is one short round (under a minute), `--write` keeps the figures in RESULTS.md, and `--backlog` measures the
worker's memory with 100,000 messages waiting instead of 5,000 (minutes more). Servers are those of `tests.services`.
"""

from __future__ import annotations

import argparse

from hub import logs
from tests.bench import end_to_end, stages
from tests.bench.books import Place, places
from tests.bench.documents import invoices
from tests.bench.report import RESULTS, Figures, page

FEW, MANY = 5_000, 100_000  # messages that wait while the worker's memory is measured


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    for flag in ("--quick", "--write", "--backlog"):
        parser.add_argument(flag, action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    with places() as found:
        figures = measure(found, quick=asked.quick, waiting=MANY if asked.backlog else FEW)
        given = [flag for flag in ("--quick", "--backlog") if getattr(asked, flag[2:])]
        text = page(figures, found, " ".join(["python -m tests.bench", *given]))
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


def measure(found: list[Place], *, quick: bool, waiting: int) -> Figures:
    """All figures of these installations."""
    figures = Figures(len(invoices(0, 1)[0]))
    figures.reading = stages.reading(found[0], 200 if quick else 1000)
    for place in found:
        for size, count in ((50, 6 if quick else 20), (1, 100 if quick else 300)):
            figures.stages[place.name, size] = stages.batches(place, size, count)
    for place in reversed(found):
        figures.series += end_to_end.rounds(place, *((1, 500, 150) if quick else (5, 1000, 300)))
    for place in found if not quick else ():
        figures.backlogs.append((place.name, waiting, end_to_end.with_backlog(place, waiting)))
    return figures


if __name__ == "__main__":
    main()
