"""Relations that may be one and the same: suggested with their reasons, never merged by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, func, select

from hub.store import tables as t

_MOST = 20  # relations that share one thing; more is a factor's account or a shared building, and says nothing


def doubles(connection: Connection, administration_id: int) -> Iterator[dict[str, Any]]:
    """Pairs of relations with what they share: name, account or number, address. The strongest suggestions first."""
    shared: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for what, value, ids in _groups(connection, administration_id):
        for pair in combinations(sorted(set(ids)), 2):
            shared.setdefault(pair, []).append((what, value))
    names = _names(connection, administration_id, {one for pair in shared for one in pair})
    order = sorted(shared.items(), key=lambda item: (-len(item[1]), names[item[0][0]], names[item[0][1]]))
    for (one, other), why in order:
        (code, name), (other_code, other_name) = names[one], names[other]
        yield {
            "code": code, "name": name, "other": other_code, "other_name": other_name,
            "shares": [{"what": what, "value": value} for what, value in sorted(why)],
        }  # fmt: skip


def _groups(connection: Connection, administration_id: int) -> Iterator[tuple[str, str, list[int]]]:
    """What is shared, and by whom."""
    r, k, a = t.relation, t.relation_key, t.relation_address
    alive = (r.c.administration_id == administration_id) & r.c.merged_into.is_(None)
    named = select(r.c.name_key, r.c.id).where(alive, r.c.name_key != "")
    yield from _shared(connection, "name", named, r.c.name_key)
    same = (k.c.administration_id == r.c.administration_id) & (k.c.relation_id == r.c.id)
    keyed = select(k.c.key, r.c.id).join_from(k, r, same).where(alive)
    yield from _shared(connection, "key", keyed, k.c.key)
    there = (a.c.administration_id == r.c.administration_id) & (a.c.relation_id == r.c.id) & a.c.ended_at.is_(None)
    place = func.lower(a.c.postcode + " " + a.c.line_1)
    placed = select(place, r.c.id).join_from(a, r, there).where(alive, a.c.postcode != "", a.c.line_1 != "")
    yield from _shared(connection, "address", placed, place)


def _shared(connection: Connection, what: str, query: Any, column: Any) -> Iterator[tuple[str, str, list[int]]]:
    """The values of a column that more than one relation has."""
    twice = (
        query.with_only_columns(column)
        .group_by(column)
        .having(func.count(t.relation.c.id.distinct()).between(2, _MOST))
    )
    found: dict[str, list[int]] = {}
    for value, relation_id in connection.execute(query.where(column.in_(twice))):
        found.setdefault(value, []).append(relation_id)
    for value, ids in found.items():
        yield what, value, ids


def _names(connection: Connection, administration_id: int, ids: set[int]) -> dict[int, tuple[str, str]]:
    r, wanted = t.relation, sorted(ids)
    found = {}
    for start in range(0, len(wanted), 500):
        mine = (r.c.administration_id == administration_id) & r.c.id.in_(wanted[start : start + 500])
        found.update(
            {row.id: (row.code, row.name) for row in connection.execute(select(r.c.id, r.c.code, r.c.name).where(mine))}
        )
    return found
