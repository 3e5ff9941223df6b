"""Rows of many keys in one question, whatever their number: for what is prepared in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, column, func, literal, select


def keyed(connection: Connection, of: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """True when the column is among the keys; they travel as one parameter on both engines."""
    wanted = sorted(set(ids))
    if connection.dialect.name == "sqlite":
        listed = func.json_each(literal(json.dumps(wanted))).table_valued(column("value", BigInteger))
        return of.in_(select(listed.c.value))  # type: ignore[no-any-return]
    return of == any_(literal(wanted, ARRAY(BigInteger)))  # type: ignore[no-any-return]
