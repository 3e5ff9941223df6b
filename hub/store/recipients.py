"""Who is written to: the contact for reminders, else for invoices, else the company; with the address of the envelope."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from hub.model.codec import restore
from hub.model.party import Address
from hub.model.relation_card import ContactPerson, RelationAddress, RelationCard
from hub.model.reminder import Addressee
from hub.store import tables as t
from hub.store.keyed import keyed

_PURPOSES = ("reminders", "invoices")
_KINDS = ("post", "invoice", "visit")
_NOBODY = RelationCard()


@dataclass(slots=True)
class Cards:
    """Cards, contacts and addresses in force by relation, its groups, and the codes of what was merged into it."""

    cards: Mapping[int, RelationCard] = field(default_factory=dict)
    contacts: Mapping[int, list[ContactPerson]] = field(default_factory=dict)
    addresses: Mapping[int, list[RelationAddress]] = field(default_factory=dict)
    aliases: Mapping[int, list[str]] = field(default_factory=dict)
    groups: Mapping[int, list[str]] = field(default_factory=dict)

    def of(self, relation_id: int) -> RelationCard:
        """A card; an empty one when nobody said anything yet."""
        return self.cards.get(relation_id, _NOBODY)


def cards_of(connection: Connection, administration_id: int, relation_ids: Iterable[int]) -> Cards:
    """Everything about these relations that a letter needs; one query each."""
    wanted = sorted(set(relation_ids))
    return Cards(
        _cards(connection, administration_id, wanted), _contacts(connection, administration_id, wanted),
        _addresses(connection, administration_id, wanted), _aliases(connection, administration_id, wanted),
        groups_of(connection, administration_id, wanted),
    )  # fmt: skip


def _cards(connection: Connection, administration_id: int, wanted: list[int]) -> dict[int, RelationCard]:
    c = t.relation_card
    query = select(c.c.relation_id, c.c.customer_type, c.c.body).where(
        c.c.administration_id == administration_id, keyed(connection, c.c.relation_id, wanted)
    )
    return {
        row.relation_id: restore(RelationCard, {**json.loads(row.body), "customer_type": row.customer_type})
        for row in connection.execute(query)
    }


def _contacts(connection: Connection, administration_id: int, wanted: list[int]) -> dict[int, list[ContactPerson]]:
    c = t.relation_contact
    query = select(c).where(
        c.c.administration_id == administration_id, keyed(connection, c.c.relation_id, wanted), c.c.ended_at.is_(None)
    )
    found: dict[int, list[ContactPerson]] = {}
    for row in connection.execute(query.order_by(c.c.relation_id, c.c.id)):
        purposes = tuple(row.purposes.split(",")) if row.purposes else ()
        person = ContactPerson(
            row.name, row.kind, row.role, row.department_id, row.email, row.telephone, purposes, row.id
        )
        found.setdefault(row.relation_id, []).append(person)
    return found


def _addresses(connection: Connection, administration_id: int, wanted: list[int]) -> dict[int, list[RelationAddress]]:
    a = t.relation_address
    query = select(a).where(
        a.c.administration_id == administration_id, keyed(connection, a.c.relation_id, wanted), a.c.ended_at.is_(None)
    )
    found: dict[int, list[RelationAddress]] = {}
    for row in connection.execute(query.order_by(a.c.relation_id, a.c.id)):
        address = Address(row.line_1, row.line_2, row.line_3, row.city, row.postcode, row.subdivision, row.country)
        found.setdefault(row.relation_id, []).append(RelationAddress(row.kind, address, row.id))
    return found


def _aliases(connection: Connection, administration_id: int, wanted: list[int]) -> dict[int, list[str]]:
    r = t.relation
    query = select(r.c.merged_into, r.c.code).where(
        r.c.administration_id == administration_id, keyed(connection, r.c.merged_into, wanted)
    )
    found: dict[int, list[str]] = {}
    for row in connection.execute(query.order_by(r.c.id)):
        found.setdefault(row.merged_into, []).append(row.code)
    return found


def groups_of(connection: Connection, administration_id: int, wanted: Iterable[int]) -> dict[int, list[str]]:
    """`field=value` of every field of the administration's own that has a value to choose: the groups a relation is in."""
    v, f = t.free_value, t.free_field
    query = (
        select(v.c.relation_id, f.c.name, v.c.value)
        .join(f, (f.c.administration_id == v.c.administration_id) & (f.c.id == v.c.field_id))
        .where(v.c.administration_id == administration_id, keyed(connection, v.c.relation_id, wanted))
        .where(f.c.ended_at.is_(None), f.c.kind.in_(("choice", "yes_no")))
        .order_by(v.c.relation_id, f.c.id)
    )
    found: dict[int, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.relation_id, []).append(f"{row.name}={row.value}")
    return found


def addressee_of(cards: Cards, relation_id: int, name: str, country: str) -> Addressee:
    """To whom, and by which address. The e-mail address is that of the first in this order who has one."""
    card = cards.of(relation_id)
    people = cards.contacts.get(relation_id, [])
    chosen = [p for purpose in _PURPOSES for p in people if purpose in p.purposes]
    emails = (*(p.email for p in chosen), card.sales_email, card.email)
    phones = (*(p.telephone for p in chosen), card.telephone)
    address = _address(cards.addresses.get(relation_id, []))
    lines = () if address is None else _lines(address)
    there = (address.country if address is not None else "") or country
    return Addressee(
        name,
        chosen[0].name if chosen else "",
        lines,
        there,
        next(filter(None, emails), ""),
        next(filter(None, phones), ""),
    )


def _address(known: list[RelationAddress]) -> Address | None:
    """The postal one, else that for invoices, else where they are; one that an envelope can bear."""
    for kind in _KINDS:
        for one in known:
            if (
                one.kind == kind
                and one.address.line_1.strip()
                and (one.address.city.strip() or one.address.postcode.strip())
            ):
                return one.address
    return None


def _lines(address: Address) -> tuple[str, ...]:
    town = f"{address.postcode}  {address.city}".strip()  # two blanks, as PostNL asks
    return tuple(filter(None, (address.line_1, address.line_2, address.line_3, town)))
