"""Reports as files: CSV, XLSX and PDF, chosen by the ending of the file's name; one place for all reports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hub.errors import Usage
from hub.model.sheet import Sheet

ENDINGS = (".csv", ".xlsx", ".pdf")
Writer = Callable[[Sheet, Path], int]


def ending_of(path: Path) -> str:
    """The form that a file name asks for. Raises `Usage` for another than these."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Usage(
            f"{path.name}: a report is written as {', '.join(ENDINGS)}; the ending of the name chooses",
            say="report_ending",
            file=path.name,
            known=", ".join(ENDINGS),
        )
    return ending


def write_sheet(sheet: Sheet, path: Path, *, dutch_csv: bool = False) -> int:
    """Write a report; the number of its rows. The file is there whole or not at all.

    `dutch_csv` is what a Dutch spreadsheet opens by a double click: semicolons, decimal commas, headings in words.
    Raises `Usage` for an unknown ending, a folder that is not there, and more rows than the form can hold.
    """
    writer = _writer(ending_of(path), dutch_csv)
    folder = path.parent if str(path.parent) else Path()
    if not folder.is_dir():
        raise Usage(f"there is no folder {folder} to write {path.name} in", say="no_folder", folder=folder)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    os.close(handle)
    made = Path(name)
    try:
        count = writer(sheet, made)
        made.chmod(0o644)
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return count


def _writer(ending: str, dutch_csv: bool) -> Writer:
    if ending == ".csv":
        from hub.reports.forms.csv_file import write_dutch, write_plain

        return write_dutch if dutch_csv else write_plain
    if ending == ".xlsx":
        from hub.reports.forms.workbook import write_workbook

        return write_workbook
    from hub.letters.sheet import write_pdf

    return write_pdf
