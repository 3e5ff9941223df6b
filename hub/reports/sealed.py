"""Entries exactly as they were sealed: rows with the types they were written with, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from hub.store import tables as t
from hub.store.ledger import DIGESTED_OF_POSTING, entry_digest

PAGE = 500  # entries that are held at a time


@dataclass(slots=True)
class SealedEntry:
    """One entry with everything that belongs to it; rows hold the columns in the order of their tables."""

    header: Row[Any]
    name: str  # INK 2026/12
    items: list[Row[Any]] = field(default_factory=list)
    postings: list[Row[Any]] = field(default_factory=list)
    vat_lines: list[Row[Any]] = field(default_factory=list)
    facts: Row[Any] | None = None

    def digest(self) -> str:
        """Computed again from the rows, as `hub.store.ledger.seal` did from memory."""
        h, f = self.header, self.facts
        header = (
            h.administration_id, h.id, h.journal_id, h.number, str(h.booking_date), h.actor_id, h.message_uid, h.document_id,
            h.reversal_of, h.description,
        )  # fmt: skip
        facts = () if f is None else (f.chart_hash, bytes(f.facts), bytes(f.decisions), f.versions)
        items, vat_lines = ([tuple(row) for row in rows] for rows in (self.items, self.vat_lines))
        postings = [tuple(row)[:DIGESTED_OF_POSTING] for row in self.postings]
        return entry_digest(header, items, postings, vat_lines, facts)


def sealed_pages(connection: Connection, administration_id: int) -> Iterator[list[SealedEntry]]:
    """Every entry of an administration, in pages."""
    after = -1
    e = t.entry
    query = select(e.c.id).where(e.c.administration_id == administration_id)
    while ids := connection.execute(query.where(e.c.id > after).order_by(e.c.id).limit(PAGE)).scalars().all():
        after = ids[-1]
        yield list(load_sealed(connection, administration_id, ids).values())


def load_sealed(connection: Connection, administration_id: int, ids: Sequence[int]) -> dict[int, SealedEntry]:
    """These entries, by id; five queries however many they are."""
    found = {row.id: SealedEntry(row, _name(row)) for row in _headers(connection, administration_id, ids)}
    children = ((t.open_item, "id", "items"), (t.posting, "line", "postings"), (t.vat_line, "line", "vat_lines"))
    for table, order, name in children:
        for row in _children(connection, table, order, administration_id, ids):
            if row.entry_id in found:
                getattr(found[row.entry_id], name).append(row)
    for row in _children(connection, t.entry_facts, "entry_id", administration_id, ids):
        if row.entry_id in found:
            found[row.entry_id].facts = row
    return found


def _headers(connection: Connection, administration_id: int, ids: Sequence[int]) -> Sequence[Row[Any]]:
    e, j, y = t.entry, t.journal, t.fiscal_year
    query = (
        select(e, j.c.code.label("journal"), y.c.year)
        .outerjoin(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .outerjoin(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .where(e.c.administration_id == administration_id, e.c.id.in_(ids))
        .order_by(e.c.id)
    )
    return connection.execute(query).all()


def _children(
    connection: Connection, table: Table, order: str, administration_id: int, ids: Sequence[int]
) -> Sequence[Row[Any]]:
    mine = select(table).where(table.c.administration_id == administration_id, table.c.entry_id.in_(ids))
    return connection.execute(mine.order_by(table.c.entry_id, table.c[order])).all()


def _name(row: Row[Any]) -> str:
    return f"{row.journal} {row.year}/{row.number}"
