"""Statements past SQLAlchemy: the few that run with every batch, in a third of the time, with errors of the same shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_named = re.compile(r"(?<!:):([a-z_]+)")


@contextmanager
def errors_as_usual(connection: Connection, statement: str) -> Iterator[None]:
    """The driver's errors in the shape that SQLAlchemy gives them, without the parameters, which may be personal."""
    base: Any = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, base, connection_invalidated=lost, dialect=connection.dialect
        ) from error


def run(
    connection: Connection, statement: str, parameters: Any = (), *, as_bytes: bool = False
) -> list[tuple[Any, ...]]:
    """The rows of one statement in the driver's own words (`?` on SQLite, `$1` on PostgreSQL); `as_bytes` as `fetch`."""
    with errors_as_usual(connection, statement):
        cursor = _execute(connection, statement, parameters, as_bytes)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return rows


def send(connection: Connection, statement: str, parameters: Any = ()) -> None:
    """Execute one statement for its effect; within `without_waiting`, its errors come later."""
    with errors_as_usual(connection, statement):
        _execute(connection, statement, parameters)


def _execute(connection: Connection, statement: str, parameters: Any, as_bytes: bool = False) -> Any:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver.execute(statement, parameters)
    # psycopg's raw cursor: the others look for parameters in the text, each time when it is long (0.1 ms).
    return connection.dialect.loaded_dbapi.RawCursor(driver).execute(statement, parameters, binary=as_bytes)


@contextmanager
def without_waiting(connection: Connection) -> Iterator[None]:
    """PostgreSQL: what is sent here travels together, until `run` asks for rows or the block ends; the errors then, too.

    Measured with one message per transaction: a round trip to a server process that has gone to sleep is 0.2 to 0.3 ms.
    """
    driver: Any = connection.connection.driver_connection
    with errors_as_usual(connection, "(several statements)"), driver.pipeline():
        yield


def sqlite_value(value: Any) -> Any:
    """Dates and instants as SQLAlchemy writes them on SQLite."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def run_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute one statement for each row; only where the driver does that by itself, as SQLite's."""
    with errors_as_usual(connection, statement):
        driver: Any = connection.connection.driver_connection
        driver.executemany(statement, rows)


def fetch(
    connection: Connection, query: str, parameters: Mapping[str, Any], *, as_bytes: bool = False
) -> list[tuple[Any, ...]]:
    """Rows of a statement with `:name` parameters that has any: SELECT, or RETURNING. With `as_bytes` they travel as they are
    kept, and not as text, which for bytes is twice as long."""
    if connection.dialect.name == "sqlite":
        return run(connection, query, {name: sqlite_value(value) for name, value in parameters.items()})
    numbered, names = _in_own_words(query)
    return run(connection, numbered, [parameters[name] for name in names], as_bytes=as_bytes)


@lru_cache(maxsize=64)
def _in_own_words(query: str) -> tuple[str, tuple[str, ...]]:
    """A query with `$1` for `:name`, and the names in the order of their numbers."""
    names = tuple(dict.fromkeys(_named.findall(query)))
    return _named.sub(lambda found: f"${names.index(found[1]) + 1}", query), names


@dataclass(frozen=True, slots=True)
class Question:
    """A SELECT with `:name` parameters, and the names of its columns. Answers are JSON: dates and instants are text."""

    columns: str
    query: str


def ask(connection: Connection, questions: Sequence[Question], parameters: Mapping[str, Any]) -> list[list[list[Any]]]:
    """The rows of several questions, in one round trip and in no order."""
    statement = _statement(connection.dialect.name, tuple(questions))
    answers = fetch(connection, statement, parameters)[0]
    return [json.loads(answer) if answer else [] for answer in answers]


@lru_cache(maxsize=64)
def _statement(dialect: str, questions: tuple[Question, ...]) -> str:
    if dialect == "sqlite":
        parts = (f"(SELECT json_group_array(json_array({q.columns})) FROM ({q.query}) AS q)" for q in questions)
        return f"SELECT {', '.join(parts)}"
    parts = (f"(SELECT json_agg(json_build_array({q.columns}))::text FROM ({q.query}) AS q)" for q in questions)
    return f"SELECT {', '.join(parts)}"
