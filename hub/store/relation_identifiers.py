"""Identifiers that a person gives a relation or takes away; what is given was checked in `hub/accounting/identifiers.py`."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.accounting.identifiers import Checked
from hub.errors import NotFound, Refused
from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, scheme_of
from hub.store import tables as t
from hub.store.relation_cards import key_owners, taken
from hub.store.relation_changes import Changing
from hub.store.relations import resolve
from hub.store.rows import insert_rows


def add_identifier(change: Changing, code: str, checked: Checked) -> None:
    """Give a relation a number. Raises `NotFound`, and `Refused` where a legal id is another's or contradicts its own.

    An IBAN given here counts as confirmed: a person says so.
    """
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    if scheme_of(checked.key) in LEGAL_SCHEMES:
        _refuse_other(change, relation_id, code, checked.key)
    k = t.relation_key
    mine = (
        (k.c.administration_id == change.administration_id)
        & (k.c.relation_id == relation_id)
        & (k.c.key == checked.key)
    )
    change.connection.execute(k.delete().where(mine))
    insert_rows(change.connection, k, [(change.administration_id, relation_id, checked.key, True)])
    change.done(relation_id, code, "relation.identifier_added", {"key": checked.key})


def _refuse_other(change: Changing, relation_id: int, code: str, key: str) -> None:
    """A legal id is one relation's only, and a relation has one in each register."""
    owner = key_owners(change.connection, change.administration_id, [key]).get(key, code)
    if owner != code:
        raise Refused([taken(key, owner)])
    scheme = scheme_of(key) + ":"
    other = [
        k
        for k in keys_of(change.connection, change.administration_id, relation_id)
        if k.startswith(scheme) and k != key
    ]
    if other:
        raise Refused([Finding("HUB-REL-05", "fatal", "hub", "identifiers", key, ", ".join(other), "us")])


def remove_identifier(change: Changing, code: str, key: str) -> None:
    """Take a number away. Raises `NotFound`, and `Refused` for the one by which invoices are identified for ever."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    r, k = t.relation, t.relation_key
    own = select(r.c.code).where(r.c.administration_id == change.administration_id, r.c.key == key)
    if change.connection.execute(own).first() is not None:
        raise Refused([Finding("HUB-REL-06", "fatal", "hub", "identifiers", key, None, "us")])
    mine = (k.c.administration_id == change.administration_id) & (k.c.relation_id == relation_id) & (k.c.key == key)
    if change.connection.execute(k.delete().where(mine)).rowcount != 1:
        raise NotFound(f"{code} has no {key}")
    change.done(relation_id, code, "relation.identifier_removed", {"key": key})


def keys_of(connection: Connection, administration_id: int, relation_id: int) -> list[str]:
    """Every strong key of a relation, also IBANs that wait or were rejected."""
    k = t.relation_key
    query = select(k.c.key).where(k.c.administration_id == administration_id, k.c.relation_id == relation_id)
    return list(connection.execute(query.order_by(k.c.key)).scalars())
