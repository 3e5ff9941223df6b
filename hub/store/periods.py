"""Periods: open, closed (may be opened again) and locked (never again); every change with who and when."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.years import ensure_years


def list_periods(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """Every period with its days and state, in order."""
    p = t.period
    rows = connection.execute(select(p).where(p.c.administration_id == administration_id).order_by(p.c.first_day))
    return [
        {"period": row.name, "first_day": str(row.first_day), "last_day": str(row.last_day), "state": row.state}
        for row in rows
    ]


def set_state(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    name: str,
    state: str,
    actor_id: int,
    at: datetime,
    reason: str = "",
) -> bool:
    """Close, open or lock period `2026-11`; True when that changed something. A year that was never used is opened first.

    Raises `NotFound` for what is no period and `Conflict` for a locked one.
    """
    year, _, month = name.partition("-")
    if not (year.isdigit() and month.isdigit() and len(name) == 7 and 1 <= int(month) <= 12):
        raise NotFound(asked("HUB-ASK-04", name, "2026-11"))
    ensure_years(connection, ids, [(administration_id, int(year))])
    p = t.period
    mine = (p.c.administration_id == administration_id) & (p.c.name == name)
    found = connection.execute(select(p.c.state).where(mine)).scalar()
    if found is None:
        raise NotFound(asked("HUB-ASK-04", name, "2026-11"))
    if found == state:
        return False
    if found == "locked":
        raise Conflict(asked("HUB-ASK-46", name))
    connection.execute(update(p).where(mine, p.c.state == found).values(state=state))
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what=f"period.{state}",
            subject=name, details=json.dumps({"before": found, "reason": reason}),
        )
    )  # fmt: skip
    return True
