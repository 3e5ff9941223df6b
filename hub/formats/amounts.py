"""One amount or date as people write it, Dutch and English, never guessed; whole columns are read by `hub.formats.decimals`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from hub.formats.decimals import decimal_of, shape
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
    found = shape(match[3])
    if found is not None and found.ambiguous:
        raise AmbiguousAmount(text)
    value = None if found is None else decimal_of(match[3], found.mark)
    if value is None or not is_exact(value, currency):
        return None
    signs = match[1] + match[2] + match[4]
    return None if len(signs) > 1 else -value if signs == "-" else value


def read_date(text: str) -> date | None:
    """`2026-11-21`, `20261121`, `21-11-2026`, `21/11/2026`: the day before the month; None for anything else."""
    for pattern, (year, month, day) in _DATES:
        if match := pattern.fullmatch(text.strip()):
            try:
                return date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                return None
    return None
