"""What became of a reminder: its state moves on with what the mail server, the post or a person says; what it says stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, cast, exists, select, update

from hub.errors import Conflict, NotFound
from hub.model.codec import restore
from hub.model.dispatch import Delivered, Dispatch
from hub.model.finding import asked
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.administrations import administration_ids
from hub.store.driver import fetch
from hub.store.ids import Ids, IdsWithin
from hub.store.memo_claims import claimed, keys_needed
from hub.store.packing import decompressed, unpacked
from hub.store.sets import records, values, within

# From which states a reminder comes to a state; anything else is old news, or a mistake.
COMES_FROM: Mapping[str, tuple[str, ...]] = {
    "sent": ("staged", "failed"),
    "printed": ("staged", "failed", "bounced"),
    "called": ("staged",),
    "delivered": ("sent", "printed", "bounced"),
    "bounced": ("staged", "sent", "printed", "delivered"),
    "failed": ("staged",),
    "dropped": ("failed", "bounced"),
}
_LEFT = ("sent", "printed")  # states in which it has left, so that what it claims is claimed
_FREE = ("failed", "dropped")  # states in which its items are free for another


def reminder_of(connection: Connection, administration_id: int, wanted: str | int) -> tuple[Row[Any], Reminder]:
    """A reminder by reference (`H-7-12`) or key: its row, and what it says. Raises `NotFound`."""
    r = t.reminder
    key = r.c.id == wanted if isinstance(wanted, int) else r.c.reference == wanted.strip().upper()
    row = connection.execute(select(r).where(r.c.administration_id == administration_id, key)).first()
    if row is None:
        raise NotFound(asked("HUB-DUN-17", str(wanted)))
    return row, restore(Reminder, unpacked(row.body))


def mark(
    connection: Connection,
    administration_id: int,
    reminder_id: int,
    state: str,
    *,
    on: date,
    at: datetime,
    actor_id: int = 0,
    reason: str = "",
    proof: str = "",
    deadline: date | None = None,
) -> bool:
    """Move a reminder to a state; False when it is there already, or further: told twice or late, nothing happens.

    `on` is the day of it: posted, accepted by the mail server, received. `deadline` is by when the next state is expected.
    When it leaves, what it claims becomes memo claims. `actor_id` 0 = whoever staged it. Raises `NotFound`.
    """
    row = _locked(connection, administration_id, reminder_id)
    told = {"on": on, "at": at, "actor_id": actor_id, "reason": reason, "proof": proof, "deadline": deadline}
    return _moved(connection, administration_id, row, state, **told)  # type: ignore[arg-type]


def _moved(
    connection: Connection, administration_id: int, row: Row[Any], state: str, *, on: date, at: datetime, actor_id: int = 0,
    reason: str = "", proof: str = "", deadline: date | None = None,
) -> bool:  # fmt: skip
    """As `mark`, of a row that is locked."""
    if row.state not in COMES_FROM.get(state, ()):
        return False
    stands: dict[str, Any] = {"state": state, "reason": reason, "deadline": deadline, "changed_at": at}
    stands |= {"proof": proof} if proof else {}
    stands |= {"changed_by": actor_id} if actor_id else {}
    if state in (*_LEFT, "called", "bounced") and (row.sent_on is None or state == "printed"):
        stands["sent_on"] = on
    if state == "delivered":
        stands["received_on"] = on
    r = t.reminder
    same = (r.c.administration_id == administration_id) & (r.c.id == row.id)
    connection.execute(update(r).where(same).values(stands))
    _claims(connection, administration_id, row, state)
    if state in _LEFT and row.sent_on is None:
        _claim_memo(connection, administration_id, row, stands["sent_on"])
    return True


def _locked(connection: Connection, administration_id: int, reminder_id: int) -> Row[Any]:
    r = t.reminder
    query = select(r).where(r.c.administration_id == administration_id, r.c.id == reminder_id).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(asked("HUB-DUN-17", str(reminder_id)))
    return row


def _claims(connection: Connection, administration_id: int, row: Row[Any], state: str) -> None:
    """Free the items of what did not leave; take them again when it leaves after all, where no other has them meanwhile."""
    i = t.reminder_item
    mine = (i.c.administration_id == administration_id) & (i.c.reminder_id == row.id)
    if state in _FREE:
        connection.execute(update(i).where(mine).values(claim=None))
    elif row.state == "failed":
        other, claim = i.alias("other"), cast(i.c.open_item_id, String) + ":" + i.c.level
        taken = exists().where(other.c.administration_id == administration_id, other.c.claim == claim).correlate(i)
        connection.execute(update(i).where(mine, i.c.level != "", ~taken).values(claim=claim))


def _claim_memo(connection: Connection, administration_id: int, row: Row[Any], on: date) -> None:
    if (
        row.kind != "fourteen_days" and not row.costs and not row.interest
    ):  # nothing to claim: the body need not be read
        return
    reminder = restore(Reminder, unpacked(row.body))
    if reminder.kind != "fourteen_days" and "claimed" not in (reminder.costs_are, reminder.interest_is):
        return
    keys = IdsWithin(connection, keys_needed(reminder))  # a reminder may have more items than anybody reserved for
    claimed(connection, keys, administration_id, row.id, reminder, on)


def move(
    connection: Connection, administration_id: int, reference: str, state: str, *, on: date, reason: str = "",
    proof: str = "", actor_id: int, at: datetime,
) -> Row[Any]:  # fmt: skip
    """As `mark`, as a person says. Raises `NotFound`, and `Conflict` where it cannot come to that state."""
    row, _ = reminder_of(connection, administration_id, reference)
    told = {"on": on, "at": at, "actor_id": actor_id, "reason": reason, "proof": proof}
    if not mark(connection, administration_id, row.id, state, **told):  # type: ignore[arg-type]
        raise Conflict(asked("HUB-DUN-18", row.state, ", ".join(COMES_FROM[state]), reference=row.reference))
    return row


def on_delivered(connection: Connection, _ids: Ids, told: Sequence[tuple[Dispatch, Delivered]], at: datetime) -> None:
    """The mail server took them: their terms count from this day. Locked in order of id, as whoever marks several."""
    codes = administration_ids(connection, [dispatch.administration for dispatch, _ in told])
    answers = {(codes[dispatch.administration], dispatch.id): answer for dispatch, answer in told}
    other = answers.keys() - _sent(connection, answers, at)
    if not other:
        return
    r = t.reminder
    query = select(r).where(
        r.c.administration_id.in_(sorted(set(codes.values()))), r.c.dispatch_uid.in_(sorted(uid for _, uid in other))
    )
    for row in connection.execute(query.order_by(r.c.id).with_for_update()).all():
        if (key := (row.administration_id, row.dispatch_uid)) in other:
            proof = answers[key].reference
            _moved(connection, row.administration_id, row, "sent", on=at.date(), at=at, proof=proof)


def _sent(
    connection: Connection, answers: Mapping[tuple[int, str], Delivered], at: datetime
) -> set[tuple[int, str]]:  # fmt: skip
    """As `_moved` to `sent`, in one statement, of those that were staged and leave for the first time; which these were."""
    locked = "" if connection.dialect.name == "sqlite" else "FOR UPDATE"
    told = records(connection, "told", {"administration": "bigint", "uid": "text", "said": "text"})
    statement = f"""
        UPDATE reminder SET state = 'sent', reason = '', deadline = NULL, changed_at = :at, sent_on = :on,
            proof = CASE WHEN v.said = '' THEN proof ELSE v.said END
        FROM {told} AS v
        WHERE reminder.administration_id = v.administration AND reminder.dispatch_uid = v.uid
            AND reminder.state = 'staged' AND reminder.sent_on IS NULL AND reminder.id IN (
            SELECT id FROM reminder WHERE {within(connection, "dispatch_uid", "uids")} ORDER BY id {locked})
        RETURNING reminder.administration_id, reminder.dispatch_uid, reminder.id,
            reminder.kind = 'fourteen_days' OR reminder.costs <> 0 OR reminder.interest <> 0"""
    rows = [{"administration": key, "uid": uid, "said": one.reference} for (key, uid), one in answers.items()]
    uids = values(connection, [uid for _, uid in answers])
    found = fetch(connection, statement, {"at": at, "on": at.date(), "told": json.dumps(rows), "uids": uids})
    if claiming := [key for _, _, key, claims in found if claims]:
        for row in connection.execute(_claiming(), {"keys": claiming}):
            _claim_memo(connection, row.administration_id, row, at.date())
    return {(administration_id, uid) for administration_id, uid, _, _ in found}


@lru_cache(maxsize=1)
def _claiming() -> Any:
    """Built once: every handful of mails asks it."""
    r = t.reminder
    columns = r.c.administration_id, r.c.id, r.c.kind, r.c.costs, r.c.interest, r.c.body
    return select(*columns).where(r.c.id.in_(bindparam("keys", expanding=True))).order_by(r.c.id)


def on_parked(connection: Connection, _ids: Ids, dispatch: Dispatch, reason: str, at: datetime) -> None:
    """It could not be handed over: a person looks, and its items are free."""
    found = _of_dispatch(connection, dispatch)
    if found is not None:
        administration_id, key = found
        mark(connection, administration_id, key, "failed", on=at.date(), at=at, reason=reason[:500])


def _of_dispatch(connection: Connection, dispatch: Dispatch) -> tuple[int, int] | None:
    r = t.reminder
    administration_id = administration_ids(connection, [dispatch.administration])[dispatch.administration]
    query = select(r.c.id).where(r.c.administration_id == administration_id, r.c.dispatch_uid == dispatch.id)
    key = connection.execute(query).scalar()
    return None if key is None else (administration_id, int(key))


def may_leave_of(connection: Connection, administration_id: int, reminder_ids: Sequence[int]) -> set[int]:
    """Those that may still go: not one that a person has let be made anew meanwhile."""
    r = t.reminder
    query = select(r.c.id).where(
        r.c.administration_id == administration_id,
        r.c.id.in_(reminder_ids),
        r.c.state.in_(("staged", "failed", "sent")),
    )
    return set(connection.execute(query).scalars())


def said_of(
    connection: Connection, administration_id: int, reminder_ids: Sequence[int]
) -> dict[int, tuple[int, bytes]]:
    """By key: the relation it is to, and what it says as the JSON that is kept."""
    query = f"""
        SELECT id, relation_id, body FROM reminder
        WHERE administration_id = :administration AND {within(connection, "id", "keys")}"""
    told = {"administration": administration_id, "keys": values(connection, reminder_ids)}
    rows = fetch(connection, query, told, as_bytes=True)
    return {key: (relation_id, decompressed(body)) for key, relation_id, body in rows}
