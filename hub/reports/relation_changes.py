"""What happened to relations: the log of one, and the feed that other systems follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from hub.reports.messages import instant_text
from hub.reports.relations import show_relation
from hub.reports.selection import utc
from hub.store import tables as t
from hub.store.relations import family, resolve

PAGE = 200


def relation_log(connection: Connection, administration_id: int, code: str) -> Iterator[dict[str, Any]]:
    """Who changed what of a relation and of those merged into it, the oldest first. Raises `NotFound`."""
    relation_id, _ = resolve(connection, administration_id, code)
    r, a, u = t.relation, t.activity, t.app_user
    mine = family(connection, administration_id, relation_id)
    born = (
        select(r.c.code, r.c.created_at, u.c.name)
        .join_from(r, u, u.c.id == r.c.created_by)
        .where(r.c.administration_id == administration_id, r.c.id.in_(mine))
    )
    codes = []
    for row in connection.execute(born.order_by(r.c.created_at, r.c.code)):
        codes.append(row.code)
        yield {
            "at": instant_text(row.created_at),
            "actor": row.name,
            "relation": row.code,
            "what": "relation.created",
            "details": {},
        }
    query = (
        select(a.c.at, a.c.what, a.c.subject, a.c.details, u.c.name)
        .join_from(a, u, u.c.id == a.c.actor_id)
        .where(a.c.administration_id == administration_id, a.c.subject.in_(codes))
        .where(a.c.what.startswith("relation.") | a.c.what.startswith("order."))
        .order_by(a.c.at, a.c.id)
    )
    for done in connection.execute(query):
        details = json.loads(done.details)
        yield {
            "at": instant_text(done.at),
            "actor": done.name,
            "relation": done.subject,
            "what": done.what,
            "details": details,
        }


def changes(
    connection: Connection,
    administration_id: int,
    *,
    after: int = 0,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Relations that changed, each once with its whole card as it is now, in order of `version`.

    Pass the last version that was read as `after`: versions are numbered in the order of commit, so nothing is ever
    missed or read twice. `since` starts by the clock instead. A merged relation names its survivor and has no card.
    """
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        rows = connection.execute(_page(administration_id, after, since, size)).all()
        for row in rows:
            yield _change(connection, administration_id, row)
        if len(rows) < size:
            return
        after = rows[-1].version
        left = None if left is None else left - len(rows)


def _page(administration_id: int, after: int, since: datetime | None, size: int) -> Any:
    r, s, u = t.relation, t.relation.alias("survivor"), t.app_user
    query = (
        select(r.c.version, r.c.code, r.c.changed_at, r.c.created_at, u.c.name, s.c.code.label("survivor"))
        .join_from(r, s, (s.c.administration_id == r.c.administration_id) & (s.c.id == r.c.merged_into), isouter=True)
        .outerjoin(u, u.c.id == r.c.changed_by)
        .where(r.c.administration_id == administration_id, r.c.version > after)
    )
    if since is not None:
        query = query.where(r.c.changed_at >= utc(since))
    return query.order_by(r.c.version).limit(size)


def _change(connection: Connection, administration_id: int, row: Any) -> dict[str, Any]:
    change = "merged" if row.survivor else "created" if row.changed_at == row.created_at else "changed"
    head = {
        "version": row.version,
        "relation": row.code,
        "change": change,
        "changed_at": row.changed_at and instant_text(row.changed_at),
        "by": row.name,
    }
    if row.survivor:
        return {**head, "merged_into": row.survivor, "card": None}
    return {**head, "merged_into": None, "card": show_relation(connection, administration_id, row.code)}
