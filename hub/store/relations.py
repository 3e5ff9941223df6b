"""Relations: found by strong key or suggested by name, created once, changed with a trace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, update

from hub.errors import NotFound, StaleFacts
from hub.model.codec import plain, restore
from hub.model.finding import asked
from hub.model.keys import name_key
from hub.model.party import Address, Contact, Identifier
from hub.model.relation import Relation
from hub.store import tables as t
from hub.store.driver import Question, ask
from hub.store.events import announce, created_event
from hub.store.ids import Ids
from hub.store.relation_changes import Changing
from hub.store.rows import insert_new, insert_rows
from hub.store.sets import values, within

_SETTINGS = (
    "purchase_account", "purchase_policy", "sales_account", "sales_policy", "purchase_term", "sales_term",
    "reverse_charge_rate", "reverse_charge_box", "g_percentage", "g_percentage_reversed", "g_iban", "factor_ibans", "blocked",
    "purchase_vat", "sales_vat", "purchase_method", "approval_flow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewRelation:
    """A relation that a booking asks for. `provisional` is the code it bears in that booking's decisions."""

    relation: Relation
    name_key: str
    keys: tuple[str, ...]
    address: Address | None = None  # as its first document writes it
    contact: Contact | None = None
    customer_type: str = ""  # as a shop knows it: consumer | business


def settings_text(relation: Relation) -> str:
    """The JSON of everything but code, key, name, country and identifiers."""
    full = plain(relation)
    return json.dumps({name: full[name] for name in _SETTINGS if name in full}, sort_keys=True)


def relations_question(connection: Connection) -> Question:
    """Asks for relations of the `administrations` that have one of the `keys` or `names`, a row for each of their keys.

    One that was merged answers as its survivor. Hold, limit and what is owed are derived, by keys, for those few that
    ever had a reason (measured: asked of everybody, the look-up takes twice as long).
    """
    ours = within(connection, "administration_id", "administrations")
    return Question(_FOUND, f"""
        SELECT r.administration_id, r.id, r.code, r.key AS own, r.name, r.name_key, r.country, r.settings, k.key, k.confirmed,
               CASE WHEN r.watched THEN EXISTS (SELECT 1 {_ACTIVE} AND h.effect = 'hold') ELSE false END AS on_hold,
               CASE WHEN r.watched THEN (SELECT MIN(h.amount) {_ACTIVE}) END AS credit_limit,
               CASE WHEN r.watched THEN ({_OWED}) END AS owed
        FROM relation r LEFT JOIN relation_key k ON k.administration_id = r.administration_id AND k.relation_id = r.id
        WHERE {within(connection, "r.administration_id", "administrations")} AND r.id IN (
            SELECT relation_id FROM relation_key WHERE {ours} AND {within(connection, "key", "keys")}
            UNION SELECT COALESCE(merged_into, id) FROM relation
            WHERE {ours} AND {within(connection, "name_key", "names")})""")  # fmt: skip


_FOUND = (
    "administration_id, id, code, own, name, name_key, country, settings, on_hold, credit_limit, owed, key, confirmed"
)
_ACTIVE = """FROM relation_reason h WHERE h.administration_id = r.administration_id AND h.relation_id = r.id
                         AND h.lifted_at IS NULL"""
_OWED = """SELECT COALESCE(SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END), 0)
                 FROM open_item o JOIN posting p ON p.administration_id = o.administration_id AND p.open_item_id = o.id
                 WHERE o.administration_id = r.administration_id AND o.side = 'receivable' AND o.relation_id IN (
                     SELECT r.id UNION ALL SELECT a.id FROM relation a
                     WHERE a.merged_into = r.id AND a.administration_id = r.administration_id)"""


def found_relations(answer: Iterable[Sequence[Any]]) -> list[tuple[int, int, str, Relation]]:
    """What `relations_question` was answered: (administration id, id, name key, relation), in order of code."""
    heads: dict[tuple[int, int], Sequence[Any]] = {}
    keys: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for administration_id, relation_id, *head, key, confirmed in sorted(
        answer, key=lambda row: (row[0], row[2], row[11] or "")
    ):
        at = (administration_id, relation_id)
        heads.setdefault(at, head)
        if key is not None:
            keys.setdefault(at, []).append((key, bool(confirmed)))
    return [(*at, head[3], _relation(tuple(head), tuple(keys.get(at, ())))) for at, head in heads.items()]


