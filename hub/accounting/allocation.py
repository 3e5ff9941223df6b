"""Dividing an amount over shares to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hub.model.money import decimals, from_minor, round_half_up, to_minor


def allocate(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split `total` in proportion to `weights`; the parts sum to `total` exactly.

    Cents left over go to the largest remainders, in order. All weights zero = all to the first.
    """
    if not weights:
        return []
    whole = sum(weights, Decimal(0))
    if not whole:
        return [total, *[Decimal(0)] * (len(weights) - 1)]
    exact = [total * weight / whole for weight in weights]
    parts = [to_minor(round_half_up(part, currency), currency) for part in exact]
    left = to_minor(total, currency) - sum(parts)
    step = 1 if left > 0 else -1
    scale = decimals(currency)
    order = sorted(range(len(parts)), key=lambda i: (step * (parts[i] - exact[i].scaleb(scale)), i))
    for i in order[: abs(left)]:
        parts[i] += step
    return [from_minor(part, currency) for part in parts]
