"""`column IN (…)` with one parameter on both engines, so that a batch of any size is one prepared statement."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection


def within(connection: Connection, column: str, name: str) -> str:
    """SQL that is true when `column` is among the values of parameter `name` (see `values`)."""
    if connection.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    return f"{column} = ANY(:{name})"


def values(connection: Connection, items: Iterable[Any]) -> Any:
    """The parameter for `within`."""
    unique = sorted(set(items))
    return json.dumps(unique) if connection.dialect.name == "sqlite" else unique
