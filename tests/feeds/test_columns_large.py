"""A described file of 100,000 rows is read and booked in little memory (slow lane; prints its figures)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROWS, LINES, MOST_MIB = 100_000, 10, 250
PROGRAM = """
import hashlib, sys, time
from datetime import UTC, datetime
from pathlib import Path
from hub.formats.content import Content
from hub.model.message import Message
from hub.pipeline import process
from tests.books import open_books, message_of

home, file, booked = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "book"
with open_books(home) as books:
    begun = time.monotonic()
    if booked:
        count = sum(r.outcome == "posted" for r in books.process([message_of(file)]))
    else:
        content = Content(file.read_bytes(), file.name)
        (source,) = [s for s in books.hub.sources if s.recognise(content)]
        reading = source.read(content)
        count = (reading.feed is not None) + sum(one.feed is not None for one in reading.rest)
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
    print(count, int(peak) // 1024, f"{time.monotonic() - begun:.1f}")
"""
STOCK = """
settings.reader = "columns"
settings.form = "mutations"
[columns]
"Stuk" = "number"
"Dag" = "date"
"Grootboek" = "account"
"Bedrag" = "amount"
"Tekst" = "line"
[constant]
source = "wms"
"""


def rows() -> list[list[str]]:
    made = []
    for number in range(ROWS // LINES):
        for line in range(LINES):
            account, amount = ("7000", "12,50") if line % 2 else ("3000", "-12,50")
            made.append([f"S{number:06d}", "02-03-2026", account, amount, f"mutatie {number} regel {line}"])
    return made


def measured(tmp_path: Path, file: Path, what: str) -> tuple[int, int]:
    (tmp_path / "mappings").mkdir(exist_ok=True)
    (tmp_path / "mappings" / "wms.toml").write_text(STOCK, "utf-8")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(file), what]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    count, mib, seconds = done.stdout.split()
    print(f"{what} {file.suffix} {ROWS:,} rows: {count} mutations, {mib} MiB, {seconds} s")
    return int(count), int(mib)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_reading_100_000_described_rows_stays_small(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"stock{suffix}"
    headings = ["Stuk", "Dag", "Grootboek", "Bedrag", "Tekst"]
    if suffix == ".csv":
        file.write_text("\n".join(map(";".join, [headings, *rows()])) + "\n", "utf-8")
    else:
        import xlsxwriter

        book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate([headings, *rows()]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        book.close()
    count, mib = measured(tmp_path, file, "read")
    assert count == ROWS // LINES
    assert mib < MOST_MIB


@pytest.mark.slow
def test_booking_100_000_described_rows_stays_small(tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(
        "\n".join(map(";".join, [["Stuk", "Dag", "Grootboek", "Bedrag", "Tekst"], *rows()])) + "\n", "utf-8"
    )
    count, mib = measured(tmp_path, file, "book")
    assert count == ROWS // LINES
    assert mib < MOST_MIB
