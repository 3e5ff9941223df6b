"""The end of a case: its items may be in another again, and what kept the debtor on hold because of it is lifted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from hub.model.case_file import CloseReason
from hub.store import tables as t
from hub.store.case_rows import Happened, Source, add_event
from hub.store.ids import Ids
from hub.store.reasons import lift_reasons
from hub.store.relation_changes import Changing

Ending = Literal["closed", "rejected"]


def end_case(
    connection: Connection, ids: Ids, administration_id: int, case_id: int, *, state: Ending, close_reason: CloseReason | str,
    at: datetime, actor_id: int, why: str = "", source: Source = "agency", event: bool = True,
) -> bool:  # fmt: skip
    """End it, by a person or by what its agency said; whether it was still open.

    Holds and limits of other causes, and of other cases, stay. `event` False: the caller notes what happened himself.
    Takes five keys, and two more for each sink that is told of relations. Runs in a worker's role too.
    """
    c = t.collection_case
    mine = (c.c.administration_id == administration_id) & (c.c.id == case_id)
    row = connection.execute(select(c).where(mine)).one()
    values = {"state": state, "close_reason": close_reason, "ended_at": at}
    if connection.execute(update(c).where(mine, c.c.ended_at.is_(None)).values(**values)).rowcount != 1:
        return False
    i = t.case_item
    items = (i.c.administration_id == administration_id) & (i.c.case_id == case_id)
    connection.execute(update(i).where(items).values(claim=None))
    _lift(Changing(connection, ids, administration_id, actor_id, at), row, why or close_reason)
    if event:
        happened = Happened(state, state, source, why, details={"close_reason": close_reason})
        add_event(connection, ids, administration_id, case_id, happened, at, actor_id, row.currency)
    return True


def _lift(change: Changing, row: Row[Any], why: str) -> None:
    r = t.relation
    query = select(r.c.code).where(r.c.administration_id == change.administration_id, r.c.id == row.relation_id)
    code = change.connection.execute(query).scalar_one()
    lift_reasons(change, code, "hold", cause="case", reference=row.number, why=why)
    lift_reasons(change, code, "limit", cause="case", reference=row.number, why=why)
