"""Whether a staged mail may still leave: a mail server that was away for days must not bring a demand for what was paid meanwhile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from hub.credit.stops import active_stops
from hub.model.money import from_minor, money_text
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.keyed import keyed_as, keys_of
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
    sqlite = connection.dialect.name == "sqlite"
    values = {"administration": administration_id, "items": keys_of(sqlite, [item.key for item in reminder.items])}
    rows = connection.execute(_open_query(sqlite), values)
    return {row.open_item_id: from_minor(int(row.rest), reminder.currency) for row in rows}


@lru_cache(maxsize=2)
def _open_query(sqlite: bool) -> Any:
    """Built once: every mail that leaves asks it."""
    p = t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)).label("rest")
    return (
        select(p.c.open_item_id, rest)
        .where(
            p.c.administration_id == bindparam("administration"), keyed_as(sqlite, p.c.open_item_id, "items"),
        )
        .group_by(p.c.open_item_id)
    )  # fmt: skip


@lru_cache(maxsize=1)
def _owner_query() -> Any:
    r, own = t.relation, t.relation.alias("own")
    survivor = (own.c.administration_id == r.c.administration_id) & (own.c.id == func.coalesce(r.c.merged_into, r.c.id))
    mine = (r.c.administration_id == bindparam("administration"), r.c.id == bindparam("relation"))
    return select(own.c.id, own.c.code).join_from(r, own, survivor).where(*mine)


def _stopped(connection: Connection, administration_id: int, relation_id: int, reminder: Reminder, today: date) -> str:
    owner = connection.execute(_owner_query(), {"administration": administration_id, "relation": relation_id}).one()
    stops = stops_for(connection, administration_id, [owner.id], today).get(owner.id, ())
    for item in (one for one in reminder.items if one.level):
        if active := active_stops(stops, (owner.code, item.invoice), today):
            return (
                f"invoice {item.invoice} rests since {active[0].since}: {active[0].kind} {active[0].reference}".strip()
            )
    return ""
