"""OSS returns: the sales of a quarter and corrections of earlier ones, and filing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from hub.accounting.oss import EURO, OssRow, OssSale, Threshold, oss_return, rates_at_end
from hub.accounting.vat_codes import is_oss
from hub.accounting.vat_period import VatPeriod, period_of
from hub.accounting.vat_return import DatedCodes, Figure, signed_posting
from hub.errors import Conflict, Usage
from hub.model.finding import Finding, asked
from hub.model.journal import JournalEntry
from hub.model.money import to_minor
from hub.model.vat_tables import VatTables
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day
from hub.store.ids import Ids
from hub.store.rates import find_rates
from hub.store.rows import insert_rows
from hub.store.vat_filing import Declared, lock_administration, record_filed
from hub.store.vat_lines import Chosen, dated_codes, vat_rows
from hub.store.vat_returns import FiledReturn, figures_of, filed_returns

_NEXT_PUBLICATION = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OssDraft:
    """The return of a quarter: its rows, what a person must look at, and the VAT lines in it."""

    rows: tuple[OssRow, ...]
    findings: tuple[Finding, ...]
    lines: tuple[Any, ...]
    filed: FiledReturn | None


def oss_draft(connection: Connection, books: Books, quarter: VatPeriod) -> OssDraft:
    """As filed, else as it would be filed now. Raises `Usage` for what is no quarter."""
    if quarter.length != "quarter":
        raise Usage(asked("HUB-VATR-05", quarter.name, period_of(quarter.first, "quarter").name))
    codes = dated_codes(connection, books)
    filed = next((f for f in filed_returns(connection, books.id, "oss") if f.period == quarter), None)
    lines = tuple(_lines(connection, books, codes, quarter, filed))
    currencies = {row.currency for row in lines} - {EURO}
    published = find_rates(connection, currencies, quarter.last, quarter.last + _NEXT_PUBLICATION) if currencies else []
    rows, findings = oss_return((_sale(row, codes) for row in lines), quarter, rates_at_end(quarter, published))
    if filed is not None:
        rows = [_filed_row(one) for one in figures_of(connection, books.id, [filed.id])]
    return OssDraft(tuple(rows), tuple(findings), lines, filed)


def _lines(
    connection: Connection, books: Books, codes: DatedCodes, quarter: VatPeriod, filed: FiledReturn | None
) -> Iterator[Any]:
    """Undeclared lines supplied in the quarter, and those of earlier quarters of which a return was filed before."""
    names = tuple(sorted({row.code for row in codes.all() if is_oss(row)}))
    if filed is not None:
        yield from vat_rows(connection, books.id, Chosen(returns=(filed.id,), codes=names))
        return
    before = max((f.period.last for f in filed_returns(connection, books.id, "oss") if f.period.last < quarter.first),
                 default=date.min)  # fmt: skip
    for row in vat_rows(connection, books.id, Chosen(declared=False, codes=names, supply_last=quarter.last)):
        if row.supply_date >= quarter.first or row.supply_date <= before:
            yield row


def _sale(row: Any, codes: DatedCodes) -> OssSale:
    return OssSale(
        row.country or "", row.kind or codes.row(row.code, row.supply_date).kind, row.rate or "", row.currency, row.base,
        row.tax, row.base_in_base, row.tax_in_base, row.supply_date, row.code, row.relation or "",
    )  # fmt: skip


def _filed_row(one: Figure) -> OssRow:
    country, kind, rate, original = one.box.split("|")
    return OssRow(country, kind, rate, original, one.declared_base, one.declared_tax, one.base, one.tax)


def file_oss(
    connection: Connection, ids: Ids, books: Books, quarter: VatPeriod, actor_id: int, at: datetime, *, on: date | None = None
) -> FiledReturn:  # fmt: skip
    """File the OSS return of a quarter: its lines are declared, the exchange difference with the books is booked.

    Raises `Conflict` when it was filed already.
    """
    lock_administration(connection, books.id)
    planned = oss_draft(connection, books, quarter)
    if planned.filed is not None:
        raise Conflict(asked("HUB-VATR-04", quarter.name, date=f"{planned.filed.filed_at:%Y-%m-%d}"))
    codes = dated_codes(connection, books)
    return_id, declared = ids.take(), Declared(codes)
    rows = []
    for row in planned.lines:
        declared.add(row)
        rows.append((books.id, row.entry_id, row.line, return_id, "", "", "", row.base_in_base, row.tax_in_base, 0))
    insert_rows(connection, t.vat_declared, rows)
    made = [Figure(r.key, r.booked_base, r.booked_tax, r.base, r.tax) for r in planned.rows]
    day = first_open_day(connection, books.id, on or quarter.last)
    entry = _difference(books, codes, planned, day, f"Koersverschil OSS {quarter.name}")
    return record_filed(connection, ids, books, "oss", quarter, return_id, made, declared, entry, actor_id, at, {})


def _difference(books: Books, codes: DatedCodes, planned: OssDraft, on: date, text: str) -> JournalEntry | None:
    """What is declared less what was booked, between the OSS account and exchange differences."""
    left = sum(row.tax - row.booked_tax for row in planned.rows)
    accounts = {codes.row(row.code, row.supply_date).due_account for row in planned.lines}
    if not left or not accounts:
        return None
    snapshot = books.snapshot
    postings = (
        signed_posting(min(accounts), -left, snapshot.currency),
        signed_posting(snapshot.accounts_named["exchange_differences"], left, snapshot.currency),
    )
    return JournalEntry(snapshot.journal("memorial").code, on, text, postings)


def threshold(connection: Connection, books: Books, year: int, tables: VatTables) -> Threshold:
    """Sales of a calendar year to consumers elsewhere in the EU, at Dutch VAT or at theirs, by date of supply."""
    v = t.vat_line.c
    codes = tuple(sorted({row.code for row in dated_codes(connection, books).all() if row.direction == "sales"}))
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(func.sum(v.base_in_base)).where(
        v.administration_id == books.id, v.country.is_not(None), v.supply_date.between(first, last), v.code.in_(codes)
    )
    limit: Decimal | None = tables.threshold(last)
    turnover = connection.execute(query).scalar()
    return Threshold(year, int(turnover or 0), None if limit is None else to_minor(limit, books.snapshot.currency))
