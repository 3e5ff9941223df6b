"""Layouts: tables of our own (schemas/README.md), known by their headings and read row by row, each fault with its row and column.

The text is walked twice: once to learn how its columns write amounts, once to hand out the rows of one document after the
other, so that a file of a hundred thousand rows is never in memory as cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from hub.formats.amounts import read_date
from hub.formats.csv_text import csv_rows, delimiter_of, heading
from hub.formats.decimals import Column, Mark, decimal_of
from hub.model.finding import Finding
from hub.model.money import is_exact

Kind = Literal["text", "amount", "number", "whole", "date"]
_NUMBERS = ("amount", "number")
_HEAD = 4096  # characters in which the headings stand


@dataclass(frozen=True, slots=True)
class Field:
    """A column: our name, what it holds, other headings it is known by. `needed`: without it the file is another one."""

    name: str
    kind: Kind = "text"
    also: tuple[str, ...] = ()
    needed: bool = False
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """A documented table. `marks` are columns that tell it from its look-alikes (any of them)."""

    name: str
    fields: tuple[Field, ...]
    marks: tuple[str, ...] = ()

    def named(self, cells: Sequence[str]) -> dict[str, int]:
        """Our name of each heading that we know, with its place; the first where it stands twice."""
        by_heading = {h: f.name for f in self.fields for h in (f.name, *f.also)}
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = by_heading.get(heading(cell.strip().strip('"')))
            if name:
                found.setdefault(name, place)
        return found

    def recognises(self, head: str) -> bool:
        """Whether the first row of a text has the needed headings. Cheap, and never raises."""
        sample = head[:_HEAD]
        delimiter, skipped = delimiter_of(sample)
        lines = sample.split("\n")
        if len(lines) <= skipped:
            return False
        try:
            cells = next(csv.reader([lines[skipped].rstrip("\r")], delimiter=delimiter), [])
        except csv.Error:
            return False
        found = self.named(cells).keys()
        needed = {f.name for f in self.fields if f.needed}
        return found >= needed and (not self.marks or any(mark in found for mark in self.marks))

    def field(self, name: str) -> Field | None:
        """The column of that name of ours."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its line number, as an editor counts, and its cells by our names."""

    number: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def text(self, name: str) -> str:
        """The cell, "" where there is none."""
        place = self.columns.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(slots=True)
