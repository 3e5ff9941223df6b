"""Many rows in one statement, the fastest way each engine has: bulk arrays on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, Table

Row = tuple[Any, ...]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], *, ignore: bool = False) -> None:
    """Insert `rows`, tuples in the order of the table's columns. `ignore` skips rows that exist already."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_sqlite_insert(table, ignore), [_sqlite_row(row) for row in rows])
    else:
        connection.exec_driver_sql(_postgres_insert(table, ignore, ""), _columns(rows))


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
    result = connection.exec_driver_sql(_postgres_insert(table, True, returning), _columns(rows))
    return {r[0] for r in result.fetchall()}


def _columns(rows: Sequence[Row]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


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
def _postgres_insert(table: Table, ignore: bool, returning: str) -> str:
    """`INSERT … SELECT FROM unnest(arrays)`: one statement text whatever the number of rows, so it stays prepared."""
    names = ", ".join(column.name for column in table.columns)
    arrays = ", ".join(f"%s::{_array_type(column)}[]" for column in table.columns)
    statement = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})"
    if ignore:
        statement += " ON CONFLICT DO NOTHING"
    return statement + (f" RETURNING {returning}" if returning else "")


def _array_type(column: Column[Any]) -> str:
    kinds = (
        (BigInteger, "bigint"),
        (Integer, "integer"),
        (Boolean, "boolean"),
        (DateTime, "timestamptz"),
        (Date, "date"),
        (LargeBinary, "bytea"),
    )
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
