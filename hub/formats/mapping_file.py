"""Mapping files: TOML as in `mappings/*.toml`, read into the model with every fault named by file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from hub.errors import Usage
from hub.model.mapping import Mapping

_HEADER = re.compile(r"\[{1,2}\s*([\w.-]+)\s*\]{1,2}")
_KEY = re.compile(r"""((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+|\s*\.\s*)+)\s*=""")
_PART = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+""")
_LONGEST = 200  # characters of a word or value


def read_mapping(data: bytes, source: str, file: str) -> Mapping:
    """The mapping of one file. Raises `Usage` naming the file, the line where it can be told, and the remedy."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Usage(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise Usage(f'{file}: {error}; a row is written as  table."word" = "value"') from error
    tables: dict[str, dict[str, str]] = {}
    lists: dict[str, tuple[dict[str, str], ...]] = {}
    wrong: list[str] = []
    for name, value in raw.items():
        if isinstance(value, dict):
            tables[name] = _rows(name, value, wrong)
        elif isinstance(value, list):
            lists[name] = tuple(
                _rows(f"{name} {n}", row, wrong) for n, row in enumerate(value, 1) if _is_table(row, name, wrong)
            )
        elif name != "version":
            wrong.append(f"{name} stands outside a table; known at the top is version")
    if wrong:
        text = data.decode("utf-8-sig")
        raise Usage("\n".join(f"{file}{_line_of(text, fault)}: {fault}" for fault in wrong))
    return Mapping(source, str(raw.get("version", "")), tables, file, lists)


def overlaid(mappings: Iterable[Mapping]) -> Mapping:
    """One mapping out of several: a row of a later one wins over the same row of an earlier one; lists of a later one come first."""
    first, *others = mappings
    made = first
    for other in others:
        tables = {**made.tables}
        for name, rows in other.tables.items():
            tables[name] = {**tables.get(name, {}), **rows}
        lists = {**made.lists}
        for name, items in other.lists.items():
            lists[name] = (*items, *lists.get(name, ()))
        version = " + ".join(filter(None, (made.version, other.version)))
        made = Mapping(made.source, version, tables, other.file, lists)
    return made


def line_of(text: str, table: str, word: str) -> int:
    """The line of a row, of the n-th `[[table]]` where `word` is a number of a list, of the table where `word` is ""; 0 = not here."""
    section, headers, first = "", 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip()
        if header := _HEADER.match(written):
            section = header[1].casefold()
            headers += section == table
            first = first or (number if section.partition(".")[0] == table else 0)
            if written.startswith("[[") and section == table and word == str(headers):
                return number
            continue
        key = _KEY.match(written)
        if key is None:
            continue
        full = [part.strip("\"'").casefold() for part in _PART.findall(f"{section}." * bool(section) + key[1].strip())]
        first = first or (number if full[0] == table else 0)
        if full[0] == table and ".".join(full[1:]) == word.casefold():
            return number
    return 0 if word else first


def _is_table(row: Any, name: str, wrong: list[str]) -> bool:
    if not isinstance(row, dict):
        wrong.append(f"{name} holds {row!r}; rows are written as [[{name}]] with keys below it")
    return isinstance(row, dict)


def _rows(name: str, table: dict[str, Any], wrong: list[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for key, value in table.items():
        word = key.strip().casefold()
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "|".join(value)
        if not isinstance(value, str):
            wrong.append(f'{name}.{key} = {value!r}: write the value between quotes, as {name}."{key}" = "{value}"')
        elif len(value) > _LONGEST or len(key) > _LONGEST:
            wrong.append(f"{name}.{key[:40]}… is longer than {_LONGEST} characters")
        elif word in made:
            wrong.append(f"{name}.{key} stands there twice (capitals do not matter)")
        else:
            made[word] = value.strip()
    return made


def _line_of(text: str, fault: str) -> str:
    """`, line 12` where the word at fault is written once."""
    word = fault.split(" ", 1)[0].rpartition(".")[2].rstrip("…")
    found = [
        n for n, line in enumerate(text.splitlines(), 1) if re.search(rf'(^|[."\s]){re.escape(word)}["\s]*=', line)
    ]
    return f", line {found[-1]}" if found else ""
