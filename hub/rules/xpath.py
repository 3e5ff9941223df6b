"""XPath's arithmetic, as the official rules reckon: exact decimals, binary doubles, halves towards plus infinity.

It judges and never books: what is booked is added up in `hub.accounting`, by our own rules for rounding.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, Context, Decimal
from functools import lru_cache

from hub.rules.rule import Undecidable
from hub.rules.tree import BLANKS

EXACT = Context(prec=400)
"""Set while rules run: UBL amounts may have 40 digits, and nothing may be lost when they are added."""

ZERO = Decimal(0)
ONE = Decimal(1)
HALF = Decimal("0.5")
CENT = Decimal("0.01")
_HALF_CENT = Decimal("0.005")
_is_decimal = re.compile(r"[ \t\r\n]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*").fullmatch
_is_double = re.compile(
    r"[ \t\r\n]*(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)[ \t\r\n]*"
).fullmatch
_LONGEST = 150
_DIGITS = 18  # after the point, when decimals are divided; more only where the numbers themselves have more


@lru_cache(maxsize=4096)  # a document repeats its amounts and rates: line, subtotal, total
def decimal(text: str | None) -> Decimal:
    """xs:decimal of a text: no exponent, no grouping, no other digits than 0 to 9. Raises Undecidable."""
    if text and len(text) <= _LONGEST and text.isascii() and text.replace(".", "", 1).isdigit():
        return Decimal(text)  # as nearly all are written
    if text is None or len(text) > _LONGEST or not _is_decimal(text):
        raise Undecidable(f"not a decimal number: {(text or '')[:40]!r}")
    return Decimal(text.strip(BLANKS))


@lru_cache(maxsize=1024)
def canonical(text: str | None) -> str:
    """One way of writing for all that is the same decimal: `21` for `21.00`. Raises Undecidable."""
    return str((decimal(text) + ZERO).normalize(EXACT))  # adding zero takes the sign from -0


def is_positive(text: str | None) -> bool:
    """Whether a text is a decimal above zero; for sifting, so what is no number is merely not."""
    try:
        return decimal(text) > 0
    except Undecidable:
        return False


@lru_cache(maxsize=4096)
def double(text: str) -> float:
    """xs:double of a text, which knows exponents, INF and NaN. Raises Undecidable."""
    if not _is_double(text):
        raise Undecidable(f"not a number: {text[:40]!r}")
    return float(text.strip(BLANKS).replace("INF", "inf"))


def at_least_zero(text: str) -> bool:
    """Whether a text is not below zero where the official rule compares an element itself with 0, without number().

    The official processor then orders a double of -0.00 before 0, so -0.00 counts as below and NaN
    as above everything. Raises Undecidable.
    """
    value = double(text)
    return value > 0 or math.isnan(value) or (value == 0 and math.copysign(1, value) > 0)


def whole(value: Decimal) -> Decimal:
    """XPath round(): to the nearest whole number, a half towards plus infinity, so -2.5 gives -2."""
    return (value + HALF).to_integral_value(ROUND_FLOOR)


def cents(value: Decimal) -> Decimal:
    """Rounded to cents the way BR-CO-10 to BR-CO-17 do: halves towards plus infinity, also below zero."""
    return (value + _HALF_CENT).quantize(CENT, ROUND_FLOOR)


def divided(value: Decimal, by: Decimal) -> Decimal:
    """Decimal division as the official processor does it, half down.

    To 18 decimals, and as many more as the dividend has beyond the divisor. Zeros at the end do not count; those before
    the point count less than none in a number that was written with one, so `60.0` has one decimal fewer than `60`.
    """
    places = max(_DIGITS, _DIGITS + _decimals(value) - _decimals(by))
    return (value / by).quantize(Decimal(1).scaleb(-places), ROUND_HALF_DOWN)


def _decimals(value: Decimal) -> int:
    if int(value.as_tuple().exponent) == 0 or not value:
        return 0
    return -int(value.normalize(EXACT).as_tuple().exponent)


def shown(value: Decimal) -> str:
    """A decimal for a sentence: at least two decimals, no exponent, no superfluous zeros beyond two."""
    if value == value.quantize(CENT, ROUND_CEILING):
        return f"{value.quantize(CENT):f}"
    return f"{value.normalize():f}"
