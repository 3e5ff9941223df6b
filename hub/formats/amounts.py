"""Amounts and dates as people and spreadsheets write them, Dutch and English, never guessed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from hub.model.money import is_exact

_AMOUNT = re.compile(r"([+-]?)\s*(?:€|EUR)?\s*([+-]?)(\d[\d.,' \u00a0]*)([+-]?)")
_DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"), (3, 2, 1)),
)


class AmbiguousAmount(ValueError):
    """`1.234` may be twelve hundred and more, or one and a bit."""


def read_amount(text: str, currency: str = "EUR") -> Decimal | None:
    """`1.234,56`, `1,234.56`, `1234.56`, `-12,5`, `12.50-`; None for what is no amount of this currency.

    Raises `AmbiguousAmount` for one separator before three digits: nobody can say whether it marks thousands.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    digits = re.sub(r"[' \u00a0]", "", match[3])
    plain = _plain(digits)
    if plain is None:
        return None
    value = Decimal(plain)
    if not is_exact(value, currency):
        return None
    signs = match[1] + match[2] + match[4]
    return None if len(signs) > 1 else -value if signs == "-" else value


def _plain(digits: str) -> str | None:
    """Digits with at most one decimal point."""
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    whole, _, part = digits.rpartition(last)
    if len(set(marks)) == 2:
        other = "," if last == "." else "."
        if whole.count(last) or not _is_grouped(whole, other):
            return None
        return whole.replace(other, "") + "." + part if part.isdigit() else None
    if len(marks) > 1:
        return digits.replace(last, "") if _is_grouped(digits, last) else None
    if len(part) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        raise AmbiguousAmount(digits)
    return f"{whole}.{part}" if part.isdigit() else None


def _is_grouped(text: str, mark: str) -> bool:
    """Whether thousands stand in groups of three."""
    first, *rest = text.split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


def read_date(text: str) -> date | None:
    """`2026-11-21`, `20261121`, `21-11-2026`, `21/11/2026`: the day before the month; None for anything else."""
    for pattern, (year, month, day) in _DATES:
        if match := pattern.fullmatch(text.strip()):
            try:
                return date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                return None
    return None
