"""Whether a staged mail may still leave: a mail server that was away for days must not bring a demand for what was paid meanwhile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, case, func, select

from hub.credit.stops import active_stops
from hub.model.money import from_minor, money_text
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.keyed import keyed
from hub.store.stops import stops_for


def why_not(
    connection: Connection, administration_id: int, relation_id: int, reminder: Reminder, today: date
) -> str:  # fmt: skip
    """What changed since it was staged; "" = all that it asks for is still open, and nothing stops it."""
    now = _open(connection, administration_id, reminder)
    for item in reminder.items:
        left = now.get(item.key, Decimal(0))
        if (item.level or item.outstanding < 0) and left != item.outstanding:
            said, is_now = (money_text(amount, reminder.currency) for amount in (item.outstanding, left))
            return f"{is_now} of invoice {item.invoice} is open now, and it says {said}"
    return _stopped(connection, administration_id, relation_id, reminder, today)


def _open(connection: Connection, administration_id: int, reminder: Reminder) -> dict[int, Decimal]:
    p = t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)).label("rest")
    query = (
        select(p.c.open_item_id, rest)
        .where(
            p.c.administration_id == administration_id,
            keyed(connection, p.c.open_item_id, [i.key for i in reminder.items]),
        )
        .group_by(p.c.open_item_id)
    )
    return {row.open_item_id: from_minor(int(row.rest), reminder.currency) for row in connection.execute(query)}


def _stopped(connection: Connection, administration_id: int, relation_id: int, reminder: Reminder, today: date) -> str:
    r, own = t.relation, t.relation.alias("own")
    query = (
        select(own.c.id, own.c.code)
        .join_from(
            r,
            own,
            (own.c.administration_id == r.c.administration_id) & (own.c.id == func.coalesce(r.c.merged_into, r.c.id)),
        )
        .where(r.c.administration_id == administration_id, r.c.id == relation_id)
    )
    owner = connection.execute(query).one()
    stops = stops_for(connection, administration_id, [owner.id], today).get(owner.id, ())
    for item in (one for one in reminder.items if one.level):
        if active := active_stops(stops, (owner.code, item.invoice), today):
            return (
                f"invoice {item.invoice} rests since {active[0].since}: {active[0].kind} {active[0].reference}".strip()
            )
    return ""
