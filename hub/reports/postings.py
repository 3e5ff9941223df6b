"""Postings as lines of a report: each with the entry, item, relation, document and message that one may go on to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, select

from hub.reports.selection import text_of
from hub.store import tables as t

# What every line says of a posting, beside its amounts.
_COLUMNS = (
    t.posting.c.line, t.posting.c.side, t.posting.c.amount, t.posting.c.currency, t.posting.c.base_amount, t.posting.c.vat_code,
    t.posting.c.cost_center, t.posting.c.project, t.posting.c.open_item_id, t.entry.c.booking_date, t.entry.c.number,
    t.entry.c.description, t.entry.c.message_uid, t.entry.c.reversal_of, t.journal.c.code.label("journal"), t.fiscal_year.c.year,
    t.account.c.code.label("account"), t.account.c.name.label("account_name"), t.relation.c.code.label("relation"),
    t.relation.c.name.label("relation_name"), t.open_item.c.number.label("invoice"),
)  # fmt: skip


def posting_lines(administration_id: int) -> Select[Any]:
    """Every posting of an administration with what is shown of it; the caller narrows and orders."""
    p, e, j, y, a, r, o = t.posting, t.entry, t.journal, t.fiscal_year, t.account, t.relation, t.open_item
    mine = p.c.administration_id
    return (
        select(*_COLUMNS)
        .join_from(p, e, and_(e.c.administration_id == mine, e.c.id == p.c.entry_id))
        .join(j, and_(j.c.administration_id == mine, j.c.id == e.c.journal_id))
        .join(y, and_(y.c.administration_id == mine, y.c.id == e.c.fiscal_year_id))
        .join(a, and_(a.c.administration_id == mine, a.c.id == p.c.account_id))
        .outerjoin(r, and_(r.c.administration_id == mine, r.c.id == p.c.relation_id))
        .outerjoin(o, and_(o.c.administration_id == mine, o.c.id == p.c.open_item_id))
        .where(mine == administration_id)
    )


def entry_name(journal: str, year: int, number: int) -> str:
    """`INK/2026/12`: how an entry is named everywhere."""
    return f"{journal}/{year}/{number}"


def line_json(row: Row[Any], base: str) -> dict[str, Any]:
    """A posting in base currency; where it was booked in another, that amount stands beside it."""
    debit = row.side == "debit"
    made: dict[str, Any] = {
        "kind": "posting",
        "account": row.account,
        "name": row.account_name,
        "date": str(row.booking_date),
        "entry": entry_name(row.journal, row.year, row.number),
        "journal": row.journal,
        "number": row.number,
        "line": row.line,
        "description": row.description,
        "relation": row.relation,
        "relation_name": row.relation_name,
        "invoice": row.invoice,
        "item": row.open_item_id,
        "debit": text_of(row.base_amount if debit else 0, base),
        "credit": text_of(0 if debit else row.base_amount, base),
        "vat_code": row.vat_code,
        "cost_center": row.cost_center,
        "project": row.project,
        "message_id": row.message_uid,
        "reversal": row.reversal_of is not None,
    }
    if row.currency != base:
        made |= {"currency": row.currency, "amount": text_of(row.amount if debit else -row.amount, row.currency)}
    return made
