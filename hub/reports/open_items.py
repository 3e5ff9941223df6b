"""Open items: what is still to be paid or received, from postings alone, on any day and as known on any day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from hub.reports.selection import by_code_point, seen, signed, stream, text_of, utc
from hub.store import tables as t

Which = Literal["receivable", "payable", "both"]


@dataclass(frozen=True, slots=True)
class ItemBalance:
    """One open item. Amounts are minor units, positive when the item is what its side says: owed to us, or by us."""

    relation: str
    relation_name: str
    side: str
    part: str
    number: str
    invoice_date: date
    due_date: date
    currency: str
    original: int
    outstanding: int
    outstanding_base: int  # the same in the administration's currency
    block_reasons: tuple[str, ...]


def open_items(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "both",
    as_of: date | None = None,
    known_at: datetime | None = None,
    settled_too: bool = False,
) -> Iterator[dict[str, Any]]:
    """A row per open item, by relation and due date; `original` is what the invoice's own entry put on it."""
    balances = item_balances(
        connection, administration_id, side=side, as_of=as_of, known_at=known_at, all_of=settled_too
    )
    for item in balances:
        if item.outstanding or settled_too:
            yield _shown(item)


def _shown(item: ItemBalance) -> dict[str, Any]:
    return {
        "relation": item.relation,
        "relation_name": item.relation_name,
        "side": item.side,
        "part": item.part,
        "invoice": item.number,
        "date": str(item.invoice_date),
        "due_date": str(item.due_date),
        "currency": item.currency,
        "original": text_of(item.original, item.currency),
        "settled": text_of(item.original - item.outstanding, item.currency),
        "outstanding": text_of(item.outstanding, item.currency),
        "blocked": bool(item.block_reasons),
        "block_reasons": list(item.block_reasons),
    }


def item_balances(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "both",
    as_of: date | None = None,
    known_at: datetime | None = None,
    all_of: bool = False,
) -> Iterator[ItemBalance]:
    """Every open item with something left in its own or in base currency (`all_of`: settled ones too), in a stream."""
    sides = ("receivable", "payable") if side == "both" else (side,)
    query = _query(connection, administration_id, sides, seen(as_of, known_at), known_at, all_of)
    for row in stream(connection, query):
        sign = 1 if row.side == "receivable" else -1
        yield ItemBalance(
            row.code, row.name, row.side, row.part, row.number, row.invoice_date, row.due_date, row.currency,
            sign * int(row.original), sign * int(row.balance), sign * int(row.base), _reasons(row.reasons),
        )  # fmt: skip


def _query(
    connection: Connection,
    administration_id: int,
    sides: Sequence[str],
    conditions: list[ColumnElement[bool]],
    known_at: datetime | None,
    all_of: bool,
) -> Select[Any]:
    o, p, e, r = t.open_item, t.posting, t.entry, t.relation
    amount = signed(p.c.amount)
    balance, base = func.sum(amount), func.sum(signed(p.c.base_amount))
    original = func.sum(case((p.c.entry_id == o.c.entry_id, amount), else_=0))
    query = (
        select(
            r.c.code, r.c.name, o.c.side, o.c.part, o.c.number, o.c.invoice_date, o.c.due_date, o.c.currency,
            original.label("original"), balance.label("balance"), base.label("base"),
            _active_blocks(known_at).label("reasons"),
        )
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .where(o.c.administration_id == administration_id, o.c.side.in_(sides), *conditions)
        .group_by(o.c.administration_id, o.c.id, r.c.administration_id, r.c.id)
    )  # fmt: skip
    if not all_of:
        query = query.having(or_(balance != 0, base != 0))
    code, number = by_code_point(connection, r.c.code), by_code_point(connection, o.c.number)
    return query.order_by(code, o.c.due_date, o.c.invoice_date, number, o.c.side, o.c.part.desc(), o.c.id)


def _active_blocks(known_at: datetime | None) -> Any:
    """Why an item may not be paid, at that instant, separated by commas; null when nothing stops it."""
    b, o = t.open_item_block, t.open_item
    query = select(func.aggregate_strings(b.c.reason, ",")).where(
        b.c.administration_id == o.c.administration_id, b.c.open_item_id == o.c.id
    )
    if known_at is None:
        return query.where(b.c.lifted_at.is_(None)).correlate(o).scalar_subquery()
    at = utc(known_at)
    active = (b.c.since <= at) & (b.c.lifted_at.is_(None) | (b.c.lifted_at > at))
    return query.where(active).correlate(o).scalar_subquery()


def _reasons(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(joined.split(","))) if joined else ()
