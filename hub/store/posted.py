"""Entries that are booked, read back as the nouns they were, with their open items named by id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.errors import NotFound
from hub.model.finding import asked
from hub.model.journal import JournalEntry, Posting, VatLine
from hub.model.money import Money, from_minor
from hub.store import tables as t
from hub.store.sets import among, chunk


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """An entry in the books. Its postings name open items by `settles`, also those that it opened itself."""

    id: int
    number: int
    year: int
    entry: JournalEntry
    actor_id: int
    document_id: int | None
    message_uid: str | None
    reversal_of: int | None
    reversed_by: int | None


def find_entry(connection: Connection, administration_id: int, journal: str, year: int, number: int) -> BookedEntry:
    """The entry with this number. Raises `NotFound`."""
    e, j, y = t.entry, t.journal, t.fiscal_year
    query = (
        select(e.c.id)
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .join(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .where(e.c.administration_id == administration_id, j.c.code == journal, y.c.year == year, e.c.number == number)
    )
    found = connection.execute(query).scalar()
    if found is None:
        raise NotFound(asked("HUB-ASK-28", f"{journal} {year}/{number}"))
    return load_entries(connection, administration_id, [found])[found]


def load_entries(connection: Connection, administration_id: int, ids: Iterable[int]) -> dict[int, BookedEntry]:
    """These entries by id; three queries however many. Raises `NotFound` for an id that is not there."""
    wanted = sorted(set(ids))
    heads = {row.id: row for row in _heads(connection, administration_id, wanted)}
    if missing := set(wanted) - heads.keys():
        raise NotFound(f"there is no entry with key {', '.join(map(str, sorted(missing)))} in this administration")
    postings: dict[int, list[Row[Any]]] = {key: [] for key in wanted}
    for row in _postings(connection, administration_id, wanted):
        postings[row.entry_id].append(row)
    vat_lines: dict[int, list[Row[Any]]] = {key: [] for key in wanted}
    for row in _vat_lines(connection, administration_id, wanted):
        vat_lines[row.entry_id].append(row)
    return {key: _booked(heads[key], postings[key], vat_lines[key]) for key in wanted}


def vat_lines_of(connection: Connection, administration_id: int, ids: Iterable[int]) -> dict[int, tuple[VatLine, ...]]:
    """The VAT lines of these entries, those without any left out; nothing else of them is read."""
    n = t.administration
    base = connection.execute(select(n.c.currency).where(n.c.id == administration_id)).scalar_one()
    wanted = sorted(set(ids))
    found: dict[int, list[VatLine]] = {}
    most = chunk(connection)
    for start in range(0, len(wanted), most):
        for row in _vat_lines(connection, administration_id, wanted[start : start + most]):
            found.setdefault(row.entry_id, []).append(_vat_line(row, base))
    return {key: tuple(lines) for key, lines in found.items()}


def _heads(connection: Connection, administration_id: int, ids: list[int]) -> Any:
    e, j, y, n, r = t.entry, t.journal, t.fiscal_year, t.administration, t.entry.alias("r")
    query = (
        select(e, j.c.code.label("journal"), y.c.year, n.c.currency.label("base"), r.c.id.label("reversed_by"))
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .join(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .join(n, n.c.id == e.c.administration_id)
        .outerjoin(r, (r.c.administration_id == e.c.administration_id) & (r.c.reversal_of == e.c.id))
        .where(e.c.administration_id == administration_id, e.c.id.in_(ids))
    )
    return connection.execute(query)


def _postings(connection: Connection, administration_id: int, ids: list[int]) -> Any:
    p, a = t.posting, t.account
    query = (
        select(p, a.c.code)
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(p.c.administration_id == administration_id, p.c.entry_id.in_(ids))
        .order_by(p.c.entry_id, p.c.line)
    )
    return connection.execute(query)


def _vat_lines(connection: Connection, administration_id: int, ids: list[int]) -> Any:
    v = t.vat_line
    query = select(v).where(v.c.administration_id == administration_id, among(connection, v.c.entry_id, ids))
    return connection.execute(query.order_by(v.c.entry_id, v.c.line))


def _booked(head: Row[Any], postings: list[Row[Any]], vat_lines: list[Row[Any]]) -> BookedEntry:
    entry = JournalEntry(
        head.journal,
        head.booking_date,
        head.description,
        tuple(_posting(row, head.base) for row in postings),
        tuple(_vat_line(row, head.base) for row in vat_lines),
        rate=postings[0].rate or "",
    )
    return BookedEntry(
        head.id,
        head.number,
        head.year,
        entry,
        head.actor_id,
        head.document_id,
        head.message_uid,
        head.reversal_of,
        head.reversed_by,
    )


def _posting(row: Row[Any], base: str) -> Posting:
    return Posting(
        row.code, row.side, Money(from_minor(row.amount, row.currency), row.currency), Money(from_minor(row.base_amount, base), base),
        row.vat_code, row.cost_center, row.project, settles=row.open_item_id,
    )  # fmt: skip


def _vat_line(row: Row[Any], base: str) -> VatLine:
    def money(minor: int) -> Money:
        return Money(from_minor(minor, row.currency), row.currency)

    def own(minor: int) -> Money:
        return Money(from_minor(minor, base), base)

    return VatLine(
        row.code, money(row.base), money(row.tax), money(row.non_deductible), own(row.base_in_base), own(row.tax_in_base),
        own(row.non_deductible_in_base), row.supply_date, row.tax_date, row.kind, bool(row.reverse_charge),
        row.country or "", None if row.rate is None else Decimal(row.rate),
    )  # fmt: skip
