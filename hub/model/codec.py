"""Nouns to JSON and back, for facts and snapshots: exact, canonical, and the same on every machine.

Decimals and dates become text; absent defaults are left out, so that a field added later does not change
what was written before.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> str:
    """Canonical JSON text: sorted keys, no blanks; of `plain(value)`, whose steps the encoder asks for where it needs them."""
    return _ENCODER.encode(value)


def plain(value: Any) -> Any:
    """Dataclasses to dicts, Decimals and dates to text, tuples to lists; fields at their default are left out."""
    kind: Any = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is tuple or kind is list:
        return [plain(item) for item in value]
    if kind is Decimal or isinstance(value, date):
        return str(value)
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return {
            name: plain(item)
            for name, default in _fields(typing.cast(Any, kind))
            if (item := getattr(value, name)) != default
        }
    raise TypeError(f"{kind.__name__} has no JSON form")


def stated_but(value: Any, *left_out: str) -> dict[str, Any]:
    """The fields of a dataclass that are not at their default, without some; for `to_json`."""
    kept = ((name, default) for name, default in _fields(typing.cast(Any, type(value))) if name not in left_out)
    return {name: item for name, default in kept if (item := getattr(value, name)) != default}


def _one_step(value: Any) -> Any:
    """What the JSON encoder does not know itself."""
    kind: Any = type(value)
    if kind is Decimal or isinstance(value, date):
        return str(value)
    required, optional = _required_and_optional(kind)
    said = {name: getattr(value, name) for name in required}
    for name, default in optional:
        item = getattr(value, name)
        if item is not default and item != default:
            said[name] = item
    return said


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_one_step)


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote."""
    return restore(kind, json.loads(text))  # type: ignore[no-any-return]


def restore(kind: Any, data: Any) -> Any:
    """`data` as a value of `kind`: a dataclass, Decimal, date, tuple, dict, union with None, or plain."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [k for k in typing.get_args(kind) if k is not type(None)]
        return None if data is None else restore(inner[0], data)
    if origin is tuple:
        return _restore_tuple(typing.get_args(kind), data)
    if origin is dict:
        value_kind = typing.get_args(kind)[1]
        return {key: restore(value_kind, item) for key, item in data.items()}
    if kind is Decimal:
        return Decimal(data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is datetime:
        return datetime.fromisoformat(data)
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast(Any, kind))
        return kind(**{name: restore(hints[name], item) for name, item in data.items() if name in hints})  # type: ignore[operator]
    return data


def _restore_tuple(kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(restore(kinds[0], item) for item in data)
    return tuple(restore(kind, item) for kind, item in zip(kinds, data, strict=True))


_NEVER = object()


@lru_cache(maxsize=128)
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    made = []
    for field in dataclasses.fields(kind):
        default = field.default
        if default is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        made.append((field.name, _NEVER if default is dataclasses.MISSING else default))
    return tuple(made)


@lru_cache(maxsize=128)
def _required_and_optional(kind: Any) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """Names that are always written, and those with a default that are not written at it. Raises TypeError for no dataclass."""
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind.__name__} has no JSON form")
    fields = _fields(typing.cast(Any, kind))
    required = tuple(name for name, default in fields if default is _NEVER)
    return required, tuple((name, default) for name, default in fields if default is not _NEVER)


@lru_cache(maxsize=128)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
