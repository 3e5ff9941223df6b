"""Entries in a neutral form for other packages: one line per posting, with columns that do not change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, String, cast, select

from hub.reports.selection import text_of
from hub.reports.xaf_books import PAGE
from hub.store import tables as t
from hub.store.administrations import Books

COLUMNS = (
    "entry", "journal", "year", "number", "date", "period", "description", "document", "line", "account", "account_name",
    "debit", "credit", "currency", "amount", "vat_code", "relation", "relation_name", "invoice", "due_date", "cost_center",
    "project", "posted_at", "actor", "reversal_of",
)  # fmt: skip


def entry_lines(
    connection: Connection, books: Books, first: date | None, last: date | None
) -> Iterator[dict[str, Any]]:
    """Every posting booked from `first` to `last`, in order of journal, year, number and line; a page of entries at a time.

    `debit` and `credit` are in the administration's currency, `amount` and `currency` those of the document
    (positive; its side is the column that is filled).
    """
    journals = {key: code for code, key in books.journals.items()}
    for journal_id, code in sorted(journals.items(), key=lambda pair: pair[1]):
        after = (0, 0)
        while page := _headers(connection, books.id, journal_id, after, first, last):
            after = (page[-1].year, page[-1].number)
            postings = _postings(connection, books.id, [row.id for row in page])
            for head in page:
                for posting in postings.get(head.id, ()):
                    yield _line(head, posting, code, books.snapshot.currency)


def _headers(
    connection: Connection,
    administration_id: int,
    journal_id: int,
    after: tuple[int, int],
    first: date | None,
    last: date | None,
) -> Any:
    e, y, d, u, r, p = t.entry, t.fiscal_year, t.document, t.app_user, t.entry.alias("r"), t.period
    ry, rj = t.fiscal_year.alias("ry"), t.journal.alias("rj")
    reverses = rj.c.code + " " + cast(ry.c.year, String) + "/" + cast(r.c.number, String)
    query = (
        select(
            e.c.id, e.c.number, y.c.year, e.c.booking_date, p.c.name.label("period"), e.c.description, e.c.posted_at,
            u.c.name.label("actor"), d.c.number.label("document"), reverses.label("reverses"),
        )
        .join(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .join(p, (p.c.administration_id == e.c.administration_id) & (p.c.id == e.c.period_id))
        .join(u, u.c.id == e.c.actor_id)
        .outerjoin(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .outerjoin(r, (r.c.administration_id == e.c.administration_id) & (r.c.id == e.c.reversal_of))
        .outerjoin(ry, (ry.c.administration_id == r.c.administration_id) & (ry.c.id == r.c.fiscal_year_id))
        .outerjoin(rj, (rj.c.administration_id == r.c.administration_id) & (rj.c.id == r.c.journal_id))
        .where(e.c.administration_id == administration_id, e.c.journal_id == journal_id)
        .where((y.c.year > after[0]) | ((y.c.year == after[0]) & (e.c.number > after[1])))
    )  # fmt: skip
    if first is not None:
        query = query.where(e.c.booking_date >= first)
    if last is not None:
        query = query.where(e.c.booking_date <= last)
    return connection.execute(query.order_by(y.c.year, e.c.number).limit(PAGE)).all()


def _postings(connection: Connection, administration_id: int, ids: list[int]) -> dict[int, list[Row[Any]]]:
    p, a, r, o = t.posting, t.account, t.relation, t.open_item
    query = (
        select(p, a.c.code.label("account"), a.c.name.label("account_name"), r.c.code.label("relation"),
               r.c.name.label("relation_name"), o.c.number.label("invoice"), o.c.due_date)
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .outerjoin(r, (r.c.administration_id == p.c.administration_id) & (r.c.id == p.c.relation_id))
        .outerjoin(o, (o.c.administration_id == p.c.administration_id) & (o.c.id == p.c.open_item_id))
        .where(p.c.administration_id == administration_id, p.c.entry_id.in_(ids))
        .order_by(p.c.entry_id, p.c.line)
    )  # fmt: skip
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.entry_id, []).append(row)
    return found


def _line(head: Any, posting: Any, journal: str, currency: str) -> dict[str, Any]:
    return {
        "entry": f"{journal} {head.year}/{head.number}", "journal": journal, "year": head.year, "number": head.number,
        "date": str(head.booking_date), "period": head.period, "description": head.description, "document": head.document or "",
        "line": posting.line + 1, "account": posting.account, "account_name": posting.account_name, "debit": "", "credit": "",
        posting.side: text_of(posting.base_amount, currency), "currency": posting.currency,
        "amount": text_of(posting.amount, posting.currency), "vat_code": posting.vat_code, "relation": posting.relation or "",
        "relation_name": posting.relation_name or "", "invoice": posting.invoice or "",
        "due_date": str(posting.due_date) if posting.due_date else "", "cost_center": posting.cost_center,
        "project": posting.project, "posted_at": f"{head.posted_at:%Y-%m-%dT%H:%M:%SZ}", "actor": head.actor,
        "reversal_of": head.reverses or "",
    }  # fmt: skip
