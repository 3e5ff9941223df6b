"""Who a relation code or an invoice number speaks of, as dunning sees a debtor."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.credit.policy import Debtor
from hub.errors import NotFound
from hub.model.finding import asked
from hub.store import tables as t
from hub.store.recipients import groups_of
from hub.store.relation_cards import read_card
from hub.store.relations import family, resolve


def debtors_named(connection: Connection, administration_id: int, name: str) -> list[tuple[Debtor, str]]:
    """The debtor with that code, or those with a sales invoice of that number, each with the invoice ("" = no one in particular).

    Raises `NotFound` when there is neither.
    """
    code = connection.execute(
        select(t.administration.c.code).where(t.administration.c.id == administration_id)
    ).scalar_one()
    try:
        relation_id, _ = resolve(connection, administration_id, name)
    except NotFound:
        owners = _owners(connection, administration_id, name)
        if not owners:
            raise NotFound(asked("HUB-DUN-11", name)) from None
        return [(_debtor(connection, administration_id, owner, code), name) for owner in owners]
    return [(_debtor(connection, administration_id, relation_id, code), "")]


def _owners(connection: Connection, administration_id: int, number: str) -> list[int]:
    """Whose sales invoice it is, by what they were merged into."""
    o, r = t.open_item, t.relation
    query = (
        select(r.c.id, r.c.merged_into)
        .join_from(o, r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .where(o.c.administration_id == administration_id, o.c.side == "receivable", o.c.number == number)
    )
    return sorted({row.merged_into or row.id for row in connection.execute(query)})


def _debtor(connection: Connection, administration_id: int, relation_id: int, administration: str) -> Debtor:
    r = t.relation
    ids = family(connection, administration_id, relation_id)
    query = select(r.c.code, r.c.id).where(r.c.administration_id == administration_id, r.c.id.in_(ids))
    rows = sorted(connection.execute(query), key=lambda row: (row.id != relation_id, row.id))
    card = read_card(connection, administration_id, relation_id)
    groups = tuple(groups_of(connection, administration_id, [relation_id]).get(relation_id, ()))
    return Debtor(tuple(row.code for row in rows), card.customer_type, groups, administration)
