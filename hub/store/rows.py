"""Many rows in one statement, the fastest way each engine has.

PostgreSQL: COPY, and one JSON parameter where rows may exist already (measured: 3.4 and 6.8 µs a row,
against 11 for arrays and 36 for VALUES). SQLite: executemany.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, Table
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], *, ignore: bool = False) -> None:
    """Insert `rows`, tuples in the order of the table's columns. `ignore` skips rows that exist already."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_sqlite_insert(table, ignore), [_sqlite_row(row) for row in rows])
    elif ignore:
        connection.exec_driver_sql(_postgres_insert(table, ""), (_json(table, rows),))
    else:
        _copy(connection, table, rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """COPY goes past SQLAlchemy, so the driver's errors are given the shape that all others have."""
    import psycopg  # only here: SQLite does without

    driver: Any = connection.connection.driver_connection
    statement = _copy_statement(table)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        lost = driver.closed or driver.broken
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error


def insert_new(connection: Connection, table: Table, rows: Sequence[Row], returning: str) -> set[Any]:
    """Insert the rows that do not exist yet; the values of column `returning` of those that were new.

    Matched by value, never by position: RETURNING promises no order.
    """
    if not rows:
        return set()
    if connection.dialect.name == "sqlite":
        statement = _sqlite_insert(table, True) + f" RETURNING {returning}"
        found: set[Any] = set()
        for row in rows:
            found.update(r[0] for r in connection.exec_driver_sql(statement, _sqlite_row(row)).fetchall())
        return found
    result = connection.exec_driver_sql(_postgres_insert(table, returning), (_json(table, rows),))
    return {r[0] for r in result.fetchall()}


def _json(table: Table, rows: Sequence[Row]) -> str:
    """The rows as a JSON array of objects; bytes as base64."""
    names = _names(table)
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_text, ensure_ascii=False)


def _text(value: Any) -> str:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=64)
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@lru_cache(maxsize=64)
def _copy_statement(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(_names(table))}) FROM STDIN"


def _sqlite_row(row: Row) -> Row:
    """Dates and instants as SQLAlchemy writes them on SQLite."""
    return tuple(_sqlite_value(value) if isinstance(value, date) else value for value in row)


def _sqlite_value(value: date) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat()


@lru_cache(maxsize=64)
def _sqlite_insert(table: Table, ignore: bool) -> str:
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})" + (" ON CONFLICT DO NOTHING" if ignore else "")


@lru_cache(maxsize=64)
def _postgres_insert(table: Table, returning: str) -> str:
    """`INSERT … SELECT FROM json_to_recordset`: one statement text whatever the number of rows, so it stays prepared."""
    names = ", ".join(_names(table))
    columns = ", ".join(f"{column.name} {_sql_type(column)}" for column in table.columns)
    picked = ", ".join(
        f"decode({c.name}, 'base64')" if isinstance(c.type, LargeBinary) else c.name for c in table.columns
    )
    source = f"json_to_recordset(%s::json) AS rows({columns})"
    statement = f"INSERT INTO {table.name} ({names}) SELECT {picked} FROM {source} ON CONFLICT DO NOTHING"
    return statement + (f" RETURNING {returning}" if returning else "")


def _sql_type(column: Column[Any]) -> str:
    """The type a JSON value is read as; bytes come as text."""
    kinds = (
        (BigInteger, "bigint"),
        (Integer, "integer"),
        (Boolean, "boolean"),
        (DateTime, "timestamptz"),
        (Date, "date"),
    )
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
