"""The ICP statement of a period, reconciled with box 3b of its return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from hub.accounting.icp import Customer, Row, Supply, VatAnswer, statement
from hub.accounting.vat_period import VatPeriod, period_of
from hub.accounting.vat_return import DatedCodes, figure
from hub.model.vat_tables import VatTables
from hub.reports.selection import text_of
from hub.reports.vat_return import filed_of, vat_return
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.relations import family, resolve
from hub.store.vat_answers import read_answers
from hub.store.vat_lines import Chosen, dated_codes, vat_rows
from hub.store.vat_returns import FiledReturn, figures_of, filed_returns

Json = dict[str, Any]
BOX = "3b"


def icp(connection: Connection, books: Books, period: VatPeriod, tables: VatTables) -> Iterator[Json]:
    """A row per VAT id (and original period of a correction); the last has total, box 3b, difference and `Finding`s.

    Lines that went along in a return, or came in a supplement, are corrections of the period of their own date. What
    came late and was not declared yet is in no statement.
    """
    currency = books.snapshot.currency
    codes = dated_codes(connection, books)
    rows, findings = statement(_supplies(connection, books, codes, period), currency)
    for row in rows:
        yield _row(row, currency)
    total, box = sum(row.total for row in rows), _box(connection, books, period, tables)
    yield {
        "total": text_of(total, currency),
        "box_3b": text_of(box, currency),
        "difference": text_of(total - box, currency),
        "findings": findings,
    }


def _row(row: Row, currency: str) -> Json:
    amounts = {kind: text_of(getattr(row, kind), currency) for kind in ("goods", "services", "abc", "call_off")}
    return {
        "vat_id": row.vat_id,
        **amounts,
        "period": row.period,
        "correction": row.correction,
        "relation": row.relation,
    }


def _box(connection: Connection, books: Books, period: VatPeriod, tables: VatTables) -> int:
    """Box 3b in minor units: as filed with its supplements, else as the return stands now."""
    if filed_of(connection, books.id, period) is not None:
        ids = [f.id for f in filed_returns(connection, books.id, "return", "supplement") if f.period == period]
        return figure(figures_of(connection, books.id, ids), BOX).base
    base = next(row["base"] for row in vat_return(connection, books, period, tables) if row["box"] == BOX)
    return int(base.replace(".", ""))


def _supplies(connection: Connection, books: Books, codes: DatedCodes, period: VatPeriod) -> Iterator[Supply]:
    names = tuple(sorted({row.code for row in codes.all() if row.box_base == BOX}))
    filed = {f.id: f for f in filed_returns(connection, books.id, "return", "supplement")}
    touching = tuple(f.id for f in filed.values() if f.kind == "return" and f.period.last in period)
    customers = _Customers(connection, books.id)
    own = vat_rows(connection, books.id, Chosen(period.first, period.last, codes=names))
    for row in own:
        place = _own(row, period, filed)
        if place is not None:
            yield _supply(row, codes, customers, period.name, correction=place)
    for row in vat_rows(connection, books.id, Chosen(returns=touching, codes=names)) if touching else ():
        if row.tax_date not in filed[row.return_id].period:  # it went along
            original = period_of(row.tax_date, period.length).name
            yield _supply(row, codes, customers, original, correction=True)


def _own(row: Any, period: VatPeriod, filed: dict[int, FiledReturn]) -> bool | None:
    """Whether a line of this period's dates is a correction of it; None where it belongs to another statement or none."""
    if row.return_id is None:
        late = any(f.kind == "return" and row.tax_date in f.period for f in filed.values())
        return None if late else False
    mine = filed[row.return_id]
    if mine.kind == "supplement":
        return True
    return False if row.tax_date in mine.period else None


def _supply(row: Any, codes: DatedCodes, customers: _Customers, period: str, *, correction: bool) -> Supply:
    kind = row.kind or codes.row(row.code, row.supply_date).kind
    return Supply(customers.of(row), row.code, kind, row.base_in_base, row.supply_date, period, correction)


class _Customers:
    """Relations with their VAT ids and what VIES said of them, each asked for once."""

    def __init__(self, connection: Connection, administration_id: int) -> None:
        self._connection, self._administration = connection, administration_id
        self._known: dict[int | None, Customer] = {None: Customer("", "")}

    def of(self, row: Any) -> Customer:
        """The customer of a VAT line."""
        if row.relation_id not in self._known:
            self._known[row.relation_id] = self._load(row)
        return self._known[row.relation_id]

    def _load(self, row: Any) -> Customer:
        """With all that it was merged with: ids and answers of before a merge stay with the old relation."""
        k, where = t.relation_key.c, (self._connection, self._administration)
        relation_id, code = resolve(*where, row.relation)
        keys = self._connection.execute(
            select(k.key).where(
                k.administration_id == self._administration,
                k.relation_id.in_(family(*where, relation_id)),
                k.key.like("VAT:%"),
            )
        ).scalars()
        ids = tuple(sorted({key.removeprefix("VAT:") for key in keys}))
        answers = tuple(VatAnswer(a.vat_id, a.on, a.answer) for a in reversed(read_answers(*where, relation_id)))
        return Customer(code, row.relation_name, ids, answers)
