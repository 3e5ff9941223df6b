"""What became of a message to an agency, on the page of its case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.model.dispatch import Delivered, Dispatch
from hub.store import tables as t
from hub.store.case_rows import Happened, add_event
from hub.store.ids import Ids


def case_delivered(connection: Connection, ids: Ids, told: Sequence[tuple[Dispatch, Delivered]], at: datetime) -> None:
    """They arrived: the agency's reference is kept, and an offered case was received. What it said already by itself stands."""
    for dispatch, answer in told:
        _delivered(connection, ids, dispatch, answer, at)


def _delivered(connection: Connection, ids: Ids, dispatch: Dispatch, answer: Delivered, at: datetime) -> None:
    row = _case(connection, dispatch)
    if row is None:
        return
    state = row.state
    if dispatch.type == "collection.case":
        c = t.collection_case
        mine = (c.c.administration_id == row.administration_id) & (c.c.id == row.id)
        if answer.reference:
            known = update(c).where(mine, c.c.agency_reference == "")
            connection.execute(known.values(agency_reference=answer.reference))
        if connection.execute(update(c).where(mine, c.c.state == "offered").values(state="received")).rowcount:
            state = "received"
    details = {"dispatch": dispatch.id, "message": dispatch.type, "reference": answer.reference}
    _note(connection, ids, row, Happened("delivered", state, "hub", answer.note, details=details), at)


def case_parked(connection: Connection, ids: Ids, dispatch: Dispatch, reason: str, at: datetime) -> None:
    """It did not arrive, or nobody can tell: the case stays as it is, and its page says so."""
    row = _case(connection, dispatch)
    if row is not None:
        details = {"dispatch": dispatch.id, "message": dispatch.type}
        _note(connection, ids, row, Happened("not_delivered", row.state, "hub", reason[:500], details=details), at)


def _case(connection: Connection, dispatch: Dispatch) -> Row[Any] | None:
    c, a = t.collection_case, t.administration
    query = (
        select(c)
        .join(a, a.c.id == c.c.administration_id)
        .where(a.c.code == dispatch.administration, c.c.number == dispatch.header("case"))
    )
    return connection.execute(query).first()


def _note(connection: Connection, ids: Ids, row: Row[Any], happened: Happened, at: datetime) -> None:
    actor = row.handed_over_by or row.created_by
    add_event(connection, ids, row.administration_id, row.id, happened, at, actor, row.currency)
