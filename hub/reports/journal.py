"""The journal (dagboek): every posting entry by entry, with the totals of each journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from hub.errors import NotFound
from hub.reports.postings import line_json, posting_lines
from hub.reports.selection import base_currency, by_code_point, seen, stream, text_of
from hub.store import tables as t


def journal_report(
    connection: Connection,
    administration_id: int,
    *,
    journal: str | None = None,
    first: date | None = None,
    last: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """A row `posting` a line, by journal, fiscal year and number, and a row `total` per journal: debit equals credit.

    Raises `NotFound` for a journal that does not exist.
    """
    base = base_currency(connection, administration_id)
    for journal_id, code, name in _journals(connection, administration_id, journal):
        debit = credit = count = 0
        query = posting_lines(administration_id).where(t.entry.c.journal_id == journal_id, *seen(last, known_at, first))
        for row in stream(connection, query.order_by(t.fiscal_year.c.year, t.entry.c.number, t.posting.c.line)):
            debit += row.base_amount if row.side == "debit" else 0
            credit += row.base_amount if row.side == "credit" else 0
            count += 1
            yield line_json(row, base)
        if count:
            yield {"kind": "total", "journal": code, "description": name, "lines": count, "debit": text_of(debit, base),
                   "credit": text_of(credit, base)}  # fmt: skip


def _journals(connection: Connection, administration_id: int, wanted: str | None) -> list[tuple[int, str, str]]:
    j = t.journal
    query = select(j.c.id, j.c.code, j.c.name).where(j.c.administration_id == administration_id)
    if wanted is not None:
        query = query.where(j.c.code == wanted)
    found = [
        (row.id, row.code, row.name) for row in connection.execute(query.order_by(by_code_point(connection, j.c.code)))
    ]
    if wanted is not None and not found:
        raise NotFound(
            f"there is no journal {wanted} in this administration",
            say="no_journal",
            journal=wanted,
            known=_known(connection, administration_id),
        )
    return found


def _known(connection: Connection, administration_id: int) -> str:
    j = t.journal
    return ", ".join(
        sorted(connection.execute(select(j.c.code).where(j.c.administration_id == administration_id)).scalars())
    )
