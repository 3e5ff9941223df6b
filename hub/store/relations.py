"""Relations: found by strong key or suggested by name, created once, changed with a trace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from hub.errors import NotFound, StaleFacts
from hub.model.codec import plain, restore
from hub.model.party import Identifier
from hub.model.relation import Relation
from hub.store import tables as t
from hub.store.driver import Question, ask
from hub.store.ids import Ids
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


def settings_text(relation: Relation) -> str:
    """The JSON of everything but code, key, name, country and identifiers."""
    full = plain(relation)
    return json.dumps({name: full[name] for name in _SETTINGS if name in full}, sort_keys=True)


def relations_question(connection: Connection) -> Question:
    """Asks for relations of the `administrations` that have one of the `keys` or `names`, a row for each of their keys."""
    ours = within(connection, "administration_id", "administrations")
    return Question("administration_id, id, code, own, name, name_key, country, settings, key, confirmed", f"""
        SELECT r.administration_id, r.id, r.code, r.key AS own, r.name, r.name_key, r.country, r.settings, k.key, k.confirmed
        FROM relation r LEFT JOIN relation_key k ON k.administration_id = r.administration_id AND k.relation_id = r.id
        WHERE {within(connection, "r.administration_id", "administrations")} AND r.id IN (
            SELECT relation_id FROM relation_key WHERE {ours} AND {within(connection, "key", "keys")}
            UNION SELECT id FROM relation WHERE {ours} AND {within(connection, "name_key", "names")})""")  # fmt: skip


def found_relations(answer: Iterable[Sequence[Any]]) -> list[tuple[int, int, str, Relation]]:
    """What `relations_question` was answered: (administration id, id, name key, relation), in order of code."""
    heads: dict[tuple[int, int], Sequence[Any]] = {}
    keys: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for administration_id, relation_id, *head, key, confirmed in sorted(
        answer, key=lambda row: (row[0], row[2], row[8] or "")
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
def _relation(head: tuple[str, ...], keys: tuple[tuple[str, bool], ...]) -> Relation:
    code, own, name, _, country, settings = head
    identifiers = tuple(_identifier(key) for key, _ in keys if not key.startswith("IBAN:"))
    ibans = tuple(key.removeprefix("IBAN:") for key, confirmed in keys if key.startswith("IBAN:") and confirmed)
    data = {"code": code, "name": name, "key": own, "country": country, **json.loads(settings)}
    relation: Relation = restore(Relation, data)
    return replace(relation, identifiers=identifiers, ibans=ibans)


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
        last = connection.execute(
            text(
                "UPDATE administration SET next_relation = next_relation + :n WHERE id = :id RETURNING next_relation - 1"
            ),
            {"n": len(new), "id": administration_id},
        ).scalar_one()
        rows, key_rows = [], []
        for offset, item in enumerate(new):
            relation_id, code = ids.take(), f"C{last - len(new) + 1 + offset:04d}"
            r = item.relation
            rows.append(
                (
                    administration_id,
                    relation_id,
                    code,
                    r.key,
                    r.name,
                    item.name_key,
                    r.country[:2],
                    settings_text(r),
                    now,
                    actor_id,
                )
            )
            key_rows += [(administration_id, relation_id, key, True) for key in item.keys]
            made[administration_id, r.key] = (relation_id, code)
        if len(insert_new(connection, t.relation, rows, "id")) < len(rows):
            raise StaleFacts
        if len(insert_new(connection, t.relation_key, key_rows, "key")) < len({row[2] for row in key_rows}):
            raise StaleFacts
    return made


def add_keys(connection: Connection, rows: Sequence[tuple[int, int, str]]) -> None:
    """Strong keys that documents added to known relations; one that another relation has already is left to it."""
    insert_rows(connection, t.relation_key, sorted((a, r, key, True) for a, r, key in rows), ignore=True)


def get_relation(connection: Connection, administration_id: int, code: str) -> tuple[int, Relation]:
    """A relation by its code: (id, relation). Raises `NotFound`."""
    row = connection.execute(
        select(t.relation).where(t.relation.c.administration_id == administration_id, t.relation.c.code == code)
    ).first()
    if row is None:
        raise NotFound(f"no relation {code} in this administration")
    found = find_relations(connection, [administration_id], [], [row.name_key])
    return next((relation_id, relation) for _, relation_id, _, relation in found if relation.code == code)


def change_relation(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    code: str,
    changes: dict[str, Any],
    actor_id: int,
    now: datetime,
) -> Relation:
    """Change settings of a relation, and note who did it. Unknown settings raise KeyError."""
    relation_id, relation = get_relation(connection, administration_id, code)
    changed = replace(relation, **changes)
    same = (t.relation.c.administration_id == administration_id) & (t.relation.c.id == relation_id)
    connection.execute(update(t.relation).where(same).values(settings=settings_text(changed), name=changed.name))
    details = json.dumps({name: plain(value) for name, value in changes.items()}, sort_keys=True)
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id,
            id=ids.take(),
            at=now,
            actor_id=actor_id,
            what="relation.changed",
            subject=code,
            details=details,
        )
    )
    return changed
