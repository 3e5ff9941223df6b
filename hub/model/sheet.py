"""Sheet: a report as words and figures in rows, ready for a screen, a file or paper; every word is in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

STRONG = "_strong"  # a row that bears this key, with something true, is a total: shown heavier


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: the key of its value in a row, its heading, and whether that is an amount, a date or a count.

    Amounts and dates stand in a row as the JSON contract writes them: `"1234.56"`, `"2026-11-21"`.
    """

    key: str
    heading: str
    form: str = ""  # money | date | count | word | instant | "" = text

    @property
    def right(self) -> bool:
        """Figures stand to the right."""
        return self.form in ("money", "count")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report: what it is, whose and of when, and its rows, which can be walked once."""

    title: str
    facts: tuple[tuple[str, str], ...]  # administration, reference date, known at: each with its label
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Mapping[str, Any]]
    notes: Sequence[str] = ()  # below the rows, complete when those were walked: the tie to the control account
    language: Literal["nl", "en"] = "nl"
    page_word: str = "Pagina"
    yes_no: tuple[str, str] = ("ja", "nee")

    def text(self, row: Mapping[str, Any], column: SheetColumn) -> str:
        """A value as plain text, not yet in the reader's form; empty for none."""
        value = row.get(column.key)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.yes_no[0 if value else 1]
        if isinstance(value, list | tuple):
            return ", ".join(str(item) for item in value)
        return str(value)
