"""Rows of cases: found, numbered, prepared; and the events of each, in the order in which we learned of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from hub.errors import NotFound
from hub.model.case_file import CaseFile
from hub.model.codec import restore
from hub.model.finding import asked
from hub.model.money import Money
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.packing import packed, unpacked
from hub.store.relation_changes import Changing
from hub.store.rows import insert_rows

Source = Literal["hub", "agency", "person"]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case. `state` is that of the case after it; `details` whatever explains it."""

    type: str
    state: str
    source: Source = "hub"
    text: str = ""
    amount: Decimal | None = None
    details: Mapping[str, Any] | None = None
    entry_id: int | None = None


def find_case(connection: Connection, administration_id: int, number: str, *, lock: bool = False) -> Row[Any]:
    """A case by our number, or by the agency's. Raises `NotFound`."""
    c = t.collection_case
    mine = c.c.administration_id == administration_id
    for named in (c.c.number == number, c.c.agency_reference == number):
        query = select(c).where(mine, named).order_by(c.c.id.desc())
        if lock and connection.dialect.name == "postgresql":
            query = query.with_for_update(key_share=True)  # who notes an event need not wait
        if (found := connection.execute(query).first()) is not None:
            return found
    raise NotFound(asked("HUB-INC-22", number))


def was_handed_over(connection: Connection, administration_id: int, items: Collection[int]) -> bool:
    """Whether an agency had one of these open items before, and gave it back: then a person says what is to be done with it."""
    c, i = t.collection_case, t.case_item
    had = (
        select(c.c.id)
        .join(i, (i.c.administration_id == c.c.administration_id) & (i.c.case_id == c.c.id))
        .where(c.c.administration_id == administration_id, c.c.handed_over_at.is_not(None), i.c.open_item_id.in_(items))
    )
    return connection.execute(had.limit(1)).first() is not None


def file_of(row: Row[Any]) -> CaseFile:
    """The case file as it was last made up."""
    found: CaseFile = restore(CaseFile, unpacked(row.body))
    return found


def next_number(connection: Connection, administration_id: int, year: int) -> str:
    """`I2026-0001`, one after the other in a year. The caller holds the administration (`Changing.begin`)."""
    c = t.collection_case
    start = f"I{year}-"
    last = connection.execute(
        select(c.c.number)
        .where(c.c.administration_id == administration_id, c.c.number.startswith(start, autoescape=True))
        .order_by(func.length(c.c.number).desc(), c.c.number.desc())
        .limit(1)
    ).scalar()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:04d}"


def insert_case(change: Changing, relation_id: int, case: CaseFile) -> int:
    """A prepared case with its items; its id."""
    case_id = change.ids.take()
    claimed = [_minor(amount, case) for amount in (case.principal, case.interest, case.costs, case.vat)]
    row = (
        change.administration_id, case_id, case.number, relation_id, case.agency, case.treated, case.currency, "prepared", "",
        since(case), "", "", "", *claimed, packed(case), "", case.dated, change.at, change.actor_id, None, None, None,
    )  # fmt: skip
    insert_rows(change.connection, t.collection_case, [row])
    items = [
        (change.administration_id, case_id, c.key, _minor(c.outstanding, case), _minor(c.interest, case), None)
        for c in case.claims
    ]
    insert_rows(change.connection, t.case_item, items)
    note_event(change, case_id, Happened("prepared", "prepared", "person"), case.currency)
    return case_id


def since(case: CaseFile) -> datetime:
    """From when on an agency's word counts: the day of the case, so that a clock that lags a little is no word of before."""
    return datetime.combine(case.dated, time.min, UTC)


def case_amounts(case: CaseFile) -> dict[str, int]:
    """What is claimed, in minor units, by column."""
    return {
        "principal": _minor(case.principal, case), "interest": _minor(case.interest, case), "costs": _minor(case.costs, case),
        "vat": _minor(case.vat, case),
    }  # fmt: skip


def item_interest(case: CaseFile) -> dict[int, int]:
    """Interest by open item, in minor units."""
    return {claim.key: _minor(claim.interest, case) for claim in case.claims}


def _minor(amount: Decimal, case: CaseFile) -> int:
    return Money(amount, case.currency).minor


def note_event(change: Changing, case_id: int, happened: Happened, currency: str = "EUR") -> int:
    """One event now, by who changes; its id. Takes a key."""
    return add_event(
        change.connection, change.ids, change.administration_id, case_id, happened, change.at, change.actor_id, currency
    )


def add_event(
    connection: Connection, ids: Ids, administration_id: int, case_id: int, happened: Happened, at: datetime, actor_id: int,
    currency: str = "EUR",
) -> int:  # fmt: skip
    """One event now; its id. Takes a key."""
    event_id = ids.take()
    amount = None if happened.amount is None else Money(happened.amount, currency).minor
    details = json.dumps(happened.details or {}, ensure_ascii=False, sort_keys=True, default=str)
    row = (
        administration_id, event_id, case_id, at, at, happened.source, happened.type, happened.state, "", True, currency, amount,
        "", "", happened.entry_id, happened.text, details, actor_id,
    )  # fmt: skip
    insert_rows(connection, t.case_event, [row])
    return event_id
