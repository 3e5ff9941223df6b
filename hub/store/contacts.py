"""Addresses and contacts of relations: added and ended, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from hub.errors import NotFound
from hub.model.codec import plain
from hub.model.party import Address
from hub.model.relation_card import ContactPerson, RelationAddress
from hub.store import tables as t
from hub.store.relation_changes import Changing
from hub.store.relations import resolve
from hub.store.rows import insert_rows

CHUNK = 500


def read_addresses(
    connection: Connection, administration_id: int, relation_ids: Iterable[int]
) -> dict[int, list[RelationAddress]]:
    """The addresses in force by relation id, in the order in which they were added."""
    a = t.relation_address
    found: dict[int, list[RelationAddress]] = {}
    for row in _in_force(connection, a, administration_id, relation_ids):
        address = Address(row.line_1, row.line_2, row.line_3, row.city, row.postcode, row.subdivision, row.country)
        found.setdefault(row.relation_id, []).append(RelationAddress(row.kind, address, row.id))
    return found


def read_contacts(
    connection: Connection, administration_id: int, relation_ids: Iterable[int]
) -> dict[int, list[ContactPerson]]:
    """The contacts in force by relation id, in the order in which they were added."""
    found: dict[int, list[ContactPerson]] = {}
    for row in _in_force(connection, t.relation_contact, administration_id, relation_ids):
        found.setdefault(row.relation_id, []).append(_contact(row))
    return found


def _contact(row: Any) -> ContactPerson:
    purposes = tuple(row.purposes.split(",")) if row.purposes else ()
    return ContactPerson(row.name, row.kind, row.role, row.department_id, row.email, row.telephone, purposes, row.id)


def _in_force(connection: Connection, table: Any, administration_id: int, relation_ids: Iterable[int]) -> Iterable[Any]:
    wanted = sorted(set(relation_ids))
    for start in range(0, len(wanted), CHUNK):
        mine = table.c.relation_id.in_(wanted[start : start + CHUNK])
        query = select(table).where(table.c.administration_id == administration_id, mine, table.c.ended_at.is_(None))
        yield from connection.execute(query.order_by(table.c.relation_id, table.c.id))


def address_row(change: Changing, relation_id: int, given: RelationAddress) -> tuple[Any, ...]:
    """A row of `relation_address`; takes a key."""
    a = given.address
    return (
        change.administration_id, change.ids.take(), relation_id, given.kind, a.line_1, a.line_2, a.line_3, a.postcode, a.city,
        a.subdivision, a.country, change.at, None,
    )  # fmt: skip


def contact_row(change: Changing, relation_id: int, given: ContactPerson) -> tuple[Any, ...]:
    """A row of `relation_contact`; takes a key."""
    return (
        change.administration_id, change.ids.take(), relation_id, given.kind, given.name, given.role, given.department_id,
        given.email, given.telephone, ",".join(given.purposes), change.at, None,
    )  # fmt: skip


def add_address(change: Changing, code: str, given: RelationAddress) -> int:
    """Add an address; of visit, post and invoice there is one, so the one before it ends. Its id; raises `NotFound`."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    a = t.relation_address
    if given.kind != "delivery":
        same = (a.c.administration_id == change.administration_id) & (a.c.relation_id == relation_id)
        before = update(a).where(same, a.c.kind == given.kind, a.c.ended_at.is_(None))
        change.connection.execute(before.values(ended_at=change.at))
    row = address_row(change, relation_id, given)
    insert_rows(change.connection, a, [row])
    change.done(relation_id, code, "relation.address_added", {"kind": given.kind, **asdict(given.address)})
    return int(row[1])


def add_contact(change: Changing, code: str, given: ContactPerson) -> int:
    """Add a contact; its id. Raises `NotFound`, also for a department that is not one of this relation."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    if given.department_id is not None:
        theirs = read_contacts(change.connection, change.administration_id, [relation_id]).get(relation_id, [])
        if not any(c.id == given.department_id and c.kind == "department" for c in theirs):
            raise NotFound(f"{code} has no department {given.department_id}")
    row = contact_row(change, relation_id, given)
    insert_rows(change.connection, t.relation_contact, [row])
    change.done(relation_id, code, "relation.contact_added", plain(given))
    return int(row[1])


def end_address(change: Changing, code: str, address_id: int) -> None:
    """The address holds no longer. Raises `NotFound`."""
    _end(change, t.relation_address, code, address_id, "address")


def end_contact(change: Changing, code: str, contact_id: int) -> None:
    """This contact is asked no longer; notes that name it keep it. Raises `NotFound`."""
    _end(change, t.relation_contact, code, contact_id, "contact")


def _end(change: Changing, table: Any, code: str, row_id: int, noun: str) -> None:
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    mine = (table.c.administration_id == change.administration_id) & (table.c.relation_id == relation_id)
    query = update(table).where(mine, table.c.id == row_id, table.c.ended_at.is_(None)).values(ended_at=change.at)
    if change.connection.execute(query).rowcount != 1:
        raise NotFound(f"{code} has no {noun} {row_id}")
    change.done(relation_id, code, f"relation.{noun}_ended", {"id": row_id})
