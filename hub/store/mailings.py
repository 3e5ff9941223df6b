"""Mailings: made once with all who get one, then each mail claimed, sent and settled in commits of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hub.errors import NotFound
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.rows import insert_rows

STATES = ("queued", "sending", "sent", "failed", "skipped")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:mailing")


@dataclass(frozen=True, slots=True)
class Written:
    """What is written to all."""

    id: int
    subject: str
    text: str
    html: str
    selection: str
    language: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """One mail that nobody else sends now."""

    position: int
    relation_id: int
    email: str
    fields: Mapping[str, str]
    message_id: str
    attempts: int


def create_mailing(
    connection: Connection, ids: Ids, administration_id: int, written: Mapping[str, str],
    people: Sequence[tuple[int, str, Mapping[str, str], str]], domain: str, actor_id: int, at: datetime,
) -> int:  # fmt: skip
    """Record a mailing with its recipients (relation, address, fields, why skipped); its id. Takes two keys."""
    mailing_id = ids.take()
    mine = {"administration_id": administration_id, "id": mailing_id, "created_at": at, "actor_id": actor_id}
    connection.execute(insert(t.mailing).values(**mine, **written))
    rows = []
    for position, (relation_id, email, fields, skipped) in enumerate(people, 1):
        unique = uuid.uuid5(_NAMESPACE, f"{administration_id}|{mailing_id}|{relation_id}|{email}")
        rows.append(
            (administration_id, mailing_id, position, relation_id, email, json.dumps(fields, ensure_ascii=False),
             f"<{unique}@{domain}>", "skipped" if skipped else "queued", skipped, 0, at)
        )  # fmt: skip
    insert_rows(connection, t.mailing_recipient, rows)
    details = {"selection": written["selection"], "recipients": len(rows)}
    note(connection, ids, administration_id, "mailing.made", str(mailing_id), details, actor_id, at)
    return mailing_id


def get_mailing(connection: Connection, administration_id: int, mailing_id: int) -> Written:
    """A mailing by id. Raises `NotFound`."""
    m = t.mailing
    row = connection.execute(select(m).where(m.c.administration_id == administration_id, m.c.id == mailing_id)).first()
    if row is None:
        raise NotFound(f"there is no mailing {mailing_id} in this administration")
    return Written(row.id, row.subject, row.text, row.html, row.selection, row.language)


def claim(connection: Connection, administration_id: int, mailing_id: int, after: int, at: datetime) -> Claimed | None:
    """The next mail after a position that waits, now `sending`; None when there is none."""
    r = t.mailing_recipient
    query = select(r).where(
        r.c.administration_id == administration_id,
        r.c.mailing_id == mailing_id,
        r.c.state == "queued",
        r.c.position > after,
    )
    row = connection.execute(query.order_by(r.c.position).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    settle(connection, administration_id, mailing_id, row.position, "sending", "", at, attempts=row.attempts + 1)
    return Claimed(row.position, row.relation_id, row.email, json.loads(row.fields), row.message_id, row.attempts + 1)


def settle(
    connection: Connection, administration_id: int, mailing_id: int, position: int, state: str, reason: str, at: datetime,
    attempts: int | None = None,
) -> None:  # fmt: skip
    """What became of a mail; one that was sent stays sent."""
    r = t.mailing_recipient
    mine = (r.c.administration_id == administration_id) & (r.c.mailing_id == mailing_id) & (r.c.position == position)
    values: dict[str, Any] = {"state": state, "reason": reason, "changed_at": at}
    if attempts is not None:
        values["attempts"] = attempts
    connection.execute(update(r).where(mine, r.c.state != "sent").values(**values))


def queue_doubtful(connection: Connection, administration_id: int, mailing_id: int, at: datetime) -> int:
    """Mails whose sending was cut off wait again; a person decided so. The number of them."""
    r = t.mailing_recipient
    mine = (r.c.administration_id == administration_id) & (r.c.mailing_id == mailing_id) & (r.c.state == "sending")
    return int(connection.execute(update(r).where(mine).values(state="queued", changed_at=at)).rowcount)


def counts(connection: Connection, administration_id: int, mailing_id: int) -> dict[str, int]:
    """Mails by state, every state named."""
    r = t.mailing_recipient
    query = select(r.c.state, func.count()).where(
        r.c.administration_id == administration_id, r.c.mailing_id == mailing_id
    )
    found: dict[str, int] = {state: count for state, count in connection.execute(query.group_by(r.c.state))}
    return {state: found.get(state, 0) for state in STATES}


def opt_out(
    connection: Connection, ids: Ids, administration_id: int, relation_id: int | None, email: str, reason: str, actor_id: int,
    at: datetime,
) -> bool:  # fmt: skip
    """No more mailings to a relation, to one address of it, or to an address; False when that was so already."""
    if connection.execute(select(t.mail_opt_out.c.id).where(*_same(administration_id, relation_id, email))).first():
        return False
    connection.execute(
        insert(t.mail_opt_out).values(
            administration_id=administration_id, id=ids.take(), relation_id=relation_id, email=email.lower(), reason=reason,
            since=at, since_by=actor_id,
        )
    )  # fmt: skip
    details = {"relation_id": relation_id, "reason": reason}
    note(connection, ids, administration_id, "mail.opted_out", email.lower() or str(relation_id), details, actor_id, at)
    return True


def opt_in(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    relation_id: int | None,
    email: str,
    actor_id: int,
    at: datetime,
) -> bool:
    """Mailings again; False when nothing stopped them."""
    mine = _same(administration_id, relation_id, email)
    done = connection.execute(update(t.mail_opt_out).where(*mine).values(ended_at=at, ended_by=actor_id))
    if done.rowcount:
        note(connection, ids, administration_id, "mail.opted_in", email.lower() or str(relation_id), {}, actor_id, at)
    return bool(done.rowcount)


def _same(administration_id: int, relation_id: int | None, email: str) -> tuple[Any, ...]:
    o = t.mail_opt_out
    whose = o.c.relation_id.is_(None) if relation_id is None else o.c.relation_id == relation_id
    return o.c.administration_id == administration_id, whose, o.c.email == email.lower(), o.c.ended_at.is_(None)


def note(
    connection: Connection, ids: Ids, administration_id: int, what: str, subject: str, details: Mapping[str, Any], actor_id: int,
    at: datetime,
) -> None:  # fmt: skip
    """Who did it, when."""
    values = {"administration_id": administration_id, "id": ids.take(), "at": at, "actor_id": actor_id, "what": what}
    connection.execute(insert(t.activity).values(**values, subject=subject, details=json.dumps(details)))
