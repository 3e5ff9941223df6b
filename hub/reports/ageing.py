"""Ageing (ouderdomsanalyse): how long what is open has been due, tied to the control account on the same day.

Three bucket errors are known in the field (PEERS 2.9): the last limit leaks, an item due far ahead falls
through, and the total differs from the list. Here every item lands in exactly one place, by construction.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from hub.reports.open_items import ItemBalance, Which, item_balances
from hub.reports.selection import base_currency, seen, signed, text_of
from hub.store import tables as t

BUCKETS = (30, 60, 90)  # days overdue: 1-30, 31-60, 61-90, and more


def ageing(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "receivable",
    buckets: Sequence[int] = BUCKETS,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """A line per relation in base currency, then one with the totals, the control account and the difference.

    `buckets` are upper limits in days overdue, ascending; there is one column more than limits. An item
    due on the reference date itself is not overdue. `side` both: what they owe us minus what we owe them.
    `as_of` None is today.
    """
    day = as_of or date.today()
    currency = base_currency(connection, administration_id)
    limits = sorted(set(buckets))
    totals = [0] * (len(limits) + 2)
    items = item_balances(connection, administration_id, side=side, as_of=day, known_at=known_at)
    for (code, name), mine in groupby(items, key=lambda item: (item.relation, item.relation_name)):
        sums = _columns(mine, limits, day, net=side == "both")
        totals = [total + amount for total, amount in zip(totals, sums, strict=True)]
        yield {"relation": code, "name": name, **_shown(sums, currency)}
    control = _control(connection, administration_id, side, day, known_at)
    yield {
        **_shown(totals, currency),
        "control_account": text_of(control, currency),
        "difference": text_of(sum(totals) - control, currency),
    }


def place(item: ItemBalance, limits: Sequence[int], day: date) -> int:
    """The column of an item: 0 is not due, then one per limit, then all that is later.

    What lowers a debt (a credit note) is not due until it is matched (DOMAIN 10.6 no. 13).
    """
    overdue = (day - item.due_date).days
    if overdue <= 0 or item.original < 0:
        return 0
    return 1 + bisect_left(limits, overdue)


def _columns(items: Iterator[ItemBalance], limits: Sequence[int], day: date, *, net: bool) -> list[int]:
    sums = [0] * (len(limits) + 2)
    for item in items:
        sign = -1 if net and item.side == "payable" else 1
        sums[place(item, limits, day)] += sign * item.outstanding_base
    return sums


def _shown(sums: Sequence[int], currency: str) -> dict[str, Any]:
    return {
        "not_due": text_of(sums[0], currency),
        "buckets": [text_of(amount, currency) for amount in sums[1:]],
        "total": text_of(sum(sums), currency),
    }


def _control(
    connection: Connection, administration_id: int, side: Which, as_of: date, known_at: datetime | None
) -> int:
    """The balance of the control accounts in the general ledger, positive when it is what the side says."""
    p, e, a = t.posting, t.entry, t.account
    query = (
        select(func.coalesce(func.sum(signed(p.c.base_amount)), 0))
        .join_from(p, e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(p.c.administration_id == administration_id, *seen(as_of, known_at))
    )
    query = query.where(a.c.control != "") if side == "both" else query.where(a.c.control == side)
    balance = int(connection.execute(query).scalar_one())
    return -balance if side == "payable" else balance