def find_relations(
    connection: Connection, administration_ids: Iterable[int], keys: Iterable[str], name_keys: Iterable[str]
) -> list[tuple[int, int, str, Relation]]:
    """Relations that have one of the keys or names: (administration id, id, name key, relation). One query."""
    parameters = {
        "administrations": values(connection, administration_ids),
        "keys": values(connection, keys),
        "names": values(connection, (name for name in name_keys if name)),
    }
    return found_relations(ask(connection, [relations_question(connection)], parameters)[0])


@lru_cache(maxsize=1000)
def _relation(head: tuple[Any, ...], keys: tuple[tuple[str, bool], ...]) -> Relation:
    code, own, name, _, country, settings, on_hold, limit, owed = head
    identifiers = tuple(_identifier(key) for key, _ in keys if not key.startswith("IBAN:"))
    ibans = tuple(key.removeprefix("IBAN:") for key, confirmed in keys if key.startswith("IBAN:") and confirmed)
    data = {"code": code, "name": name, "key": own, "country": country, **json.loads(settings)}
    relation: Relation = restore(Relation, data)
    credit = {"credit_limit": limit, "owed": None if owed is None or limit is None else int(owed)}
    return replace(relation, identifiers=identifiers, ibans=ibans, on_hold=bool(on_hold), **credit)


def _identifier(key: str) -> Identifier:
    scheme, _, value = key.partition(":")
    return Identifier(value, scheme)


def create_relations(
    connection: Connection, ids: Ids, wanted: dict[int, list[NewRelation]], actor_id: int, now: datetime
) -> dict[tuple[int, str], tuple[int, str]]:
    """Create relations per administration id; (administration id, key) → (id, code).

    Raises `StaleFacts` when another process created one of them first: the batch is then decided again.
    """
    made: dict[tuple[int, str], tuple[int, str]] = {}
    for administration_id, new in sorted(wanted.items()):
        new = sorted(new, key=lambda n: n.relation.key)
        last, version = _take_codes(connection, administration_id, len(new))
        rows, key_rows = [], []
        for offset, item in enumerate(new):
            relation_id, code = ids.take(), f"C{last - len(new) + 1 + offset:04d}"
            row = relation_row(
                administration_id, relation_id, code, item, version - len(new) + 1 + offset, actor_id, now
            )
            rows.append(row)
            key_rows += [(administration_id, relation_id, key, True) for key in item.keys]
            made[administration_id, item.relation.key] = (relation_id, code)
        if len(insert_new(connection, t.relation, rows, "id")) < len(rows):
            raise StaleFacts
        if len(insert_new(connection, t.relation_key, key_rows, "key")) < len({row[2] for row in key_rows}):
            raise StaleFacts
        ids_of = {row[3]: row[1] for row in rows}
        created = [created_event(row[2], version - len(new) + 1 + place) for place, row in enumerate(rows)]
        announce(connection, ids, administration_id, created, now)
        insert_rows(connection, t.relation_address, [
            _address_row(administration_id, ids.take(), ids_of[item.relation.key], item.address, now)
            for item in new if item.address is not None and (item.address.line_1 or item.address.city)
        ])  # fmt: skip
        _add_contacts(connection, ids, administration_id, new, ids_of, now)
    return made


def _add_contacts(
    connection: Connection, ids: Ids, administration_id: int, new: Sequence[NewRelation], ids_of: dict[str, int], at: datetime
) -> None:  # fmt: skip
    """Whom the first document names to call or write to, and whether a shop sold to a consumer or a business."""
    insert_rows(connection, t.relation_contact, [
        (administration_id, ids.take(), ids_of[item.relation.key], "person", item.contact.name or item.relation.name, "", None,
         item.contact.email, item.contact.telephone[:40], "", at, None)
        for item in new if item.contact is not None and (item.contact.email or item.contact.telephone)
    ])  # fmt: skip
    insert_rows(connection, t.relation_card, [
        (administration_id, ids_of[item.relation.key], True, False, False, item.customer_type, "{}")
        for item in new if item.customer_type
    ])  # fmt: skip


