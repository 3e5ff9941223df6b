"""A report as XLSX: real numbers and dates, a frozen header, widths that fit, heavy totals; the same bytes for the same data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import xlsxwriter

from hub.errors import Usage
from hub.model.sheet import STRONG, Sheet, SheetColumn
from hub.texts.forms import worded

MOST_ROWS = 1_048_576  # that a worksheet has
_EXACT_DIGITS = 15  # a spreadsheet counts in doubles: wider amounts are written as text, to the cent
_CREATED = datetime(2000, 1, 1)  # a file says nothing about when it was made
_WIDEST, _NARROWEST = 60, 9
_CELL = 32_767  # characters that a cell holds


def write_workbook(sheet: Sheet, path: Path) -> int:
    """Rows are written as they come, in constant memory. Raises `Usage` for more rows than a worksheet has."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False, "strings_to_formulas": False,
                                           "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"title": sheet.title, "created": _CREATED})
    page = book.add_worksheet(_tab(sheet.title))
    writer = _Writer(sheet, book, page)
    try:
        writer.head()
        for row in sheet.rows:
            writer.row(row)
        writer.foot()
    finally:
        book.close()
    return writer.count


def _tab(title: str) -> str:
    """A worksheet's name: 31 characters, without those that a reference needs."""
    return "".join(" " if c in "[]:*?/\\" else c for c in title).strip("' ")[:31] or "Boekhub"


class _Writer:
    """Where on the page we are, and how wide each column has become."""

    def __init__(self, sheet: Sheet, book: Any, page: Any) -> None:
        self.sheet, self.page = sheet, page
        self.line, self.count = 0, 0
        self._widths = [max(_NARROWEST, len(column.heading) + 2) for column in sheet.columns]
        self._book = book
        self._first = 0  # the header row
        self._formats: dict[tuple[str, bool], Any] = {}

    def head(self) -> None:
        """Title, facts, and the header row, which stays in sight and on every printed page."""
        self.page.write_string(0, 0, self.sheet.title, self._book.add_format({"bold": True, "font_size": 14}))
        for line, (label, value) in enumerate(self.sheet.facts, 1):
            self.page.write_string(line, 0, label)
            self.page.write_string(line, 1, value)
        self.line = len(self.sheet.facts) + 2
        heavy = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        to_the_right = self._book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
        )
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(self.line, place, column.heading, to_the_right if column.right else heavy)
        self.page.freeze_panes(self.line + 1, 0)
        self.page.repeat_rows(self.line)
        self._first = self.line
        self.line += 1

    def row(self, row: Mapping[str, Any]) -> None:
        """One row; a total is heavier."""
        if self.line >= MOST_ROWS - len(self.sheet.notes) - 2:
            raise Usage(
                f"a worksheet holds {MOST_ROWS:,} rows: choose fewer, or write .csv", say="sheet_full", most=MOST_ROWS
            )
        for place, column in enumerate(self.sheet.columns):
            self._cell(place, column, self.sheet.text(row, column), bool(row.get(STRONG)))
        self.line += 1
        self.count += 1

    def foot(self) -> None:
        """The notes; widths, filter and print set-up, now that all rows are known."""
        last = len(self.sheet.columns) - 1
        if self.count:
            self.page.autofilter(self._first, 0, self.line - 1, last)
        for note in self.sheet.notes:
            self.line += 1
            self.page.write_string(self.line, 0, note)
        for place, width in enumerate(self._widths):
            self.page.set_column(place, place, min(width, _WIDEST))
        self.page.set_paper(9)  # A4
        if len(self.sheet.columns) > 6:
            self.page.set_landscape()
        self.page.fit_to_pages(1, 0)
        self.page.set_footer(f"&L{self.sheet.title.replace('&', '&&')}&R{self.sheet.page_word} &P / &N")

    def _cell(self, place: int, column: SheetColumn, text: str, strong: bool) -> None:
        if not text:
            if strong:
                self.page.write_blank(self.line, place, None, self._format("", True))
            return
        self._widths[place] = max(self._widths[place], len(text) + (4 if column.form == "money" else 2))
        if column.right and (number := _number(text)) is not None:
            places = len(text.partition(".")[2])
            self.page.write_number(
                self.line, place, float(number), self._format(f"#,##0.{'0' * places}".rstrip("."), strong)
            )
        elif column.form == "date" and (day := _day(text)) is not None:
            self.page.write_datetime(self.line, place, day, self._format("dd-mm-yyyy", strong))
        else:
            said = worded(text, column.form, self.sheet.language)
            self.page.write_string(self.line, place, said[:_CELL], self._format("@", strong))

    def _format(self, form: str, strong: bool) -> Any:
        if (form, strong) not in self._formats:
            asked: dict[str, Any] = {"num_format": form} if form else {}
            self._formats[form, strong] = self._book.add_format({**asked, "bold": True, "top": 1} if strong else asked)
        return self._formats[form, strong]


def _number(text: str) -> Decimal | None:
    """The figure, None where it is none or has more digits than a spreadsheet keeps."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(number.as_tuple().digits) <= _EXACT_DIGITS else None


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day) if day.year >= 1900 else None
