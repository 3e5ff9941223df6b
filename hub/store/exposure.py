"""What debtors owe and have ordered, in minor units of the administration's currency: the base of every credit decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.accounting.credit_limit import Exposure
from hub.store import tables as t

CHUNK = 500


def exposures(
    connection: Connection, administration_id: int, relation_ids: Iterable[int], *, without_order: int | None = None
) -> dict[int, Exposure]:
    """Exposure by relation id, each with what those merged into it owe. Open receivables come from postings alone.

    `without_order` leaves one order out: the one that is being decided again.
    """
    wanted = sorted(set(relation_ids))
    found: dict[int, Exposure] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        owed = {row[0]: int(row[1]) for row in _owed(connection, administration_id, part)}
        ordered = {row[0]: int(row[1]) for row in _ordered(connection, administration_id, part, without_order)}
        found.update({one: Exposure(owed.get(one, 0), ordered.get(one, 0)) for one in part})
    return found


def _owed(connection: Connection, administration_id: int, relation_ids: list[int]) -> list[Any]:
    r, o, p = t.relation, t.open_item, t.posting
    survivor = func.coalesce(r.c.merged_into, r.c.id)
    mine = r.c.id.in_(relation_ids) | r.c.merged_into.in_(relation_ids)
    query = (
        select(survivor, func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount)))
        .join_from(r, o, (o.c.administration_id == r.c.administration_id) & (o.c.relation_id == r.c.id))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(r.c.administration_id == administration_id, mine, o.c.side == "receivable")
        .group_by(survivor)
    )
    return list(connection.execute(query))


def _ordered(connection: Connection, administration_id: int, relation_ids: list[int], without: int | None) -> list[Any]:
    """What is accepted and not yet invoiced; an order that was invoiced beyond its amount weighs nothing."""
    a = t.announced_order
    rest = case((a.c.base_amount > a.c.invoiced_base, a.c.base_amount - a.c.invoiced_base), else_=0)
    query = (
        select(a.c.relation_id, func.sum(rest))
        .where(a.c.administration_id == administration_id, a.c.relation_id.in_(relation_ids), a.c.state == "accepted")
        .group_by(a.c.relation_id)
    )
    return list(connection.execute(query.where(a.c.id != without) if without is not None else query))