def _address_row(administration_id: int, key: int, relation_id: int, a: Address, at: datetime) -> tuple[Any, ...]:
    """Where the first document says that it sits; a person may end it and write another."""
    return (
        administration_id, key, relation_id, "visit", a.line_1, a.line_2, a.line_3, a.postcode[:20], a.city, a.subdivision,
        a.country[:2], at, None,
    )  # fmt: skip


def _take_codes(connection: Connection, administration_id: int, count: int) -> tuple[int, int]:
    """Codes C0001, C0002 … and versions for the feed, in one update: the last number of each."""
    query = """UPDATE administration SET next_relation = next_relation + :n, next_change = next_change + :n
               WHERE id = :id RETURNING next_relation - 1, next_change - 1"""
    row = connection.execute(text(query), {"n": count, "id": administration_id}).one()
    return int(row[0]), int(row[1])


def relation_row(
    administration_id: int, relation_id: int, code: str, item: NewRelation, version: int, actor_id: int, now: datetime
) -> tuple[Any, ...]:
    """A row of `relation`, in the order of its columns."""
    r = item.relation
    return (
        administration_id, relation_id, code, r.key, r.name, item.name_key, r.country[:2], settings_text(r), now, actor_id,
        version, now, actor_id, False, None,
    )  # fmt: skip


def add_keys(connection: Connection, rows: Sequence[tuple[int, int, str]]) -> None:
    """Strong keys that documents added to known relations; one that another relation has already is left to it.

    Raises `StaleFacts` when one of the relations went up in another since it was looked up.
    """
    if not rows:
        return
    insert_rows(connection, t.relation_key, sorted((a, r, key, True) for a, r, key in rows), ignore=True)
    r = t.relation
    gone = select(r.c.id).where(r.c.id.in_(sorted({row[1] for row in rows})), r.c.merged_into.is_not(None))
    if connection.execute(gone).first() is not None:
        raise StaleFacts


def resolve(connection: Connection, administration_id: int, code: str) -> tuple[int, str]:
    """The relation that bears this code, or the one it was merged into: (id, code). Raises `NotFound`."""
    r, s = t.relation, t.relation.alias("s")
    query = (
        select(s.c.id, s.c.code)
        .join_from(r, s, (s.c.administration_id == r.c.administration_id) & (s.c.id == _survivor(r)))
        .where(r.c.administration_id == administration_id, r.c.code == code)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(asked("HUB-ASK-01", code))
    return int(row.id), str(row.code)


def _survivor(r: Any) -> Any:
    return func.coalesce(r.c.merged_into, r.c.id)


def family(connection: Connection, administration_id: int, relation_id: int) -> list[int]:
    """The relation and all that were merged into it: open items, notes and postings of old stay with the old ids."""
    r = t.relation
    mine = or_(r.c.id == relation_id, r.c.merged_into == relation_id)
    query = select(r.c.id).where(r.c.administration_id == administration_id, mine).order_by(r.c.id)
    return list(connection.execute(query).scalars())


def get_relation(connection: Connection, administration_id: int, code: str) -> tuple[int, Relation]:
    """A relation by its code, or the one it was merged into: (id, relation). Raises `NotFound`."""
    wanted, _ = resolve(connection, administration_id, code)
    r = t.relation
    name = connection.execute(
        select(r.c.name_key).where(r.c.administration_id == administration_id, r.c.id == wanted)
    ).scalar_one()
    found = find_relations(connection, [administration_id], [], [name])
    return next((relation_id, relation) for _, relation_id, _, relation in found if relation_id == wanted)


def change_relation(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    code: str,
    changes: dict[str, Any],
    actor_id: int,
    now: datetime,
) -> Relation:
    """Change name or settings of a relation, and note who did it. Unknown settings raise TypeError."""
    change = Changing(connection, ids, administration_id, actor_id, now)
    change.begin()
    relation_id, relation = get_relation(connection, administration_id, code)
    changed = replace(relation, **changes)
    same = (t.relation.c.administration_id == administration_id) & (t.relation.c.id == relation_id)
    values = {"settings": settings_text(changed), "name": changed.name, "name_key": name_key(changed.name)}
    connection.execute(update(t.relation).where(same).values(**values))
    before = {name: plain(getattr(relation, name)) for name in changes}
    details = {name: plain(value) for name, value in changes.items()}
    change.done(relation_id, relation.code, "relation.changed", {**details, "before": before})
    return changed
