"""Confirming an IBAN: a person says that a new account of a known relation is right, and payment is free again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from hub.model.keys import iban_key, normalised
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.relation_changes import Changing
from hub.store.relations import family, get_relation, resolve
from hub.store.rows import insert_rows

NEW_IBAN = "new_iban"


def confirm_iban(
    connection: Connection, ids: Ids, administration_id: int, code: str, iban: str, actor_id: int, at: datetime
) -> int:
    """Add the account to what is known of the relation and lift the blocks it caused; the number of items freed.

    Raises `NotFound` for an unknown relation and ValueError for what is no IBAN.
    """
    change = Changing(connection, ids, administration_id, actor_id, at)
    change.begin()
    relation_id, relation = get_relation(connection, administration_id, code)
    _judge(connection, administration_id, relation_id, iban, confirmed=True)
    b = t.open_item_block
    known = {*relation.ibans, *relation.factor_ibans, relation.g_iban, normalised(iban)}
    items = _items_paid_to(connection, administration_id, relation_id, {normalised(i) for i in known})
    blocked = (b.c.administration_id == administration_id) & (b.c.reason == NEW_IBAN) & b.c.lifted_at.is_(None)
    lifted = connection.execute(
        update(b).where(blocked, b.c.open_item_id.in_(items)).values(lifted_at=at, lifted_by=actor_id)
    ).rowcount
    change.done(relation_id, relation.code, "relation.iban_confirmed", {"iban": normalised(iban), "items": lifted})
    return int(lifted)


def reject_iban(
    connection: Connection, ids: Ids, administration_id: int, code: str, iban: str, actor_id: int, at: datetime
) -> int:
    """Say that an account is not theirs; the number of items that stay blocked for it, until their document is dealt with.

    Nothing proves a relation by it and nothing is paid to it; confirming it later undoes this.
    Raises `NotFound` for an unknown relation and ValueError for what is no IBAN.
    """
    change = Changing(connection, ids, administration_id, actor_id, at)
    change.begin()
    relation_id, code = resolve(connection, administration_id, code)
    _judge(connection, administration_id, relation_id, iban, confirmed=False)
    o, b = t.open_item, t.open_item_block
    waiting = (
        select(o.c.id)
        .join(b, (b.c.administration_id == o.c.administration_id) & (b.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, o.c.iban == normalised(iban), b.c.lifted_at.is_(None))
        .where(o.c.relation_id.in_(family(connection, administration_id, relation_id)), b.c.reason == NEW_IBAN)
    )
    items = len(connection.execute(waiting).all())
    change.done(relation_id, code, "relation.iban_rejected", {"iban": normalised(iban), "items": items})
    return items


def _judge(connection: Connection, administration_id: int, relation_id: int, iban: str, *, confirmed: bool) -> None:
    key = iban_key(iban)
    if not key:
        raise ValueError(f"{iban!r} is no IBAN")
    k = t.relation_key
    insert_rows(connection, k, [(administration_id, relation_id, key, confirmed)], ignore=True)
    same = (k.c.administration_id == administration_id) & (k.c.relation_id == relation_id) & (k.c.key == key)
    connection.execute(update(k).where(same).values(confirmed=confirmed))


def _items_paid_to(connection: Connection, administration_id: int, relation_id: int, known: set[str]) -> list[int]:
    """Open items of entries whose every account is known; an entry with another strange account stays blocked."""
    o = t.open_item
    query = select(o.c.id, o.c.entry_id, o.c.iban).where(
        o.c.administration_id == administration_id,
        o.c.relation_id.in_(family(connection, administration_id, relation_id)),
    )
    rows = connection.execute(query).all()
    strange = {row.entry_id for row in rows if row.iban and row.iban not in known}
    return [row.id for row in rows if row.entry_id not in strange]
