"""Relations as a list, by role, hold and limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, exists, or_, select

from hub.accounting.credit_limit import Exposure, holds, limit_of
from hub.model.keys import name_key
from hub.model.relation_card import ROLES, Reason, RelationCard
from hub.reports.selection import base_currency, text_of
from hub.store import tables as t
from hub.store.exposure import exposures
from hub.store.reasons import active_reasons
from hub.store.relation_cards import read_cards

_OF_ROLE = {"debtor": "receivable", "creditor": "payable"}
CHUNK = 500


def list_relations(
    connection: Connection,
    administration_id: int,
    search: str = "",
    limit: int = 1000,
    *,
    role: str = "",
    on_hold: bool = False,
    over_limit: bool = False,
    merged: bool = False,
) -> list[dict[str, Any]]:
    """Code, name, roles and credit, by code. `search` looks in code, name and strong keys; `merged` shows aliases too.

    `over_limit` are debtors who owe and have ordered more than they may, `role` those who were given it or have open
    items of its side. `limit` is the most rows.
    """
    currency = base_currency(connection, administration_id)
    found: list[dict[str, Any]] = []
    after = ""
    while len(found) < limit:
        query = _matching(administration_id, search, role, on_hold, over_limit, merged)
        rows = connection.execute(query.where(t.relation.c.code > after).order_by(t.relation.c.code).limit(CHUNK)).all()
        shown = _lines(connection, administration_id, rows, currency)
        found += [row for row in shown if not over_limit or row["over_limit"]]
        if len(rows) < CHUNK:
            break
        after = rows[-1].code
    return found[:limit]


def _matching(administration_id: int, search: str, role: str, on_hold: bool, over_limit: bool, merged: bool) -> Any:
    r, k, s = t.relation, t.relation_key, t.relation_reason
    survivor = r.alias("survivor")
    query = (
        select(r.c.id, r.c.code, r.c.name, r.c.country, r.c.key, r.c.version, survivor.c.code.label("merged_into"))
        .outerjoin(
            survivor, (survivor.c.administration_id == r.c.administration_id) & (survivor.c.id == r.c.merged_into)
        )
        .where(r.c.administration_id == administration_id)
    )
    if not merged:
        query = query.where(r.c.merged_into.is_(None))
    if search:
        with_key = select(k.c.relation_id).where(
            k.c.administration_id == administration_id, k.c.key.contains(search.upper(), autoescape=True)
        )
        named = r.c.name_key.contains(name_key(search) or search, autoescape=True)
        query = query.where(or_(r.c.code == search, named, r.c.id.in_(with_key)))
    if role:
        query = query.where(_has_role(role))
    for wanted, effect in ((on_hold, "hold"), (over_limit, "limit")):
        if wanted:
            theirs = (s.c.administration_id == r.c.administration_id) & (s.c.relation_id == r.c.id)
            query = query.where(exists().where(theirs, s.c.effect == effect, s.c.lifted_at.is_(None)))
    return query


def _has_role(role: str) -> Any:
    r, c, o = t.relation, t.relation_card, t.open_item
    given = exists().where(
        c.c.administration_id == r.c.administration_id, c.c.relation_id == r.c.id, getattr(c.c, role).is_(True)
    )
    if role not in _OF_ROLE:
        return given
    has_items = exists().where(
        o.c.administration_id == r.c.administration_id, o.c.relation_id == r.c.id, o.c.side == _OF_ROLE[role]
    )
    return or_(given, has_items)


def _lines(connection: Connection, administration_id: int, rows: Sequence[Any], currency: str) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    cards, sides = read_cards(connection, administration_id, ids), sides_of(connection, administration_id, ids)
    reasons = active_reasons(connection, administration_id, ids)
    limited = [one for one in ids if limit_of(reasons.get(one, ())) is not None]
    owed = exposures(connection, administration_id, limited)
    return [
        {
            "code": row.code, "name": row.name, "country": row.country, "key": row.key,
            "roles": roles_of(cards.get(row.id, RelationCard()), sides.get(row.id, ())), "merged_into": row.merged_into,
            "version": row.version, **credit_json(reasons.get(row.id, ()), owed.get(row.id), currency),
        }
        for row in rows
    ]  # fmt: skip


def credit_json(reasons: Sequence[Reason], exposure: Exposure | None, currency: str) -> dict[str, Any]:
    """Hold, limit and exposure of one relation, for a list and the card alike."""
    limit = limit_of(reasons)
    return {
        "on_hold": bool(holds(reasons)),
        "credit_limit": None if limit is None else text_of(limit, currency),
        "exposure": None if exposure is None else text_of(exposure.total, currency),
        "over_limit": limit is not None and exposure is not None and exposure.total > limit,
    }


def sides_of(connection: Connection, administration_id: int, ids: Sequence[int]) -> dict[int, set[str]]:
    """Sides of open items, settled ones too, by relation id."""
    o = t.open_item
    mine = (o.c.administration_id == administration_id) & o.c.relation_id.in_(ids)
    found: dict[int, set[str]] = {}
    for row in connection.execute(select(o.c.relation_id, o.c.side).where(mine).distinct()):
        found.setdefault(row.relation_id, set()).add(row.side)
    return found


def roles_of(card: RelationCard, sides: Any) -> list[str]:
    """The roles that were given, and those that follow from open items; a prospect who bought is one no longer."""
    used = {role for role, side in _OF_ROLE.items() if side in sides}
    given = set(card.roles) | used
    return [role for role in ROLES if role in given and not (role == "prospect" and used)]
