"""Tasks about collection cases and what agencies say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from hub.model.case_file import ENDED
from hub.reports.task import FOLLOW_DAYS, Task
from hub.store import tables as t
from hub.store.messages import as_instant

IN_DOUBT_MINUTES = 10  # the hub has asked the agency by then, where it can be asked
_UNDONE = ("held", "conflict", "refused")


def undelivered(connection: Connection, administration_id: int, _today: date, at: datetime) -> Iterator[Task]:
    """What was to go to an agency and is parked, or of which nobody knows whether it arrived."""
    d, c, e = t.dispatch, t.collection_case, t.relation
    doubtful = and_(d.c.state == "sending", d.c.changed_at < at - timedelta(minutes=IN_DOUBT_MINUTES))
    query = (
        select(d.c.uid, d.c.type, d.c.state, d.c.note, d.c.changed_at, *_CASE, e.c.code, e.c.name, t.app_user.c.name.label("owner"))
        .join_from(d, c, and_(c.c.administration_id == d.c.administration_id, c.c.number == d.c.subject))
        .join(e, and_(e.c.administration_id == c.c.administration_id, e.c.id == c.c.relation_id))
        .join(t.app_user, t.app_user.c.id == func.coalesce(c.c.handed_over_by, c.c.created_by))
        .where(d.c.administration_id == administration_id, d.c.type.startswith("collection."), or_(d.c.state == "parked", doubtful))
        .order_by(d.c.id)
    )  # fmt: skip
    for row in connection.execute(query):
        parked = row.state == "parked"
        command = f"hub messages retry {row.uid}" if parked else f"hub dispatches show {row.uid}"
        yield _of_case(
            row, "case_parked" if parked else "case_in_doubt", command, as_instant(row.changed_at).date(), row.note
        )


def rejected(connection: Connection, administration_id: int, today: date, _at: datetime) -> Iterator[Task]:
    """Cases that the agency refused, whose claims are in no later case."""
    c, i = t.collection_case, t.case_item
    other, again = t.collection_case.alias("other"), t.case_item.alias("again")
    later = (
        select(other.c.id)
        .join_from(other, again, and_(again.c.administration_id == other.c.administration_id, again.c.case_id == other.c.id))
        .join(i, and_(i.c.administration_id == again.c.administration_id, i.c.open_item_id == again.c.open_item_id))
        .where(i.c.case_id == c.c.id, other.c.administration_id == c.c.administration_id, other.c.id > c.c.id)
        .correlate(c)
    )  # fmt: skip
    since = datetime.combine(today - timedelta(days=FOLLOW_DAYS), datetime.min.time())
    where = and_(c.c.state == "rejected", c.c.ended_at >= since, ~later.exists())
    for row in _cases(connection, administration_id, where):
        yield _of_case(
            row, "case_rejected", f"hub cases show {row.number}", as_instant(row.ended_at).date(), row.raw_status
        )


def prepared(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """Cases that wait for a person's word."""
    for row in _cases(connection, administration_id, t.collection_case.c.state == "prepared"):
        yield _of_case(row, "case_prepared", f"hub cases hand-over {row.number}", row.prepared_on)


def ready(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """Debtors that the last run of reminding found ready to be handed over, and of whom no case was made since."""
    n = t.dunning_run
    query = select(n.c.rested, n.c.as_of).where(n.c.administration_id == administration_id, n.c.state != "cancelled")
    last = connection.execute(query.order_by(n.c.number.desc()).limit(1)).first()
    codes = json.loads(last.rested).get("ready", {}).get("relations", []) if last else []
    e, c = t.relation, t.collection_case
    busy = select(c.c.id).where(
        c.c.administration_id == e.c.administration_id, c.c.relation_id == e.c.id, c.c.state.not_in(ENDED)
    )
    chosen = select(e.c.code, e.c.name).where(
        e.c.administration_id == administration_id, e.c.code.in_(codes), ~busy.exists()
    )
    for row in connection.execute(chosen.order_by(e.c.code)) if last and codes else ():
        yield Task("case_ready", f"hub cases preview {row.code}", "", row.code, row.name, last.as_of if last else None)


def messages(connection: Connection, administration_id: int, _today: date, _at: datetime) -> Iterator[Task]:
    """What agencies said that could not be booked: held, at odds with what is known, or refused; and nobody decided since."""
    m, i, d, w, f = t.message, t.inbox, t.document, t.message_decision, t.finding
    mine = (w.c.administration_id == m.c.administration_id) & (w.c.message_uid == m.c.uid)
    decided = select(w.c.id).where(mine, w.c.at >= i.c.recorded_at)
    agencies = select(t.collection_case.c.agency).where(t.collection_case.c.administration_id == administration_id)
    of_agency = or_(d.c.kind == "case_message", m.c.channel.in_(agencies))  # what cannot be read is no document
    first = (
        select(func.min(f.c.code)).where(f.c.message_uid == m.c.uid, f.c.severity != "information").scalar_subquery()
    )
    query = (
        select(m.c.uid, m.c.channel, m.c.received_at, i.c.outcome, d.c.number, first.label("code"))
        .join_from(m, i, and_(i.c.administration_id == m.c.administration_id, i.c.message_uid == m.c.uid))
        .outerjoin(d, and_(d.c.administration_id == m.c.administration_id, d.c.message_uid == m.c.uid))
        .where(m.c.administration_id == administration_id, i.c.outcome.in_(_UNDONE), of_agency, ~decided.exists())
        .order_by(m.c.id)
    )
    for row in connection.execute(query):
        since = as_instant(row.received_at).date()
        yield Task(
            "agency_message", f"hub messages show {row.uid}", row.number or row.uid, since=since, reason=row.code or ""
        )


_CASE = tuple(
    getattr(t.collection_case.c, name)
    for name in (
        "number",
        "currency",
        "principal",
        "interest",
        "costs",
        "vat",
        "agency",
        "raw_status",
        "prepared_on",
        "ended_at",
    )
)


def _cases(connection: Connection, administration_id: int, where: ColumnElement[bool]) -> Any:
    c, e, u = t.collection_case, t.relation, t.app_user
    query = (
        select(*_CASE, e.c.code, e.c.name, u.c.name.label("owner"))
        .join_from(c, e, and_(e.c.administration_id == c.c.administration_id, e.c.id == c.c.relation_id))
        .join(u, u.c.id == func.coalesce(c.c.handed_over_by, c.c.created_by))
        .where(c.c.administration_id == administration_id, where)
        .order_by(c.c.id)
    )
    return connection.execute(query)


def _of_case(row: Any, kind: str, command: str, since: date, reason: str = "") -> Task:
    total = row.principal + row.interest + row.costs + row.vat
    return Task(
        kind, command, row.number, row.code, row.name, since, None, total, row.currency, row.owner, reason, row.agency
    )
