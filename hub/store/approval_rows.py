"""Rows of approval: what waits by its message, the acts in order, and the lock under which one act follows another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, literal, select, text, union

from hub.accounting.approval import Act, Standing, standing
from hub.errors import NotFound
from hub.model.approval import ApprovalFlow
from hub.model.codec import from_json
from hub.store import tables as t
from hub.store.messages import as_instant


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document under approval, with everything that was done to it so far."""

    uid: str
    method: str
    flow: ApprovalFlow
    amount: int | None
    account: str
    started_at: datetime
    booked_by: str
    acts: tuple[Act, ...]
    rows: tuple[Row[Any], ...]
    credits: tuple[Row[Any], ...] = ()  # credit notes that belong to it, after it was rejected

    @property
    def now(self) -> Standing:
        """Where it stands."""
        made = standing(self.flow, self.acts)
        return replace(made, state="credited") if any(credit.ends for credit in self.credits) else made


def lock(connection: Connection, administration_id: int, uids: Iterable[str]) -> None:
    """Until this transaction ends nobody else acts on these documents. SQLite's write transaction is alone anyway.

    By an advisory lock: a worker may read approvals, and locking a row would ask for the right to change it.
    """
    if connection.dialect.name == "postgresql":
        for uid in sorted(set(uids)):
            key = {"key": f"approval {administration_id} {uid}"}
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


def find_approval(connection: Connection, administration_id: int, uid: str) -> Waiting:
    """Raises `NotFound` for a message that was never under approval."""
    found = load_approvals(connection, administration_id, [uid])
    if uid not in found:
        raise NotFound(f"message {uid} is not under approval")
    return found[uid]


def load_approvals(
    connection: Connection, administration_id: int, uids: Sequence[str], until: datetime | None = None
) -> dict[str, Waiting]:
    """Those of these messages that are under approval, as known at an instant; two queries however many."""
    a, u, c = t.approval, t.app_user, t.account
    wanted = sorted(set(uids))
    query = (
        select(a, u.c.name, c.c.code.label("account"))
        .join(u, u.c.id == a.c.actor_id)
        .outerjoin(c, (c.c.administration_id == a.c.administration_id) & (c.c.id == a.c.account_id))
        .where(a.c.administration_id == administration_id, a.c.message_uid.in_(wanted))
    )
    heads = connection.execute(query).all()
    acts = _acts(connection, administration_id, wanted, until)
    rejected = sorted(uid for uid, rows in acts.items() if rows[-1].state == "rejected")
    credits = _credits(connection, administration_id, rejected, until) if rejected else {}
    return {h.message_uid: _waiting(h, acts.get(h.message_uid, ()), credits.get(h.message_uid, ())) for h in heads}


def _credits(
    connection: Connection, administration_id: int, uids: Sequence[str], until: datetime | None
) -> dict[str, list[Any]]:
    """Credit notes of rejected invoices, in the order in which they came."""
    a, d = t.approval, t.document
    query = (
        select(a.c.of_uid, a.c.message_uid, a.c.ends, a.c.entry_id, a.c.started_at, d.c.number)
        .outerjoin(d, (d.c.administration_id == a.c.administration_id) & (d.c.message_uid == a.c.message_uid))
        .where(a.c.administration_id == administration_id, a.c.of_uid.in_(uids))
        .order_by(a.c.started_at, a.c.message_uid)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query if until is None else query.where(a.c.started_at <= until)):
        found.setdefault(row.of_uid, []).append(row)
    return found


def _acts(
    connection: Connection, administration_id: int, uids: Sequence[str], until: datetime | None
) -> dict[str, list[Row[Any]]]:
    b, u = t.approval_act, t.app_user
    query = (
        select(b, u.c.name)
        .join(u, u.c.id == b.c.actor_id)
        .where(b.c.administration_id == administration_id, b.c.message_uid.in_(uids))
        .order_by(b.c.message_uid, b.c.number)
    )
    if until is not None:
        query = query.where(b.c.at <= until)
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.message_uid, []).append(row)
    return found


