"""Payment proposals: how far each is, and what it comes to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from hub.reports.selection import text_of
from hub.store import tables as t


def list_proposals(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """A row per proposal, newest first; count and total of the lines that were not removed."""
    q, n, a = t.payment_proposal, t.payment_line, t.administration
    query = (
        select(
            q, a.c.currency, func.count(n.c.id).label("lines"), func.coalesce(func.sum(n.c.amount), 0).label("total")
        )
        .join(a, a.c.id == q.c.administration_id)
        .outerjoin(
            n, (n.c.administration_id == q.c.administration_id) & (n.c.proposal_id == q.c.id) & (n.c.state != "removed")
        )
        .where(q.c.administration_id == administration_id)
        .group_by(*q.c, a.c.currency)
        .order_by(q.c.number.desc())
    )
    return [
        {"number": row.number, "kind": row.kind, "state": row.state, "date": str(row.execution_date), "count": row.lines,
         "total": text_of(int(row.total), row.currency), "message_id": row.message_id}
        for row in connection.execute(query)
    ]  # fmt: skip
