"""What follows from the end of a dispatch, in the commit that records it: by the first word of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from hub.model.dispatch import Delivered, Dispatch
from hub.store import reminders
from hub.store.case_sent import case_delivered, case_parked
from hub.store.ids import Ids

Told = tuple[Dispatch, Delivered]
OnDelivered = Callable[[Connection, Ids, Sequence[Told], datetime], None]
OnParked = Callable[[Connection, Ids, Dispatch, str, datetime], None]

# `reminder.mail` is about a reminder, `collection.case` about a case: each is told what became of it.
ON_DELIVERED: Mapping[str, OnDelivered] = {
    "reminder": reminders.on_delivered,
    "collection": case_delivered,
}
ON_PARKED: Mapping[str, OnParked] = {
    "reminder": reminders.on_parked,
    "collection": case_parked,
}


def delivered(connection: Connection, ids: Ids, dispatch: Dispatch, answer: Delivered, at: datetime) -> None:
    """It arrived; `ids` holds keys enough for a few rows."""
    delivered_many(connection, ids, [(dispatch, answer)], at)


def delivered_many(connection: Connection, ids: Ids, told: Sequence[Told], at: datetime) -> None:
    """As `delivered`, of several that are recorded at once."""
    families: dict[str, list[Told]] = {}
    for one in told:
        families.setdefault(_family(one[0]), []).append(one)
    for family, several in sorted(families.items()):
        if act := ON_DELIVERED.get(family):
            act(connection, ids, several, at)


def parked(connection: Connection, ids: Ids, dispatch: Dispatch, reason: str, at: datetime) -> None:
    """It did not arrive, and a person must look."""
    if act := ON_PARKED.get(_family(dispatch)):
        act(connection, ids, dispatch, reason, at)


def _family(dispatch: Dispatch) -> str:
    return dispatch.type.partition(".")[0]
