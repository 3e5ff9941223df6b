"""Relations as lists and cards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from hub.model.codec import plain
from hub.model.keys import name_key
from hub.store import tables as t
from hub.store.relations import get_relation


def list_relations(
    connection: Connection, administration_id: int, search: str = "", limit: int = 1000
) -> list[dict[str, Any]]:
    """Code, name and country, by code; `search` looks in code, name and strong keys."""
    r, k = t.relation, t.relation_key
    query = select(r.c.code, r.c.name, r.c.country, r.c.key).where(r.c.administration_id == administration_id)
    if search:
        with_key = select(k.c.relation_id).where(
            k.c.administration_id == administration_id, k.c.key.contains(search.upper(), autoescape=True)
        )
        named = r.c.name_key.contains(name_key(search) or search, autoescape=True)
        query = query.where(or_(r.c.code == search, named, r.c.id.in_(with_key)))
    return [dict(row._mapping) for row in connection.execute(query.order_by(r.c.code).limit(limit))]


def show_relation(connection: Connection, administration_id: int, code: str) -> dict[str, Any]:
    """Everything on the card, with IBANs that wait for confirmation. Raises `NotFound`."""
    relation_id, relation = get_relation(connection, administration_id, code)
    o, b = t.open_item, t.open_item_block
    waiting = (
        select(o.c.iban)
        .join(b, (b.c.administration_id == o.c.administration_id) & (b.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, o.c.relation_id == relation_id)
        .where(b.c.reason == "new_iban", b.c.lifted_at.is_(None), o.c.iban != "")
        .distinct()
    )
    known = set(relation.ibans) | set(relation.factor_ibans) | {relation.g_iban}
    unconfirmed = sorted(set(connection.execute(waiting).scalars()) - known)
    made: dict[str, Any] = {
        "code": relation.code,
        "name": relation.name,
        "country": relation.country,
        "key": relation.key,
    }
    keys = [f"{i.scheme}:{i.value}" for i in relation.identifiers]
    settings = {name: value for name, value in plain(relation).items() if name not in (*made, "identifiers", "ibans")}
    return {**made, "keys": keys, "ibans": list(relation.ibans), "unconfirmed_ibans": unconfirmed, "settings": settings}
