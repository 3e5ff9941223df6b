"""Rows of a table as records: columns to fields, notation decided per column over all rows, every fault with its row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.formats.decimals import Column, Mark
from hub.formats.table_fields import DateOrder, Field, Wrong, date_order, heading, known_headings, value_of
from hub.formats.table_file import Cell, Table, open_table
from hub.model.finding import Finding

REASON = "reason"  # the column that failed rows get; it may come back with them
IGNORED = "-"  # a column that is mapped to this is left out


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says about his file: columns by field, notation where it cannot be seen, which sheet."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # column -> field
    decimal: Mark = ""
    dates: DateOrder = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its values by field (only those that are filled and right), its cells as they stood, and what is wrong."""

    row: int
    values: dict[str, Any]
    cells: list[Cell]
    findings: list[Finding]


class Records:
    """The records of one file. `findings` are those of the whole file; when one is fatal no record can be trusted."""

    def __init__(self, path: Path, fields: Sequence[Field], wishes: Wishes, key: Sequence[str]) -> None:
        self._fields = {one.name: one for one in fields}
        self._wishes = wishes
        self._key = key
        known = known_headings(fields) | {heading(column): name for column, name in wishes.mapping.items()}
        enough = min(2, len(fields))

        def is_header(texts: Sequence[str]) -> bool:
            return sum(heading(text) in known for text in texts) >= enough

        self.table: Table = open_table(path, is_header, wishes.sheet)
        self.findings = list(self.table.findings)
        self._columns = self._mapped(known)  # place -> field
        self._marks: dict[str, Mark] = {}
        self._orders: dict[str, DateOrder] = {}
        if not self.fatal:
            self._decide()

    @property
    def fatal(self) -> bool:
        """Whether the file as a whole cannot be used."""
        return any(finding.fatal for finding in self.findings)

    @property
    def given(self) -> frozenset[str]:
        """Fields that the file has a column for."""
        return frozenset(self._columns.values())

    def _mapped(self, known: Mapping[str, str]) -> dict[int, str]:
        found: dict[int, str] = {}
        unknown = []
        for place, text in enumerate(self.table.columns):
            name = known.get(heading(text), "")
            if name in self._fields and name in found.values():
                self._add("HUB-TAB-05", "fatal", text, name)
            elif name in self._fields:
                found[place] = name
            elif text and name != IGNORED and text != REASON:
                unknown.append(text)
        for column, name in self._wishes.mapping.items():
            if name != IGNORED and (name not in self._fields or name not in found.values()):
                self._add("HUB-TAB-23", "fatal", f"{column}={name}", ", ".join(self._fields))
        if unknown:
            self._add(
                "HUB-TAB-04",
                "warning",
                ", ".join(unknown),
                ", ".join(n for n in self._fields if n not in found.values()),
            )
        missing = [n for n, one in self._fields.items() if one.required and n not in found.values()]
        if missing:
            self._add("HUB-TAB-03", "fatal", ", ".join(self.table.columns), ", ".join(missing))
        return found

    def _decide(self) -> None:
        """Look at every value of the columns whose notation must be known, before any is taken."""
        numbers = {p: Column() for p, n in self._columns.items() if self._fields[n].kind in ("amount", "percentage")}
        dates: dict[int, dict[str, int]] = {p: {} for p, n in self._columns.items() if self._fields[n].kind == "date"}
        if not numbers and not dates:
            return
        for row, cells in self.table.rows():
            for place, column in numbers.items():
                if place < len(cells) and isinstance(text := cells[place], str):
                    column.see(row, text)
            for place, orders in dates.items():
                if (
                    place < len(cells)
                    and isinstance(text := cells[place], str)
                    and (order := date_order(text)) is not None
                ):
                    orders.setdefault(order, row)
        for place, column in numbers.items():
            self._marks[self._columns[place]] = self._mark(place, column)
        self._agree({p: c for p, c in numbers.items() if self._fields[self._columns[p]].kind == "amount"})
        for place, orders in dates.items():
            self._orders[self._columns[place]] = self._order(place, orders)

    def _agree(self, amounts: dict[int, Column]) -> None:
        """Amounts of one table are written in one way, also those in different columns: debit and credit, say."""
        first = {c.mark: p for p, c in reversed(amounts.items()) if c.mark and not c.mixed}
        proving = {mark: first[mark] for mark in (",", ".") if mark in first}
        if len(proving) == 2:
            names = {mark: self.table.columns[place] for mark, place in proving.items()}
            rows = [f"{m} {', '.join(map(str, amounts[p].proofs[m]))} ({names[m]})" for m, p in proving.items()]
            self._add("HUB-TAB-07", "fatal", rows[0], rows[1], ", ".join(names.values()))

    def _mark(self, place: int, column: Column) -> Mark:
        name, asked = self.table.columns[place], self._wishes.decimal
        if column.mixed:
            rows = [f"{mark} {', '.join(map(str, found))}" for mark, found in column.proofs.items()]
            self._add("HUB-TAB-07", "fatal", rows[0], rows[1], name)
        elif asked and column.mark and asked != column.mark:
            self._add(
                "HUB-TAB-07", "fatal", f"{column.mark} {column.proofs[column.mark][0]}", f"--decimal {asked}", name
            )
        elif column.undecided and not asked:
            self._add(
                "HUB-TAB-08", "fatal", ", ".join(map(str, column.ambiguous)), "--decimal comma, --decimal point", name
            )
        return column.mark or asked

    def _order(self, place: int, orders: Mapping[str, int]) -> DateOrder:
        name, asked = self.table.columns[place], self._wishes.dates
        proven = [order for order in ("dmy", "mdy") if order in orders]
        if len(proven) == 2 or (asked and proven and asked not in proven):
            self._add("HUB-TAB-13", "fatal", ", ".join(f"{o} {orders[o]}" for o in proven), "dmy, mdy", name)
        elif not proven and "" in orders and not asked:
            self._add("HUB-TAB-13", "fatal", str(orders[""]), "--dates dmy, --dates mdy", name)
        return "mdy" if (proven or [asked])[0] == "mdy" else "dmy"

    def __iter__(self) -> Iterator[Record]:
        """Every row that is not empty. A row whose key came before is HUB-TAB-11."""
        seen: dict[tuple[Any, ...], int] = {}
        for row, cells in self.table.rows():
            record = self._record(row, cells)
            key = tuple(record.values.get(name) for name in self._key)
            if self._key and any(value is not None for value in key):
                if key in seen:
                    column = self._column_of(self._key[0])
                    found = " ".join(str(value) for value in key if value is not None)
                    record.findings.append(_finding("HUB-TAB-11", row, column, found, str(seen[key])))
                seen.setdefault(key, row)
            yield record

    def _record(self, row: int, cells: list[Cell]) -> Record:
        values: dict[str, Any] = {}
        wrong = []
        for place, name in self._columns.items():
            cell = cells[place] if place < len(cells) else None
            one = self._fields[name]
            if cell is None:
                if one.required:
                    wrong.append(_finding("HUB-TAB-10", row, self.table.columns[place]))
                continue
            try:
                values[name] = value_of(one, cell, self._marks.get(name, ""), self._orders.get(name, ""))
            except Wrong as error:
                wrong.append(_finding(error.code, row, self.table.columns[place], str(cell)[:100], error.expected))
        width = len(self.table.columns)
        extra = ", ".join(str(cell) for cell in cells[width:] if cell is not None)
        if extra:
            wrong.append(_finding("HUB-TAB-16", row, str(width + 1), extra[:100], str(width)))
        return Record(row, values, cells, wrong)

    def _column_of(self, name: str) -> str:
        return next((self.table.columns[place] for place, own in self._columns.items() if own == name), name)

    def located(
        self, code: str, record: Record, name: str, found: str = "", expected: str = "", text: str = ""
    ) -> Finding:
        """A finding of a value that only the books can judge, with its row and column."""
        return _finding(code, record.row, self._column_of(name), found, expected, text)

    def _add(self, code: str, severity: str, found: str, expected: str = "", column: str = "") -> None:
        details = (("column", column), ("row", ""))
        self.findings.append(Finding(code, severity, "table", self.table.name, found, expected or None, "us", details))  # type: ignore[arg-type]


def _finding(code: str, row: int, column: str, found: str = "", expected: str = "", text: str = "") -> Finding:
    details = (("row", str(row)), ("column", column), ("text", text))
    return Finding(code, "fatal", "table", f"row {row}, {column}", found, expected or None, "us", details)
