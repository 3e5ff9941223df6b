"""Amounts that a till never rounded: 26 decimals, of which most are nothing.

A menu for 10.00 split over two rates comes as 2.923076… and 7.0769…, together 10.00000000000000064. Such an amount is rounded to
cents only where that is proved: the whole is off by less than a billionth, and what was paid is that whole to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext

from hub.model.money import quantum, round_half_up

_NOISE = Decimal("1e-9")
ZERO = Decimal(0)


def exact_sum(values: Sequence[Decimal]) -> Decimal:
    """The sum with every decimal that was written."""
    with localcontext() as context:
        context.prec = 80
        return sum(values, ZERO)


def is_noise(value: Decimal, currency: str) -> bool:
    """Whether an amount is one in cents but for less than a billionth."""
    with localcontext() as context:
        context.prec = 80
        return abs(value - round_half_up(value, currency)) < _NOISE


def spread(total: Decimal, parts: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The parts in cents, together `total`: each rounded down, the cents that are left go to the largest remainders."""
    cent = quantum(currency)
    with localcontext() as context:
        context.prec = 80
        low = [part.quantize(cent, ROUND_FLOOR) for part in parts]
        left = int((total - sum(low, ZERO)) / cent)
        order = sorted(range(len(parts)), key=lambda index: (low[index] - parts[index], index))
        for index in order[: max(0, min(left, len(order)))]:
            low[index] += cent
        return low
