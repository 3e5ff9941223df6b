"""A file of another package, by a bookkeeper's description, as a text in one of our layouts; each row knows where it came from.

CSV, XLSX and JSON; walked row by row. Nothing is guessed: what a description does not name is left out, and a cell that is not
what its field holds is handed on as it is, so that the layout's own reader says what is wrong with it.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.csv_text import delimiter_of, heading
from hub.formats.decimals import decimal_of
from hub.formats.layout import Layout, csv_of
from hub.formats.table_file import HEADER_WITHIN, Cell, Table, open_workbook
from hub.model.column_mapping import ColumnMapping
from hub.model.finding import Finding

_PLACE = re.compile(r"row (\d+)(?:, column (\S+))?")
_NUMBERS = ("amount", "number")
_LINE_ENDS = re.compile(r"[\r\n]+")
_SAMPLE = 64 * 1024
_XLSX = b"PK\x03\x04"


@dataclass(slots=True)
class Translation:
    """The text in our layout. `findings` are of the file; when one is fatal there is no text."""

    text: str = ""
    findings: list[Finding] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)  # field of ours → their heading or path
    rows: array[int] = field(default_factory=lambda: array("q"))  # row of theirs per row of ours; in JSON two numbers
    path: str = ""  # of the list in JSON, "" for tables

    def placed(self, finding: Finding) -> Finding:
        """A finding of the layout's reader with the row and column of the user's own file."""
        match = _PLACE.fullmatch(finding.location)
        if match is None:
            return finding
        moved = replace(finding, location=self._place(int(match[1]), match[2] or ""))
        if finding.code == "HUB-COL-01":
            found, expected = (self._row(int(number or 0)) for number in (finding.found, finding.expected))
            moved = replace(moved, found=found, expected=expected)
        return moved

    def _place(self, row: int, name: str) -> str:
        theirs = self.headings.get(name, name)
        if not self.path:
            return f"row {self._row(row)}" + (f", column {theirs}" if name else "")
        at = 2 * (row - 2)
        if not 0 <= at < len(self.rows):
            return self.path
        if not name:
            return f"{self.path}[{self.rows[at]}]"
        return f"{self.path}[{self.rows[at]}].{theirs.replace('[]', f'[{self.rows[at + 1]}]')}"

    def _row(self, row: int) -> str:
        if self.path:
            at = 2 * (row - 2)
            return f"{self.path}[{self.rows[at]}]" if 0 <= at < len(self.rows) else str(row)
        return str(self.rows[row - 2]) if 0 <= row - 2 < len(self.rows) else str(row)


def is_described(content: Content, by: ColumnMapping, layout: Layout) -> bool:
    """Whether a file has what a description names: all its headings, or in JSON the paths of the needed fields. Never raises."""
    if not by.columns:
        return False
    try:
        if content.data.startswith(_XLSX):
            return _has_all(_sheet(content, by).columns, by)
        if content.head[:1] in ("{", "["):
            return _is_json_of(content, by, layout)
        if content.head[:1] == "<":
            return False
        return any(_has_all(cells, by) for _, cells in _head_rows(content, by))
    except (UnreadableInput, csv.Error):
        return False


def translate(content: Content, by: ColumnMapping, layout: Layout) -> Translation:
    """The file in our layout. Raises UnreadableInput for what is no table and no JSON."""
    if content.head[:1] in ("{", "["):
        return _from_json(content, by, layout)
    table = _sheet(content, by) if content.data.startswith(_XLSX) else _text(content, by)
    made = Translation(findings=list(table.findings))
    if any(finding.fatal for finding in table.findings):
        return made
    places = {heading(text): place for place, text in reversed(list(enumerate(table.columns)))}
    wanted = [(name, places[heading(theirs)]) for theirs, names in by.columns for name in names]
    made.headings = {name: table.columns[place] for name, place in wanted}
    fields = [name for name, _ in wanted]

    def cells() -> Iterator[Sequence[str]]:
        for number, row in table.rows():
            said = [_said(row[place] if place < len(row) else None, name, by, layout) for name, place in wanted]
            if any(said):
                made.rows.append(number)
                yield [*said, *constants]

    constants = [by.constant[name] for name in by.constant if name not in fields]
    made.text = csv_of([*fields, *(name for name in by.constant if name not in fields)], cells())
    return made


def _said(cell: Any, name: str, by: ColumnMapping, layout: Layout) -> str:
    """A cell as our layout writes it: numbers with a point, dates as ISO, words as ours."""
    about = layout.field(name)
    kind = about.kind if about else "text"
    if cell is None:
        return by.said(name, "")
    if isinstance(cell, bool):
        return by.said(name, "yes" if cell else "no")
    if isinstance(cell, Decimal | int):
        return (
            _number(Decimal(cell))
            if kind in _NUMBERS
            else by.said(name, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
        )
    if isinstance(cell, date):
        return cell.isoformat()
    text = by.said(name, _LINE_ENDS.sub(" ", str(cell)).strip())
    if kind in _NUMBERS and by.decimal in (",", ".") and text:
        value = decimal_of(text.removesuffix("%").strip(), by.decimal)  # type: ignore[arg-type]
        return text if value is None else _number(value)
    return text


def _number(value: Decimal) -> str:
    """With a point. Three decimals get a fourth: `1.234` could be read as a thousand and more."""
    text = f"{value:f}"
    return text + "0" if len(text.partition(".")[2]) == 3 else text


def _has_all(cells: Sequence[Cell | str], by: ColumnMapping) -> bool:
    found = {heading(str(cell)) for cell in cells if cell is not None}
    return all(heading(theirs) in found for theirs, _ in by.columns)


def _sheet(content: Content, by: ColumnMapping) -> Table:
    return open_workbook(content.data, content.file_name or "xlsx", lambda texts: _has_all(texts, by), by.sheet)


def _delimiter(content: Content, by: ColumnMapping) -> tuple[str, int]:
    sample = content.head if len(content.data) < _SAMPLE else content.text[:_SAMPLE]
    found, skipped = delimiter_of(sample)
    return by.delimiter or found, skipped


def _head_rows(content: Content, by: ColumnMapping) -> Iterator[tuple[int, list[str]]]:
    """The rows among which the headings are: the one that is named, else the first thirty."""
    delimiter = by.delimiter or delimiter_of(content.head)[0]
    reader = csv.reader(io.StringIO(content.head), delimiter=delimiter)
    for looked, cells in enumerate(reader, 1):
        if by.first_row in (0, looked):
            yield reader.line_num, [cell.strip() for cell in cells]
        if looked >= max(HEADER_WITHIN, by.first_row):
            return


def _text(content: Content, by: ColumnMapping) -> Table:
    delimiter, _ = _delimiter(content, by)
    first = next((row for row in _head_rows(content, by) if _has_all(row[1], by)), None)
    if first is None:
        raise UnreadableInput(
            "HUB-TAB-01", found=content.head[:100], expected=", ".join(theirs for theirs, _ in by.columns)
        )

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        reader = csv.reader(io.StringIO(content.text), delimiter=delimiter)
        try:
            for cells in reader:
                if reader.line_num > first[0] and any(cell.strip() for cell in cells):
                    yield reader.line_num, list(cells)
        except csv.Error as error:
            raise UnreadableInput(
                "HUB-TAB-01", found=str(error)[:200], expected="CSV", location=f"row {reader.line_num}, column 1"
            ) from error

    return Table(content.file_name, tuple(first[1]), first[0], rows, typed=False)


def _is_json_of(content: Content, by: ColumnMapping, layout: Layout) -> bool:
    if not content.is_json:
        return False
    found, _ = _listed(content.json, by.rows)
    row = next((one for one in found if isinstance(one, dict)), None)
    if row is None:
        return False
    needed = {f.name for f in layout.fields if f.needed}
    paths = [theirs for theirs, names in by.columns if needed & set(names)] or [theirs for theirs, _ in by.columns]
    return all(_at(row, path.replace("[]", "").split("."), None) is not None for path in paths)


def _listed(value: Any, path: str) -> tuple[list[Any], str]:
    """The list of rows and its path: the one that is named, else the root, else the only list in the root."""
    where = "$"
    for name in filter(None, path.split(".")):
        value = _lower(value).get(name.casefold())
        where += f".{name}"
    if isinstance(value, dict) and not path:
        lists = [(name, one) for name, one in value.items() if isinstance(one, list)]
        name, value = lists[0] if len(lists) == 1 else ("", [value])
        where += f".{name}" if name else ""
    return (value if isinstance(value, list) else [value] if isinstance(value, dict) else []), where


def _lower(value: Any) -> dict[str, Any]:
    return {str(key).casefold(): one for key, one in value.items()} if isinstance(value, dict) else {}


def _at(value: Any, steps: Sequence[str], index: int | None) -> Any:
    """What stands at a path; a list on the way gives its element, or its first one where only existence is asked."""
    for step in steps:
        value = _lower(value).get(step.removesuffix("[]"))
        if isinstance(value, list):
            at = 0 if index is None else index
            value = value[at] if at < len(value) else None
    return value


def _from_json(content: Content, by: ColumnMapping, layout: Layout) -> Translation:
    rows, where = _listed(content.json, by.rows)
    wanted = [(name, theirs.split(".")) for theirs, names in by.columns for name in names]
    made = Translation(path=where, headings={name: ".".join(steps) for name, steps in wanted})
    nested = {theirs.partition("[]")[0] for theirs, _ in by.columns if "[]" in theirs}
    if len(nested) > 1:
        found = ", ".join(sorted(nested))
        made.findings.append(
            Finding("HUB-COL-02", "fatal", "read", where, found, "1", "us", (("file", f"mappings/{by.name}.toml"),))
        )
        return made
    inner = next(iter(nested), "").split(".") if nested else []
    fields = [name for name, _ in wanted]
    constants = [name for name in by.constant if name not in fields]

    def cells() -> Iterator[Sequence[str]]:
        for number, row in enumerate(rows):
            for index in range(_length(row, inner)):
                made.rows.extend((number, index))
                values = (_at(row, steps, index) for _, steps in wanted)
                said = [_said(_plain(v), name, by, layout) for (name, _), v in zip(wanted, values, strict=True)]
                yield [*said, *(by.constant[name] for name in constants)]

    made.text = csv_of([*fields, *constants], cells())
    return made


def _plain(value: Any) -> Any:
    """A value that a cell can hold; objects and lists show as what they are, and no field takes them."""
    return value if value is None or isinstance(value, str | int | Decimal) else str(value)[:100]


def _length(row: Any, inner: Sequence[str]) -> int:
    if not inner:
        return 1
    value = row
    for step in inner:
        value = _lower(value).get(step)
    return len(value) if isinstance(value, list) else 0
