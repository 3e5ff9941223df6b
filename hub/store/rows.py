"""Many rows in one statement, the fastest way each engine has.

PostgreSQL: COPY, and one JSON parameter where rows may exist already (measured: 3.4 and 6.8 µs a row, against 11 for
arrays and 36 for VALUES), with an array for bytes (`blobs.py`); a few rows
of many tables in one statement (0.5 ms against 1.1 for nine COPYs).
SQLite: executemany.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, Table
from sqlalchemy.exc import DBAPIError

from hub.store.blobs import Blobs
from hub.store.driver import errors_as_usual, run, run_many, send, sqlite_value

Row = tuple[Any, ...]
Part = tuple[Table, Sequence[Row], bool]  # rows of a table, and whether those that exist already are skipped
A_FEW = 10  # rows, up to which one JSON parameter is faster than the three messages of a COPY
FEW = 60  # rows in all, up to which one statement for several tables is faster than COPY for each
_ENCODER = json.JSONEncoder(default=str, ensure_ascii=False)
_MARK = "\0"  # stands for a parameter until its number is known
_SQLITE_PARAMETERS = 32_000  # in one statement; SQLite takes 32,766


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], *, ignore: bool = False) -> None:
    """Insert `rows`, tuples in the order of the table's columns. `ignore` skips rows that exist already."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        run_many(connection, _sqlite_insert(table, ignore), [_sqlite_row(row) for row in rows])
    elif ignore or len(rows) <= A_FEW:
        send(connection, _numbered(_postgres_insert(table, ignore)), _parameters(table, rows))
    else:
        _copy(connection, table, rows)


def insert_together(connection: Connection, parts: Sequence[Part]) -> None:
    """Insert rows of several tables, those that others refer to first; a few of them in one statement."""
    filled = [part for part in parts if part[1]]
    if connection.dialect.name == "sqlite" or len(filled) < 2 or sum(len(rows) for _, rows, _ in filled) > FEW:
        for table, rows, ignore in filled:
            insert_rows(connection, table, rows, ignore=ignore)
        return
    statement = _together(tuple((table, ignore) for table, _, ignore in filled))
    send(connection, statement, [p for table, rows, _ in filled for p in _parameters(table, rows)])


def insert_and_count(connection: Connection, parts: Sequence[Part], counters: Part) -> tuple[list[int], list[Any]]:
    """PostgreSQL: insert rows of several tables and raise counters, in one statement and in the order given.

    The rows of `counters` end with by how much to raise the `last` of the counter that the values before name. Answers
    how many rows each part got, and the counters as they are now, as rows of the same shape.
    """
    filled = [part for part in (*parts, counters) if part[1]]
    statement = _counted(tuple((table, ignore) for table, _, ignore in filled), bool(counters[1]))
    given = [p for table, rows, _ in filled for p in _parameters(table, rows)]
    got: Sequence[Any] = run(connection, statement, given)[0]
    got_of = iter(got)
    counts = [int(next(got_of)) if rows else 0 for _, rows, _ in parts]
    return counts, json.loads(got[-1]) if counters[1] else []


def is_taken(error: DBAPIError, table: Table) -> bool:
    """Whether an insert failed because a row of `table` exists already."""
    driver: Any = error.orig
    if hasattr(driver, "sqlstate"):
        return bool(driver.sqlstate == "23505" and driver.diag.table_name == table.name)
    return str(driver).startswith(f"UNIQUE constraint failed: {table.name}.")


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    statement = _copy_statement(table)
    with errors_as_usual(connection, statement), driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def insert_new(connection: Connection, table: Table, rows: Sequence[Row], returning: str) -> set[Any]:
    """Insert the rows that do not exist yet; the values of column `returning` of those that were new.

    Matched by value, never by position: RETURNING promises no order.
    """
    if not rows:
        return set()
    if connection.dialect.name == "sqlite":
        most = _SQLITE_PARAMETERS // len(table.columns)
        if len(rows) > most:
            return insert_new(connection, table, rows[:most], returning) | insert_new(
                connection, table, rows[most:], returning
            )
        statement = _sqlite_insert_new(table, len(rows), returning)
        found = run(connection, statement, [value for row in rows for value in _sqlite_row(row)])
    else:
        statement = _numbered(f"{_postgres_insert(table, True)} RETURNING {returning}")
        found = run(connection, statement, _parameters(table, rows))
    return {row[0] for row in found}


