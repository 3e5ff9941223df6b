"""What became of documents, for those who are to be answered; and the answers that were given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, exists, func, select

from hub.errors import NotFound
from hub.model.business_response import Answer, DocumentState
from hub.model.dispatch import Dispatch
from hub.store import dispatches
from hub.store import tables as t
from hub.store.approval_rows import Waiting, load_approvals
from hub.store.findings import load_findings
from hub.store.ids import Ids
from hub.store.messages import as_instant, find_released
from hub.store.rows import insert_new

PAGE = 200


@dataclass(frozen=True, slots=True)
class Answerable:
    """A document that came in on a channel whose senders are answered, what became of it, and what they were told.

    `underway` says that an earlier answer has not left yet: the next one waits for it, so that they arrive in order.
    """

    administration_id: int
    administration: str
    uid: str
    sha256: str
    state: DocumentState
    given: tuple[str, ...]
    underway: bool


def answerable(
    connection: Connection, channels: Sequence[str], administration: str, since: datetime
) -> Iterator[Answerable]:
    """Purchases of these channels since an instant that may still change; those that are paid in full are left out."""
    after = 0
    while rows := connection.execute(_page(channels, administration, since, after)).all():
        for administration_id in sorted({row.administration_id for row in rows}):
            mine = [row for row in rows if row.administration_id == administration_id]
            yield from _of(connection, administration_id, mine)
        if len(rows) < PAGE:
            return
        after = rows[-1].id


def _page(channels: Sequence[str], administration: str, since: datetime, after: int) -> Any:
    m, d, a, b = t.message, t.document, t.administration, t.business_response
    paid = exists().where(
        b.c.administration_id == m.c.administration_id, b.c.message_uid == m.c.uid, b.c.status == "PD"
    )
    query = (
        select(m.c.id, m.c.administration_id, a.c.code, m.c.uid, m.c.sha256, d.c.outcome, d.c.id.label("document_id"))
        .join(a, a.c.id == m.c.administration_id)
        .join(d, (d.c.administration_id == m.c.administration_id) & (d.c.message_uid == m.c.uid))
        .where(m.c.channel.in_(channels), m.c.received_at >= since, m.c.id > after, ~paid)
        .where(d.c.direction != "sales", d.c.outcome != "duplicate")
    )
    if administration:
        query = query.where(a.c.code == administration)
    return query.order_by(m.c.id).limit(PAGE)


def _of(connection: Connection, administration_id: int, rows: Sequence[Any]) -> Iterator[Answerable]:
    uids = [row.uid for row in rows]
    approvals = load_approvals(connection, administration_id, uids)
    given = _given(connection, administration_id, uids)
    paid = _paid(connection, administration_id, [row.document_id for row in rows])
    released = find_released(connection, uids)
    for row in rows:
        state = _state(
            connection, row, approvals.get(row.uid), paid.get(row.document_id, (0, 0)), released.get(row.uid, ())
        )
        told = given.get(row.uid, [])
        underway = any(sent in ("waiting", "sending") for _, sent in told)
        yield Answerable(
            administration_id, row.code, row.uid, row.sha256, state, tuple(status for status, _ in told), underway
        )


def _state(
    connection: Connection, row: Any, approval: Waiting | None, paid: tuple[int, int], released: tuple[str, ...]
) -> DocumentState:
    """`paid` is what stands open and what was paid, in minor units; `released` the findings that a person accepted."""
    if approval is not None and approval.method != "credit":
        now, comment = approval.now, approval.rows[-1].comment if approval.rows else ""
        if now.state in ("on_hold", "rejected"):
            return DocumentState(now.state, comment=comment)
        if now.state == "waiting":
            return DocumentState("waiting")
    if row.outcome != "posted":
        findings = load_findings(connection, row.uid)
        return DocumentState(row.outcome, findings)
    left, settled = paid
    if settled:
        return DocumentState("partly_paid" if left else "paid")
    accepted = tuple(f for f in load_findings(connection, row.uid) if f.code in released) if released else ()
    if any(f.fatal and f.who == "sender" for f in accepted):
        return DocumentState("approved_conditionally", accepted)
    return DocumentState("approved" if approval is not None else "posted")


def _paid(connection: Connection, administration_id: int, documents: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Per document what its open items still come to, and what payments took off them."""
    e, o, p, y = t.entry, t.open_item, t.posting, t.payment_entry
    by_payment = exists().where(y.c.administration_id == p.c.administration_id, y.c.entry_id == p.c.entry_id)
    signed = case((p.c.side == "credit", p.c.amount), else_=-p.c.amount)
    query = (
        select(
            e.c.document_id, func.sum(signed).label("left"),
            func.sum(case((by_payment, -signed), else_=0)).label("paid"),
        )
        .join(o, (o.c.administration_id == e.c.administration_id) & (o.c.entry_id == e.c.id))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(e.c.administration_id == administration_id, e.c.document_id.in_(documents), e.c.message_uid.is_not(None))
        .group_by(e.c.document_id)
    )  # fmt: skip
    return {row.document_id: (int(row.left), int(row.paid)) for row in connection.execute(query)}


