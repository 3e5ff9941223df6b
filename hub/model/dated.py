"""Dated: values that hold from a day until the next one, as the law states amounts and rates."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

Value = TypeVar("Value")
Dated = tuple[tuple[date, Value], ...]  # in order of date


def on_day(rows: Dated[Value], day: date) -> Value | None:
    """What holds on this day; None before the first row."""
    return next((value for since, value in reversed(rows) if since <= day), None)
