"""Reversing by hand what is or was under approval: together, or not at all, so that the suspense account stays right per document."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.errors import Conflict
from hub.model.finding import asked
from hub.store import tables as t
from hub.store.approval_rows import Waiting, load_approvals
from hub.store.posted import BookedEntry


def companions(connection: Connection, administration_id: int, booked: BookedEntry) -> list[int]:
    """Keys of the entries that are reversed with this one: the move to cost of an approved purchase.

    Raises `Conflict` for what still waits (it is rejected, not reversed), and for the move alone, which would put
    the cost back on the suspense account with nobody to approve it.
    """
    waiting = _approval_of(connection, administration_id, booked)
    if waiting is None or waiting.method == "register_first":
        return []
    if booked.message_uid is None:
        if any(row.entry_id == booked.id for row in (*waiting.rows, *waiting.credits)):
            raise Conflict(asked("HUB-APPR-20"))
        return []
    now = waiting.now
    if now.waits or now.awaits_credit:
        raise Conflict(asked("HUB-APPR-21"))
    if now.state == "credited" or waiting.method == "credit":
        raise Conflict(asked("HUB-APPR-22"))
    moves = [row.entry_id for row in waiting.rows if row.act == "approve" and row.entry_id is not None]
    return _not_reversed(connection, administration_id, moves)


def require_cost(connection: Connection, administration_id: int, booked: BookedEntry) -> None:
    """Raises `Conflict` for a purchase whose cost is not booked (yet): there is nothing to move to another account."""
    waiting = _approval_of(connection, administration_id, booked)
    if waiting is not None and waiting.method == "book_at_once" and waiting.now.state != "approved":
        raise Conflict(asked("HUB-APPR-23", waiting.now.state))


def _approval_of(connection: Connection, administration_id: int, booked: BookedEntry) -> Waiting | None:
    if booked.document_id is None:
        return None
    d = t.document
    query = select(d.c.message_uid).where(d.c.administration_id == administration_id, d.c.id == booked.document_id)
    uid = connection.execute(query).scalar()
    return None if uid is None else load_approvals(connection, administration_id, [uid]).get(uid)


def _not_reversed(connection: Connection, administration_id: int, ids: list[int]) -> list[int]:
    e = t.entry
    query = select(e.c.reversal_of).where(e.c.administration_id == administration_id, e.c.reversal_of.in_(ids))
    done = set(connection.execute(query).scalars())
    return [key for key in ids if key not in done]
