"""Rows of many keys in one question, whatever their number: for what is prepared in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    String,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
)


def keyed_as(sqlite: bool, of: Any, name: str) -> ColumnElement[bool]:
    """As `keyed`, of a statement that is built once: the keys are its parameter `name`, made by `keys_of`."""
    if sqlite:
        listed = func.json_each(bindparam(name, type_=String)).table_valued(column("value", BigInteger))
        return of.in_(select(listed.c.value))  # type: ignore[no-any-return]
    return of == any_(bindparam(name, type_=ARRAY(BigInteger)))  # type: ignore[no-any-return]


def keys_of(sqlite: bool, ids: Iterable[int]) -> Any:
    """The value of that parameter."""
    wanted = sorted(set(ids))
    return json.dumps(wanted) if sqlite else wanted


def keyed(connection: Connection, of: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """True when the column is among the keys; they travel as one parameter on both engines."""
    wanted = sorted(set(ids))
    if connection.dialect.name == "sqlite":
        listed = func.json_each(literal(json.dumps(wanted))).table_valued(column("value", BigInteger))
        return of.in_(select(listed.c.value))  # type: ignore[no-any-return]
    return of == any_(literal(wanted, ARRAY(BigInteger)))  # type: ignore[no-any-return]
