"""Staging: in one transaction everything is looked at once more, and what is still true gets its dispatch or waits for the printer.

Items are locked first, so that no payment can be booked between the look and the commit. What is no longer true is dropped with
its reason and frees its items. Done twice at once, or cut off anywhere, each reminder is staged once: whoever stages it holds its
row, and its state moves in the same commit as its dispatch.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select, update

from hub.credit.account import Rulebook
from hub.credit.calendar import is_working_day, working_day
from hub.credit.still_true import Said, too_old, untrue
from hub.errors import Conflict
from hub.failpoints import hit
from hub.model.codec import plain
from hub.model.dispatch import Dispatch
from hub.model.finding import asked
from hub.model.money import from_minor
from hub.model.step import Step
from hub.store import dispatches
from hub.store import tables as t
from hub.store.dunning_runs import find_run, leave_out
from hub.store.ids import Ids
from hub.store.keyed import keyed
from hub.store.overdue import accounts_now

CHUNK = 200  # reminders in one transaction: locks are short, and what a crash undoes is little
KEYS = CHUNK * dispatches.KEYS + 10
SINK, TYPE = "mail", "reminder.mail"
STALE_DAYS = 3  # interest, terms and principal are of the day of the run: from Friday to Monday it may wait, not longer
# By when a person looks if nothing happened: a mail leaves within minutes, post is printed within the week.
_DEADLINES: Mapping[str, timedelta] = {
    "email": timedelta(days=1),
    "letter": timedelta(days=5),
    "phone": timedelta(days=5),
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:reminder")


@dataclass(slots=True)
class Staged:
    """What became of some reminders: how many went to the mail server, the printer and the phone list, and which were dropped."""

    mails: int = 0
    letters: int = 0
    calls: int = 0
    dropped: dict[str, Step] = field(default_factory=dict)  # by reference

    @property
    def count(self) -> int:
        """All of them."""
        return self.mails + self.letters + self.calls + len(self.dropped)

    def add(self, other: Staged) -> None:
        """Those of another chunk too."""
        self.mails, self.letters, self.calls = (
            self.mails + other.mails,
            self.letters + other.letters,
            self.calls + other.calls,
        )
        self.dropped |= other.dropped


def may_send(connection: Connection, administration_id: int, number: int, today: date, book: Rulebook) -> Row[Any]:
    """The run, when it may be sent on this day. Raises `NotFound`, and `Conflict`: not frozen, too old, or no day to send on."""
    run = find_run(connection, administration_id, number)
    if run.state not in ("frozen", "sent"):
        raise Conflict(asked("HUB-DUN-16", run.state, "frozen", number=number))
    if run.state == "frozen" and too_old(run.as_of, today, STALE_DAYS):
        raise Conflict(asked("HUB-DUN-19", str(run.as_of), str(today), number=number, days=STALE_DAYS))
    if run.state == "frozen" and book.rules.working_days and not is_working_day(today):
        raise Conflict(asked("HUB-DUN-20", str(today), str(working_day(today)), number=number))
    return run


def stage_chunk(
    connection: Connection, ids: Ids, administration_id: int, run_id: int, book: Rulebook, today: date, actor_id: int, at: datetime
) -> Staged:  # fmt: skip
    """The next `CHUNK` reminders of a frozen run; none when there are no more. Takes `KEYS` keys."""
    rows = _claimed_rows(connection, administration_id, run_id)
    if not rows:
        return Staged()
    items = _items(connection, administration_id, [row.id for row in rows])
    _lock(connection, administration_id, [item.open_item_id for item in items])
    hit("stage:locked")
    said: dict[int, list[Said]] = {row.id: [] for row in rows}
    currencies = {row.id: row.currency for row in rows}
    for item in items:
        amount = from_minor(item.outstanding, currencies[item.reminder_id])
        said[item.reminder_id].append(Said(item.open_item_id, item.number, item.level, amount))
    accounts = accounts_now(
        connection, administration_id, book.administration, [row.owner for row in rows], today, but=said
    )  # fmt: skip
    made, true = Staged(), []
    for row in rows:
        why = untrue(tuple(said[row.id]), row.channel, accounts.get(row.owner), today, book)
        if why is None:
            true.append(row)
        else:
            made.dropped[row.reference] = why
    _drop(
        connection,
        administration_id,
        [row for row in rows if row.reference in made.dropped],
        made.dropped,
        actor_id,
        at,
    )
    _stage(connection, ids, administration_id, book, true, made, today, actor_id, at)
    hit("stage:written")
    return made


def _claimed_rows(connection: Connection, administration_id: int, run_id: int) -> list[_Owned]:
    """The next that nobody else stages now; the run cannot be cancelled meanwhile."""
    n, r, own = t.dunning_run, t.reminder, t.relation
    same = (n.c.administration_id == administration_id) & (n.c.id == run_id)
    if connection.execute(select(n.c.state).where(same).with_for_update(read=True)).scalar() != "frozen":
        return []
    query = (
        select(r.c.id, r.c.reference, r.c.channel, r.c.currency, r.c.relation_id, own.c.code, own.c.merged_into)
        .join_from(r, own, (own.c.administration_id == r.c.administration_id) & (own.c.id == r.c.relation_id))
        .where(r.c.administration_id == administration_id, r.c.run_id == run_id, r.c.state == "concept")
        .order_by(r.c.position)
        .limit(CHUNK)
        .with_for_update(of=r, skip_locked=True, key_share=True)
    )
    return [_Owned(row) for row in connection.execute(query)]


class _Owned:
    """A reminder's row with the survivor of its relation."""

    def __init__(self, row: Any) -> None:
        self.id, self.reference, self.channel, self.currency, self.code = (
            int(row.id), row.reference, row.channel, row.currency, row.code,
        )  # fmt: skip
        self.owner: int = row.merged_into or row.relation_id


