"""Tasks about debtors themselves: those who owe and whom no reminder can reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from hub.reports.task import Task
from hub.store import tables as t
from hub.store.recipients import addressee_of, cards_of


def unreachable(connection: Connection, administration_id: int, today: date, _at: datetime) -> Iterator[Task]:
    """Debtors with something overdue and neither an e-mail address nor one that an envelope can bear."""
    rows = connection.execute(_late(administration_id, today)).all()
    cards = cards_of(connection, administration_id, {row.id for row in rows}) if rows else None
    for row in rows:
        assert cards is not None
        found = addressee_of(cards, row.id, row.name, row.country)
        if found.email or found.lines:
            continue
        command = f"hub relations set {row.code} --email ADDRESS"
        yield Task(
            "unreachable", command, row.number, row.code, row.name, row.due_date, amount=int(row.rest), currency=row.currency,
            recipient=found.telephone,
        )  # fmt: skip


def _late(administration_id: int, today: date) -> Select[Any]:
    """Overdue by debtor and currency, of those without any address in force; the oldest first. Few, whatever there is."""
    o, p, own, r, a = t.open_item, t.posting, t.relation.alias("own"), t.relation, t.relation_address
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)).label("rest")
    somewhere = select(a.c.id).where(
        a.c.administration_id == r.c.administration_id, a.c.relation_id == r.c.id, a.c.ended_at.is_(None),
        a.c.kind != "delivery", a.c.line_1 != "",
    )  # fmt: skip
    return (
        select(
            r.c.id, r.c.code, r.c.name, r.c.country, o.c.currency, rest, func.min(o.c.due_date).label("due_date"),
            func.min(o.c.number).label("number"),
        )
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(own, (own.c.administration_id == o.c.administration_id) & (own.c.id == o.c.relation_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == func.coalesce(own.c.merged_into, own.c.id)))
        .where(o.c.administration_id == administration_id, o.c.side == "receivable", o.c.due_date < today, ~somewhere.exists())
        .group_by(r.c.administration_id, r.c.id, r.c.code, r.c.name, r.c.country, o.c.currency)
        .having(rest > 0)
        .order_by(func.min(o.c.due_date), r.c.id)
    )  # fmt: skip
