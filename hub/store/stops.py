"""What makes dunning rest, by relation: disputes, promises, plans, insolvency, a person's hold, an open case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from hub.model.case_file import ENDED
from hub.model.dunning import Stop
from hub.store import tables as t
from hub.store.keyed import keyed_as, keys_of
from hub.store.messages import as_instant


def stops_for(
    connection: Connection, administration_id: int, relation_ids: Iterable[int], on: date
) -> dict[int, tuple[Stop, ...]]:
    """What holds, or was promised and has passed, on a day, by relation; of those that have any. Three queries.

    `relation_ids` are survivors of merges; what stands on a relation that went up in one counts as its own. The key of a stop
    is a relation's code, or the number of the invoice that it is about. That credit is held by a policy stops no dunning: who
    does not pay is held because he is to be dunned.
    """
    wanted = sorted(set(relation_ids))
    found: dict[int, list[Stop]] = {}
    for read in (_recorded, _held, _cases):
        for relation_id, stop in read(connection, administration_id, wanted, on):
            found.setdefault(relation_id, []).append(stop)
    return {key: tuple(stops) for key, stops in found.items()}


def _asked(
    connection: Connection, query: Callable[[bool], Any], administration_id: int, wanted: list[int], **more: Any
) -> Iterable[Row[Any]]:  # fmt: skip
    """Rows of a query. Each mail that leaves asks them all, and building a statement takes longer than its answer: once is enough."""
    sqlite = connection.dialect.name == "sqlite"
    values = {"administration": administration_id, "wanted": keys_of(sqlite, wanted), **more}
    return connection.execute(query(sqlite), values)


def _joined(sqlite: bool, table: Any, *columns: Any) -> Any:
    """Rows of a table with the survivor of their relation and its code."""
    r, s = t.relation, t.relation.alias("s")
    survivor = func.coalesce(r.c.merged_into, r.c.id)
    return (
        select(s.c.id.label("survivor"), s.c.code, *columns)
        .join_from(table, r, (r.c.administration_id == table.c.administration_id) & (r.c.id == table.c.relation_id))
        .join(s, (s.c.administration_id == r.c.administration_id) & (s.c.id == survivor))
        .where(table.c.administration_id == bindparam("administration"), keyed_as(sqlite, s.c.id, "wanted"))
    )


@lru_cache(maxsize=2)
def _recorded_query(sqlite: bool) -> Any:
    d, o = t.dunning_stop, t.open_item
    return (
        _joined(sqlite, d, d, o.c.number)
        .outerjoin(o, (o.c.administration_id == d.c.administration_id) & (o.c.id == d.c.open_item_id))
        .where(d.c.outcome == "open", d.c.since <= bindparam("on", type_=d.c.since.type))
        .order_by(d.c.id)
    )


def _recorded(connection: Connection, administration_id: int, wanted: list[int], on: date) -> list[tuple[int, Stop]]:
    return [
        (row.survivor, Stop(row.kind, row.since, row.until, row.number or row.code, row.reference or row.category))
        for row in _asked(connection, _recorded_query, administration_id, wanted, on=on)
    ]


@lru_cache(maxsize=2)
def _held_query(sqlite: bool) -> Any:
    e = t.relation_reason
    return (
        _joined(sqlite, e, e.c.cause, e.c.since, e.c.reference, e.c.why)
        .where(e.c.effect == "hold", e.c.cause != "policy", e.c.lifted_at.is_(None))
        .order_by(e.c.since, e.c.id)
    )


def _held(connection: Connection, administration_id: int, wanted: list[int], _on: date) -> list[tuple[int, Stop]]:
    return [
        (
            row.survivor,
            Stop(
                "case" if row.cause == "case" else "hold", as_instant(row.since).date(), None, row.code, row.reference or row.why
            ),
        )
        for row in _asked(connection, _held_query, administration_id, wanted)
    ]  # fmt: skip


@lru_cache(maxsize=2)
def _cases_query(sqlite: bool) -> Any:
    c, i, o = t.collection_case, t.case_item, t.open_item
    return (
        _joined(sqlite, c, c.c.prepared_on, c.c.handed_over_at, c.c.number, o.c.number.label("invoice"))
        .join(i, (i.c.administration_id == c.c.administration_id) & (i.c.case_id == c.c.id))
        .join(o, (o.c.administration_id == i.c.administration_id) & (o.c.id == i.c.open_item_id))
        .where(c.c.state.not_in(ENDED), c.c.handed_over_at.is_not(None))
        .order_by(c.c.id, o.c.id)
    )  # fmt: skip


def _cases(connection: Connection, administration_id: int, wanted: list[int], _on: date) -> list[tuple[int, Stop]]:
    """The items of an open case; the debtor's other invoices rest by the hold that the case sets."""
    return [
        (row.survivor, Stop("case", as_instant(row.handed_over_at).date(), None, row.invoice, row.number))
        for row in _asked(connection, _cases_query, administration_id, wanted)
    ]
