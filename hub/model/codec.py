"""Nouns to JSON and back, for facts and snapshots: exact, canonical, and the same on every machine.

Decimals and dates become text; absent defaults are left out, so that a field added later does not change
what was written before.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
Restorer = Callable[[Any], Any]


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
    return _restorer(kind)(data)


@lru_cache(maxsize=512)
def _restorer(kind: Any) -> Restorer:
    """How data become a value of `kind`. Found out once: looking at the kind takes longer than restoring what is of it."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = _restorer(next(k for k in typing.get_args(kind) if k is not type(None)))
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        return _tuple_restorer(typing.get_args(kind))
    if origin is dict:
        of_value = _restorer(typing.get_args(kind)[1])
        return lambda data: {key: of_value(value) for key, value in data.items()}
    if kind is date or kind is datetime:
        return kind.fromisoformat
    if dataclasses.is_dataclass(kind):
        return lambda data: _restored(kind, data)
    return Decimal if kind is Decimal else _as_it_is


def _tuple_restorer(kinds: tuple[Any, ...]) -> Restorer:
    each = [_restorer(kind) for kind in kinds if kind is not Ellipsis]
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return lambda data: tuple(map(each[0], data))
    return lambda data: tuple(one(item) for one, item in zip(each, data, strict=True))


def _restored(kind: Any, data: Mapping[str, Any]) -> Any:
    """A dataclass; what it has no field for is left out."""
    fields = _field_restorers(kind)
    return kind(**{name: fields[name](item) for name, item in data.items() if name in fields})


@lru_cache(maxsize=128)
def _field_restorers(kind: Any) -> Mapping[str, Restorer]:
    return {name: _restorer(hint) for name, hint in typing.get_type_hints(kind).items()}


def _as_it_is(data: Any) -> Any:
    return data


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
