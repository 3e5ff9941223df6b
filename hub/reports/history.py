"""History: everything that was posted on one invoice number, with what was left of it after each posting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from hub.model.invoice import normalised_number
from hub.reports.postings import entry_name
from hub.reports.selection import base_currency, seen, text_of
from hub.store import tables as t
from hub.store.findings import load_findings
from hub.texts.shown import finding_json


def history(
    connection: Connection,
    administration_id: int,
    number: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[dict[str, Any]]:
    """Postings in order of booking date: the whole entry of the invoice, of later entries what touches its open item.

    The number is compared without case, blanks and punctuation. `balance` runs per relation and side, in
    the invoice's currency, positive while it is owed; a posting on another account leaves it as it is. `source` has
    the codes of what was found in the document, each once.
    """
    items = {row.id: row for row in connection.execute(_items(administration_id, number))}
    if not items:
        return []
    base = base_currency(connection, administration_id)
    owner = {row.entry_id: row for row in items.values()}
    running: dict[tuple[str, str], int] = {}
    shown: list[dict[str, Any]] = []
    for row in connection.execute(_postings(administration_id, items, seen(as_of, known_at))):
        item = items.get(row.open_item_id) or owner[row.entry_id]
        key = (item.code, item.side)
        if row.open_item_id in items:
            effect = row.amount if (row.side == "debit") == (item.side == "receivable") else -row.amount
            running[key] = running.get(key, 0) + effect
        shown.append(_shown(row, item, running.get(key, 0), base))
    codes = _codes(connection, {row["source"]["message_id"] for row in shown} - {None})
    for made in shown:
        made["source"]["findings"] = codes.get(made["source"]["message_id"], [])
    return shown


def _codes(connection: Connection, uids: set[str]) -> dict[str, list[str]]:
    """Per message the codes of its findings, each once, in order."""
    f = t.finding
    found: dict[str, dict[str, None]] = {}
    query = select(f.c.message_uid, f.c.code).where(f.c.message_uid.in_(sorted(uids)))
    for row in connection.execute(query.order_by(f.c.message_uid, f.c.position)):
        found.setdefault(row.message_uid, {})[row.code] = None
    return {uid: list(codes) for uid, codes in found.items()}


def findings_of_invoice(
    connection: Connection, shown: list[dict[str, Any]], language: str = "nl"
) -> list[dict[str, Any]]:
    """What was found in the documents behind the rows of a history: findings as CONTRACT has them, with their message."""
    currencies = {row["source"]["message_id"]: row["currency"] for row in shown if row["source"]["findings"]}
    return [
        {"message_id": uid, **finding_json(finding, language, currency)}
        for uid, currency in currencies.items()
        for finding in load_findings(connection, uid)
    ]


def _items(administration_id: int, number: str) -> Any:
    """Open items that bear the number, as written or by their document."""
    o, e, d, r = t.open_item, t.entry, t.document, t.relation
    same_document = (
        select(e.c.id)
        .join(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .where(e.c.administration_id == administration_id, d.c.number_key == normalised_number(number))
    )
    return (
        select(o.c.id, o.c.entry_id, o.c.side, o.c.number, r.c.code)
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .where(o.c.administration_id == administration_id)
        .where(or_(o.c.number == number, o.c.entry_id.in_(same_document)))
        .order_by(o.c.id)
    )


def _postings(administration_id: int, items: dict[int, Row[Any]], conditions: list[Any]) -> Any:
    p, e, j, y, a, m = t.posting, t.entry, t.journal, t.fiscal_year, t.account, t.message
    opening = {row.entry_id for row in items.values()}
    return (
        select(
            p.c.entry_id, p.c.line, p.c.side, p.c.amount, p.c.currency, p.c.base_amount, p.c.open_item_id,
            e.c.booking_date, e.c.number, e.c.description, e.c.posted_at, e.c.reversal_of, e.c.message_uid,
            j.c.code.label("journal"), y.c.year, a.c.code.label("account"), m.c.channel, m.c.file_name,
        )
        .join_from(p, e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .join(j, and_(j.c.administration_id == e.c.administration_id, j.c.id == e.c.journal_id))
        .join(y, and_(y.c.administration_id == e.c.administration_id, y.c.id == e.c.fiscal_year_id))
        .join(a, and_(a.c.administration_id == p.c.administration_id, a.c.id == p.c.account_id))
        .outerjoin(m, and_(m.c.administration_id == e.c.administration_id, m.c.uid == e.c.message_uid))
        .where(p.c.administration_id == administration_id, *conditions)
        .where(or_(p.c.open_item_id.in_(sorted(items)), p.c.entry_id.in_(sorted(opening))))
        .order_by(e.c.booking_date, e.c.posted_at, j.c.code, e.c.number, p.c.line)
    )  # fmt: skip


def _shown(row: Row[Any], item: Row[Any], balance: int, base: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "invoice": item.number,
        "relation": item.code,
        "side": item.side,
        "date": str(row.booking_date),
        "journal": row.journal,
        "number": row.number,
        "entry": entry_name(row.journal, row.year, row.number),
        "description": row.description,
        "account": row.account,
        "debit": text_of(row.amount if row.side == "debit" else 0, row.currency),
        "credit": text_of(row.amount if row.side == "credit" else 0, row.currency),
        "currency": row.currency,
        "balance": text_of(balance, row.currency),
        "open_item": row.open_item_id is not None,
        "item": row.open_item_id,
        "source": {"message_id": row.message_uid, "channel": row.channel, "file": row.file_name or None},
        "reversal": row.reversal_of is not None,
    }
    if row.currency != base:
        made["base"] = text_of(row.base_amount, base)
    return made
