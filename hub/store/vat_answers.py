"""What VIES said of a VAT number on a day: kept with date and who, for the ICP statement (DOMAIN 10.6 no. 9); append only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from hub.store import tables as t
from hub.store.relation_changes import Changing
from hub.store.relations import family, resolve
from hub.store.rows import insert_rows

Answer = Literal["valid", "invalid", "unknown"]
Source = Literal["vies", "by_hand"]


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """One answer. `reference` is the consultation number, where VIES gave one."""

    vat_id: str
    on: date
    answer: Answer
    source: Source = "by_hand"
    reference: str = ""
    by: str = ""
    id: int = 0


def add_answer(change: Changing, code: str, given: VatAnswer) -> int:
    """Keep an answer; its id. `given.vat_id` was checked. Raises `NotFound`."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    answer_id = change.ids.take()
    row = (
        change.administration_id, answer_id, relation_id, given.vat_id, given.on, given.answer, given.source, given.reference,
        change.at, change.actor_id,
    )  # fmt: skip
    insert_rows(change.connection, t.vat_answer, [row])
    details = {"vat_id": given.vat_id, "on": given.on, "answer": given.answer, "source": given.source}
    change.done(relation_id, code, "relation.vat_answered", details)
    return answer_id


def read_answers(connection: Connection, administration_id: int, relation_id: int) -> list[VatAnswer]:
    """All answers about a relation and those merged into it, the newest day first."""
    v, u = t.vat_answer, t.app_user
    query = (
        select(v, u.c.name)
        .join_from(v, u, u.c.id == v.c.actor_id)
        .where(
            v.c.administration_id == administration_id,
            v.c.relation_id.in_(family(connection, administration_id, relation_id)),
        )
        .order_by(v.c.on_date.desc(), v.c.at.desc(), v.c.id.desc())
    )
    return [
        VatAnswer(row.vat_id, row.on_date, row.answer, row.source, row.reference, row.name, row.id)
        for row in connection.execute(query)
    ]


def answer_on(connection: Connection, administration_id: int, vat_id: str, on: date) -> VatAnswer | None:
    """The last answer about a VAT number on or before a day; None when nobody asked."""
    v, u = t.vat_answer, t.app_user
    query = (
        select(v, u.c.name)
        .join_from(v, u, u.c.id == v.c.actor_id)
        .where(v.c.administration_id == administration_id, v.c.vat_id == vat_id, v.c.on_date <= on)
        .order_by(v.c.on_date.desc(), v.c.at.desc(), v.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return VatAnswer(row.vat_id, row.on_date, row.answer, row.source, row.reference, row.name, row.id)
