"""VAT lines as returns ask for them: summed by code and day of supply, or one by one with the entry they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select

from hub.accounting.vat_return import DatedCodes, VatSum
from hub.model.administration import VatCode
from hub.store import tables as t
from hub.store.administrations import Books

PAGE = 2000  # lines that are fetched at a time


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which VAT lines: by tax date, by being declared or not, or by the returns that declared them."""

    first: date | None = None
    last: date | None = None
    declared: bool | None = None  # None = whether or not
    returns: tuple[int, ...] | None = None
    codes: tuple[str, ...] | None = None
    supply_first: date | None = None
    supply_last: date | None = None

    def conditions(self, administration_id: int) -> list[ColumnElement[bool]]:
        """As conditions on `vat_line`."""
        v, d = t.vat_line.c, t.vat_declared.alias("counted")
        mine = exists().where(
            d.c.administration_id == v.administration_id, d.c.entry_id == v.entry_id, d.c.line == v.line
        )
        made: list[ColumnElement[bool]] = [v.administration_id == administration_id]
        days = ((v.tax_date, self.first, self.last), (v.supply_date, self.supply_first, self.supply_last))
        for column, first, last in days:
            if first is not None:
                made.append(column >= first)
            if last is not None:
                made.append(column <= last)
        if self.declared is not None:
            made.append(mine if self.declared else ~mine)
        if self.returns is not None:
            made.append(mine.where(d.c.return_id.in_(self.returns)))
        if self.codes is not None:
            made.append(v.code.in_(self.codes))
        return made


def dated_codes(connection: Connection, books: Books) -> DatedCodes:
    """Every row of VAT codes that lines may name: of the chart in force, and older ones that it no longer has."""
    rows = {(code.code, code.valid_from): code for code in books.snapshot.vat_codes}
    c = t.vat_code.c
    for row in connection.execute(select(t.vat_code).where(c.administration_id == books.id)):
        rows.setdefault((row.code, row.valid_from), _code(row))
    return DatedCodes(rows.values())


def _code(row: Row[Any]) -> VatCode:
    return VatCode(
        row.code, row.name, row.direction, row.category, None if row.rate is None else Decimal(row.rate), row.kind, row.origin,
        row.valid_from, row.valid_to, due_account=row.due_account, input_account=row.input_account, box_base=row.box_base,
        box_due=row.box_due, box_input=row.box_input,
    )  # fmt: skip


def boxed(codes: DatedCodes) -> tuple[str, ...]:
    """Codes that some box of the return knows."""
    return tuple(sorted({row.code for row in codes.all() if row.box_base or row.box_due or row.box_input}))


def vat_sums(connection: Connection, administration_id: int, chosen: Chosen) -> list[VatSum]:
    """The chosen lines by code and day of supply; one query."""
    v = t.vat_line.c
    sums = (func.sum(v.base_in_base), func.sum(v.tax_in_base), func.sum(v.non_deductible_in_base))
    query = select(v.code, v.supply_date, *sums).where(*chosen.conditions(administration_id))
    rows = connection.execute(query.group_by(v.code, v.supply_date).order_by(v.code, v.supply_date))
    return [VatSum(code, day, int(base), int(tax), int(lost)) for code, day, base, tax, lost in rows]


def late_sums(
    connection: Connection, administration_id: int, chosen: Chosen
) -> list[tuple[date, datetime, int, VatSum]]:
    """As `vat_sums`, by tax date too: (tax date, instant of the first booking, lines, sum)."""
    v, e = t.vat_line.c, t.entry.c
    sums = (func.sum(v.base_in_base), func.sum(v.tax_in_base), func.sum(v.non_deductible_in_base))
    query = (
        select(v.tax_date, func.min(e.posted_at), func.count(), v.code, v.supply_date, *sums)
        .join(t.entry, (e.administration_id == v.administration_id) & (e.id == v.entry_id))
        .where(*chosen.conditions(administration_id))
        .group_by(v.tax_date, v.code, v.supply_date)
        .order_by(v.tax_date, v.code, v.supply_date)
    )
    return [
        (tax_date, at, int(count), VatSum(code, day, int(base), int(tax), int(lost)))
        for tax_date, at, count, code, day, base, tax, lost in connection.execute(query)
    ]


def vat_rows(connection: Connection, administration_id: int, chosen: Chosen) -> Iterator[Row[Any]]:
    """The chosen lines one by one, each with its entry, document, relation and return; in pages, by entry and line."""
    v = t.vat_line.c
    query = _one_by_one().where(*chosen.conditions(administration_id)).order_by(v.entry_id, v.line).limit(PAGE)
    after: ColumnElement[bool] | None = None
    while page := connection.execute(query if after is None else query.where(after)).all():
        yield from page
        last = page[-1]
        after = or_(v.entry_id > last.entry_id, and_(v.entry_id == last.entry_id, v.line > last.line))


def _one_by_one() -> Select[Any]:
    v, e, j, y, d, r = t.vat_line, t.entry, t.journal, t.fiscal_year, t.document, t.relation
    p, x = t.posting, t.vat_declared
    on_item = (
        select(func.max(p.c.relation_id))
        .where(p.c.administration_id == v.c.administration_id, p.c.entry_id == v.c.entry_id)
        .correlate(v)
        .scalar_subquery()
    )
    adjusted = (
        select(func.max(t.open_item.c.relation_id))
        .join(
            t.vat_adjusted,
            (t.vat_adjusted.c.administration_id == t.open_item.c.administration_id)
            & (t.vat_adjusted.c.open_item_id == t.open_item.c.id),
        )
        .where(t.vat_adjusted.c.administration_id == v.c.administration_id, t.vat_adjusted.c.entry_id == v.c.entry_id)
        .correlate(v)
        .scalar_subquery()
    )
    relation_id = case((on_item.is_not(None), on_item), else_=adjusted)
    return (
        select(
            v, j.c.code.label("journal"), y.c.year, e.c.number, e.c.booking_date, e.c.posted_at, e.c.description,
            e.c.message_uid, d.c.number.label("document"), r.c.id.label("relation_id"), r.c.code.label("relation"),
            r.c.name.label("relation_name"), r.c.country.label("relation_country"), x.c.return_id,
        )
        .join(e, (e.c.administration_id == v.c.administration_id) & (e.c.id == v.c.entry_id))
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .join(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .outerjoin(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .outerjoin(r, (r.c.administration_id == v.c.administration_id) & (r.c.id == relation_id))
        .outerjoin(x, (x.c.administration_id == v.c.administration_id) & (x.c.entry_id == v.c.entry_id) & (x.c.line == v.c.line))
    )  # fmt: skip


def line_sum(row: Row[Any]) -> VatSum:
    """One line as a sum of itself."""
    return VatSum(row.code, row.supply_date, row.base_in_base, row.tax_in_base, row.non_deductible_in_base)


def account_balances(connection: Connection, books: Books, accounts: Sequence[str]) -> dict[str, int]:
    """What stands on these accounts now, debit positive, in minor units of the base currency."""
    a, p = t.account.c, t.posting.c
    wanted = {books.accounts[code]: code for code in accounts if code in books.accounts}
    signed = case((p.side == "debit", p.base_amount), else_=-p.base_amount)
    query = (
        select(a.id, func.sum(signed))
        .join(t.posting, (p.administration_id == a.administration_id) & (p.account_id == a.id))
        .where(a.administration_id == books.id, a.id.in_(wanted))
        .group_by(a.id)
    )
    return {wanted[account_id]: int(amount) for account_id, amount in connection.execute(query)}