class LayoutTable:
    """The rows of a text in a layout. `faults` are of the whole file: nothing of it can be read then."""

    layout: Layout
    body: str
    code: str  # of findings: a cell that is not what its column holds
    faults: list[Finding] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    marks: dict[str, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen = {f.name: Column() for f in self.layout.fields if f.kind in _NUMBERS}
        number = 1
        try:
            rows = csv_rows(self.body)
            number, cells = next(rows, (1, []))
            self.columns, self.width = self.layout.named(cells), len(cells)
            names = [name for name in seen if name in self.columns]
            for number, cells in rows:
                row = Row(number, cells, self.columns)
                for name in names:
                    seen[name].see(number, row.text(name))
        except csv.Error as error:
            self.faults.append(self._fault(number, "", str(error)[:200], "CSV"))
        for name in self.columns.keys() & seen.keys():
            self.marks[name] = self._mark(name, seen[name])

    def rows(self) -> Iterator[Row]:
        """Every row below the headings."""
        reader = csv_rows(self.body)
        next(reader, None)
        for number, cells in reader:
            yield Row(number, cells, self.columns)

    def documents(self, key: Callable[[Row], tuple[str, ...]]) -> Iterator[tuple[list[Row], list[Finding]]]:
        """Rows that belong together and stand together, with a fault where their key stood elsewhere in the file before."""
        first: dict[tuple[str, ...], int] = {}
        together: list[Row] = []
        known: tuple[str, ...] = ()
        for row in self.rows():
            mine = key(row)
            if together and mine != known:
                yield together, [*self._apart(known, together[0], first), *self._wide(together)]
                together = []
            together.append(row)
            known = mine
        if together:
            yield together, [*self._apart(known, together[0], first), *self._wide(together)]

    def _apart(self, key: tuple[str, ...], row: Row, first: dict[tuple[str, ...], int]) -> list[Finding]:
        before = first.setdefault(key, row.number)
        if before == row.number:
            return []
        details = (("number", " ".join(filter(None, key))),)
        place = f"row {row.number}, column number"
        return [Finding("HUB-COL-01", "fatal", "read", place, str(row.number), str(before), "sender", details)]

    def _wide(self, rows: Sequence[Row]) -> list[Finding]:
        """Rows with more cells than there are headings: a delimiter inside a text shifted everything after it."""
        wide = [row for row in rows if any(row.cells[self.width :])]
        return [self._fault(row.number, str(self.width + 1), row.cells[self.width], f"{self.width}") for row in wide]

    def text(self, row: Row, name: str, log: list[Finding], *, needed: bool = False) -> str:
        """A cell as text; a fault where it is needed and empty, or longer than anything sensible."""
        found = row.text(name)
        about = self.layout.field(name)
        longest = about.longest if about else 200
        if len(found) > longest:
            log.append(self._fault(row.number, name, f"{found[:60]}…", f"≤ {longest}"))
        elif needed and not found:
            log.append(self._fault(row.number, name, "", name))
        return found[:longest]

    def day(self, row: Row, name: str, log: list[Finding], *, needed: bool = False) -> date | None:
        """A cell as a day; None where it is empty."""
        found = row.text(name)
        day = read_date(found) if found else None
        if day is None and (found or needed):
            log.append(self._fault(row.number, name, found, "2026-03-02, 02-03-2026"))
        return day

    def amount(self, row: Row, name: str, log: list[Finding], currency: str = "EUR") -> Decimal | None:
        """A cell as an amount of a currency; None where it is empty. More decimals than the currency has are a fault."""
        value = self.number(row, name, log)
        if value is not None and not is_exact(value, currency):
            log.append(self._fault(row.number, name, row.text(name), "1234.56"))
        return value

    def number(self, row: Row, name: str, log: list[Finding]) -> Decimal | None:
        """A cell as a number with any decimals; None where it is empty."""
        found = row.text(name)
        if not found:
            return None
        value = decimal_of(found.removesuffix("%").strip(), self.marks.get(name, ""))
        if value is None or abs(value) >= 10**15:
            log.append(self._fault(row.number, name, found[:100], "1234.56"))
            return None
        return value

    def whole(self, row: Row, name: str, log: list[Finding]) -> int | None:
        """A cell as a whole number, not negative; None where it is empty."""
        found = row.text(name)
        if not found:
            return None
        if not (found.isascii() and found.isdecimal() and len(found) < 10):
            log.append(self._fault(row.number, name, found[:100], "1, 2, 3 …"))
            return None
        return int(found)

    def agreed(self, rows: Sequence[Row], name: str, log: list[Finding]) -> Row:
        """The first row that says something of the whole document; a fault where another says something else."""
        told = [row for row in rows if row.text(name)]
        for row in told[1:]:
            if row.text(name) != told[0].text(name):
                log.append(self._fault(row.number, name, row.text(name)[:100], told[0].text(name)[:100]))
        return told[0] if told else rows[0]

    def fault(self, row: Row, name: str, found: str, expected: str) -> Finding:
        """A cell that is not what it should be."""
        return self._fault(row.number, name, found, expected)

    def _mark(self, name: str, column: Column) -> Mark:
        """The decimal mark of a column. Two notations in one column, or values that nobody can tell, are never guessed."""
        if column.mixed:
            comma, point = column.proofs[","][0], column.proofs["."][0]
            self.faults.append(self._fault(max(comma, point), name, ", .", "," if comma < point else "."))
        elif column.undecided:
            self.faults.append(self._fault(column.ambiguous[0], name, "1.234 / 1,234", "1234.00"))
        return column.mark

    def _fault(self, row: int, name: str, found: str, expected: str) -> Finding:
        return Finding(self.code, "fatal", "read", f"row {row}, column {name}", found[:200], expected, "sender")


def csv_of(columns: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A text in a layout: semicolons, one line a row, line ends as `\\n`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()
