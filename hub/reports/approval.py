"""What waits for approval, for whom and how long; and what stands on the suspense account, per document, on any day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from hub.accounting.approval import Case, Standing
from hub.accounting.purchase_method import SUSPENSE
from hub.errors import NotFound
from hub.model.administration import Administration
from hub.model.approval import CREDIT
from hub.model.finding import asked
from hub.reports.selection import signed, text_of, total_of
from hub.store import tables as t
from hub.store.administrations import snapshot_of
from hub.store.approval_rows import Waiting, load_approvals
from hub.store.messages import as_instant

BUCKETS = (7, 14, 30)  # days
_CHUNK = 500


def approvals(
    connection: Connection, administration_id: int, today: date, *, as_of: date | None = None, approver: str = ""
) -> Iterator[dict[str, Any]]:
    """What waits at the end of a day (None = `today`), oldest first; with `approver`, only where he may act.

    Rejected invoices that wait for their credit note are there too, as `wait_for_credit`.
    """
    day = as_of or today
    until = datetime.combine(day, time.max, tzinfo=UTC)
    uids = _unended(connection, administration_id, until)
    for start in range(0, len(uids), _CHUNK):
        part = uids[start : start + _CHUNK]
        documents = _documents(connection, administration_id, part)
        known = load_approvals(connection, administration_id, part, until)
        for uid in part:
            now = known[uid].now
            if uid not in documents or not (now.waits or now.awaits_credit):
                continue
            row = _shown(documents[uid], known[uid], day)
            if not approver or not row["approvers"] or approver in row["approvers"]:
                yield row


def by_approver(rows: Iterable[dict[str, Any]], buckets: Sequence[int] = BUCKETS) -> list[dict[str, Any]]:
    """Per person who may act: how many documents wait, by how many days. A document counts for each who may; "" = anybody."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["state"] == "wait_for_credit":
            continue
        for name in row["approvers"] or [""]:
            line = found.setdefault(
                name, {"approver": name, "documents": 0, "oldest": 0, "buckets": [0] * (len(buckets) + 1)}
            )
            line["documents"] += 1
            line["oldest"] = max(line["oldest"], row["age"])
            line["buckets"][sum(row["age"] > limit for limit in buckets)] += 1
    return [found[name] for name in sorted(found)]


def show_approval(connection: Connection, administration_id: int, uid: str, today: date) -> dict[str, Any]:
    """One document under approval, with every step and act. Raises `NotFound`."""
    known = load_approvals(connection, administration_id, [uid])
    documents = _documents(connection, administration_id, [uid])
    if uid not in known:
        raise NotFound(f"message {uid} is not under approval")
    waiting = known[uid]
    row = _shown(documents[uid], waiting, today) if uid in documents else {"message_id": uid}
    steps = [
        {"approvers": list(s.approvers), "above": None if s.above is None else f"{s.above:f}"}
        for s in waiting.flow.steps
    ]
    acts, notes = [_act(act) for act in waiting.rows], [_credit(note) for note in waiting.credits]
    return {**row, "flow": waiting.flow.code, "flow_steps": steps, "acts": acts, "credit_notes": notes}


def find_uid(connection: Connection, administration_id: int, wanted: str) -> str:
    """The message of an approval by the beginning of its id, or by the invoice number as written. Raises `NotFound`."""
    a, d = t.approval, t.document
    query = (
        select(a.c.message_uid)
        .outerjoin(d, (d.c.administration_id == a.c.administration_id) & (d.c.message_uid == a.c.message_uid))
        .where(a.c.administration_id == administration_id, a.c.method != CREDIT)
        .where(or_(d.c.number == wanted, a.c.message_uid.startswith(wanted, autoescape=True)))
    )
    found = list(connection.execute(query.limit(3)).scalars()) if wanted else []
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise NotFound(asked("HUB-APPR-24", wanted))
    raise NotFound(asked("HUB-APPR-25", wanted, ", ".join(found)))


