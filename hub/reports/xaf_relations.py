"""Relations as an audit file lists them: identifiers, addresses and accounts, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from hub.reports.xaf_books import PAGE, Year, opens, signed_cents
from hub.store import tables as t

STREET_KINDS = ("visit", "delivery")  # of addresses; the other kinds are for letters


@dataclass(slots=True)
class RelationRow:
    """One relation. `opening` and `closing` are balances in cents, debit positive; `sides` of its open items ever."""

    id: int
    code: str
    name: str
    country: str
    keys: list[str] = field(default_factory=list)
    card: dict[str, Any] = field(default_factory=dict)
    addresses: list[Row[Any]] = field(default_factory=list)
    contact: str = ""
    sides: set[str] = field(default_factory=set)
    opening: int = 0
    closing: int = 0

    def first(self, prefix: str) -> str:
        """The value of the first strong key of a scheme: `0106:`, `VAT:`."""
        return next((key.removeprefix(prefix) for key in self.keys if key.startswith(prefix)), "")

    def ibans(self) -> list[str]:
        """Bank accounts."""
        return [key.removeprefix("IBAN:") for key in self.keys if key.startswith("IBAN:")]

    def street(self, letters: bool) -> list[Row[Any]]:
        """Addresses in force: where they are, or with `letters` where post goes."""
        return [row for row in self.addresses if (row.kind not in STREET_KINDS) == letters]


def relation_pages(connection: Connection, year: Year, *, balances: bool) -> Iterator[list[RelationRow]]:
    """Every relation, in order of key; with what they owed or were owed when the year began and ended."""
    r = t.relation
    query = select(r.c.id, r.c.code, r.c.name, r.c.country).where(r.c.administration_id == year.id)
    after = -1
    while page := connection.execute(query.where(r.c.id > after).order_by(r.c.id).limit(PAGE)).all():
        after = page[-1].id
        found = {row.id: RelationRow(row.id, row.code, row.name, row.country) for row in page}
        _add_details(connection, year, found)
        if balances:
            _add_balances(connection, year, found)
        yield list(found.values())


def _add_details(connection: Connection, year: Year, found: dict[int, RelationRow]) -> None:
    k, a, c, o = t.relation_key, t.relation_address, t.relation_contact, t.open_item
    for row in _of(connection, k, year, found, k.c.confirmed, order=(k.c.relation_id, k.c.key)):
        found[row.relation_id].keys.append(row.key)
    for row in _of(connection, a, year, found, a.c.ended_at.is_(None), order=(a.c.id,)):
        found[row.relation_id].addresses.append(row)
    for row in _of(connection, c, year, found, c.c.ended_at.is_(None), order=(c.c.id,)):
        found[row.relation_id].contact = found[row.relation_id].contact or row.name
    for row in _of(connection, t.relation_card, year, found):
        found[row.relation_id].card = json.loads(row.body)
        found[row.relation_id].sides |= {s for s, yes in (("receivable", row.debtor), ("payable", row.creditor)) if yes}
    sides = select(o.c.relation_id, o.c.side).where(o.c.administration_id == year.id, o.c.relation_id.in_(found))
    for relation_id, side in connection.execute(sides.distinct()):
        found[relation_id].sides.add(side)


def _of(
    connection: Connection, table: Any, year: Year, found: Iterable[int], *conditions: Any, order: Sequence[Any] = ()
) -> Iterable[Row[Any]]:
    mine = select(table).where(table.c.administration_id == year.id, table.c.relation_id.in_(list(found)), *conditions)
    return connection.execute(mine.order_by(*order))


def _add_balances(connection: Connection, year: Year, found: dict[int, RelationRow]) -> None:
    o, p, e = t.open_item, t.posting, t.entry
    for name, condition in (
        ("opening", or_(p.c.booking_date < year.first, opens(year))),
        ("closing", p.c.booking_date <= year.last),
    ):
        query = (
            select(o.c.relation_id, func.sum(signed_cents(p.c.base_amount)).label("balance"))
            .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
            .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
            .where(o.c.administration_id == year.id, o.c.relation_id.in_(list(found)), condition)
            .group_by(o.c.relation_id)
        )
        for row in connection.execute(query):
            setattr(found[row.relation_id], name, int(row.balance))
