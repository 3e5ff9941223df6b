"""The OSS return on paper, with the watch over the threshold of the year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from hub.accounting.vat_period import VatPeriod
from hub.model.finding import Finding
from hub.model.vat_tables import VatTables
from hub.reports.selection import text_of
from hub.store.administrations import Books
from hub.store.oss_returns import oss_draft, threshold

Json = dict[str, Any]


def oss(connection: Connection, books: Books, quarter: VatPeriod, tables: VatTables) -> Iterator[Json]:
    """A row per state, kind, rate and original quarter; the last row has the total, the threshold and `Finding`s."""
    found = oss_draft(connection, books, quarter)
    for row in found.rows:
        yield {
            "country": row.country,
            "kind": row.kind,
            "rate": row.rate,
            "correction_of": row.original or None,
            "base": text_of(row.base, "EUR"),
            "tax": text_of(row.tax, "EUR"),
            "booked_tax": text_of(row.booked_tax, "EUR"),
        }
    watch = threshold(connection, books, quarter.first.year, tables)
    extra: Finding | None = watch.finding()
    yield {
        "total": text_of(sum(row.tax for row in found.rows), "EUR"),
        "filed_at": str(found.filed.filed_at.date()) if found.filed else None,
        "year": watch.year,
        "distance_sales": text_of(watch.turnover, "EUR"),
        "threshold": None if watch.limit is None else text_of(watch.limit, "EUR"),
        "exceeded": watch.exceeded,
        "findings": [*found.findings, *([extra] if extra else [])],
    }
