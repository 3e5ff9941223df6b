"""Mailings as lists: each with its mails by state, one with every mail, and who wants none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, select

from hub.reports.selection import stream, utc
from hub.store import tables as t
from hub.store.mailings import counts, get_mailing


def list_mailings(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """The latest first."""
    m, u = t.mailing, t.app_user
    query = (
        select(m.c.id, m.c.subject, m.c.selection, m.c.created_at, u.c.name)
        .join(u, u.c.id == m.c.actor_id)
        .where(m.c.administration_id == administration_id)
        .order_by(m.c.created_at.desc(), m.c.id.desc())
    )
    return [
        {"mailing": row.id, "subject": row.subject, "selection": row.selection, "at": utc(row.created_at).isoformat(),
         "actor": row.name, **counts(connection, administration_id, row.id)}
        for row in connection.execute(query).all()
    ]  # fmt: skip


def list_recipients(
    connection: Connection, administration_id: int, mailing_id: int, state: str = ""
) -> Iterator[dict[str, Any]]:
    """Every mail of a mailing, in the order in which they are sent. Raises `NotFound`."""
    get_mailing(connection, administration_id, mailing_id)
    m, r = t.mailing_recipient, t.relation
    query = (
        select(m, r.c.code, r.c.name)
        .join(r, and_(r.c.administration_id == m.c.administration_id, r.c.id == m.c.relation_id))
        .where(m.c.administration_id == administration_id, m.c.mailing_id == mailing_id)
        .order_by(m.c.position)
    )
    for row in stream(connection, query.where(m.c.state == state) if state else query):
        yield {"mailing": mailing_id, "relation": row.code, "name": row.name, "email": row.email or None, "state": row.state,
               "reason": row.reason or None, "attempts": row.attempts, "at": utc(row.changed_at).isoformat(),
               "message_id": row.message_id}  # fmt: skip


def list_opt_outs(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """Who gets no mailings now, and since when."""
    o, r = t.mail_opt_out, t.relation
    query = (
        select(o.c.email, o.c.reason, o.c.since, r.c.code)
        .join_from(o, r, and_(r.c.administration_id == o.c.administration_id, r.c.id == o.c.relation_id), isouter=True)
        .where(o.c.administration_id == administration_id, o.c.ended_at.is_(None))
        .order_by(o.c.since, o.c.id)
    )
    return [
        {"relation": row.code, "email": row.email or None, "since": utc(row.since).isoformat(), "reason": row.reason}
        for row in connection.execute(query)
    ]
