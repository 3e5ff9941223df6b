"""Which open invoices together come to an amount: found only when there is exactly one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.accounting.discount import allowed_discount
from hub.model.money import to_minor
from hub.model.settlement import Allocation, OpenItem

_MOST_SUMS = 20_000  # different sums that are kept; beyond it nobody could say why it is these invoices


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle an item whole: with or without its discount."""

    item: OpenItem
    allocation: Allocation
    cents: int  # of the payment, without sign


def whole(item: OpenItem) -> Allocation:
    """All that is open of an item, paid."""
    return Allocation(item.id, item.outstanding.amount)


def choices(item: OpenItem, on: date) -> list[Choice]:
    """Settled in full, or less the discount that is allowed on that day."""
    currency = item.outstanding.currency
    open_now = item.outstanding.amount
    ways = [whole(item)]
    if discount := allowed_discount(item, on):
        ways.append(Allocation(item.id, open_now - discount, discount=discount))
    return [Choice(item, way, abs(to_minor(way.amount, currency))) for way in ways if way.amount]


def ways_to(amount: Decimal, items: Sequence[OpenItem], on: date, *, at_least: int, at_most: int) -> list[list[Choice]]:
    """Up to two different sets of `at_least` to `at_most` items that come to `amount`: one is an answer, two are none.

    All items must be in one currency and on the same side of the payment.
    """
    if not items:
        return []
    target = abs(to_minor(amount, items[0].outstanding.currency))
    if at_most == 1:
        return [[choice] for item in items for choice in choices(item, on) if choice.cents == target][:2]
    sums: dict[tuple[int, int], list[list[Choice]]] = {(0, 0): [[]]}
    for item in items:
        grown = {key: list(ways) for key, ways in sums.items()}
        for choice in choices(item, on):
            for (cents, count), ways in sums.items():
                key = (cents + choice.cents, count + 1)
                if key[0] > target or key[1] > at_most:
                    continue
                known = grown.setdefault(key, [])
                known += [[*way, choice] for way in ways[: 2 - len(known)]]
        if len(grown) > _MOST_SUMS:
            return []
        sums = grown
    found = [way for (cents, count), ways in sums.items() if cents == target and count >= at_least for way in ways]
    return found[:2]