def _waiting(head: Row[Any], rows: Sequence[Row[Any]], credits: Sequence[Row[Any]]) -> Waiting:
    return Waiting(
        head.message_uid, head.method, from_json(ApprovalFlow, head.flow), head.amount, head.account or "",
        as_instant(head.started_at), head.name, tuple(map(_act, rows)), tuple(rows), tuple(credits),
    )  # fmt: skip


def _act(row: Row[Any]) -> Act:
    on = as_instant(row.at).date()
    return Act(row.act, row.name, on, row.comment, row.to_user, row.ending, row.on_behalf_of)


def add_act(
    connection: Connection, administration_id: int, waiting: Waiting, act: Act, after: Standing, actor_id: int, at: datetime,
    entry_id: int | None,
) -> None:  # fmt: skip
    """The next act of a document; its number is the wall where two would be the next at once."""
    connection.execute(
        insert(t.approval_act).values(
            administration_id=administration_id, message_uid=waiting.uid, number=len(waiting.acts) + 1, act=act.kind,
            state=after.state, step=after.step + 1, ending=after.ending, at=at, actor_id=actor_id, on_behalf_of=act.on_behalf_of,
            to_user=act.to, comment=act.comment, entry_id=entry_id,
        )
    )  # fmt: skip


def is_waiting(connection: Connection, administration_id: int, uid: str) -> bool:
    """Whether a person must still approve this message."""
    found = load_approvals(connection, administration_id, [uid])
    return uid in found and found[uid].method != "credit" and found[uid].now.waits


def provisional_entry(connection: Connection, administration_id: int, uid: str) -> int | None:
    """The key of the entry that a message was booked with."""
    e = t.entry
    query = select(e.c.id).where(
        e.c.administration_id == administration_id, e.c.message_uid == uid, e.c.reversal_of.is_(None)
    )
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def items_of(connection: Connection, administration_id: int, entry_ids: Iterable[int]) -> list[int]:
    """The open items that entries opened."""
    o = t.open_item
    query = select(o.c.id).where(o.c.administration_id == administration_id, o.c.entry_id.in_(sorted(set(entry_ids))))
    return list(connection.execute(query.order_by(o.c.id)).scalars())


def on_suspense(connection: Connection, administration_id: int, uid: str, also: str = "") -> tuple[int, int]:
    """What a document and its credit notes leave on the suspense account: minor units in its currency and in base, debit positive.

    `also` is a credit note that is not known as such yet.
    """
    a, p = t.approval, t.posting
    here = a.c.administration_id == administration_id
    account = select(a.c.account_id).where(here, a.c.message_uid == uid).scalar_subquery()
    known = select(a.c.message_uid).where(here, (a.c.message_uid == uid) | (a.c.of_uid == uid))
    family = union(known, select(literal(also)))
    sign = case((p.c.side == "debit", 1), else_=-1)
    query = select(
        func.coalesce(func.sum(sign * p.c.amount), 0), func.coalesce(func.sum(sign * p.c.base_amount), 0)
    ).where(
        p.c.administration_id == administration_id,
        p.c.account_id == account,
        p.c.entry_id.in_(_entries_of(administration_id, family)),
    )
    amount, base = connection.execute(query).one()
    return int(amount), int(base)


def _entries_of(administration_id: int, uids: Any) -> Any:
    """Every entry about these messages: what they were booked with, and what was booked about their documents since."""
    e, d = t.entry, t.document
    documents = select(d.c.id).where(d.c.administration_id == administration_id, d.c.message_uid.in_(uids))
    return union(
        select(e.c.id).where(e.c.administration_id == administration_id, e.c.message_uid.in_(uids)),
        select(e.c.id).where(
            e.c.administration_id == administration_id, e.c.message_uid.is_(None), e.c.document_id.in_(documents)
        ),
    )
