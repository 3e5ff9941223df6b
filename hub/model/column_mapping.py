"""Column mapping: how a bookkeeper describes a table or JSON of another package, so that it is read as one of our layouts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from hub.model.codec import to_json
from hub.model.mapping import OTHERS, Mapping

READER = "columns"  # `settings.reader` of a mapping that describes a file
TABLES = ("columns", "values", "constant")
SETTINGS = ("reader", "form", "decimal", "delimiter", "sheet", "first_row", "rows")
PROFILE = "columns:"  # and the first 32 digits of the description's hash: the profile of what was read by it


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """`columns`: their heading or path → fields of ours. `values`: field → their word → ours. `constant`: field → text."""

    name: str
    form: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    values: dict[str, dict[str, str]]
    constant: dict[str, str]
    decimal: str = ""
    delimiter: str = ""
    sheet: str = ""
    first_row: int = 0  # row of the headings, counted from 1; 0 = found by itself
    rows: str = ""  # path of the list in JSON

    def said(self, field: str, text: str) -> str:
        """Our word for theirs in a field; theirs where no row says otherwise."""
        words = self.values.get(field)
        if not words:
            return text
        return words.get(text.casefold(), words.get(OTHERS, text))


def reader_of(mapping: Mapping) -> Mapping:
    """The part of a mapping that describes the file: what decides how it is read, and nothing of how it is booked."""
    tables = {name: rows for name, rows in mapping.tables.items() if name in TABLES}
    settings = {name: text for name, text in mapping.tables.get("settings", {}).items() if name in SETTINGS}
    return Mapping(mapping.source, "", {**tables, "settings": settings})


def without_reader(mapping: Mapping) -> Mapping:
    """The rest of it."""
    tables = {name: dict(rows) for name, rows in mapping.tables.items() if name not in TABLES}
    if "settings" in tables:
        tables["settings"] = {name: text for name, text in tables["settings"].items() if name not in SETTINGS}
    return replace(mapping, tables=tables)


def reader_hash(reader: Mapping) -> str:
    """sha256 of a description."""
    return hashlib.sha256(to_json(reader).encode()).hexdigest()


def column_mapping(mapping: Mapping) -> ColumnMapping | None:
    """The description in a mapping; None where it has none (`settings.reader` is not "columns")."""
    if mapping.setting("reader") != READER:
        return None
    values: dict[str, dict[str, str]] = {}
    for key, word in mapping.tables.get("values", {}).items():
        field, _, theirs = key.partition(".")
        values.setdefault(field, {})[theirs.strip()] = word
    columns = tuple((theirs, tuple(ours.split("|"))) for theirs, ours in mapping.tables.get("columns", {}).items())
    row = mapping.setting("first_row")
    return ColumnMapping(
        mapping.source, mapping.setting("form"), columns, values, dict(mapping.tables.get("constant", {})),
        mapping.setting("decimal"), {"tab": "\t", "\\t": "\t"}.get(mapping.setting("delimiter"), mapping.setting("delimiter")),
        mapping.setting("sheet"), int(row) if row.isdecimal() and len(row) < 6 else 0, mapping.setting("rows"),
    )  # fmt: skip
