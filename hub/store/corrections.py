"""Corrections of a booked line (`hub correct`): which stand, and what a reversal of one or of its invoice brings along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from hub.errors import Conflict
from hub.model.finding import asked
from hub.store import tables as t
from hub.store.packing import unpacked
from hub.store.posted import BookedEntry


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that moved line `position` of the entry `corrects` to `account`; `taught_before` is what was learned of it then."""

    entry_id: int
    corrects: int
    position: int
    account: str
    taught_before: str


def standing(
    connection: Connection, administration_id: int, document_id: int | None, corrects: int
) -> list[Correction]:
    """Corrections of an entry that were not reversed, oldest first."""
    if document_id is None:
        return []
    e, f, r = t.entry, t.entry_facts, t.entry.alias("r")
    reversed_ = select(r.c.id).where(
        r.c.administration_id == administration_id, r.c.reversal_of == e.c.id
    ).correlate(e).exists()  # fmt: skip
    query = (
        select(e.c.id, f.c.facts)
        .join(f, (f.c.administration_id == e.c.administration_id) & (f.c.entry_id == e.c.id))
        .where(e.c.administration_id == administration_id, e.c.document_id == document_id, ~reversed_)
        .where(e.c.message_uid.is_(None), e.c.reversal_of.is_(None))
        .order_by(e.c.posted_at, e.c.id)
    )
    found = (_read(row.id, unpacked(row.facts)) for row in connection.execute(query))
    return [one for one in found if one is not None and one.corrects == corrects]


def _read(entry_id: int, facts: dict[str, Any]) -> Correction | None:
    if "corrects" not in facts:
        return None
    return Correction(
        entry_id, facts["corrects"], int(facts["line"]), facts["account"], str(facts.get("taught_before", ""))
    )


def of_entry(connection: Connection, administration_id: int, booked: BookedEntry) -> Correction | None:
    """The correction that an entry is, if it is one. Raises `Conflict` where a later one of the same line stands on it."""
    f = t.entry_facts.c
    query = select(f.facts).where(f.administration_id == administration_id, f.entry_id == booked.id)
    facts = connection.execute(query).scalar()
    mine = _read(booked.id, unpacked(facts)) if facts is not None else None
    if mine is None:
        return None
    others = standing(connection, administration_id, booked.document_id, mine.corrects)
    if any(one.position == mine.position and one.entry_id > mine.entry_id for one in others):
        raise Conflict(asked("HUB-ASK-53", str(mine.position + 1)))
    return mine


def take_back_lesson(connection: Connection, administration_id: int, mine: Correction) -> None:
    """What the correction taught is forgotten; what was known of the line before holds again."""
    lesson = t.lesson
    same = (
        (lesson.c.administration_id == administration_id)
        & (lesson.c.entry_id == mine.corrects)
        & (lesson.c.line == str(mine.position))
    )
    before = connection.execute(select(lesson).where(same)).mappings().first()
    connection.execute(delete(lesson).where(same))
    if before is not None and mine.taught_before:
        connection.execute(insert(lesson).values({**before, "account": mine.taught_before}))


def lesson_of(connection: Connection, administration_id: int, entry_id: int, position: int) -> str:
    """The account that is learned of a line now; empty for none."""
    lesson = t.lesson.c
    query = select(lesson.account).where(
        lesson.administration_id == administration_id, lesson.entry_id == entry_id, lesson.line == str(position)
    )
    return str(connection.execute(query).scalar() or "")
