"""Tables that people hand in, CSV or a spreadsheet, read without trusting them: cells as they are, every trap a finding.

A CSV names neither its encoding nor its delimiter: a mark at the start decides, else strict UTF-8, else
windows-1252; the delimiter is the one under which most rows have the same number of columns.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from hub.errors import UnreadableInput
from hub.formats.csv_text import delimiter_of
from hub.formats.workbook_traps import check_container, merged_ranges, unsaved_formulas
from hub.formats.xaf_bytes import is_utf8
from hub.model.finding import Finding

Cell = str | Decimal | date | bool | None
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
HEADER_WITHIN = 30  # rows in which the header is looked for: titles and dates may stand above it
_SAMPLE = 256 * 1024
_GUARDED = re.compile(r"'[=+\-@\t\r]")  # an apostrophe that kept a spreadsheet from running the cell
_BAD = "\x00"


@dataclass(slots=True)
class Table:
    """A table with its header; `rows()` may be walked more than once and gives (row number as people see it, cells)."""

    name: str
    columns: tuple[str, ...]
    header_row: int
    rows: Callable[[], Iterator[tuple[int, list[Cell]]]]
    typed: bool  # whether cells have types of their own, as in a spreadsheet
    findings: list[Finding] = field(default_factory=list)
    count: int | None = None  # rows, where that is known before they are read


def open_table(path: Path, is_header: Callable[[Sequence[str]], bool], sheet: str = "") -> Table:
    """The table in a file. `is_header` recognises the header row; else the first row that is not empty is it.

    Raises UnreadableInput HUB-TAB-01 for what is no table, is protected or too large.
    """
    if path.suffix.lower() in SPREADSHEETS:
        return _workbook(path, path.name, is_header, sheet)
    return _csv(path, is_header)


def open_workbook(data: bytes, name: str, is_header: Callable[[Sequence[str]], bool], sheet: str = "") -> Table:
    """As `open_table`, for the bytes of an .xlsx."""
    return _workbook(
        io.BytesIO(data), name if name.lower().endswith(SPREADSHEETS) else f"{name}.xlsx", is_header, sheet
    )


def _workbook(path: Path | BinaryIO, name: str, is_header: Callable[[Sequence[str]], bool], wanted: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

    suffix = os.path.splitext(name)[1]
    check_container(path, suffix)
    if not isinstance(path, Path):
        path.seek(0)
    try:
        book = CalamineWorkbook.from_object(str(path) if isinstance(path, Path) else path)
        names = [
            m.name
            for m in book.sheets_metadata
            if m.typ == SheetTypeEnum.WorkSheet and m.visible == SheetVisibleEnum.Visible
        ]
        sheet = book.get_sheet_by_name(wanted or (names or book.sheet_names)[0])
    except WorksheetNotFound:
        raise UnreadableInput("HUB-TAB-01", found=wanted, expected=", ".join(book.sheet_names)) from None
    except (CalamineError, IndexError, OSError) as error:
        raise UnreadableInput("HUB-TAB-01", found=str(error)[:200], expected=suffix) from None
    start = 1 if sheet.start is None else sheet.start[0] + 1

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in enumerate(sheet.iter_rows(), start):
            yield number, [_typed(cell) for cell in cells]

    table = _with_header(name, rows, is_header, typed=True)
    table.count = sheet.height
    table.findings += [
        Finding("HUB-TAB-06", "fatal", "table", area, details=(("text", sheet.name),))
        for area, last in merged_ranges(sheet)
        if last > table.header_row
    ]
    table.findings += [Finding("HUB-TAB-12", "fatal", "table", place) for place in unsaved_formulas(path, suffix)]
    return table


def _typed(value: Any) -> Cell:
    """A cell of a spreadsheet. Numbers are doubles there; a spreadsheet itself shows 15 digits of them, and so do we."""
    if value == "" or value is None:
        return None
    if isinstance(value, bool | str):
        return value.strip() or None if isinstance(value, str) else value
    if isinstance(value, float | int):
        number = Decimal(f"{value:.15g}")
        return number.quantize(Decimal(1)) if number == number.to_integral_value() and abs(number) < 10**15 else number
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return str(value)


def _csv(path: Path, is_header: Callable[[Sequence[str]], bool]) -> Table:
    encoding, told = _encoding(path)
    with path.open("r", encoding=encoding, errors="replace", newline="") as handle:
        sample = handle.read(_SAMPLE)
    if not sample.strip():
        raise UnreadableInput("HUB-TAB-01", found="0", expected="CSV, XLSX")
    if _BAD in sample:
        raise UnreadableInput("HUB-TAB-01", found="NUL", expected="CSV, XLSX")
    delimiter, skipped = delimiter_of(sample)

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        with path.open("r", encoding=encoding, newline="") as handle:
            yield from _csv_rows(handle, delimiter, skipped)

    table = _with_header(path.name, rows, is_header, typed=False)
    if told:
        table.findings.append(Finding("HUB-TAB-17", "information", "table", found=told))
    return table


def _csv_rows(handle: Any, delimiter: str, skipped: int) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(handle, delimiter=delimiter)
    number = 1
    try:
        for cells in reader:
            if number > skipped:
                yield number, [_text(cell) for cell in cells]
            number = reader.line_num + 1
    except (csv.Error, UnicodeError) as error:
        raise UnreadableInput(
            "HUB-TAB-01", found=str(error)[:200], expected="CSV", location=f"line {number}, column 1"
        ) from None


def _text(cell: str) -> str | None:
    found = cell.strip()
    return (found[1:] if _GUARDED.match(found) else found) or None


def _encoding(path: Path) -> tuple[str, str]:
    """Name of the encoding, and the same again where it was only concluded."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ""
    if is_utf8(path):
        return "utf-8", ""
    return "cp1252", "windows-1252"


def _with_header(
    name: str,
    rows: Callable[[], Iterator[tuple[int, list[Cell]]]],
    is_header: Callable[[Sequence[str]], bool],
    *,
    typed: bool,
) -> Table:
    """The table below its header."""
    first: tuple[int, list[str]] | None = None
    for looked, (number, cells) in enumerate(rows()):
        texts = ["" if cell is None else str(cell) for cell in cells]
        if not any(texts):
            continue
        if is_header(texts):
            first = number, texts
            break
        first = first or (number, texts)
        if looked >= HEADER_WITHIN:
            break
    if first is None:
        raise UnreadableInput("HUB-TAB-01", found="0", expected="CSV, XLSX")
    header, texts = first
    while texts and not texts[-1]:
        texts.pop()

    def below() -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in rows():
            if number > header and any(cell is not None for cell in cells):
                yield number, cells

    return Table(name, tuple(texts), header, below, typed)
