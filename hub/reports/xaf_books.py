"""What an audit file of one year holds, read from the books a page at a time: memory does not grow with the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, text

from hub.errors import NotFound
from hub.model.administration import Administration
from hub.reports.opening_balance import opening_balance, retained_earnings
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.sets import values, within

PAGE = 500  # entries, relations or open items that are held at a time
OPENING = "opening"  # the kind of journal whose entries on the first day are the opening balance itself


@dataclass(frozen=True, slots=True)
class Year:
    """The year that is exported. `fiscal_year_id` None: nothing was booked in it yet."""

    books: Books
    year: int
    first: date
    last: date
    fiscal_year_id: int | None

    @property
    def id(self) -> int:
        """Key of the administration."""
        return self.books.id

    @property
    def snapshot(self) -> Administration:
        """Chart, codes and journals."""
        return self.books.snapshot


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands before the lines of a section: how many there are, and cents of either side."""

    lines: int = 0
    debit: int = 0
    credit: int = 0

    def plus(self, signed: int) -> Totals:
        """With one more line."""
        return Totals(self.lines + 1, self.debit + max(signed, 0), self.credit + max(-signed, 0))


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Balance of an account on the first morning, debit positive, in cents."""

    number: int
    account: str
    balance: int


def find_year(connection: Connection, books: Books, year: int) -> Year:
    """The year by its number. Raises `NotFound` when nothing was booked in it or before it."""
    y, e = t.fiscal_year, t.entry
    row = connection.execute(select(y).where(y.c.administration_id == books.id, y.c.year == year)).first()
    first = row.first_day if row else date(year, 1, 1)
    last = row.last_day if row else date(year, 12, 31)
    any_entry = select(e.c.id).where(e.c.administration_id == books.id, e.c.booking_date <= last).limit(1)
    if connection.execute(any_entry).first() is None:
        raise NotFound(
            f"nothing is booked in {year} or before it in administration {books.snapshot.code}",
            say="year_empty",
            year=year,
            administration=books.snapshot.code,
        )
    return Year(books, year, first, last, row.id if row else None)


def opens(year: Year) -> Any:
    """Entries that are the opening balance of this year, not a booking in it."""
    journals = [code for code in year.books.journals if _kind(year, code) == OPENING]
    ids = [year.books.journals[code] for code in journals]
    return and_(t.entry.c.journal_id.in_(ids), t.entry.c.booking_date == year.first)


def _kind(year: Year, journal: str) -> str:
    return next((j.kind for j in year.snapshot.journals if j.code == journal), "")


def signed_cents(column: Any) -> Any:
    return case((t.posting.c.side == "debit", column), else_=-column)


def opening_lines(connection: Connection, year: Year, always: Iterable[str] = ()) -> list[OpeningLine]:
    """Balances of the first morning, in order of account: earlier years, and what the opening journal brought in.

    Accounts of `always` have a line even at 0.00: open items on them point at it.
    """
    kept, sums = set(always), dict.fromkeys(always, 0)
    for known in opening_balance(connection, year.id, year.first, retained_earnings(year.snapshot)):
        sums[known["account"]] = _minor(known["balance"])
    a, p, e = t.account, t.posting, t.entry
    query = (
        select(a.c.code, func.sum(signed_cents(p.c.base_amount)).label("balance"))
        .join(p, (p.c.administration_id == a.c.administration_id) & (p.c.account_id == a.c.id))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .where(e.c.administration_id == year.id, opens(year))
        .group_by(a.c.code)
    )
    for row in connection.execute(query):
        sums[row.code] = sums.get(row.code, 0) + int(row.balance)
    left = [(code, balance) for code, balance in sorted(sums.items()) if balance or code in kept]
    return [OpeningLine(number, code, balance) for number, (code, balance) in enumerate(left, 1)]


def _minor(amount: str) -> int:
    return int(amount.replace(".", ""))


def totals_of(lines: Iterable[int]) -> Totals:
    """Totals of signed amounts."""
    found = Totals()
    for signed in lines:
        found = found.plus(signed)
    return found


def transaction_totals(connection: Connection, year: Year) -> Totals:
    """Lines and cents of everything booked in the year."""
    p, e = t.posting, t.entry
    query = (
        select(
            func.count(),
            func.sum(case((p.c.side == "debit", p.c.base_amount), else_=0)),
            func.sum(case((p.c.side == "credit", p.c.base_amount), else_=0)),
        )
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .where(e.c.administration_id == year.id, e.c.fiscal_year_id == year.fiscal_year_id, ~opens(year))
    )
    count, debit, credit = connection.execute(query).one()
    return Totals(int(count), int(debit or 0), int(credit or 0))


def journals_used(connection: Connection, year: Year) -> list[tuple[int, str, str, str]]:
    """(key, code, name, kind) of the journals with bookings in this year, in order of code."""
    e = t.entry
    mine = (e.c.administration_id == year.id, e.c.fiscal_year_id == year.fiscal_year_id, ~opens(year))
    used = set(connection.execute(select(e.c.journal_id).where(*mine).distinct()).scalars())
    found = []
    for row in connection.execute(select(t.journal).where(t.journal.c.administration_id == year.id)):
        if row.id in used:
            found.append((row.id, row.code, row.name, row.kind))
    return sorted(found, key=lambda row: row[1])


def entry_pages(connection: Connection, year: Year, journal_id: int) -> Iterator[Sequence[Any]]:
    """The entries of a journal in this year, in order of number."""
    e, u, d = t.entry, t.app_user, t.document
    query = (
        select(
            e.c.id, e.c.number, e.c.booking_date, e.c.description, e.c.message_uid, u.c.name.label("user"),
            d.c.number.label("document"), d.c.issue_date,
        )
        .join(u, u.c.id == e.c.actor_id)
        .outerjoin(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .where(e.c.administration_id == year.id, e.c.journal_id == journal_id)
        .where(e.c.fiscal_year_id == year.fiscal_year_id, ~opens(year))
    )  # fmt: skip
    after = 0
    while page := connection.execute(query.where(e.c.number > after).order_by(e.c.number).limit(PAGE)).all():
        after = page[-1].number
        yield page


_POSTINGS = """
    SELECT p.entry_id, p.line, a.code AS account, a.control, p.side, p.amount, p.currency, p.base_amount, p.vat_code,
           p.cost_center, p.project, r.code AS relation, p.open_item_id, o.number AS invoice
    FROM posting p JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
    LEFT JOIN relation r ON r.administration_id = p.administration_id AND r.id = p.relation_id
    LEFT JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
    WHERE p.administration_id = :administration AND {within} ORDER BY p.entry_id, p.line"""
_VAT_LINES = """
    SELECT p.entry_id, p.code, p.base_in_base, p.tax_in_base, p.non_deductible_in_base
    FROM vat_line p WHERE p.administration_id = :administration AND {within} ORDER BY p.entry_id, p.line"""
_SETTLED = """
    SELECT p.open_item_id AS entry_id, MAX(p.booking_date) AS day FROM posting p
    WHERE p.administration_id = :administration AND p.booking_date <= :last AND {within}
    GROUP BY p.open_item_id HAVING SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) = 0"""


def postings_of(connection: Connection, year: Year, entry_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """Postings per entry."""
    return _by_key(_rows(connection, _POSTINGS, "p.entry_id", year, entry_ids))


def vat_lines_of(connection: Connection, year: Year, entry_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """VAT lines per entry."""
    return _by_key(_rows(connection, _VAT_LINES, "p.entry_id", year, entry_ids))


def rows_by_entry(
    connection: Connection, query: str, year: Year, entry_ids: Iterable[int]
) -> dict[int, list[Row[Any]]]:
    """Rows of a query of one's own, by `entry_id`: it names `:administration` and `{within}`."""
    return _by_key(_rows(connection, query, "p.entry_id", year, entry_ids))


