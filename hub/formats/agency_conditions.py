"""What is agreed with an agency: the table `[sink.NAME.conditions]` of hub.toml."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.errors import Usage
from hub.model.agency import Agency
from hub.model.dunning import TREATED
from hub.model.finding import Finding, asked

_KEYS = ("register_number", "minimum", "mandate", "treats", "currencies", "countries")
_MANDATES = ("amicable", "legal")


def read_agency(name: str, conditions: Mapping[str, Any]) -> Agency:
    """The agency of `[sink.NAME]`. Raises `Usage` with a finding for each key that is wrong."""
    place = f"hub.toml: sink.{name}.conditions"
    faults: list[Finding] = []
    for key in sorted(conditions.keys() - set(_KEYS)):
        faults.append(asked("HUB-TOML-05", key, ", ".join(_KEYS), place))
    mandate = str(conditions.get("mandate", "amicable"))
    if mandate not in _MANDATES:
        faults.append(asked("HUB-TOML-02", mandate, ", ".join(_MANDATES), f"{place}.mandate"))
    treats = _names(conditions, "treats", (), place, faults)
    for wrong in (one for one in treats if one not in TREATED):
        faults.append(asked("HUB-TOML-02", wrong, ", ".join(TREATED), f"{place}.treats"))
    minimum = _minimum(conditions, place, faults)
    currencies = _names(conditions, "currencies", ("EUR",), place, faults)
    countries = _names(conditions, "countries", (), place, faults)
    if faults:
        raise Usage(findings=faults)
    number = str(conditions.get("register_number", "")).strip()
    return Agency(name, number, minimum, mandate, treats, currencies, countries)  # type: ignore[arg-type]  # checked above


def _minimum(conditions: Mapping[str, Any], place: str, faults: list[Finding]) -> Decimal:
    text = str(conditions.get("minimum", "0.00"))
    try:
        found = Decimal(text)
        if found.is_finite() and found >= 0:
            return found
    except InvalidOperation:
        pass
    faults.append(asked("HUB-TOML-04", text, location=f"{place}.minimum"))
    return Decimal(0)


def _names(
    conditions: Mapping[str, Any], key: str, otherwise: tuple[str, ...], place: str, faults: list[Finding]
) -> tuple[str, ...]:
    found = conditions.get(key, otherwise)
    if isinstance(found, str) or not all(isinstance(one, str) for one in found):
        faults.append(asked("HUB-TOML-04", str(found), location=f"{place}.{key}"))
        return otherwise
    return tuple(found)
