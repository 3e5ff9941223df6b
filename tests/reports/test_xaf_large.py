"""A year of a million lines: written in constant memory, valid, and taken over again; minutes, hence in the slow lane."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.plan import PlannedEntry
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.store import now
from tests.books import Books, open_books
from tests.cli.conftest import clean_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
ENTRIES, LINES, BATCH = 100_000, 10, 500
WRITE_MIB, TAKE_MIB = 150, 400
_MEASURED = """
import json, sys
from hub.cli.main import main
code = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
sys.stderr.write(json.dumps({"code": code, "kib": int(peak.split()[1])}))
"""


def _entry(number: int) -> PlannedEntry:
    cents = Money(Decimal(100 + number % 900) / 100, "EUR")
    total = Money(cents.amount * (LINES - 1), "EUR")
    on = date(2026, 1, 1) + timedelta(days=number % 365)
    lines = (
        *(Posting("4990", "debit", cents, cents, cost_center=f"KP{place}") for place in range(LINES - 1)),
        Posting("1600", "credit", total, total, open_item=0),
    )
    item = NewOpenItem("payable", f"F{number}", on, on + timedelta(days=30), relation="C0001")
    return PlannedEntry(JournalEntry("INK", on, f"Inkoop F{number} & zo", lines, (), (item,)))


def fill(books: Books, entries: int = ENTRIES) -> None:
    """A million lines, a batch at a time."""
    books.take("01")
    for start in range(0, entries, BATCH):
        books.hub.ids.reserve(BATCH * 2 + 100)
        with books.hub.database.transaction() as connection:
            loaded = load_books(connection, ["demo"])["demo"]
            post(
                connection,
                books.hub.ids,
                loaded,
                [_entry(n) for n in range(start, start + BATCH)],
                books.actor_id,
                now(),
            )


def measured(home: Path, *arguments: str, code: int = 0) -> tuple[dict[str, object], float]:
    """What a command of its own process said, and the most memory it ever had, in MiB."""
    command = [sys.executable, "-c", _MEASURED, *arguments, "--json"]
    done = subprocess.run(command, env=clean_environment(home), capture_output=True, text=True)
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["code"] == code, done.stderr + done.stdout[-2000:]
    return json.loads(done.stdout.splitlines()[-1]), told["kib"] / 1024


def test_million_lines_are_written_within_the_memory_and_taken_over_again(tmp_path: Path) -> None:
    with open_books(tmp_path) as books:
        fill(books)
    expected = str(tmp_path / "a.xaf")
    for version in ("4.0", "3.2"):
        said, mib = measured(tmp_path, "export", "xaf", "--version", version, "--year", "2026", "--out", expected)
        assert (said["lines"], mib < WRITE_MIB) == (ENTRIES * LINES + 3, True), f"{version}: {mib:.0f} MiB"
    said, mib = measured(tmp_path, "import", "xaf", expected, "--administration", "again")
    assert (said["entries"], said["lines"]) == (ENTRIES + 1, ENTRIES * LINES + 3)
    assert mib < TAKE_MIB, f"{mib:.0f} MiB"