def _unended(connection: Connection, administration_id: int, until: datetime) -> list[str]:
    a, b = t.approval, t.approval_act
    state = (
        select(b.c.state)
        .where(b.c.administration_id == a.c.administration_id, b.c.message_uid == a.c.message_uid, b.c.at <= until)
        .order_by(b.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(a.c.message_uid).where(
        a.c.administration_id == administration_id, a.c.method != CREDIT, a.c.started_at <= until,
        func.coalesce(state, "waiting").in_(("waiting", "on_hold", "rejected")),
    )  # fmt: skip
    return list(connection.execute(query.order_by(a.c.started_at, a.c.message_uid)).scalars())


def _documents(connection: Connection, administration_id: int, uids: Sequence[str]) -> dict[str, Any]:
    d, r = t.document, t.relation
    query = (
        select(
            d.c.message_uid, d.c.number, d.c.kind, d.c.issue_date, d.c.currency, d.c.total, d.c.outcome, r.c.code, r.c.name,
        )
        .outerjoin(r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id))
        .where(d.c.administration_id == administration_id, d.c.message_uid.in_(uids))
    )  # fmt: skip
    return {row.message_uid: row for row in connection.execute(query)}


def _shown(document: Row[Any], waiting: Waiting, day: date) -> dict[str, Any]:
    now = waiting.now
    total = None if document.total is None else text_of(document.total, document.currency)
    last = waiting.rows[-1] if waiting.rows else None
    since = waiting.started_at.date()
    return {
        "message_id": waiting.uid,
        "relation": document.code,
        "relation_name": document.name,
        "kind": document.kind,
        "number": document.number,
        "date": str(document.issue_date) if document.issue_date else None,
        "total": total,
        "currency": document.currency,
        "method": waiting.method,
        "state": "wait_for_credit" if now.awaits_credit else now.state,
        "step": now.step + 1,
        "steps": len(waiting.flow.steps),
        "approvers": list(at_turn(waiting, now)),
        "approved_by": list(now.approved_by),
        "since": str(since),
        "age": (day - since).days,
        "reason": last.comment if last is not None and (now.state == "on_hold" or not now.waits) else "",
        "outcome": document.outcome,
    }


def at_turn(waiting: Waiting, now: Standing) -> tuple[str, ...]:
    """Who must act now; empty = anybody, or nobody any more."""
    return Case(waiting.flow, now).candidates() if now.waits else ()


def _act(row: Row[Any]) -> dict[str, Any]:
    return {
        "number": row.number, "act": row.act, "state": row.state, "step": row.step, "ending": row.ending or None,
        "at": as_instant(row.at).isoformat(), "who": row.name, "on_behalf_of": row.on_behalf_of or None, "to": row.to_user or None,
        "comment": row.comment,
    }  # fmt: skip


def _credit(row: Row[Any]) -> dict[str, Any]:
    at = as_instant(row.started_at).isoformat()
    return {"message_id": row.message_uid, "number": row.number, "at": at, "last": bool(row.ends)}


def suspense(connection: Connection, administration_id: int, *, as_of: date | None = None) -> Iterator[dict[str, Any]]:
    """What stands on the suspense account at the end of a day, per document with its credit notes, in our own currency.

    The account named now, and those that documents were booked on before. The last line ties the documents to the
    ledger: `other` is what was booked there by hand.
    """
    books = _snapshot(connection, administration_id)
    own_account, currency = books.accounts_named.get(SUSPENSE, ""), books.currency
    rows = _on_suspense(connection, administration_id, own_account, as_of)
    named = sum(row.base for row in rows if row.number is not None)
    other = sum(row.base for row in rows if row.number is None)
    for row in rows:
        if row.number is not None and row.base:
            yield {
                "message_id": row.uid, "relation": row.code, "number": row.number, "date": str(row.issue_date),
                "amount": text_of(row.base, currency), "currency": currency,
            }  # fmt: skip
    yield {
        "total": text_of(named, currency), "other": text_of(other, currency), "account": own_account,
        "balance": text_of(named + other, currency),
    }  # fmt: skip


def _snapshot(connection: Connection, administration_id: int) -> Administration:
    n = t.administration
    hash_ = connection.execute(select(n.c.chart_hash).where(n.c.id == administration_id)).scalar_one()
    return snapshot_of(connection, administration_id, hash_)


def _on_suspense(connection: Connection, administration_id: int, own_account: str, as_of: date | None) -> Sequence[Any]:
    """Sums per rejected or waiting document; without number: postings that belong to none."""
    p, e, a, d, r = t.posting, t.entry, t.approval, t.document, t.relation
    of = t.document.alias("of")
    accounts = select(a.c.account_id).where(a.c.administration_id == administration_id, a.c.account_id.is_not(None))
    own = select(t.account.c.id).where(
        t.account.c.administration_id == administration_id, t.account.c.code == own_account
    )
    root = func.coalesce(a.c.of_uid, a.c.message_uid)
    query = (
        select(
            root.label("uid"), of.c.number, of.c.issue_date, r.c.code, total_of(signed(p.c.base_amount)).label("base")
        )
        .select_from(p)
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .outerjoin(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .outerjoin(a, (a.c.administration_id == d.c.administration_id) & (a.c.message_uid == d.c.message_uid))
        .outerjoin(of, (of.c.administration_id == a.c.administration_id) & (of.c.message_uid == root))
        .outerjoin(r, (r.c.administration_id == of.c.administration_id) & (r.c.id == of.c.relation_id))
        .where(p.c.administration_id == administration_id, or_(p.c.account_id.in_(accounts), p.c.account_id.in_(own)))
        .group_by(root, of.c.number, of.c.issue_date, r.c.code)
        .order_by(of.c.issue_date, of.c.number, root)
    )
    return connection.execute(query if as_of is None else query.where(p.c.booking_date <= as_of)).all()
