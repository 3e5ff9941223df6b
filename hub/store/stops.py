"""What makes dunning rest, by relation: disputes, promises, plans, insolvency, a person's hold, an open case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from hub.model.arrangement import Standing
from hub.model.case_file import ENDED
from hub.model.dunning import Stop
from hub.store import tables as t
from hub.store.arrangements import WATCHED, arrangements
from hub.store.keyed import keyed_as, keys_of
from hub.store.messages import as_instant


def stops_for(
    connection: Connection, administration_id: int, relation_ids: Iterable[int], on: date
) -> dict[int, tuple[Stop, ...]]:
    """What holds, or was promised and has passed, on a day, by relation; of those that have any. Three queries, and
    some more where there are promises or plans.

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
        .where(d.c.outcome.in_(("open", "broken")), d.c.since <= bindparam("on", type_=d.c.since.type))
        .order_by(d.c.id)
    )


def _recorded(connection: Connection, administration_id: int, wanted: list[int], on: date) -> list[tuple[int, Stop]]:
    rows = list(_asked(connection, _recorded_query, administration_id, wanted, on=on))
    stands = _standings(
        connection, administration_id, [row.id for row in rows if row.outcome == "open" and row.kind in WATCHED], on
    )
    return [
        (row.survivor, Stop(row.kind, row.since, _until(row, stands.get(row.id), on), row.number or row.code,
                            row.reference or row.category))
        for row in rows
        if row.id not in stands or stands[row.id].outcome != "kept"
    ]  # fmt: skip


def _standings(connection: Connection, administration_id: int, ids: list[int], on: date) -> dict[int, Standing]:
    """How promises and plans stand by what was paid: nobody needs to have marked them. Asks nothing where there are none."""
    if not ids:
        return {}
    a = t.administration
    currency = connection.execute(select(a.c.currency).where(a.c.id == administration_id)).scalar_one()
    found = arrangements(connection, administration_id, currency, on, only=ids)
    return {one.id: one.standing for one in found if one.standing is not None}


def _until(row: Row[Any], stands: Standing | None, on: date) -> date | None:
    """The last day on which it rests: a broken one until the day before it broke, one of which nobody can tell yet until today."""
    broken_on = row.ended_on if row.outcome == "broken" else stands.broken_on if stands else None
    if broken_on is not None:
        until: date | None = broken_on - timedelta(days=1)
    elif stands is None or row.until is None:
        until = row.until
    else:
        until = max(row.until, on)
    return until


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
