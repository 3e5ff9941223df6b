"""The rows of a table that could not be imported, in a file of their own: as they stood, with the reason behind them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.formats.table_file import Cell
from hub.formats.table_records import REASON
from hub.model.finding import Finding

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FailedRows:
    """Written as they come; the file is made at the first one. `path` None: they are only counted."""

    def __init__(self, path: Path | None, columns: Sequence[str], explain: Callable[[Finding], str]) -> None:
        self.count = 0
        self.path = path
        self._columns = [*(column for column in columns if column != REASON), REASON]
        self._own = [place for place, column in enumerate(columns) if column != REASON]
        self._explain = explain
        self._writer: Any = None
        self._close: Callable[[], None] = lambda: None

    def add(self, cells: Sequence[Cell], findings: Sequence[Finding]) -> None:
        """One row, with a sentence for everything that is wrong with it."""
        self.count += 1
        if self.path is None:
            return
        if self._writer is None:
            self._open(self.path)
        kept = [cells[place] if place < len(cells) else None for place in self._own]
        self._writer([*kept, " ".join(self._explain(finding) for finding in findings)])

    def _open(self, path: Path) -> None:
        if path.suffix.lower() == ".xlsx":
            import xlsxwriter

            book = xlsxwriter.Workbook(
                str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            )
            sheet = book.add_worksheet()
            days = book.add_format({"num_format": "yyyy-mm-dd"})
            self._close = book.close
            self._writer = _SheetWriter(sheet, days)
        else:
            handle = path.open("w", encoding="utf-8", newline="")
            rows = csv.writer(handle, lineterminator="\r\n")
            self._close = handle.close
            self._writer = lambda cells: rows.writerow([_text(cell) for cell in cells])
        self._writer(self._columns)

    def close(self) -> None:
        """Finish the file."""
        self._close()


class _SheetWriter:
    def __init__(self, sheet: Any, days: Any) -> None:
        self._sheet, self._days, self._row = sheet, days, 0

    def __call__(self, cells: Sequence[Cell]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, bool):
                self._sheet.write_boolean(self._row, place, cell)
            elif isinstance(cell, Decimal):
                self._sheet.write_number(self._row, place, cell)
            elif isinstance(cell, str):
                self._sheet.write_string(self._row, place, cell)
            elif cell is not None:
                self._sheet.write_datetime(self._row, place, cell, self._days)
        self._row += 1


def _text(cell: Cell) -> str:
    """A cell as text that no spreadsheet takes for a formula; a number keeps its sign."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    found = str(cell)
    harmless = found[1:].replace(".", "").replace(",", "").isdigit() and found[:1] == "-"
    return f"'{found}" if found.startswith(_FORMULA) and not harmless else found
