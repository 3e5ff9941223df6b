"""Journal entries as the JSON contract shows them: from the books, or from a booking that was just made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, func, select, text, union

from hub.model.journal import JournalEntry
from hub.model.money import from_minor, money_text
from hub.model.result import Result
from hub.reports.selection import base_currency, by_code_point
from hub.store import tables as t
from hub.store.sets import values, within

PAGE = 500  # entries per round of queries
MOST_OF_MESSAGE = 100  # entries that are shown of one message: a bank statement may have booked thousands


def entries(
    connection: Connection,
    administration_id: int,
    journal: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[dict[str, Any]]:
    """Entries booked from `first` to `last`, per journal, fiscal year and number; one round of queries per page."""
    base = base_currency(connection, administration_id)
    for journal_id, code, year_id in _series(connection, administration_id, journal):
        after = 0
        while page := _headers(connection, administration_id, (journal_id, year_id), after, first, last):
            yield from _page(connection, administration_id, code, base, page)
            after = page[-1].number


def entries_of_message(connection: Connection, administration_id: int, uid: str) -> tuple[list[dict[str, Any]], int]:
    """The first entries that a message brought, its own and those of its bank movements, and how many there are in all.

    Movements that an earlier statement told of were booked then, and are not among them.
    """
    e, p, j = t.entry, t.period, t.journal
    query = (
        select(
            e.c.id, e.c.number, e.c.booking_date, p.c.name, e.c.description, e.c.message_uid, e.c.reversal_of, j.c.code,
            func.count().over().label("in_all"),
        )
        .join(p, (p.c.administration_id == e.c.administration_id) & (p.c.id == e.c.period_id))
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .where(e.c.administration_id == administration_id, e.c.id.in_(_brought(administration_id, uid)))
        .order_by(by_code_point(connection, j.c.code), e.c.fiscal_year_id, e.c.number)
        .limit(MOST_OF_MESSAGE)
    )  # fmt: skip
    page = connection.execute(query).all()
    base = base_currency(connection, administration_id)
    return list(_page(connection, administration_id, "", base, page)), page[0].in_all if page else 0


def _brought(administration_id: int, uid: str) -> CompoundSelect[Any]:
    """Ids of the entries that a message brought."""
    e, s, b, n = t.entry, t.bank_statement, t.bank_statement_entry, t.payment_entry
    own = select(e.c.id).where(e.c.administration_id == administration_id, e.c.message_uid == uid)
    booked = (
        select(n.c.entry_id)
        .join_from(s, b, (b.c.administration_id == s.c.administration_id) & (b.c.statement_id == s.c.id))
        .join(n, (n.c.administration_id == b.c.administration_id) & (n.c.payment_id == b.c.payment_id))
        .join(e, (e.c.administration_id == n.c.administration_id) & (e.c.id == n.c.entry_id))
        .where(s.c.administration_id == administration_id, s.c.message_uid == uid)
        .where(n.c.role == "bank", e.c.posted_at == s.c.at)
    )
    return union(own, booked)


def entries_json(result: Result) -> list[dict[str, Any]]:
    """The same shape for a result in hand, an entry each; number and period are null when nothing was recorded."""
    own = result.booking.entry
    made = [] if own is None else [_in_hand(result, own, result.number, result.period)]
    return made + [_in_hand(result, p.entry, p.number, p.period) for p in result.posted]


def entry_json(result: Result) -> dict[str, Any]:
    """The entry of a result that has one. Raises ValueError for a result without entry."""
    if result.booking.entry is None:
        raise ValueError(f"message {result.message.id} is {result.outcome}: it has no entry")
    return entries_json(result)[0]


def _in_hand(result: Result, entry: JournalEntry, number: int | None, period: str) -> dict[str, Any]:
    return {
        "journal": entry.journal,
        "number": number,
        "date": str(entry.booking_date),
        "period": period or None,
        "description": entry.description,
        "message_id": result.message.id,
        "reversal_of": None,
        "postings": _postings_in_hand(entry, result.relation_code),
        "vat_lines": [
            _vat_json(
                v.code, v.base.minor, v.tax.minor, v.non_deductible.minor, v.base.currency, v.reverse_charge,
                v.supply_date, v.tax_date,
            )
            for v in entry.vat_lines
        ],
    }  # fmt: skip


def _postings_in_hand(entry: JournalEntry, relation: str) -> list[dict[str, Any]]:
    return [
        _posting_json(
            p.account, p.side, p.amount.minor, p.amount.currency, p.base.minor, p.base.currency, p.vat_code,
            (relation or None) if p.open_item is not None else None,
        )
        for p in entry.postings
    ]  # fmt: skip


def _posting_json(
    account: str, side: str, amount: int, currency: str, base: int, base_currency: str, vat_code: str,
    relation: str | None,
) -> dict[str, Any]:  # fmt: skip
    """One posting; `base` stands beside `amount` where they differ."""
    made = {
        "account": account,
        "side": side,
        "amount": money_text(from_minor(amount, currency), currency),
        "currency": currency,
        "vat_code": vat_code,
        "relation": relation,
    }
    if currency != base_currency or amount != base:
        made["base"] = money_text(from_minor(base, base_currency), base_currency)
    return made


def _vat_json(
    code: str, base: int, tax: int, non_deductible: int, currency: str, reverse_charge: bool, supply_date: date,
    tax_date: date,
) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code,
        "base": money_text(from_minor(base, currency), currency),
        "tax": money_text(from_minor(tax, currency), currency),
        "non_deductible": money_text(from_minor(non_deductible, currency), currency),
        "reverse_charge": reverse_charge,
        "supply_date": str(supply_date),
        "tax_date": str(tax_date),
    }


def _series(connection: Connection, administration_id: int, journal: str | None) -> list[tuple[int, str, int]]:
    """Journal id, its code and fiscal year id, in the order in which they are shown."""
    j, y = t.journal, t.fiscal_year
    both = j.join(y, j.c.administration_id == y.c.administration_id)
    query = select(j.c.id, j.c.code, y.c.id).select_from(both).where(j.c.administration_id == administration_id)
    if journal is not None:
        query = query.where(j.c.code == journal)
    rows = connection.execute(query.order_by(by_code_point(connection, j.c.code), y.c.year))
    return [(row[0], row[1], row[2]) for row in rows]


def _headers(
    connection: Connection,
    administration_id: int,
    series: tuple[int, int],
    after: int,
    first: date | None,
    last: date | None,
) -> Sequence[Any]:
    e, p = t.entry, t.period
    query = (
        select(e.c.id, e.c.number, e.c.booking_date, p.c.name, e.c.description, e.c.message_uid, e.c.reversal_of)
        .join(p, (p.c.administration_id == e.c.administration_id) & (p.c.id == e.c.period_id))
        .where(e.c.administration_id == administration_id)
        .where(e.c.journal_id == series[0], e.c.fiscal_year_id == series[1], e.c.number > after)
    )
    if first is not None:
        query = query.where(e.c.booking_date >= first)
    if last is not None:
        query = query.where(e.c.booking_date <= last)
    return connection.execute(query.order_by(e.c.number).limit(PAGE)).all()


def _page(
    connection: Connection, administration_id: int, journal: str, base: str, page: Sequence[Row[Any]]
) -> Iterator[dict[str, Any]]:
    ids = [row.id for row in page]
    postings = _by_entry(_rows(connection, _POSTINGS, administration_id, ids))
    vat_lines = _by_entry(_rows(connection, _VAT_LINES, administration_id, ids))
    reversed_by = _names(connection, administration_id, {r.reversal_of for r in page if r.reversal_of is not None})
    for row in page:
        yield {
            "journal": journal or row.code,
            "number": row.number,
            "date": str(row.booking_date),
            "period": row.name,
            "description": row.description,
            "message_id": row.message_uid,
            "reversal_of": reversed_by.get(row.reversal_of),
            "postings": [
                _posting_json(p.account, p.side, p.amount, p.currency, p.base_amount, base, p.vat_code, p.relation)
                for p in postings.get(row.id, ())
            ],
            "vat_lines": [
                _vat_json(
                    v.code,
                    v.base,
                    v.tax,
                    v.non_deductible,
                    v.currency,
                    bool(v.reverse_charge),
                    v.supply_date,
                    v.tax_date,
                )
                for v in vat_lines.get(row.id, ())
            ],
        }


_POSTINGS = """
    SELECT p.entry_id, a.code AS account, p.side, p.amount, p.currency, p.base_amount, p.vat_code, r.code AS relation
    FROM posting p JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
    LEFT JOIN relation r ON r.administration_id = p.administration_id AND r.id = p.relation_id
    WHERE p.administration_id = :administration AND {within} ORDER BY p.entry_id, p.line"""
_VAT_LINES = """
    SELECT p.entry_id, p.code, p.base, p.tax, p.non_deductible, p.currency, p.reverse_charge, p.supply_date, p.tax_date
    FROM vat_line p WHERE p.administration_id = :administration AND {within} ORDER BY p.entry_id, p.line"""
_NAMES = """
    SELECT p.id AS entry_id, j.code || '/' || y.year || '/' || p.number AS name FROM entry p
    JOIN journal j ON j.administration_id = p.administration_id AND j.id = p.journal_id
    JOIN fiscal_year y ON y.administration_id = p.administration_id AND y.id = p.fiscal_year_id
    WHERE p.administration_id = :administration AND {within}"""


def _rows(
    connection: Connection, query: str, administration_id: int, ids: Iterable[int], column: str = "p.entry_id"
) -> Sequence[Row[Any]]:
    statement = text(query.format(within=within(connection, column, "ids")))
    return connection.execute(statement, {"administration": administration_id, "ids": values(connection, ids)}).all()


def _by_entry(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def _names(connection: Connection, administration_id: int, ids: set[int]) -> dict[int, str]:
    """`INK/2026/12`: how an entry is named in another."""
    rows = _rows(connection, _NAMES, administration_id, ids, "p.id") if ids else ()
    return {row.entry_id: row.name for row in rows}
