"""JSON against a schema of ours: every place that differs becomes a finding, all of them at once.

Only the words that our schemas use: type, enum, const, required, properties, additionalProperties, items, minItems,
pattern, minimum, maximum, multipleOf, allOf, if with then, and `$ref` into `$defs`. A word that is not known here raises, so that a
schema never says more than is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_SAID_ONLY = {"$schema", "$id", "title", "description", "$defs", "default", "format", "examples"}
_KNOWN = {
    "type", "enum", "const", "required", "properties", "additionalProperties", "items", "minItems", "pattern", "minimum",
    "maximum", "multipleOf", "$ref", "allOf", "if", "then",
}  # fmt: skip
_MOST = 200  # differences that are told; a file of another kind differs everywhere


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` is a JSON path (`$.days[2].tenders[0].amount`); `found` and `expected` in a few words."""

    place: str
    found: str
    expected: str


@cache
def schema(name: str) -> dict[str, Any]:
    """One of our schemas (`sales-day` of `schemas/sales-day.schema.json`). Raises OSError when there is none."""
    here = Path(__file__).parents[1]
    packed = here / "_data" / "schemas"
    folder = packed if packed.is_dir() else here.parent / "schemas"
    loaded: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text("utf-8"))
    return loaded


def differences(value: Any, wanted: dict[str, Any]) -> list[Difference]:
    """Where a JSON value (numbers as Decimal or int) is not what the schema asks; the first two hundred."""
    found = []
    for difference in _check(value, wanted, wanted, "$"):
        found.append(difference)
        if len(found) == _MOST:
            break
    return found


def _check(value: Any, rule: dict[str, Any], top: dict[str, Any], place: str) -> Iterator[Difference]:
    if "$ref" in rule:
        rule = {**top["$defs"][rule["$ref"].removeprefix("#/$defs/")], **{k: v for k, v in rule.items() if k != "$ref"}}
    if unknown := rule.keys() - _KNOWN - _SAID_ONLY:
        raise ValueError(f"this schema says {sorted(unknown)}, which is not checked")
    if "type" in rule and not _is_of(value, rule["type"]):
        yield Difference(place, _shown(value), _types(rule["type"]))
        return
    yield from _check_value(value, rule, place)
    for part in rule.get("allOf", ()):
        yield from _check(value, part, top, place)
    if "if" in rule and next(_check(value, rule["if"], top, place), None) is None:
        yield from _check(value, rule.get("then", {}), top, place)
    if isinstance(value, dict):
        yield from _check_object(value, rule, top, place)
    if isinstance(value, list):
        if len(value) < rule.get("minItems", 0):
            yield Difference(place, f"{len(value)}", f"≥ {rule['minItems']}")
        for index, item in enumerate(value):
            yield from _check(item, rule.get("items", {}), top, f"{place}[{index}]")


def _check_value(value: Any, rule: dict[str, Any], place: str) -> Iterator[Difference]:
    if "const" in rule and value != rule["const"]:
        yield Difference(place, _shown(value), str(rule["const"]))
    if "enum" in rule and value not in rule["enum"]:
        yield Difference(place, _shown(value), " | ".join(str(choice) for choice in rule["enum"]))
    if "pattern" in rule and isinstance(value, str) and not re.search(rule["pattern"], value):
        yield Difference(place, _shown(value), rule.get("title") or rule["pattern"])
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if "minimum" in rule and value < rule["minimum"]:
            yield Difference(place, _shown(value), f"≥ {rule['minimum']}")
        if "maximum" in rule and value > rule["maximum"]:
            yield Difference(place, _shown(value), f"≤ {rule['maximum']}")
        if "multipleOf" in rule and Decimal(value) % Decimal(str(rule["multipleOf"])):
            yield Difference(place, _shown(value), rule.get("title") or f"× {rule['multipleOf']}")


def _check_object(value: dict[str, Any], rule: dict[str, Any], top: dict[str, Any], place: str) -> Iterator[Difference]:
    known = rule.get("properties", {})
    for name in rule.get("required", ()):
        if name not in value:
            yield Difference(f"{place}.{name}", "", name)
    for name, item in value.items():
        if name in known:
            yield from _check(item, known[name], top, f"{place}.{name}")
        elif rule.get("additionalProperties") is False:
            yield Difference(f"{place}.{name}", name, " | ".join(known))


def _is_of(value: Any, kinds: str | list[str]) -> bool:
    return any(_is_one(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _is_one(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int)
    if kind == "number":
        return isinstance(value, int | Decimal)
    plain: dict[str, type] = {"string": str, "object": dict, "array": list, "null": type(None)}
    return isinstance(value, plain[kind])


def _types(kinds: str | list[str]) -> str:
    return kinds if isinstance(kinds, str) else " | ".join(kinds)


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, str | Decimal) else json.dumps(value, default=str, ensure_ascii=False)
    return text[:200]
