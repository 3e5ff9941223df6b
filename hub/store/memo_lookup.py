"""Memo claims in force, with what was received of them and the open items that they stand beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from hub.model.memo_claim import MemoClaim
from hub.model.money import from_minor
from hub.store import tables as t
from hub.store.sets import among, chunk


def open_claims(
    connection: Connection, administration_id: int, relations: Collection[str] = (), *, case: int = 0
) -> list[MemoClaim]:
    """Claims that have not ended, of relations by code, or those that stand beside the items of a case; oldest first."""
    m, r = t.memo_claim, t.relation
    if case:
        items = _case_items(connection, administration_id, case)
        return claims_where(connection, administration_id, _beside(connection, administration_id, items, case))
    found: list[MemoClaim] = []
    wanted = sorted(set(relations))
    for start in range(0, len(wanted), chunk(connection)):
        codes = wanted[start : start + chunk(connection)]
        theirs = select(r.c.id).where(r.c.administration_id == administration_id, r.c.code.in_(codes))
        found += claims_where(connection, administration_id, m.c.relation_id.in_(theirs))
    return sorted(found, key=_oldest)


def claims_beside(connection: Connection, administration_id: int, items: Iterable[int]) -> list[MemoClaim]:
    """Claims that have not ended and stand beside one of these open items; oldest first."""
    wanted = sorted(set(items))
    found: dict[int, MemoClaim] = {}
    for start in range(0, len(wanted), chunk(connection)):
        part = wanted[start : start + chunk(connection)]
        found |= {
            c.id: c for c in claims_where(connection, administration_id, _beside(connection, administration_id, part))
        }
    return sorted(found.values(), key=_oldest)


def _case_items(connection: Connection, administration_id: int, case_id: int) -> list[int]:
    i = t.case_item
    query = select(i.c.open_item_id).where(i.c.administration_id == administration_id, i.c.case_id == case_id)
    return sorted(connection.execute(query).scalars())


def _beside(connection: Connection, administration_id: int, items: Sequence[int], case: int = 0) -> ColumnElement[bool]:
    """True of claims on one of these items: interest on it, costs of a letter that asks for it, or of a case that it is in."""
    m, r, i = t.memo_claim, t.reminder_item, t.case_item
    letters = select(r.c.reminder_id).where(
        r.c.administration_id == administration_id, among(connection, r.c.open_item_id, items), r.c.level != ""
    )
    cases = select(i.c.case_id).where(
        i.c.administration_id == administration_id, among(connection, i.c.open_item_id, items)
    )
    here = or_(
        among(connection, m.c.open_item_id, items),
        and_(m.c.open_item_id.is_(None), or_(m.c.reminder_id.in_(letters), m.c.case_id.in_(cases))),
    )
    return or_(here, m.c.case_id == case) if case else here


def claims_where(connection: Connection, administration_id: int, which: ColumnElement[bool]) -> list[MemoClaim]:
    rows = connection.execute(_question(administration_id).where(which)).all()
    if not rows:
        return []
    letters = _items(connection, administration_id, t.reminder_item, "reminder_id", {r.reminder_id for r in rows})
    cases = _items(connection, administration_id, t.case_item, "case_id", {r.case_id for r in rows})
    return sorted((_made(row, letters, cases) for row in rows), key=_oldest)


def _question(administration_id: int) -> Select[Any]:
    m, p, r, d = t.memo_claim, t.memo_receipt, t.relation, t.reminder
    received = (
        select(func.coalesce(func.sum(p.c.amount), 0))
        .where(p.c.administration_id == m.c.administration_id, p.c.claim_id == m.c.id)
        .scalar_subquery()
    )
    survivor = r.alias("survivor")
    return (
        select(m, survivor.c.code.label("relation"), d.c.reference, received.label("received"))
        .join(r, (r.c.administration_id == m.c.administration_id) & (r.c.id == m.c.relation_id))
        .join(survivor, (survivor.c.administration_id == r.c.administration_id) & (survivor.c.id == func.coalesce(r.c.merged_into, r.c.id)))
        .outerjoin(d, (d.c.administration_id == m.c.administration_id) & (d.c.id == m.c.reminder_id))
        .where(m.c.administration_id == administration_id, m.c.ended_on.is_(None))
    )  # fmt: skip


def _items(
    connection: Connection, administration_id: int, table: Any, column: str, keys: set[int | None]
) -> dict[int, tuple[int, ...]]:
    """Open items by letter or case; of a letter only what it asks for."""
    wanted = sorted(key for key in keys if key is not None)
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(wanted), chunk(connection)):
        part = wanted[start : start + chunk(connection)]
        query = select(table.c[column], table.c.open_item_id).where(
            table.c.administration_id == administration_id, among(connection, table.c[column], part)
        )
        if table is t.reminder_item:
            query = query.where(table.c.level != "")
        for key, item in connection.execute(query.order_by(table.c.open_item_id)):
            found[key].append(item)
    return {key: tuple(items) for key, items in found.items()}


def _made(row: Row[Any], letters: dict[int, tuple[int, ...]], cases: dict[int, tuple[int, ...]]) -> MemoClaim:
    beside = letters.get(row.reminder_id, ()) or cases.get(row.case_id, ())
    items = beside if row.open_item_id is None else (row.open_item_id,)
    return MemoClaim(
        row.id, row.relation, row.kind, row.currency, from_minor(row.amount, row.currency), from_minor(int(row.received), row.currency),
        row.claimed_on, items, row.reminder_id or 0, row.case_id or 0, row.reference or "",
    )  # fmt: skip


def _oldest(claim: MemoClaim) -> tuple[date, int]:
    return claim.claimed_on, claim.id
