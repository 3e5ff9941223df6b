"""The statement of a relation (rekeningoverzicht): every mutation on its open items, with the balance after each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from hub.reports.open_items import Which, relation_id_of
from hub.reports.postings import line_json, posting_lines
from hub.reports.selection import base_currency, by_code_point, seen_postings, signed, stream, text_of, total_of
from hub.store import tables as t
from hub.store.relations import family


def statement(
    connection: Connection,
    administration_id: int,
    relation: str,
    *,
    side: Which = "both",
    first: date | None = None,
    last: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """A row `opening`, a row `posting` a mutation, a row `closing`; balances in base currency, positive when they owe us.

    Raises `NotFound` for a code that does not exist.
    """
    base = base_currency(connection, administration_id)
    relation_id = relation_id_of(connection, administration_id, relation)
    sides = ("receivable", "payable") if side == "both" else (side,)
    o, p, e = t.open_item, t.posting, t.entry
    mine = select(o.c.id).where(
        o.c.administration_id == administration_id,
        o.c.relation_id.in_(family(connection, administration_id, relation_id)),
        o.c.side.in_(sides),
    )
    on_items = (p.c.administration_id == administration_id, p.c.open_item_id.in_(mine))
    balance = 0
    if first is not None:
        before = select(total_of(signed(p.c.base_amount))).where(
            *on_items, *seen_postings(None, known_at), p.c.booking_date < first
        )
        balance = int(connection.execute(before).scalar_one())
    yield {
        "kind": "opening",
        "relation": relation,
        "date": str(first) if first else None,
        "balance": text_of(balance, base),
    }
    debit = credit = 0
    query = posting_lines(administration_id).where(*on_items, *seen_postings(last, known_at, first))
    order = (p.c.booking_date, e.c.posted_at, by_code_point(connection, t.journal.c.code), e.c.number, p.c.line)
    for row in stream(connection, query.order_by(*order)):
        debit += row.base_amount if row.side == "debit" else 0
        credit += row.base_amount if row.side == "credit" else 0
        yield {**line_json(row, base), "balance": text_of(balance + debit - credit, base)}
    yield {"kind": "closing", "relation": relation, "date": str(last) if last else None, "debit": text_of(debit, base),
           "credit": text_of(credit, base), "balance": text_of(balance + debit - credit, base)}  # fmt: skip
