"""Free fields: an administration's own fields, and whether a value fits its field."""

from __future__ import annotations

import re
from datetime import date

from hub.model.finding import Finding
from hub.model.relation_card import FIELD_KINDS, FreeField

LONGEST = 2000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_YES = frozenset(("yes", "ja", "true", "1", "j", "y"))
_NO = frozenset(("no", "nee", "false", "0", "n"))


def check_field(field: FreeField) -> list[Finding]:
    """What is wrong with a definition."""
    wrong = []
    if not _NAME.fullmatch(field.name):
        wrong.append(_wrong("HUB-FIELD-01", "name", field.name, "a-z 0-9 _"))
    if field.kind not in FIELD_KINDS:
        wrong.append(_wrong("HUB-FIELD-02", "kind", field.kind, ", ".join(FIELD_KINDS)))
    if not 1 <= field.length <= LONGEST:
        wrong.append(_wrong("HUB-FIELD-03", "length", str(field.length), f"1 … {LONGEST}"))
    if (field.kind == "choice") != bool(field.choices):
        wrong.append(_wrong("HUB-FIELD-04", "choices", ", ".join(field.choices), field.kind))
    return wrong


def check_value(field: FreeField, text: str) -> str | Finding:
    """The value as it is kept (`1234.5`, `2026-11-21`, `yes`), or what is wrong with it; empty takes the value away."""
    given = text.strip()
    if not given:
        return ""
    value, expected = _read(field, given)
    if value is None:
        return _wrong("HUB-FIELD-05", field.name, text, expected)
    if len(value) > field.length:
        return _wrong("HUB-FIELD-06", field.name, text, str(field.length))
    return value


def _read(field: FreeField, given: str) -> tuple[str | None, str]:
    """The canonical value, None where it is none; and what one looks like."""
    match field.kind:
        case "number":  # no thousands: 1.234 is one and a bit in one language and twelve hundred in the other
            return (given.replace(",", ".") if _NUMBER.fullmatch(given) else None), "1234.56"
        case "date":
            return _day(given), "2026-11-21"
        case "yes_no":
            low = given.casefold()
            return ("yes" if low in _YES else "no" if low in _NO else None), "yes, no"
        case "choice":
            same = [choice for choice in field.choices if choice.casefold() == given.casefold()]
            return (same[0] if same else None), ", ".join(field.choices)
    return given, ""


def _day(given: str) -> str | None:
    dutch = _DUTCH_DAY.fullmatch(given)
    try:
        return str(date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else date.fromisoformat(given))
    except ValueError:
        return None


def _wrong(code: str, at: str, found: str, expected: str) -> Finding:
    return Finding(code, "fatal", "hub", at, found, expected, "us")