def _items(connection: Connection, administration_id: int, keys: Sequence[int]) -> list[Row[Any]]:
    """What is asked for, and the credits that are taken off."""
    i, o = t.reminder_item, t.open_item
    query = (
        select(i.c.reminder_id, i.c.open_item_id, i.c.level, i.c.outstanding, o.c.number)
        .join_from(i, o, (o.c.administration_id == i.c.administration_id) & (o.c.id == i.c.open_item_id))
        .where(
            i.c.administration_id == administration_id,
            keyed(connection, i.c.reminder_id, keys),
            (i.c.level != "") | (i.c.outstanding < 0),
        )
        .order_by(i.c.reminder_id, i.c.open_item_id)
    )
    return list(connection.execute(query))


def _lock(connection: Connection, administration_id: int, ids: Sequence[int]) -> None:
    """In order of id, as whoever books a payment locks them. SQLite's write transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        o = t.open_item
        mine = (o.c.administration_id == administration_id) & keyed(connection, o.c.id, ids)
        connection.execute(select(o.c.id).where(mine).order_by(o.c.id).with_for_update(key_share=True)).all()


def _drop(
    connection: Connection, administration_id: int, rows: Sequence[Any], why: Mapping[str, Step], actor_id: int, at: datetime
) -> None:  # fmt: skip
    by_reason: dict[str, list[int]] = {}
    for row in rows:
        said = json.dumps(plain(why[row.reference]), ensure_ascii=False, sort_keys=True)
        by_reason.setdefault(said, []).append(row.id)
    for said, keys in by_reason.items():
        leave_out(connection, administration_id, keys, "dropped", said, actor_id, at)


def _stage(
    connection: Connection, ids: Ids, administration_id: int, book: Rulebook, rows: Sequence[Any], made: Staged, today: date,
    actor_id: int, at: datetime,
) -> None:  # fmt: skip
    if not rows:
        return
    mails = [_dispatch(row, book.administration, at) for row in rows if row.channel == "email"]
    dispatches.put(connection, ids, administration_id, mails, at)
    uids = {one.key: one.id for one in mails}
    made.mails, made.letters = len(mails), sum(row.channel == "letter" for row in rows)
    made.calls = len(rows) - made.mails - made.letters
    r = t.reminder
    statement = (
        update(r)
        .where(r.c.administration_id == administration_id, r.c.id == bindparam("key"))
        .values(
            state="staged",
            dispatch_uid=bindparam("uid"),
            deadline=bindparam("until"),
            changed_at=at,
            changed_by=actor_id,
        )
    )
    told = [
        {
            "key": row.id,
            "uid": uids.get(_key(row.reference), ""),
            "until": today + _DEADLINES.get(row.channel, timedelta(5)),
        }
        for row in rows
    ]
    connection.execute(statement, told)


def _key(reference: str) -> str:
    return f"reminder:{reference}"


def _dispatch(row: Any, administration: str, at: datetime) -> Dispatch:
    """A ticket: what it says is in the reminder, and its bytes are made when it leaves."""
    uid = str(uuid.uuid5(_NAMESPACE, f"{administration}|{row.reference}"))
    body = json.dumps({"reminder": row.id}).encode()
    return Dispatch(uid, administration, SINK, TYPE, row.code, body, "application/json", at, _key(row.reference))


def end_run(connection: Connection, administration_id: int, run_id: int, actor_id: int, at: datetime) -> None:
    """The run is sent once nothing of it waits, whoever staged the last of it. In a transaction of its own: who still stages holds it."""
    n, r = t.dunning_run, t.reminder
    waiting = exists().where(r.c.administration_id == administration_id, r.c.run_id == run_id, r.c.state == "concept")
    same = (n.c.administration_id == administration_id) & (n.c.id == run_id) & (n.c.state == "frozen")
    connection.execute(update(n).where(same, ~waiting).values(state="sent", sent_at=at, sent_by=actor_id))
