"""What follows when a reminder that claims leaves: its costs and interest become memo claims (DOMAIN 10.6 no. 23)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from hub.model.reminder import Reminder
from hub.store.ids import Ids

OnClaimed = Callable[[Connection, Ids, int, Row[Any], Reminder, datetime], None]

ON_CLAIMED: tuple[OnClaimed, ...] = ()  # hook: hub.store.memo_claims.claimed


def claimed(
    connection: Connection, ids: Ids, administration_id: int, row: Row[Any], reminder: Reminder, at: datetime
) -> None:  # fmt: skip
    """A 14-day letter, or what claims costs or interest, has left; within the commit that records it."""
    for act in ON_CLAIMED:
        act(connection, ids, administration_id, row, reminder, at)
