"""Merging doubles: the one goes up in the other, and history stays where it is.

What is booked is never changed, so entries, open items, notes and answers keep the old relation. It becomes an alias: its
keys move, its code resolves to the survivor, and whoever sums per relation does so by `COALESCE(merged_into, id)`.
Moving open items by a booking was not chosen: it would close and reopen every invoice, and lose its dates and its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, select, update

from hub.accounting.merging import Candidate, merge_findings
from hub.errors import NotFound, Refused
from hub.model.codec import restore
from hub.model.finding import asked
from hub.model.relation import Relation
from hub.model.relation_card import RelationCard
from hub.store import tables as t
from hub.store.reasons import active_reasons, watch
from hub.store.relation_cards import read_cards, write_card
from hub.store.relation_changes import Changing
from hub.store.relation_identifiers import keys_of
from hub.store.relations import settings_text

_ONE_OF_EACH = ("visit", "post", "invoice")  # kinds of address of which there is one
_MOVING = (  # what is about the relation as it goes on, not about what was booked
    t.relation_address, t.relation_contact, t.relation_reason, t.announced_order, t.reminder, t.dunning_stop, t.memo_claim,
    t.collection_case,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: codes, how many keys moved, and the names of fields that the survivor took over."""

    code: str
    survivor: str
    keys: int
    filled: tuple[str, ...]


def merge_relations(change: Changing, code: str, into: str, why: str) -> Merged:
    """Let `code` go up in `into`. Two keys. Raises `NotFound`, and `Refused` with everything that forbids it."""
    first = change.begin(2)
    one, other = _lock(change, code, into)
    candidates = [_candidate(change, row) for row in (one, other)]
    if wrong := merge_findings(*candidates):
        raise Refused(wrong)
    keys = _move_keys(change, one.id, other.id)
    _move_rest(change, one.id, other.id)
    filled = (*_fill_settings(change, one, other), *_fill_card(change, one.id, other.id))
    r = t.relation
    gone = (r.c.administration_id == change.administration_id) & ((r.c.id == one.id) | (r.c.merged_into == one.id))
    change.connection.execute(update(r).where(gone).values(merged_into=other.id))
    if one.watched:
        watch(change, other.id)
    details = {"from": one.code, "into": other.code, "why": why, "keys": keys, "filled": filled}
    change.done(one.id, one.code, "relation.merged", details)
    change.version = first + 1
    change.done(other.id, other.code, "relation.took_over", details)
    return Merged(one.code, other.code, keys, filled)


def _lock(change: Changing, code: str, into: str) -> tuple[Any, Any]:
    """Both rows, kept from everybody: also from batches that are adding keys to them, which are waited for."""
    r = t.relation
    query = select(r.c.id, r.c.code, r.c.name, r.c.merged_into, r.c.settings, r.c.watched).where(
        r.c.administration_id == change.administration_id, r.c.code.in_({code, into})
    )
    rows = {row.code: row for row in change.connection.execute(query.order_by(r.c.id).with_for_update())}
    for wanted in (code, into):
        if wanted not in rows:
            raise NotFound(asked("HUB-ASK-01", wanted))
    return rows[code], rows[into]


def _candidate(change: Changing, row: Any) -> Candidate:
    connection, administration_id = change.connection, change.administration_id
    reasons = active_reasons(connection, administration_id, [row.id]).get(row.id, [])
    survivor = _code_of(connection, administration_id, row.merged_into) if row.merged_into is not None else ""
    return Candidate(row.code, row.name, keys_of(connection, administration_id, row.id), tuple(reasons), survivor)


def _code_of(connection: Connection, administration_id: int, relation_id: int) -> str:
    r = t.relation
    query = select(r.c.code).where(r.c.administration_id == administration_id, r.c.id == relation_id)
    return str(connection.execute(query).scalar_one())


def _move_keys(change: Changing, one: int, other: int) -> int:
    """Keys that both have stay the survivor's, as he has them: an account that he rejected stays rejected."""
    k = t.relation_key
    mine = k.c.administration_id == change.administration_id
    both = select(k.c.key).where(mine, k.c.relation_id == other)
    change.connection.execute(k.delete().where(mine, k.c.relation_id == one, k.c.key.in_(both)))
    return int(
        change.connection.execute(update(k).where(mine, k.c.relation_id == one).values(relation_id=other)).rowcount
    )


def _move_rest(change: Changing, one: int, other: int) -> None:
    """What is no history moves along: addresses, contacts, limits, orders, what is being collected, and free values that the survivor
    lacks."""
    a, v = t.relation_address, t.free_value
    ours = a.c.administration_id == change.administration_id
    has = select(a.c.kind).where(ours, a.c.relation_id == other, a.c.ended_at.is_(None), a.c.kind.in_(_ONE_OF_EACH))
    double = update(a).where(ours, a.c.relation_id == one, a.c.ended_at.is_(None), a.c.kind.in_(has))
    change.connection.execute(double.values(ended_at=change.at))
    for table in _MOVING:
        mine = (table.c.administration_id == change.administration_id) & (table.c.relation_id == one)
        change.connection.execute(update(table).where(mine).values(relation_id=other))
    filled = select(v.c.field_id).where(v.c.administration_id == change.administration_id, v.c.relation_id == other)
    mine = (v.c.administration_id == change.administration_id) & (v.c.relation_id == one)
    lacking = update(v).where(mine, v.c.field_id.not_in(filled))
    change.connection.execute(lacking.values(relation_id=other))


def _fill_settings(change: Changing, one: Any, other: Any) -> tuple[str, ...]:
    """Agreements that the survivor lacks are taken over: accounts, terms, VAT indication, G-account."""
    ours, theirs = json.loads(one.settings), json.loads(other.settings)
    lacking = {name: value for name, value in ours.items() if name not in theirs}
    factors = sorted({*ours.get("factor_ibans", ()), *theirs.get("factor_ibans", ())})
    data = {**theirs, **lacking, **({"factor_ibans": factors} if factors else {})}
    whole = restore(Relation, {"code": other.code, "name": other.name, **data})
    r = t.relation
    mine = (r.c.administration_id == change.administration_id) & (r.c.id == other.id)
    change.connection.execute(update(r).where(mine).values(settings=settings_text(whole)))
    return tuple(sorted(lacking))


def _fill_card(change: Changing, one: int, other: int) -> tuple[str, ...]:
    cards = read_cards(change.connection, change.administration_id, [one, other])
    if one not in cards:
        return ()
    ours, theirs = cards[one], cards.get(other, RelationCard())
    lacking = {
        field.name: value
        for field in fields(RelationCard)
        if (value := getattr(ours, field.name)) and not getattr(theirs, field.name)
    }
    roles = tuple(
        sorted({*ours.roles, *theirs.roles} - ({"prospect"} if len({*ours.roles, *theirs.roles}) > 1 else set()))
    )
    write_card(change, other, replace(theirs, **{**lacking, "roles": roles}))
    return tuple(sorted(lacking))
