"""Announced orders as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from hub.reports.messages import instant_text
from hub.reports.selection import base_currency, stream, text_of
from hub.store import tables as t
from hub.store.relations import resolve


def list_orders(
    connection: Connection, administration_id: int, *, state: str = "", relation: str = ""
) -> Iterator[dict[str, Any]]:
    """Orders by relation and day; `open` is what still weighs on the limit. Raises `NotFound` for an unknown relation."""
    a, r = t.announced_order, t.relation
    query = (
        select(a, r.c.code, r.c.name)
        .join(r, (r.c.administration_id == a.c.administration_id) & (r.c.id == a.c.relation_id))
        .where(a.c.administration_id == administration_id)
        .order_by(r.c.code, a.c.ordered_on, a.c.id)
    )
    if state:
        query = query.where(a.c.state == state)
    if relation:
        query = query.where(a.c.relation_id == resolve(connection, administration_id, relation)[0])
    currency = base_currency(connection, administration_id)
    for row in stream(connection, query):
        rest = max(row.base_amount - row.invoiced_base, 0) if row.state == "accepted" else 0
        yield {
            "number": row.number, "source": row.source, "relation": row.code, "relation_name": row.name,
            "date": str(row.ordered_on), "currency": row.currency, "amount": text_of(row.amount, row.currency),
            "invoiced": text_of(row.invoiced_base, currency), "open": text_of(rest, currency), "state": row.state,
            "finding": row.finding or None, "changed_at": instant_text(row.changed_at),
        }  # fmt: skip
