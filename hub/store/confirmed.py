"""Confirming an IBAN: a person says that a new account of a known relation is right, and payment is free again."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from hub.model.keys import iban_key, normalised
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.relations import get_relation
from hub.store.rows import insert_rows

NEW_IBAN = "new_iban"


def confirm_iban(
    connection: Connection, ids: Ids, administration_id: int, code: str, iban: str, actor_id: int, at: datetime
) -> int:
    """Add the account to what is known of the relation and lift the blocks it caused; the number of items freed.

    Raises `NotFound` for an unknown relation and ValueError for what is no IBAN.
    """
    relation_id, relation = get_relation(connection, administration_id, code)
    key = iban_key(iban)
    if not key:
        raise ValueError(f"{iban!r} is no IBAN")
    k, b = t.relation_key, t.open_item_block
    insert_rows(connection, k, [(administration_id, relation_id, key, True)], ignore=True)
    same = (k.c.administration_id == administration_id) & (k.c.relation_id == relation_id) & (k.c.key == key)
    connection.execute(update(k).where(same).values(confirmed=True))
    known = {*relation.ibans, *relation.factor_ibans, relation.g_iban, normalised(iban)}
    items = _items_paid_to(connection, administration_id, relation_id, {normalised(i) for i in known})
    blocked = (b.c.administration_id == administration_id) & (b.c.reason == NEW_IBAN) & b.c.lifted_at.is_(None)
    lifted = connection.execute(
        update(b).where(blocked, b.c.open_item_id.in_(items)).values(lifted_at=at, lifted_by=actor_id)
    ).rowcount
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what="relation.iban_confirmed",
            subject=code, details=json.dumps({"iban": normalised(iban), "items": lifted}),
        )
    )  # fmt: skip
    return int(lifted)


def _items_paid_to(connection: Connection, administration_id: int, relation_id: int, known: set[str]) -> list[int]:
    """Open items of entries whose every account is known; an entry with another strange account stays blocked."""
    o = t.open_item
    query = select(o.c.id, o.c.entry_id, o.c.iban).where(
        o.c.administration_id == administration_id, o.c.relation_id == relation_id
    )
    rows = connection.execute(query).all()
    strange = {row.entry_id for row in rows if row.iban and row.iban not in known}
    return [row.id for row in rows if row.entry_id not in strange]