def settled_on(connection: Connection, year: Year, item_ids: Iterable[int]) -> dict[int, str]:
    """The day on which each of these open items was settled whole, for those that were by the end of the year."""
    rows = _rows(connection, _SETTLED, "p.open_item_id", year, item_ids)
    return {row.entry_id: str(row.day) for row in rows}


def _rows(
    connection: Connection, query: str, column: str, year: Year, ids: Iterable[int], **more: Any
) -> Sequence[Row[Any]]:
    wanted = sorted(set(ids))
    if not wanted:
        return ()
    statement = text(query.format(within=within(connection, column, "ids")))
    given: dict[str, Any] = {"administration": year.id, "ids": values(connection, wanted), **more}
    if ":last" in query:
        given["last"] = str(year.last)
    return connection.execute(statement, given).all()


def _by_key(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def opening_items(connection: Connection, year: Year, side: str) -> Iterator[Any]:
    """Open items of the first morning on one side: with what was left of them in base currency, debit positive."""
    o, p, e, r, a = t.open_item, t.posting, t.entry, t.relation, t.account
    before = or_(p.c.booking_date < year.first, opens(year))
    balance = func.sum(signed_cents(p.c.base_amount))
    query = (
        select(
            o.c.id, o.c.number, o.c.invoice_date, o.c.due_date, r.c.code.label("relation"), a.c.code.label("account"),
            balance.label("balance"),
        )
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(o.c.administration_id == year.id, before)
        .group_by(o.c.id, o.c.number, o.c.invoice_date, o.c.due_date, r.c.code, a.c.code)
        .having(balance != 0)
        .order_by(o.c.id)
    )  # fmt: skip
    ids = select(o.c.id).where(o.c.administration_id == year.id, o.c.side == side).order_by(o.c.id).limit(PAGE)
    after = 0
    while page := connection.execute(ids.where(o.c.id > after)).scalars().all():
        after = page[-1]
        yield from connection.execute(query.where(o.c.id.in_(page)))
