"""A hand at the database: one value of one row changed behind every guard, and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select, update
from sqlalchemy.exc import DBAPIError

from tests.books import Books


def lift_guards(books: Books, *tables: str) -> None:
    """What a stranger who owns the database does first: drop the triggers that refuse changes."""
    for table in tables:
        if books.hub.database.is_sqlite:
            for verb in ("update", "delete"):
                books.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            books.execute(f"DROP TRIGGER IF EXISTS {table}_late")
        else:
            books.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            books.execute(f"DROP TRIGGER IF EXISTS {table}_late ON {table}")


@contextmanager
def edited(books: Books, table: Table, column: Column[Any], among: Any = None) -> Iterator[tuple[Any, Any] | None]:
    """One value of the first row that has one is another now, and is put back at the end.

    `among` is a condition that the row must meet. Gives None where a key or check of the database
    itself refuses the change.
    """
    key = _row_key(books, table, column, among)
    with books.hub.database.reading() as connection:
        old = connection.execute(select(column).where(_same(table, key))).scalar()
    new = another(old, column)
    try:
        _write(books, table, column, key, new)
    except DBAPIError:
        yield None
        return
    try:
        yield old, new
    finally:
        _write(books, table, column, {**key, column.name: new} if column.name in key else key, old)


def another(value: Any, column: Column[Any]) -> Any:
    """A value of the same type that is not this one."""
    swapped = {"debit": "credit", "credit": "debit", "payable": "receivable", "receivable": "payable", "EUR": "USD"}
    swapped |= {"posted": "held", "held": "posted", "refused": "duplicate", "normal": "g_account", "fatal": "warning"}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(seconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        length = getattr(column.type, "length", None)
        longer = value + "x" if length is None or len(value) < length else ("x" if value[0] != "x" else "y") + value[1:]
        return swapped.get(value, longer)
    if isinstance(column.type, LargeBinary):
        return b"x"
    return _invented(column)


def _invented(column: Column[Any]) -> Any:
    kind = column.type.python_type
    return {int: 1, str: "x", date: date(2030, 1, 1), datetime: datetime(2030, 1, 1), bool: True}[kind]


def _row_key(books: Books, table: Table, column: Column[Any], among: Any) -> dict[str, Any]:
    columns = list(table.primary_key.columns)
    query = select(*columns).order_by(column.is_(None), *columns).limit(1)
    query = query if among is None else query.where(among)
    with books.hub.database.reading() as connection:
        row = connection.execute(query).one()
    return {c.name: value for c, value in zip(columns, row, strict=True)}


def _same(table: Table, key: dict[str, Any]) -> Any:
    conditions = [table.c[name] == value for name, value in key.items()]
    condition = conditions[0]
    for more in conditions[1:]:
        condition &= more
    return condition


def _write(books: Books, table: Table, column: Column[Any], key: dict[str, Any], value: Any) -> None:
    with books.hub.database.transaction() as connection:
        done = connection.execute(update(table).where(_same(table, key)).values({column.name: value}))
        assert done.rowcount == 1
