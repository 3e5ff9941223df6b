"""Tasks about reminders, promises, plans and disputes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from hub.model.reminder import NEVER_LEFT
from hub.reports.task import FOLLOW_DAYS, Task
from hub.store import tables as t

DISPUTE_DAYS = 14  # by then somebody must have judged it
_LATE = ("staged", "sent", "printed")


def undelivered(connection: Connection, administration_id: int, today: date, _at: datetime) -> Iterator[Task]:
    """Mails that failed or came back, and mails and letters of which nothing was heard by their deadline."""
    r = t.reminder
    late = and_(r.c.state.in_(_LATE), r.c.deadline < today, or_(r.c.channel == "email", r.c.state != "staged"))
    for row in _reminders(connection, administration_id, or_(r.c.state.in_(("failed", "bounced")), late)):
        command = f"hub dunning mark {row.reference} --again --reason TEXT"
        if row.state not in ("failed", "bounced"):
            command = f"hub dunning history {row.code}"
        kind = {"failed": "reminder_failed", "bounced": "reminder_bounced"}.get(row.state, "reminder_late")
        yield _of_reminder(row, kind, command)


def calls(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """Debtors to be called."""
    r = t.reminder
    for row in _reminders(connection, administration_id, and_(r.c.state == "staged", r.c.channel == "phone")):
        yield _of_reminder(row, "call", f"hub dunning called {row.reference} --note TEXT")


def letters(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """Runs with letters to print and post; one task a run."""
    r, n = t.reminder, t.dunning_run
    query = (
        select(n.c.number, func.count().label("letters"), func.min(r.c.deadline).label("deadline"), n.c.as_of)
        .join(r, and_(r.c.administration_id == n.c.administration_id, r.c.run_id == n.c.id))
        .where(r.c.administration_id == administration_id, r.c.state == "staged", r.c.channel == "letter")
        .group_by(n.c.number, n.c.as_of)
        .order_by(n.c.number)
    )
    for row in connection.execute(query):
        command = f"hub dunning print {row.number} --out DIR --posted DATE"
        yield Task("print", command, str(row.number), since=row.as_of, deadline=row.deadline, reason=str(row.letters))


def waiting_runs(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """Runs that a person must agree to, or that were agreed to and not sent."""
    n, u = t.dunning_run, t.app_user
    query = (
        select(n.c.number, n.c.as_of, n.c.state, u.c.name)
        .join(u, u.c.id == n.c.created_by)
        .where(n.c.administration_id == administration_id, n.c.state.in_(("concept", "frozen")))
        .order_by(n.c.number)
    )
    for row in connection.execute(query):
        command = f"hub dunning show {row.number}" if row.state == "concept" else f"hub dunning send {row.number}"
        yield Task(f"run_{row.state}", command, str(row.number), since=row.as_of, owner=row.name)


def broken(connection: Connection, administration_id: int, today: date, _at: datetime) -> Iterator[Task]:
    """Promises and plans that were broken, where nothing has followed: no reminder, no case, no other arrangement."""
    s, later, r, c = t.dunning_stop, t.dunning_stop.alias("later"), t.reminder, t.collection_case
    mine = s.c.administration_id == administration_id
    followed = or_(
        _after(later, s).where(later.c.id > s.c.id).exists(),
        _after(r, s).where(r.c.state.not_in((*NEVER_LEFT, "concept")), r.c.id > s.c.id, _run_day(r) >= s.c.ended_on).exists(),
        _after(c, s).where(c.c.prepared_on >= s.c.ended_on).exists(),
    )  # fmt: skip
    since = today - timedelta(days=FOLLOW_DAYS)
    where = and_(mine, s.c.outcome == "broken", s.c.ended_on >= since, ~followed, _owes(s) > 0)
    for row in _arrangements(connection, where):
        yield Task(
            f"{row.kind}_broken", f"hub dunning run --relation {row.code}", row.number or "", row.code, row.name, row.ended_on,
            owner=row.owner, reason=row.note,
        )  # fmt: skip


def old_disputes(connection: Connection, administration_id: int, today: date, _at: datetime) -> Iterator[Task]:
    """Disputes that nobody has judged for two weeks: what they are about waits as long."""
    s = t.dunning_stop
    until = today - timedelta(days=DISPUTE_DAYS)
    where = and_(
        s.c.administration_id == administration_id, s.c.kind == "dispute", s.c.outcome == "open", s.c.since < until
    )
    for row in _arrangements(connection, where):
        yield Task(
            "dispute_old", f"hub disputes end {row.id} --as granted|rejected --reason TEXT", row.number or "", row.code, row.name,
            row.since, owner=row.owner, reason=row.note or row.category,
        )  # fmt: skip


def _reminders(connection: Connection, administration_id: int, where: ColumnElement[bool]) -> Any:
    r, e, u = t.reminder, t.relation, t.app_user
    query = (
        select(
            r.c.reference, r.c.state, r.c.reason, r.c.recipient, r.c.deadline, r.c.sent_on, r.c.principal, r.c.currency,
            r.c.changed_at, e.c.code, e.c.name, u.c.name.label("owner"),
        )
        .join_from(r, e, and_(e.c.administration_id == r.c.administration_id, e.c.id == r.c.relation_id))
        .join(u, u.c.id == r.c.changed_by)
        .where(r.c.administration_id == administration_id, where)
        .order_by(r.c.id)
    )  # fmt: skip
    return connection.execute(query)


def _of_reminder(row: Any, kind: str, command: str) -> Task:
    return Task(
        kind, command, row.reference, row.code, row.name, row.sent_on or row.changed_at.date(), row.deadline, row.principal,
        row.currency, row.owner, row.reason, row.recipient,
    )  # fmt: skip


def _arrangements(connection: Connection, where: ColumnElement[bool]) -> Any:
    s, e, o = t.dunning_stop, t.relation, t.open_item
    query = (
        select(s, e.c.code, e.c.name, o.c.number)
        .join_from(s, e, and_(e.c.administration_id == s.c.administration_id, e.c.id == s.c.relation_id))
        .outerjoin(o, and_(o.c.administration_id == s.c.administration_id, o.c.id == s.c.open_item_id))
        .where(where)
        .order_by(s.c.id)
    )
    return connection.execute(query)


def _after(table: Any, stop: Any) -> Any:
    """Rows of the same relation as a stop."""
    same = (table.c.administration_id == stop.c.administration_id) & (table.c.relation_id == stop.c.relation_id)
    return select(table.c.id).where(same)


def _run_day(reminder: Any) -> Any:
    n = t.dunning_run
    same = (n.c.administration_id == reminder.c.administration_id) & (n.c.id == reminder.c.run_id)
    return select(n.c.as_of).where(same).scalar_subquery()


def _owes(stop: Any) -> Any:
    """What the relation of a stop still owes, of the invoice that the stop is about or of all."""
    o, p = t.open_item, t.posting
    signed = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    its = or_(stop.c.open_item_id.is_(None), stop.c.open_item_id == o.c.id)
    return (
        select(func.coalesce(signed, 0))
        .join_from(o, p, and_(p.c.administration_id == o.c.administration_id, p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == stop.c.administration_id, o.c.relation_id == stop.c.relation_id, its)
        .where(o.c.side == "receivable")
        .correlate(stop)
        .scalar_subquery()
    )
