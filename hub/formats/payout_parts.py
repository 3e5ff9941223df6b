"""The parts of a pay-out put together per kind and gateway, to the cent: providers keep fees in more decimals than a bank pays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from hub.model.money import quantum, round_half_up
from hub.model.payout import PayoutPart

ZERO = Decimal(0)


def settled(parts: Iterable[PayoutPart], amount: Decimal, currency: str) -> tuple[PayoutPart, ...] | None:
    """One part per kind and gateway, whose sum is the amount; None when it is not, by half a cent or more.

    What rounding each part leaves joins the largest fee, which is where the decimals came from.
    """
    grouped: dict[tuple[str, str], PayoutPart] = {}
    for part in parts:
        known = grouped.get((part.what, part.gateway))
        if known is not None:
            part = replace(part, amount=part.amount + known.amount, count=part.count + known.count)
        grouped[part.what, part.gateway] = part
    whole = sum((p.amount for p in grouped.values()), ZERO)
    if abs(whole - amount) > quantum(currency) / 2:
        return None
    made = [replace(p, amount=round_half_up(p.amount, currency)) for p in grouped.values() if p.amount]
    over = amount - sum((p.amount for p in made), ZERO)
    if over:
        fees = [n for n, p in enumerate(made) if p.what == "fees"] or list(range(len(made)))
        largest = max(fees, key=lambda n: abs(made[n].amount), default=None)
        if largest is None:
            return None
        made[largest] = replace(made[largest], amount=made[largest].amount + over)
    return tuple(p for p in made if p.amount)
