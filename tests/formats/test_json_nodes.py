"""Fields of a JSON document: amounts and days as they stand there, with the path of what is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from hub.formats.json_nodes import Node, day_of


@pytest.mark.parametrize(
    ("value", "amount"), [("12.10", "12.10"), (12, "12"), (D("0.21"), "0.21"), ("-3", "-3"), (" 4.5 ", "4.5")]
)
def test_amount_is_text_or_number(value: Any, amount: str) -> None:
    node = Node({"a": value})
    assert (node.amount("a"), node.log) == (D(amount), [])


@pytest.mark.parametrize("value", ["1,00", "1e3", "NaN", "Infinity", True, [], {}, "12 euro", "9" * 40, D("1e30")])
def test_anything_else_is_told_with_its_path(value: Any) -> None:
    node = Node({"rows": [{"a": value}]})
    assert node.nodes("rows")[0].amount("a") is None
    assert [(f.code, f.location, f.fatal) for f in node.log] == [("HUB-SHOP-01", "$.rows[0].a", True)]


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_no_amount_and_no_fault(value: Any) -> None:
    node = Node({"a": value})
    assert (node.amount("a"), node.money("a"), node.amount("b", "a"), node.log) == (None, 0, None, [])


def test_objects_that_are_none_are_empty() -> None:
    node = Node({"a": 1, "b": [1, "x", {"c": 1}], "t": None})
    assert (node.node("a").value, [n.path for n in node.nodes("b")], node.nodes("a"), node.text("t", "a")) == (
        {},
        ["$.b[2]"],
        [],
        "1",
    )


@pytest.mark.parametrize(
    ("text", "utc", "day"),
    [
        ("2026-03-02T23:30:00", False, "2026-03-02"),
        ("2026-03-02T23:30:00", True, "2026-03-03"),
        ("2026-07-02 22:30:00", True, "2026-07-03"),
        ("2026-03-02T23:30:00Z", False, "2026-03-03"),
        ("2026-03-02T19:30:00-05:00", True, "2026-03-03"),
        ("2026-03-29T01:30:00", True, "2026-03-29"),
        ("2026-03-02", False, "2026-03-02"),
    ],
)
def test_day_is_the_dutch_one_where_the_instant_is_told(text: str, utc: bool, day: str) -> None:
    assert day_of(text, utc=utc) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["", "0000-00-00 00:00:00", "2026-02-30", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_instant_is_none(text: str) -> None:
    assert day_of(text) is None or text.startswith("0001")
