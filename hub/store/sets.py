"""`column IN (…)` with one parameter on both engines, so that a batch of any size is one prepared statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, literal


def within(connection: Connection, column: str, name: str) -> str:
    """SQL that is true when `column` is among the values of parameter `name` (see `values`)."""
    if connection.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    return f"{column} = ANY(:{name})"


def values(connection: Connection, items: Iterable[Any]) -> Any:
    """The parameter for `within`."""
    unique = sorted(set(items))
    return json.dumps(unique) if connection.dialect.name == "sqlite" else unique


def records(connection: Connection, name: str, columns: Mapping[str, str]) -> str:
    """SQL of the rows that parameter `name` has, as a JSON array of objects: their columns, by PostgreSQL's type."""
    if connection.dialect.name == "sqlite":
        named = ", ".join(f"json_extract(value, '$.{column}') AS {column}" for column in columns)
        return f"(SELECT {named} FROM json_each(:{name}))"
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    return f"(SELECT * FROM json_to_recordset(:{name}::json) AS x({typed}))"


def among(connection: Connection, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """As `within` for keys, as an expression: on PostgreSQL one parameter, so that the statement stays the same text."""
    if connection.dialect.name == "sqlite":
        return column.in_(ids)
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


def chunk(connection: Connection) -> int:
    """How many keys go into one question: an array takes many, SQLite a limited number of parameters."""
    return 500 if connection.dialect.name == "sqlite" else 10_000
