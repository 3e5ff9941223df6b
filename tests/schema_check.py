"""A checker for the part of JSON Schema that our own schemas use; a keyword it does not know is an error, not a pass."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
_WORDS = {"$schema", "$id", "$defs", "title", "description", "examples", "format"}


def violations(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, place: str = "$") -> list[str]:
    """Everything that `value` has against it."""
    root = schema if root is None else root
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return violations(value, root["$defs"][name], root, place)
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword not in _WORDS:
            found += _CHECKS[keyword](value, wanted, schema, root, place)
    return found


def _type(value: Any, wanted: Any, _schema: Any, _root: Any, place: str) -> list[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    right = any(
        isinstance(value, _TYPES[name]) and (name != "integer" or not isinstance(value, bool)) for name in names
    )
    return [] if right else [f"{place}: not {wanted}"]


def _properties(value: Any, wanted: Any, _schema: Any, root: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [
        e
        for name, inner in wanted.items()
        if name in value
        for e in violations(value[name], inner, root, f"{place}.{name}")
    ]


def _required(value: Any, wanted: Any, _schema: Any, _root: Any, place: str) -> list[str]:
    return [f"{place}.{name}: missing" for name in wanted if not isinstance(value, dict) or name not in value]


def _additional(value: Any, wanted: Any, schema: Any, _root: Any, place: str) -> list[str]:
    extra = set(value) - set(schema.get("properties", {})) if isinstance(value, dict) and wanted is False else set()
    return [f"{place}.{name}: unknown" for name in sorted(extra)]


def _items(value: Any, wanted: Any, _schema: Any, root: Any, place: str) -> list[str]:
    return [
        e
        for i, one in enumerate(value if isinstance(value, list) else [])
        for e in violations(one, wanted, root, f"{place}[{i}]")
    ]


def _pattern(value: Any, wanted: Any, _schema: Any, _root: Any, place: str) -> list[str]:
    return [f"{place}: {value!r}"] if isinstance(value, str) and not re.search(wanted, value) else []


_CHECKS: dict[str, Any] = {
    "type": _type, "properties": _properties, "required": _required, "additionalProperties": _additional, "items": _items,
    "pattern": _pattern,
    "enum": lambda value, wanted, _s, _r, place: [] if value in wanted else [f"{place}: {value!r}"],
    "minimum": lambda value, wanted, _s, _r, place: [] if not isinstance(value, int) or value >= wanted else [f"{place}: {value}"],
}  # fmt: skip
