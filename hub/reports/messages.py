"""Messages: what came in, what became of it, and one of them with everything that is known about it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select

from hub.errors import NotFound, Usage
from hub.model.codec import restore
from hub.model.decision import Decision
from hub.model.money import from_minor, money_text
from hub.reports.entries import entries_of_message
from hub.reports.outcome import gravest, one_line, telling
from hub.reports.turns import findings_of
from hub.store import tables as t
from hub.store.messages import as_instant
from hub.store.versions import judged_from
from hub.texts.catalogue import sentence
from hub.texts.shown import decision_json, finding_json

SHORTEST_PREFIX = 6


def list_messages(
    connection: Connection,
    administration_id: int,
    *,
    outcome: str = "",
    limit: int = 100,
    language: str = "nl",
    uids: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The latest messages first; `outcome` picks one, `waiting` those without. `uids` asks for exactly these.

    What waits for its turn in a stream is held, though its outcome is still to come.
    """
    m, i, d, r, w = t.message, t.inbox, t.document, t.relation, t.stream_message
    found = func.coalesce(i.c.outcome, case((w.c.waiting, "held")))
    query = (
        select(m.c.uid, m.c.file_name, m.c.channel, m.c.lane, m.c.received_at, found.label("outcome"),
               func.coalesce(d.c.number, w.c.number).label("number"), d.c.kind,
               d.c.direction, d.c.total, d.c.currency, r.c.code, r.c.name, i.c.judged_by)
        .outerjoin(i, (i.c.administration_id == m.c.administration_id) & (i.c.message_uid == m.c.uid))
        .outerjoin(d, (d.c.administration_id == m.c.administration_id) & (d.c.message_uid == m.c.uid))
        .outerjoin(r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id))
        .outerjoin(w, and_(w.c.administration_id == m.c.administration_id, w.c.message_uid == m.c.uid, w.c.waiting))
        .where(m.c.administration_id == administration_id)
    )  # fmt: skip
    if outcome:
        query = query.where(found.is_(None) if outcome == "waiting" else found == outcome)
    if uids is not None:
        query = query.where(m.c.uid.in_(uids))
    rows = connection.execute(query.order_by(m.c.received_at.desc(), m.c.id.desc()).limit(limit)).all()
    return [_listed(connection, row, language) for row in rows]


def _listed(connection: Connection, row: Any, language: str) -> dict[str, Any]:
    findings = findings_of(connection, row.uid)
    first = gravest(telling(findings))
    return {
        "message_id": row.uid,
        "file": row.file_name or None,
        "channel": row.channel,
        "lane": row.lane,
        "received_at": instant_text(row.received_at),
        "outcome": row.outcome,
        "kind": row.kind,
        "direction": row.direction or None,
        "number": row.number,
        "relation": row.code,
        "relation_name": row.name,
        "total": None if row.total is None else money_text(from_minor(row.total, row.currency), row.currency),
        "currency": row.currency,
        "findings": len(findings),
        "warnings": sum(finding.severity == "warning" for finding in findings),
        "judged_by": judged_from(row.judged_by),
        "code": first.code if first else None,
        "reason": sentence(first, language, row.currency or "") if first else None,
    }


def instant_text(value: Any) -> str:
    """RFC 3339 in UTC."""
    return as_instant(value).isoformat().replace("+00:00", "Z")


def find_message(connection: Connection, administration_id: int, wanted: str) -> str:
    """The id of a message by its id or the beginning of it. Raises `NotFound`, or `Usage` when it fits several."""
    m = t.message
    mine = m.c.administration_id == administration_id
    if connection.execute(select(m.c.uid).where(mine, m.c.uid == wanted)).first():
        return wanted
    if len(wanted) >= SHORTEST_PREFIX:
        query = select(m.c.uid).where(mine, m.c.uid.startswith(wanted, autoescape=True)).limit(2)
        found = connection.execute(query).scalars().all()
        if len(found) > 1:
            raise Usage(f"more than one message starts with {wanted}; give more of its id")
        if found:
            return str(found[0])
    raise NotFound(f"there is no message {wanted}")


def show_message(connection: Connection, administration_id: int, uid: str, language: str = "nl") -> dict[str, Any]:
    """One message: its document, first entries, decisions, findings, attempts and what people decided."""
    d = t.document
    [listed] = list_messages(connection, administration_id, language=language, uids=[uid])
    document = connection.execute(
        select(d).where(d.c.administration_id == administration_id, d.c.message_uid == uid)
    ).first()
    currency = document.currency if document else ""
    made = {
        key: listed[key] for key in ("message_id", "file", "channel", "lane", "received_at", "outcome", "judged_by")
    }
    decisions, findings = _decisions(connection, administration_id, uid, document), findings_of(connection, uid)
    entries, in_all = entries_of_message(connection, administration_id, uid)
    return {
        **made,
        "document": json.loads(document.summary) if document else None,
        "earlier": document.earlier_uid if document else None,
        "reason": one_line(findings, decisions, language, currency),
        "entries": entries,
        "entries_in_all": in_all,
        "decisions": [decision_json(d, language, currency, listed["relation"] or "") for d in decisions],
        "findings": [finding_json(f, language, currency) for f in findings],
        "attempts": _attempts(connection, uid),
        "ended": _ended(connection, administration_id, uid),
    }


def _decisions(
    connection: Connection, administration_id: int, uid: str, document: Row[Any] | None
) -> tuple[Decision, ...]:
    """Those of its entry, else those of the document that came to none."""
    e, f = t.entry, t.entry_facts
    query = (
        select(f.c.decisions)
        .join(e, (e.c.administration_id == f.c.administration_id) & (e.c.id == f.c.entry_id))
        .where(e.c.administration_id == administration_id, e.c.message_uid == uid)
        .order_by(e.c.id)
    )
    packed = connection.execute(query).scalar()
    if packed is None and document is not None:
        packed = document.decisions
    if packed is None:
        return ()
    return tuple(restore(Decision, item) for item in json.loads(zlib.decompress(packed)))


def _attempts(connection: Connection, uid: str) -> list[dict[str, Any]]:
    a = t.attempt
    rows = connection.execute(select(a).where(a.c.message_uid == uid).order_by(a.c.id))
    return [{"at": instant_text(r.at), "lane": r.lane, "class": r.error_class, "reason": r.reason} for r in rows]


def _ended(connection: Connection, administration_id: int, uid: str) -> list[dict[str, Any]]:
    """What people decided about it while it was held."""
    m, u = t.message_decision, t.app_user
    query = (
        select(m.c.decision, m.c.codes, m.c.reason, m.c.at, u.c.name)
        .join(u, u.c.id == m.c.actor_id)
        .where(m.c.administration_id == administration_id, m.c.message_uid == uid)
        .order_by(m.c.id)
    )
    return [
        {
            "decision": r.decision,
            "codes": json.loads(r.codes),
            "reason": r.reason,
            "at": instant_text(r.at),
            "actor": r.name,
        }
        for r in connection.execute(query)
    ]
