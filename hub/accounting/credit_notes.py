"""Credit notes against the invoices they name (DOMAIN 10.6 no. 13), and items that a person sets off against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from hub.accounting.match_known import in_order, number_key
from hub.errors import Usage
from hub.model.approval import BLOCK
from hub.model.finding import asked
from hub.model.settlement import Allocation, OpenItem, Settlement

ZERO = Decimal(0)


def credit_matches(items: Iterable[OpenItem]) -> list[tuple[OpenItem, OpenItem]]:
    """(credit note, invoice) pairs that DOMAIN 10.6 no. 13 matches by itself: named, same relation and currency, not above it.

    What waits for approval is left alone: rejecting it takes it back whole, or its own credit note settles it.
    """
    everything = sorted((i for i in items if BLOCK not in i.blocks), key=lambda i: (i.invoice_date, i.number, i.id))
    left = {item.id: item.outstanding.amount for item in everything}
    pairs = []
    for credit in (i for i in everything if i.outstanding.amount < 0 and i.credited):
        fitting = [
            i for i in everything
            if i.outstanding.amount > 0 and number_key(i) in credit.credited and i.relation == credit.relation
            and i.side == credit.side and i.part == credit.part and i.outstanding.currency == credit.outstanding.currency
        ]  # fmt: skip
        if len(fitting) == 1 and left[fitting[0].id] >= -credit.outstanding.amount:
            left[fitting[0].id] += credit.outstanding.amount
            pairs.append((credit, fitting[0]))
    return pairs


def set_off(items: Sequence[OpenItem]) -> Settlement:
    """Items against each other: the smaller side whole, of the larger the oldest first. Raises `Usage` when nothing opposes."""
    coming = [item for item in in_order(items) if item.expected > 0]
    going = [item for item in in_order(items) if item.expected < 0]
    least = min(sum((i.expected for i in coming), ZERO), -sum((i.expected for i in going), ZERO))
    if not least:
        raise Usage(asked("HUB-ASK-13"))
    return Settlement(None, (*_taken(coming, least), *_taken(going, least)))


def _taken(items: Sequence[OpenItem], amount: Decimal) -> list[Allocation]:
    made = []
    for item in items:
        part = min(abs(item.expected), amount)
        if part:
            made.append(Allocation(item.id, item.cash(part if item.expected > 0 else -part)))
        amount -= part
    return made
