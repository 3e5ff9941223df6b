"""A report as CSV: plain for programs (keys of the JSON contract), or as a Dutch spreadsheet opens it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hub.model.sheet import Sheet, SheetColumn
from hub.texts.forms import WORDED, worded

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins with one of these


def write_plain(sheet: Sheet, path: Path) -> int:
    """Commas, decimal points, ISO dates, UTF-8; the first line holds the keys, the same in every language."""
    return _write(sheet, path, "utf-8", ",", [column.key for column in sheet.columns], lambda text, _form: text)


def write_dutch(sheet: Sheet, path: Path) -> int:
    """Semicolons, decimal commas, dates as 21-11-2026, UTF-8 with mark; the first line holds the headings."""

    def form(text: str, form: str) -> str:
        return worded(_dutch(text, form), form, sheet.language)

    return _write(sheet, path, "utf-8-sig", ";", [column.heading for column in sheet.columns], form)


def guarded(text: str) -> str:
    """Text from others that no spreadsheet takes for a formula: an apostrophe goes before what would be one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(
    sheet: Sheet, path: Path, encoding: str, delimiter: str, heads: list[str], form: Callable[[str, str], str]
) -> int:
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(heads)
        for row in sheet.rows:
            writer.writerow([_cell(sheet, row, column, form) for column in sheet.columns])
            count += 1
    return count


def _cell(sheet: Sheet, row: Mapping[str, Any], column: SheetColumn, form: Callable[[str, str], str]) -> str:
    text = sheet.text(row, column)
    if column.form in WORDED:
        return guarded(form(text, column.form))
    return form(text, column.form) if column.form and _is_figure(text) else guarded(text)


def _is_figure(text: str) -> bool:
    return text.lstrip("-").replace(".", "").replace("-", "").isdigit() and text.count(".") <= 1


def _dutch(text: str, form: str) -> str:
    if form == "money":
        return text.replace(".", ",")
    if form == "date":
        try:
            return f"{date.fromisoformat(text):%d-%m-%Y}"
        except ValueError:
            return guarded(text)
    return text
