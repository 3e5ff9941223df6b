"""A report on paper: a sheet as PDF, on A4, lying where it has many columns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from hub.errors import Usage
from hub.letters.typesetting import typeset
from hub.model.sheet import STRONG, Sheet, SheetColumn
from hub.texts.forms import FORMS, Reader

MOST_ROWS = 5_000  # some 120 pages; 3 s and 500 MB to set, measured
_WIDEST, _NARROWEST = 34, 7  # characters that share out the width
_FEW = 7  # columns that fit on a page that stands


def write_pdf(sheet: Sheet, path: Path) -> int:
    """Write it; the number of rows. Raises `Usage` for more rows than anybody prints."""
    rows = list(islice(sheet.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise Usage(
            f"a PDF takes {MOST_ROWS:,} rows: choose fewer (a side, a relation, an account), or write .xlsx or .csv",
            say="pdf_full", most=MOST_ROWS,
        )  # fmt: skip
    path.write_bytes(typeset("sheet", _data(sheet, rows)))
    return len(rows)


def _data(sheet: Sheet, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    reader = Reader(sheet.language, "", {})
    cells = [[_shown(sheet, row, column, reader) for column in sheet.columns] for row in rows]
    wide = len(sheet.columns) > _FEW
    return {
        "title": sheet.title, "facts": sheet.facts, "notes": list(sheet.notes), "language": sheet.language, "wide": wide,
        "size": 8 if len(sheet.columns) <= 10 else 7, "page_word": sheet.page_word,
        "footer": " · ".join([sheet.title, *(value for _, value in sheet.facts[:3])]),
        "columns": [
            {"heading": column.heading, "right": column.right, "width": _width(column, place, cells)}
            for place, column in enumerate(sheet.columns)
        ],
        "rows": [{"strong": bool(row.get(STRONG)), "cells": line} for row, line in zip(rows, cells, strict=True)],
    }  # fmt: skip


def _shown(sheet: Sheet, row: Mapping[str, Any], column: SheetColumn, reader: Reader) -> str:
    text = sheet.text(row, column)
    form = FORMS.get(column.form)
    return form(text, reader) if form and text else text


def _width(column: SheetColumn, place: int, cells: list[list[str]]) -> int:
    """The share of a column: its longest value, within bounds, so that a long name does not starve the figures."""
    longest = max((len(line[place]) for line in cells), default=0)
    heading = max((len(word) for word in (column.heading[:14], *column.heading.split())), default=0)
    return min(max(longest, heading, _NARROWEST), _WIDEST) + 1
