"""Free fields: definitions per administration, values per relation. What was checked in `hub/accounting/free_fields.py` is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from hub.accounting.free_fields import check_field, check_value
from hub.errors import NotFound, Refused
from hub.model.finding import Finding
from hub.model.relation_card import FreeField
from hub.store import tables as t
from hub.store.relation_changes import Changing
from hub.store.relations import resolve
from hub.store.rows import insert_rows

CHUNK = 500


def list_fields(connection: Connection, administration_id: int) -> list[FreeField]:
    """The fields in use, in the order in which they were made."""
    f = t.free_field
    query = select(f).where(f.c.administration_id == administration_id, f.c.ended_at.is_(None)).order_by(f.c.id)
    return [
        FreeField(row.name, row.label, row.kind, row.length, tuple(json.loads(row.choices)), row.id)
        for row in connection.execute(query)
    ]


def add_field(change: Changing, field: FreeField) -> int:
    """Define a field; its id. A name that was used before comes back to life with its values. Raises `Refused`."""
    wrong = check_field(field)
    f = t.free_field
    mine = (f.c.administration_id == change.administration_id) & (f.c.name == field.name)
    before = change.connection.execute(select(f.c.id, f.c.kind, f.c.ended_at).where(mine)).first()
    if before is not None and (before.ended_at is None or before.kind != field.kind):
        wrong.append(Finding("HUB-FIELD-07", "fatal", "hub", "name", field.name, before.kind, "us"))
    if wrong:
        raise Refused(wrong)
    choices = json.dumps(list(field.choices), ensure_ascii=False)
    field_id = before.id if before is not None else change.ids.take()
    if before is not None:
        values = {"label": field.label, "length": field.length, "choices": choices, "ended_at": None}
        change.connection.execute(update(f).where(mine).values(**values))
    else:
        row = (
            change.administration_id,
            field_id,
            field.name,
            field.label,
            field.kind,
            field.length,
            choices,
            change.at,
            None,
        )
        insert_rows(change.connection, f, [row])
    details = {"kind": field.kind, "length": field.length, "choices": field.choices}
    change.note([(field.name, "free_field.added", details)])
    return int(field_id)


def end_field(change: Changing, name: str) -> None:
    """The field is no longer shown or filled; its values stay. Raises `NotFound`."""
    f = t.free_field
    mine = (f.c.administration_id == change.administration_id) & (f.c.name == name) & f.c.ended_at.is_(None)
    if change.connection.execute(update(f).where(mine).values(ended_at=change.at)).rowcount != 1:
        raise NotFound(f"there is no field {name}")
    change.note([(name, "free_field.ended", {})])


def fill_fields(change: Changing, code: str, values: Mapping[str, str]) -> dict[str, str]:
    """Set values of a relation; what is kept now. An empty value is taken away. Raises `Refused` and `NotFound`."""
    known = {field.name: field for field in list_fields(change.connection, change.administration_id)}
    kept, wrong = {}, []
    for name, text in values.items():
        if name not in known:
            wrong.append(Finding("HUB-FIELD-08", "fatal", "hub", name, name, ", ".join(known) or None, "us"))
            continue
        checked = check_value(known[name], text)
        if isinstance(checked, Finding):
            wrong.append(checked)
        else:
            kept[name] = checked
    if wrong:
        raise Refused(wrong)
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    v = t.free_value
    mine = (v.c.administration_id == change.administration_id) & (v.c.relation_id == relation_id)
    change.connection.execute(v.delete().where(mine, v.c.field_id.in_([known[name].id for name in kept])))
    rows = [(change.administration_id, relation_id, known[name].id, value) for name, value in kept.items() if value]
    insert_rows(change.connection, v, rows)
    change.done(relation_id, code, "relation.fields_filled", kept)
    return read_values(change.connection, change.administration_id, [relation_id]).get(relation_id, {})


def read_values(
    connection: Connection, administration_id: int, relation_ids: Iterable[int]
) -> dict[int, dict[str, str]]:
    """Values of the fields in use, by relation id and name."""
    v, f = t.free_value, t.free_field
    wanted = sorted(set(relation_ids))
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(wanted), CHUNK):
        query: Any = (
            select(v.c.relation_id, f.c.name, v.c.value)
            .join(f, (f.c.administration_id == v.c.administration_id) & (f.c.id == v.c.field_id))
            .where(v.c.administration_id == administration_id, v.c.relation_id.in_(wanted[start : start + CHUNK]))
            .where(f.c.ended_at.is_(None))
            .order_by(v.c.relation_id, f.c.id)
        )
        for row in connection.execute(query):
            found.setdefault(row.relation_id, {})[row.name] = row.value
    return found


def count_values(connection: Connection, administration_id: int) -> dict[str, int]:
    """How many relations have a value, by field."""
    v, f = t.free_value, t.free_field
    query = (
        select(f.c.name, func.count(v.c.relation_id))
        .join(v, (v.c.administration_id == f.c.administration_id) & (v.c.field_id == f.c.id))
        .where(f.c.administration_id == administration_id)
        .group_by(f.c.name)
    )
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}
