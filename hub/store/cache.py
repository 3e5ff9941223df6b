"""What never changes once it is there, remembered per open database: charts by hash, year ids, known codes."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

_CACHES: WeakKeyDictionary[Pool, dict[str, dict[Any, Any]]] = WeakKeyDictionary()


def cache_of(connection: Connection, name: str) -> dict[Any, Any]:
    """A dictionary that lives as long as the database is open. Only committed facts may go in."""
    return _CACHES.setdefault(connection.engine.pool, {}).setdefault(name, {})


def remember(pool: Pool, name: str, facts: dict[Any, Any]) -> None:
    """Put `facts` in place of what was remembered under `name` for the database of this pool."""
    _CACHES.setdefault(pool, {})[name] = facts