def _parameters(table: Table, rows: Sequence[Row]) -> list[Any]:
    """What `_postgres_insert` takes: a JSON array of objects, and an array for each column of bytes."""
    names, places = _names(table), _places_of_bytes(table)
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    for place in places:
        for one in objects:
            del one[names[place]]
    return [_ENCODER.encode(objects), *(Blobs(row[place] for row in rows) for place in places)]


@lru_cache(maxsize=64)
def _places_of_bytes(table: Table) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(table.columns) if isinstance(column.type, LargeBinary))


@lru_cache(maxsize=64)
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@lru_cache(maxsize=64)
def _copy_statement(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(_names(table))}) FROM STDIN"


def _sqlite_row(row: Row) -> Row:
    return tuple(sqlite_value(value) if isinstance(value, date) else value for value in row)


@lru_cache(maxsize=64)
def _sqlite_insert(table: Table, ignore: bool) -> str:
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})" + (" ON CONFLICT DO NOTHING" if ignore else "")


@lru_cache(maxsize=64)
def _sqlite_insert_new(table: Table, count: int, returning: str) -> str:
    marks = f"({', '.join('?' for _ in table.columns)})"
    values = ", ".join([marks] * count)
    return f"INSERT INTO {table.name} ({', '.join(_names(table))}) VALUES {values} ON CONFLICT DO NOTHING RETURNING {returning}"


@lru_cache(maxsize=64)
def _postgres_insert(table: Table, ignore: bool) -> str:
    """`INSERT … SELECT FROM json_to_recordset`: one text whatever the number of rows, so that it stays prepared.

    Its parameters are `_MARK`s, for `_numbered`.
    """
    of_bytes = [table.columns[place].name for place in _places_of_bytes(table)]
    others = [column for column in table.columns if column.name not in of_bytes]
    columns = ", ".join(f"{column.name} {_sql_type(column)}" for column in others)
    source = f"json_to_recordset({_MARK}::json) AS ({columns})" + f", unnest({_MARK}::bytea[])" * len(of_bytes)
    names = ", ".join([*(column.name for column in others), *of_bytes])
    statement = f"INSERT INTO {table.name} ({names}) SELECT * FROM ROWS FROM ({source}) AS rows({names})"
    return statement + (" ON CONFLICT DO NOTHING" if ignore else "")


@lru_cache(maxsize=64)
def _together(parts: tuple[tuple[Table, bool], ...]) -> str:
    inserts = (f"part{i} AS ({_postgres_insert(table, ignore)})" for i, (table, ignore) in enumerate(parts))
    return _numbered(f"WITH {', '.join(inserts)} SELECT 1")


@lru_cache(maxsize=64)
def _counted(parts: tuple[tuple[Table, bool], ...], with_counters: bool) -> str:
    """As `_together`, but the parts are asked for in order, which is when they are executed: locks are taken in that order."""
    inserts = [f"{_postgres_insert(table, ignore)} RETURNING 1" for table, ignore in parts]
    asked = [f"(SELECT count(*) FROM part{i})" for i in range(len(inserts))]
    if with_counters:
        table, _ = parts[-1]
        *key, last = _names(table)
        raised = f"{last} = {table.name}.{last} + excluded.{last}"
        inserts[-1] = (
            f"{_postgres_insert(table, False)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {raised} RETURNING {table.name}.*"
        )
        now = ", ".join(_names(table))
        asked[-1] = f"(SELECT json_agg(json_build_array({now}))::text FROM part{len(inserts) - 1})"
    named = (f"part{i} AS ({insert})" for i, insert in enumerate(inserts))
    return _numbered(f"WITH {', '.join(named)} SELECT {', '.join(asked)}")


@lru_cache(maxsize=64)
def _numbered(statement: str) -> str:
    """With `$1`, `$2` … for its marks."""
    first, *others = statement.split(_MARK)
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))


def _sql_type(column: Column[Any]) -> str:
    """The type a JSON value is read as."""
    kinds = (
        (BigInteger, "bigint"),
        (Integer, "integer"),
        (Boolean, "boolean"),
        (DateTime, "timestamptz"),
        (Date, "date"),
    )
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
