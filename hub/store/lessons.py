"""Lessons: which line belonged on which account, kept with what would have been guessed before it was learned.

A lesson counts as long as its entry was not reversed, so what is taken back in the books is unlearned by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from hub.accounting.suggestion import Lesson, Measured, Model
from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.invoice import normalised_number
from hub.store import tables as t
from hub.store.cache import cache_of
from hub.store.corrections import standing
from hub.store.packing import unpacked
from hub.store.rows import Row, insert_rows

SURE = 600  # thousandths of confidence from which a guess counts; what precision is measured on


@dataclass(frozen=True, slots=True)
class Unlearned:
    """A posted entry of a document that nothing was learned from yet. `decisions` as they are kept, as JSON values."""

    entry_id: int
    message_uid: str
    direction: str
    relation: str
    decisions: Sequence[dict[str, Any]]


def unlearned(connection: Connection, administration_id: int, limit: int) -> list[Unlearned]:
    """The oldest entries without lessons, in the order in which they were booked."""
    e, d, f, r, lesson = t.entry, t.document, t.entry_facts, t.relation, t.lesson
    learned = select(lesson.c.entry_id).where(
        lesson.c.administration_id == e.c.administration_id, lesson.c.entry_id == e.c.id
    )
    query = (
        select(e.c.id, e.c.message_uid, d.c.direction, r.c.code, f.c.decisions)
        .join(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .join(f, (f.c.administration_id == e.c.administration_id) & (f.c.entry_id == e.c.id))
        .join(r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id))
        .where(e.c.administration_id == administration_id, e.c.message_uid.is_not(None), e.c.reversal_of.is_(None))
        .where(~learned.correlate(e).exists())
        .order_by(e.c.posted_at, e.c.id)
        .limit(limit)
    )
    return [
        Unlearned(row.id, row.message_uid, row.direction, row.code, unpacked(row.decisions))
        for row in connection.execute(query)
    ]


def keep_lessons(connection: Connection, rows: Iterable[Row]) -> None:
    """Add lessons, rows in the order of the table; one that another process learned meanwhile is left."""
    insert_rows(connection, t.lesson, sorted(rows), ignore=True)


def load_model(connection: Connection, administration_id: int, direction: str) -> Model:
    """Everything that was learned and not taken back; made again only when something changed."""
    cache = cache_of(connection, "models")
    key, state = (administration_id, direction), _state(connection, administration_id)
    kept = cache.get(key)
    if kept is not None and kept[0] == state:
        model: Model = kept[1]
        return model
    model = Model()
    lesson = t.lesson
    query = select(lesson.c.account, lesson.c.words).where(
        *_counting(administration_id), lesson.c.direction == direction
    )
    for row in connection.execute(query.order_by(lesson.c.entry_id)):
        model.learn(Lesson(row.account, tuple(json.loads(row.words))))
    cache[key] = (state, model)
    return model


def measured(
    connection: Connection, administration_id: int, direction: str, relations: Iterable[str] | None = None
) -> dict[str, Measured]:
    """Per relation how often its guesses were right; `relations` None is all of them."""
    lesson = t.lesson
    sure = (lesson.c.guessed != "") & (lesson.c.confidence >= SURE)
    query = (
        select(
            lesson.c.relation, func.count().label("asked"), func.sum(case((sure, 1), else_=0)).label("sure"),
            func.sum(case((sure & (lesson.c.guessed == lesson.c.account), 1), else_=0)).label("right"),
        )
        .where(*_counting(administration_id), lesson.c.direction == direction)
        .group_by(lesson.c.relation)
        .order_by(lesson.c.relation)
    )  # fmt: skip
    if relations is not None:
        query = query.where(lesson.c.relation.in_(sorted(set(relations))))
    return {row.relation: Measured(row.asked, int(row.sure), int(row.right)) for row in connection.execute(query)}


def sure_enough(confidence: Decimal) -> bool:
    """Whether a guess counts as one."""
    return confidence * 1000 >= SURE


def _counting(administration_id: int) -> list[ColumnElement[bool]]:
    """Lessons of entries that stand."""
    lesson, r = t.lesson, t.entry.alias("r")
    reversed_ = select(r.c.id).where(
        r.c.administration_id == lesson.c.administration_id, r.c.reversal_of == lesson.c.entry_id
    )
    return [lesson.c.administration_id == administration_id, lesson.c.line != "", ~reversed_.correlate(lesson).exists()]


def _state(connection: Connection, administration_id: int) -> tuple[Any, ...]:
    """What changes whenever a lesson comes or an entry is reversed."""
    lesson, e = t.lesson, t.entry
    lessons = connection.execute(
        select(func.count(), func.max(lesson.c.learned_at)).where(lesson.c.administration_id == administration_id)
    ).one()
    reversals = select(func.count()).where(e.c.administration_id == administration_id, e.c.reversal_of.is_not(None))
    return (*lessons, connection.execute(reversals).scalar_one())


def find_invoice_entry(connection: Connection, administration_id: int, number: str) -> int:
    """The entry that booked an invoice. Raises `NotFound`, and `Conflict` when several relations have that number."""
    e, d = t.entry, t.document
    query = (
        select(e.c.id)
        .join(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .where(e.c.administration_id == administration_id, d.c.number_key == normalised_number(number))
        .where(e.c.message_uid.is_not(None), e.c.reversal_of.is_(None))
    )
    found = connection.execute(query).scalars().all()
    if not found:
        raise NotFound(asked("HUB-ASK-35", number))
    if len(found) > 1:
        raise Conflict(asked("HUB-ASK-36", number, str(len(found))))
    return int(found[0])


def accounts_of_line(connection: Connection, administration_id: int, entry_id: int, position: int) -> tuple[str, str]:
    """Where a line was booked, and where it stands now: where the last correction put it."""
    kept = t.entry_facts
    query = select(kept.c.decisions).where(kept.c.administration_id == administration_id, kept.c.entry_id == entry_id)
    decisions = unpacked(connection.execute(query).scalar_one())
    booked = [d["value"] for d in decisions if d["what"] == "contra_account"][position]
    e = t.entry.c
    document = select(e.document_id).where(e.administration_id == administration_id, e.id == entry_id)
    corrections = standing(connection, administration_id, connection.execute(document).scalar(), entry_id)
    now = next((one.account for one in reversed(corrections) if one.position == position), booked)
    return str(booked), str(now)


def relation_of(connection: Connection, administration_id: int, entry_id: int) -> tuple[str, str]:
    """Code of the relation and direction of the document that an entry booked."""
    e, d, r = t.entry, t.document, t.relation
    query = (
        select(r.c.code, d.c.direction)
        .join(d, (d.c.administration_id == r.c.administration_id) & (d.c.relation_id == r.c.id))
        .join(e, (e.c.administration_id == d.c.administration_id) & (e.c.document_id == d.c.id))
        .where(e.c.administration_id == administration_id, e.c.id == entry_id)
    )
    row = connection.execute(query).one()
    return row.code, row.direction


def teach(
    connection: Connection, administration_id: int, entry_id: int, position: int, direction: str, relation: str, account: str,
    words: Sequence[str], at: datetime,
) -> None:  # fmt: skip
    """What a person says about a line wins over how it was booked."""
    lesson = t.lesson
    same = (lesson.c.administration_id == administration_id) & (lesson.c.entry_id == entry_id)
    before = connection.execute(select(lesson).where(same, lesson.c.line == str(position))).first()
    connection.execute(delete(lesson).where(same, lesson.c.line == str(position)))
    guess = (before.guessed, before.confidence) if before else ("", 0)
    row = (
        administration_id, entry_id, str(position), direction, relation, account, json.dumps(list(words), ensure_ascii=False), *guess, at,
    )  # fmt: skip
    insert_rows(connection, lesson, [row])