def _given(connection: Connection, administration_id: int, uids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Statuses that were told per message, each with the state of its dispatch."""
    b, d = t.business_response, t.dispatch
    query = (
        select(b.c.message_uid, b.c.status, d.c.state)
        .outerjoin(d, d.c.uid == b.c.dispatch_uid)
        .where(b.c.administration_id == administration_id, b.c.message_uid.in_(uids))
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(query.order_by(b.c.made_at)):
        found.setdefault(row.message_uid, []).append((row.status, row.state or ""))
    return found


def record_answer(
    connection: Connection, ids: Ids, one: Answerable, answer: Answer, dispatch: Dispatch, at: datetime
) -> bool:
    """The answer and the dispatch that carries it, in one commit. False when somebody else gave it meanwhile."""
    reasons = [
        {"code": c.code, "list": "action" if c.action else "reason", "text": c.text, "place": c.attribute}
        for c in answer.clarifications
    ]
    row = (
        one.administration_id, one.uid, answer.status, dispatch.sink, dispatch.id, json.dumps(reasons, ensure_ascii=False), at,
    )  # fmt: skip
    if not insert_new(connection, t.business_response, [row], "message_uid"):
        return False
    dispatches.put(connection, ids, one.administration_id, [dispatch], at)
    return True


def list_responses(connection: Connection, administration_id: int, *, limit: int = 100) -> list[dict[str, Any]]:
    """The latest answers first, with what became of each."""
    return [_shown(row) for row in connection.execute(_answers(administration_id).limit(limit))]


def show_responses(connection: Connection, administration_id: int, uid: str) -> list[dict[str, Any]]:
    """Every answer on one document, the first first, with reasons and the message itself. Raises `NotFound`."""
    b, d = t.business_response, t.dispatch
    rows = connection.execute(_answers(administration_id).where(b.c.message_uid == uid)).all()
    if not rows:
        raise NotFound(f"no answer was given on message {uid}")
    query = select(d.c.uid, d.c.body).where(d.c.administration_id == administration_id)
    bodies = {
        row.uid: bytes(row.body) for row in connection.execute(query.where(d.c.uid.in_([r.dispatch_uid for r in rows])))
    }
    return [
        {**_shown(row), "reasons": json.loads(row.reasons), "xml": bodies.get(row.dispatch_uid, b"").decode("utf-8")}
        for row in reversed(rows)
    ]


def _answers(administration_id: int) -> Any:
    b, d, o = t.business_response, t.dispatch, t.document
    return (
        select(b, d.c.state, d.c.changed_at, d.c.reference, o.c.number)
        .outerjoin(d, d.c.uid == b.c.dispatch_uid)
        .outerjoin(o, (o.c.administration_id == b.c.administration_id) & (o.c.message_uid == b.c.message_uid))
        .where(b.c.administration_id == administration_id)
        .order_by(b.c.made_at.desc(), b.c.message_uid, b.c.status.desc())
    )


def _shown(row: Any) -> dict[str, Any]:
    codes = [reason["code"] for reason in json.loads(row.reasons)]
    return {
        "message_id": row.message_uid, "number": row.number, "status": row.status, "codes": codes, "sink": row.sink,
        "dispatch": row.dispatch_uid, "state": row.state, "reference": row.reference or None,
        "made_at": as_instant(row.made_at).isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
