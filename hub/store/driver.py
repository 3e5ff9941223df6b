"""Statements past SQLAlchemy: the few that run with every batch, in a third of the time, with errors of the same shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


def run(connection: Connection, statement: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
    """Execute one statement in the driver's own words; its rows, where it has any."""
    with errors_as_usual(connection, statement):
        cursor: Any = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        cursor.close()
        return rows


def run_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute one statement for each row; only where the driver does that by itself, as SQLite's."""
    with errors_as_usual(connection, statement):
        driver: Any = connection.connection.driver_connection
        driver.executemany(statement, rows)


def fetch(connection: Connection, query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a SELECT with `:name` parameters."""
    return run(connection, _in_own_words(connection.dialect.name, query), parameters)


@lru_cache(maxsize=64)
def _in_own_words(dialect: str, query: str) -> str:
    return query if dialect == "sqlite" else _named.sub(r"%(\1)s", query)


@dataclass(frozen=True, slots=True)
class Question:
    """A SELECT with `:name` parameters, and the names of its columns. Answers are JSON: dates and instants are text."""

    columns: str
    query: str


def ask(connection: Connection, questions: Sequence[Question], parameters: Mapping[str, Any]) -> list[list[list[Any]]]:
    """The rows of several questions, in one round trip and in no order."""
    statement = _statement(connection.dialect.name, tuple(questions))
    answers = run(connection, statement, parameters)[0]
    return [json.loads(answer) if answer else [] for answer in answers]


@lru_cache(maxsize=64)
def _statement(dialect: str, questions: tuple[Question, ...]) -> str:
    if dialect == "sqlite":
        parts = (f"(SELECT json_group_array(json_array({q.columns})) FROM ({q.query}) AS q)" for q in questions)
        return f"SELECT {', '.join(parts)}"
    parts = (f"(SELECT json_agg(json_build_array({q.columns}))::text FROM ({q.query}) AS q)" for q in questions)
    return _in_own_words(dialect, f"SELECT {', '.join(parts)}")
