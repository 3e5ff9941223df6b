"""Tables of collection law: TOML as in `mappings/collection_costs.toml` and `mappings/interest.toml`, own rows over shipped ones."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from hub.errors import Usage
from hub.model.collection_tables import (
    DAY_COUNTS,
    INTEREST_KINDS,
    CostTables,
    DayCount,
    InterestKind,
    InterestRate,
    InterestTables,
    OldContracts,
    Scale,
    Slice,
    TermLaw,
)
from hub.model.dated import Dated
from hub.model.finding import asked

File = tuple[str, bytes]  # its name and what stands in it
Made = TypeVar("Made")
Value = TypeVar("Value")


def read_cost_tables(files: Sequence[File]) -> CostTables:
    """The tables of all files together; a later file wins where dates are the same. Raises `Usage` with a finding."""
    raws = [_raw(file) for file in files]
    return CostTables(
        _dated(raws, "scale", _scale),
        _dated(raws, "vat", lambda row: _amount(row["percentage"])),
        _dated(raws, "trade_minimum", lambda row: _amount(row["amount"])),
        _dated(raws, "accumulation", lambda row: _whole(row["look_back_months"])),
    )


def read_interest_tables(files: Sequence[File]) -> InterestTables:
    """The rates of all files together; a later file wins for the same kind and date, and for each setting."""
    raws = [_raw(file) for file in files]
    rates: dict[InterestKind, Dated[InterestRate]] = {}
    for kind in INTEREST_KINDS:
        rates[cast(InterestKind, kind)] = _dated(raws, "rate", _rate, kind)
    settings = {key: (name, raw[key]) for name, raw in raws for key in raw if key not in ("rate", "terms")}
    terms = {key: (name, value) for name, raw in raws for key, value in raw.get("terms", {}).items()}
    return InterestTables(
        rates,
        _setting(settings, "announced_until", date.fromisoformat, date.max),
        cast(DayCount, _setting(settings, "day_count", _day_count, "365")),
        _setting(settings, "old_contracts", _old_contracts, None),
        _terms(terms),
    )


def _raw(file: File) -> tuple[str, dict[str, Any]]:
    name, data = file
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Usage(asked("HUB-TOML-01", str(error), location=name)) from error
    for row in raw.get("rate", ()):
        if isinstance(row, dict) and row.get("kind") not in INTEREST_KINDS:
            raise Usage(asked("HUB-TOML-02", str(row.get("kind", "")), ", ".join(INTEREST_KINDS), f"{name}: rate"))
    return name, raw


def _dated(
    raws: Iterable[tuple[str, dict[str, Any]]], table: str, made: Callable[[dict[str, Any]], Value], kind: str = ""
) -> Dated[Value]:
    rows: dict[date, Value] = {}
    for name, raw in raws:
        for number, row in enumerate(raw.get(table, ()), 1):
            if not kind or row["kind"] == kind:
                day, value = _tried(f"{name}: {table} {number}", row, lambda one: (_day(one["from"]), made(one)))
                rows[day] = value
    return tuple(sorted(rows.items()))


def _setting(found: dict[str, tuple[str, Any]], key: str, made: Callable[[Any], Made], default: Made) -> Made:
    if key not in found:
        return default
    name, value = found[key]
    return _tried(f"{name}: {key}", value, made)


def _tried(place: str, value: Any, made: Callable[[Any], Made]) -> Made:
    """What `made` makes of it; a finding that names the place for what cannot be."""
    try:
        return made(value)
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        said = str(error.args[0]) if isinstance(error, KeyError) else _said(value)
        raise Usage(
            asked("HUB-TOML-03" if isinstance(error, KeyError) else "HUB-TOML-04", said, location=place)
        ) from error


def _said(value: Any) -> str:
    """As it stands in the file, near enough to find it."""
    return ", ".join(f"{key} = {one}" for key, one in value.items()) if isinstance(value, dict) else str(value)


def _scale(row: dict[str, Any]) -> Scale:
    slices = tuple(
        Slice(_amount(one["percentage"]), _amount(one["up_to"]) if "up_to" in one else None) for one in row["slices"]
    )
    ends = [one.up_to for one in slices[:-1]]
    if (
        not slices
        or slices[-1].up_to is not None
        or None in ends
        or ends != sorted(set(ends), key=lambda end: end or 0)
    ):
        raise ValueError("slices go up, and the last one has no end")
    return Scale(slices, _amount(row["minimum"]), _amount(row["maximum"]))


def _rate(row: dict[str, Any]) -> InterestRate:
    return InterestRate(_amount(row["percentage"]), {"yes": True, "no": False}[str(row.get("confirmed", "yes"))])


def _old_contracts(row: dict[str, Any]) -> OldContracts:
    return OldContracts(_day(row["before"]), _amount(row["less"]))


def _terms(found: dict[str, tuple[str, Any]]) -> TermLaw:
    law = TermLaw()
    days = ("without_agreement", "authority_maximum", "business_maximum", "large_to_small_maximum")
    since = ("large_to_small_from", "large_to_small_all_from")
    return TermLaw(
        *(_setting(found, key, _whole, getattr(law, key)) for key in days),
        *(_setting(found, key, _day, getattr(law, key)) for key in since),
    )


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))


def _day_count(value: Any) -> str:
    if value not in DAY_COUNTS:
        raise ValueError(f"one of {DAY_COUNTS}")
    return str(value)


def _amount(value: Any) -> Decimal:
    amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")  # a TOML float is not exact
    if not amount.is_finite() or amount < 0:
        raise ValueError('an amount is text, as "40.00", and not below zero')
    return amount


def _whole(value: Any) -> int:
    number = int(str(value))
    if number < 0:
        raise ValueError("not below zero")
    return number
