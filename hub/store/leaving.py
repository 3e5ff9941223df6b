"""Whether a staged mail may still leave: a mail server that was away for days must not bring a demand for what was paid meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from hub.credit.stops import active_stops
from hub.model.case_file import ENDED
from hub.model.dunning import Stop
from hub.model.money import from_minor, money_text
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.driver import Question, ask
from hub.store.keyed import keyed_as, keys_of
from hub.store.sets import values, within
from hub.store.stops import stops_for

Leaving = tuple[int, Reminder]  # the relation that a reminder is to, and what it says


def why_not_of(
    connection: Connection, administration_id: int, several: Mapping[int, Leaving], today: date
) -> dict[int, str]:
    """What changed since they were staged, by key, of those that are to stay; of the others all that they ask for is still open,
    and nothing stops it. In as many questions as one would be."""
    now = _open(connection, administration_id, [reminder for _, reminder in several.values()])
    found = {key: _changed(reminder, now) for key, (_, reminder) in several.items()}
    left = {key: one for key, one in several.items() if not found[key]}
    found |= _stopped(connection, administration_id, left, today)
    return {key: why for key, why in found.items() if why}


def untouched(connection: Connection, administration_id: int, several: Mapping[int, Leaving]) -> set[int]:
    """Those of which anybody can tell at a glance that they may leave: not dropped, nothing paid, and nothing whatever known that
    could stop their debtor. The key is the reminder's. One question for all of them; the others are to be looked at closely."""
    told = {
        "administration": administration_id, "keys": values(connection, several),
        "items": values(connection, [item.key for _, reminder in several.values() for item in reminder.items]),
        "relations": values(connection, [relation_id for relation_id, _ in several.values()]),
    }  # fmt: skip
    may, rests, of_note = ask(connection, _glances(connection), told)
    staged, noted = {key for (key,) in may}, {relation_id for (relation_id,) in of_note}
    now = {key: int(rest) for key, rest in rests}
    return {
        key for key, (relation_id, reminder) in several.items()
        if key in staged and relation_id not in noted and not _changed(reminder, now)
    }  # fmt: skip


def _glances(connection: Connection) -> list[Question]:
    ended = ", ".join(f"'{state}'" for state in ENDED)
    about = "x.administration_id = r.administration_id AND x.relation_id = r.id"
    return [
        Question("id", f"""
            SELECT id FROM reminder WHERE administration_id = :administration AND {within(connection, "id", "keys")}
            AND state = 'staged'"""),
        Question("open_item_id, rest", f"""
            SELECT open_item_id, SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS rest FROM posting
            WHERE administration_id = :administration AND {within(connection, "open_item_id", "items")}
            GROUP BY open_item_id"""),
        Question("id", f"""
            SELECT r.id FROM relation r
            WHERE r.administration_id = :administration AND {within(connection, "r.id", "relations")} AND (
                r.merged_into IS NOT NULL
                OR EXISTS (SELECT 1 FROM relation x WHERE x.administration_id = r.administration_id AND x.merged_into = r.id)
                OR EXISTS (SELECT 1 FROM dunning_stop x WHERE {about} AND x.outcome IN ('open', 'broken'))
                OR EXISTS (SELECT 1 FROM relation_reason x WHERE {about} AND x.effect = 'hold' AND x.cause <> 'policy'
                    AND x.lifted_at IS NULL)
                OR EXISTS (SELECT 1 FROM collection_case x WHERE {about} AND x.state NOT IN ({ended})
                    AND x.handed_over_at IS NOT NULL))"""),
    ]  # fmt: skip


def _changed(reminder: Reminder, now: Mapping[int, int]) -> str:
    """`now` has what is open, in minor units."""
    for item in reminder.items:
        left = from_minor(now.get(item.key, 0), reminder.currency)
        if (item.level or item.outstanding < 0) and left != item.outstanding:
            said, is_now = (money_text(amount, reminder.currency) for amount in (item.outstanding, left))
            return f"{is_now} of invoice {item.invoice} is open now, and it says {said}"
    return ""


def _open(connection: Connection, administration_id: int, reminders: Sequence[Reminder]) -> dict[int, int]:
    sqlite = connection.dialect.name == "sqlite"
    keys = keys_of(sqlite, [item.key for reminder in reminders for item in reminder.items])
    rows = connection.execute(_open_query(sqlite), {"administration": administration_id, "items": keys})
    return {row.open_item_id: int(row.rest) for row in rows}


@lru_cache(maxsize=2)
def _open_query(sqlite: bool) -> Any:
    """Built once: every mail that leaves asks it."""
    p = t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)).label("rest")
    return (
        select(p.c.open_item_id, rest)
        .where(
            p.c.administration_id == bindparam("administration"), keyed_as(sqlite, p.c.open_item_id, "items"),
        )
        .group_by(p.c.open_item_id)
    )  # fmt: skip


@lru_cache(maxsize=1)
def _owner_query() -> Any:
    r, own = t.relation, t.relation.alias("own")
    survivor = (own.c.administration_id == r.c.administration_id) & (own.c.id == func.coalesce(r.c.merged_into, r.c.id))
    mine = (
        r.c.administration_id == bindparam("administration"), r.c.id.in_(bindparam("relations", expanding=True))
    )  # fmt: skip
    return select(r.c.id.label("of"), own.c.id, own.c.code).join_from(r, own, survivor).where(*mine)


def _stopped(
    connection: Connection, administration_id: int, several: Mapping[int, Leaving], today: date
) -> dict[int, str]:
    if not several:
        return {}
    wanted = sorted({relation_id for relation_id, _ in several.values()})
    rows = connection.execute(_owner_query(), {"administration": administration_id, "relations": wanted})
    owners = {row.of: row for row in rows}
    stops = stops_for(connection, administration_id, {row.id for row in owners.values()}, today)
    return {
        key: _stop(reminder, owners[relation_id].code, stops.get(owners[relation_id].id, ()), today)
        for key, (relation_id, reminder) in several.items()
    }


def _stop(reminder: Reminder, owner: str, stops: Sequence[Stop], today: date) -> str:
    for item in (one for one in reminder.items if one.level):
        if active := active_stops(stops, (owner, item.invoice), today):
            return (
                f"invoice {item.invoice} rests since {active[0].since}: {active[0].kind} {active[0].reference}".strip()
            )
    return ""
