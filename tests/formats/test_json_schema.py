"""JSON against our own schemas."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from hub.bootstrap import data_folder
from hub.formats.json_schema import Difference, differences, schema

RULE: dict[str, Any] = {
    "type": "object",
    "required": ["a"],
    "additionalProperties": False,
    "properties": {
        "a": {"$ref": "#/$defs/amount", "minimum": 1},
        "b": {"type": "array", "minItems": 1, "items": {"enum": ["x", "y"]}},
        "c": {"const": 1},
    },
    "$defs": {
        "amount": {
            "type": ["string", "number"],
            "title": "1.00",
            "pattern": r"^[0-9]+\.[0-9]{2}$",
            "multipleOf": 0.01,
            "maximum": 9,
        }
    },
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"a": "1.00"}, []),
        ({"a": Decimal("1.25"), "b": ["x"], "c": 1}, []),
        ({}, [("$.a", "", "a")]),
        ([], [("$", "[]", "object")]),
        ({"a": True}, [("$.a", "true", "string | number")]),
        ({"a": None}, [("$.a", "null", "string | number")]),
        ({"a": "1,00"}, [("$.a", "1,00", "1.00")]),
        ({"a": Decimal("1.001")}, [("$.a", "1.001", "1.00")]),
        ({"a": 0}, [("$.a", "0", "≥ 1")]),
        ({"a": 10}, [("$.a", "10", "≤ 9")]),
        ({"a": 1, "b": []}, [("$.b", "0", "≥ 1")]),
        ({"a": 1, "b": ["x", "z"]}, [("$.b[1]", "z", "x | y")]),
        ({"a": 1, "c": 2, "d": 1}, [("$.c", "2", "1"), ("$.d", "d", "a | b | c")]),
    ],
)
def test_every_place_that_differs_is_told(value: Any, found: list[tuple[str, str, str]]) -> None:
    assert differences(value, RULE) == [Difference(*f) for f in found]


def test_a_word_that_is_not_checked_is_no_schema() -> None:
    with pytest.raises(ValueError, match="maxLength"):
        differences("x", {"type": "string", "maxLength": 1})


def test_a_file_of_another_kind_does_not_fill_memory() -> None:
    assert len(differences({"a": 1, "b": list(range(1000))}, RULE)) == 200


@pytest.mark.parametrize("path", sorted(data_folder("schemas").glob("*.schema.json")), ids=lambda path: path.name)
def test_our_schemas_are_found_by_name_and_say_only_what_is_known(path: Any) -> None:
    loaded = schema(path.name.removesuffix(".schema.json"))
    assert loaded == json.loads(path.read_text("utf-8"))
