"""Dividing an amount over shares to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hub.model.money import from_minor, to_minor


def allocate(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split `total` in proportion to `weights`; the parts sum to `total` exactly, each within a cent of its share.

    Cents left over go to the largest remainders, in order; the split of minus `total` mirrors that of
    `total`, so that a credit note undoes its invoice. Weights that sum to zero: all to the first.
    """
    if not weights:
        return []
    if len(weights) == 1 or not (whole := sum(map(Fraction, weights))):
        return [total, *[Decimal(0)] * (len(weights) - 1)]
    minor = to_minor(total, currency)
    sign = -1 if minor < 0 else 1
    exact = [abs(minor) * Fraction(weight) / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: abs(minor) - sum(parts)]:
        parts[i] += 1
    return [from_minor(sign * part, currency) for part in parts]
