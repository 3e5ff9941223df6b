"""Open items: what is still to be paid or received, from postings alone, on any day and as known on any day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from hub.reports.selection import base_currency, by_code_point, seen_postings, signed, stream, text_of, total_of, utc
from hub.store import tables as t
from hub.store.relations import family, resolve

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
    item: int = 0  # its key
    never_due: bool = False  # it lowers a debt (DOMAIN 10.6 no. 13)


def open_items(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "both",
    as_of: date | None = None,
    known_at: datetime | None = None,
    settled_too: bool = False,
    relation: str = "",
) -> Iterator[dict[str, Any]]:
    """A row per open item, by relation and due date; `original` is what the invoice's own entry put on it.

    `relation` is a code: only its items. Raises `NotFound` where there is none.
    """
    balances = item_balances(
        connection, administration_id, side=side, as_of=as_of, known_at=known_at, all_of=settled_too, relation=relation
    )
    base = base_currency(connection, administration_id)
    for item in balances:
        if item.outstanding or settled_too:
            yield _shown(item, base)


def _shown(item: ItemBalance, base: str) -> dict[str, Any]:
    return {
        "item": item.item,
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
        "outstanding_base": text_of(item.outstanding_base, base),
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
    relation: str = "",
) -> Iterator[ItemBalance]:
    """Every open item with something left in its own or in base currency (`all_of`: settled ones too), in a stream."""
    sides = ("receivable", "payable") if side == "both" else (side,)
    query = _query(connection, administration_id, sides, seen_postings(as_of, known_at), known_at, all_of)
    if relation:
        whose = relation_id_of(connection, administration_id, relation)
        query = query.where(t.open_item.c.relation_id.in_(family(connection, administration_id, whose)))
    for row in stream(connection, query):
        sign = 1 if row.side == "receivable" else -1
        yield ItemBalance(
            row.code, row.name, row.side, row.part, row.number, row.invoice_date, row.due_date, row.currency,
            sign * int(row.original), sign * int(row.balance), sign * int(row.base), _reasons(row.reasons),
            row.id, row.falls_due is None,
        )  # fmt: skip


def _query(
    connection: Connection,
    administration_id: int,
    sides: Sequence[str],
    conditions: list[ColumnElement[bool]],
    known_at: datetime | None,
    all_of: bool,
) -> Select[Any]:
    o, p, r = t.open_item, t.posting, t.relation
    own = r.alias("own")  # `own` stands on the item, `r` is what it was merged into
    amount = signed(p.c.amount)
    balance, base = total_of(amount), total_of(signed(p.c.base_amount))
    original = total_of(case((p.c.entry_id == o.c.entry_id, amount), else_=0))
    query = (
        select(
            o.c.id, r.c.code, r.c.name, o.c.side, o.c.part, o.c.number, o.c.invoice_date, o.c.due_date, o.c.currency,
            original.label("original"), balance.label("balance"), base.label("base"),
            func.max(p.c.falls_due).label("falls_due"), _active_blocks(known_at).label("reasons"),
        )
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(own, (own.c.administration_id == o.c.administration_id) & (own.c.id == o.c.relation_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == func.coalesce(own.c.merged_into, own.c.id)))
        .where(o.c.administration_id == administration_id, o.c.side.in_(sides), *conditions)
        .group_by(o.c.administration_id, o.c.id, r.c.administration_id, r.c.id)
    )  # fmt: skip
    if not all_of:
        query = query.having(or_(balance != 0, base != 0))
    code, number = by_code_point(connection, r.c.code), by_code_point(connection, o.c.number)
    return query.order_by(code, o.c.due_date, o.c.invoice_date, number, o.c.side, o.c.part.desc(), o.c.id)


def relation_id_of(connection: Connection, administration_id: int, code: str) -> int:
    """The key of a relation by its code, or of what it was merged into. Raises `NotFound`."""
    return resolve(connection, administration_id, code)[0]


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
