"""Values of the dunning file: each read with its fault named; a fault leaves a value that does no harm, so that all are found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.model.finding import Finding, asked

Faults = list[Finding]


def known_keys(raw: Any, keys: Collection[str], place: str, faults: Faults) -> None:
    """A key that nobody reads was meant to do something."""
    faults += [asked("HUB-TOML-05", key, ", ".join(keys), place) for key in raw if key not in keys]


def text(raw: Mapping[str, Any], key: str, place: str, faults: Faults) -> str:
    """A text that must be there."""
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        faults.append(asked("HUB-TOML-03", key, location=place))
        return ""
    return value.strip()


def allowed(
    raw: Mapping[str, Any], key: str, values: Collection[str], place: str, faults: Faults, default: str | None
) -> str:
    """One of these; without a default it must be there."""
    if key not in raw and default is not None:
        return default
    value = text(raw, key, place, faults) if raw.get(key) != "" else ""
    if value not in values and (value or key in raw):
        faults.append(asked("HUB-TOML-02", value, ", ".join(filter(None, values)), f"{place}: {key}"))
    return value if value in values else next(iter(values))


def days(raw: Mapping[str, Any], key: str, place: str, faults: Faults) -> int:
    """A whole number of days, not below zero."""
    value = str(raw.get(key, ""))
    if not (value.isascii() and value.isdigit() and len(value) < 5):
        faults.append(asked("HUB-TOML-04", value, location=f"{place}: {key}"))
        return 0
    return int(value)


def amount(raw: Mapping[str, Any], key: str, place: str, faults: Faults) -> Decimal:
    """An amount as text, not below zero."""
    value = raw.get(key)
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        faults.append(asked("HUB-TOML-04", str(value), location=f"{place}: {key}"))
        return Decimal(0)
    return found


def yes(raw: Mapping[str, Any], key: str, place: str, faults: Faults) -> bool:
    """`yes` or `no`, as text or as TOML has it."""
    value = {True: "yes", False: "no"}.get(raw[key], raw[key]) if isinstance(raw[key], bool) else raw[key]
    return allowed({key: value}, key, ("yes", "no"), place, faults, None) == "yes"
