"""What a command shows: JSON lines or tables on stdout, messages and progress on stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")  # nobody reads microseconds


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of the row, and how its value is shown (`money`, `date`, `outcome`, `yes` or as it is)."""

    key: str
    form: str = ""

    @property
    def right(self) -> bool:
        """Amounts stand to the right."""
        return self.form in ("money", "count")


class Output:
    """Shows rows and messages in one language; with `as_json` only JSON lines go to stdout."""

    def __init__(self, as_json: bool, language: str) -> None:
        self.as_json = as_json
        self.language = language

    def line(self, row: Row) -> None:
        """One JSON line."""
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")

    def rows(self, rows: Iterable[Row], columns: Sequence[Column], *, empty: str = "nothing_found") -> int:
        """JSON lines, or a table; says so when there is nothing. The number of rows."""
        if self.as_json:
            return self._lines(rows)
        found = list(rows)
        if found:
            self.table(found, columns)
        else:
            self.note(empty)
        return len(found)

    def _lines(self, rows: Iterable[Row]) -> int:
        count = 0
        for row in rows:
            self.line(row)
            count += 1
        return count

    def table(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column],
        title: str = "",
        headings: Mapping[str, str] | None = None,
    ) -> None:
        """A table for people: with lines on a terminal, plain columns elsewhere. `headings` go before the catalogue."""
        cells = [[self._cell(row, column) for column in columns] for row in rows]
        known = headings or {}
        heads = [known.get(column.key) or self.text(f"column_{column.key}") for column in columns]
        if pretty():
            _rich_table(title, heads, cells, columns)
        else:
            _plain_table(title, heads, cells, columns)

    def say(self, key: str, **values: object) -> None:
        """A sentence for people on stdout; nothing under `--json`."""
        if not self.as_json:
            sys.stdout.write(self.text(key, **values) + "\n")

    def note(self, key: str, **values: object) -> None:
        """A message on stderr."""
        sys.stderr.write(self.text(key, **values) + "\n")

    def text(self, key: str, **values: object) -> str:
        """A message of the catalogue in the reader's language."""
        from hub.texts.catalogue import message

        return message(key, self.language, **values)

    def cell(self, value: Any, form: str = "") -> str:
        """One value as a cell of a table shows it."""
        return self._cell({"": value}, Column("", form))

    def _cell(self, row: Row, column: Column) -> str:
        value = row.get(column.key)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.text("yes" if value else "no")
        if isinstance(value, list | tuple):
            return ", ".join(self._cell({column.key: item}, column) for item in value)
        from hub.texts.forms import FORMS, Reader

        text = str(value)
        form = FORMS.get(column.form or ("instant" if _INSTANT.fullmatch(text) else ""))
        return form(text, Reader(self.language, "", {})) if form and text else text

    @contextmanager
    def progress(self, key: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A bar on stderr when a person watches; call the function with how much was done."""
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield lambda _done: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        # What is printed meanwhile goes above the bar where both are on the terminal; to a file or pipe it goes as it is.
        above = sys.stdout.isatty()
        with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=above) as bar:
            task = bar.add_task(self.text(key), total=total)
            yield lambda done: bar.advance(task, done)


_SHORT = 20  # dates, codes, numbers of invoices and entries: what may not be bent or cut; names and words may


def pretty() -> bool:
    """Whether what is printed may have lines and colours: a terminal that shows them, and nobody asked for none."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _rich_table(title: str, heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    widths = [max(len(line) for cell in (head, *(row[i] for row in cells)) for line in cell.split("\n"))
              for i, head in enumerate(heads)]  # fmt: skip
    least = [width if column.right else min(width, _SHORT) for width, column in zip(widths, columns, strict=True)]
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for head, column, width in zip(heads, columns, least, strict=True):
        table.add_column(head, justify="right" if column.right else "left", min_width=width, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))  # Text: square brackets in data are no markup
    # In too narrow a window lines run over: they are whole, where half a date or number would be of no use.
    Console(width=max(Console().width, sum(least) + 3 * len(least))).print(table)


def _plain_table(title: str, heads: Sequence[str], cells: Sequence[Sequence[str]], columns: Sequence[Column]) -> None:
    shown = [[cell.replace("\n", " ") for cell in row] for row in (heads, *cells)]
    widths = [max(len(row[i]) for row in shown) for i in range(len(columns))]
    if title:
        sys.stdout.write(title + "\n")
    for row in shown:
        padded = [
            cell.rjust(width) if column.right else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ]
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
