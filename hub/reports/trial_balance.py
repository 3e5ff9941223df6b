"""Trial balance (kolommenbalans): what was debited and credited per account, in base currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.reports.selection import base_currency, seen, text_of
from hub.store import tables as t


def trial_balance(
    connection: Connection,
    administration_id: int,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    first: date | None = None,
) -> list[dict[str, str]]:
    """One row per account with postings, in order of code; `balance` is debit minus credit.

    Bookings dated `first` … `as_of`, as they were known at the instant `known_at`. The same postings
    give the same rows, byte for byte, on either engine.
    """
    currency = base_currency(connection, administration_id)
    rows = sorted(_sums(connection, administration_id, seen(as_of, known_at, first)), key=lambda row: str(row.code))
    return [
        {
            "account": row.code,
            "name": row.name,
            "debit": text_of(row.debit, currency),
            "credit": text_of(row.credit, currency),
            "balance": text_of(row.debit - row.credit, currency),
        }
        for row in rows
    ]


def _sums(connection: Connection, administration_id: int, conditions: list[Any]) -> list[Any]:
    a, p, e = t.account, t.posting, t.entry
    debit = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=0))
    credit = func.sum(case((p.c.side == "credit", p.c.base_amount), else_=0))
    sums = (
        select(p.c.account_id, debit.label("debit"), credit.label("credit"))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .where(p.c.administration_id == administration_id, *conditions)
        .group_by(p.c.account_id)
        .subquery()
    )
    named = select(a.c.code, a.c.name, sums.c.debit, sums.c.credit).join(sums, sums.c.account_id == a.c.id)
    return list(connection.execute(named.where(a.c.administration_id == administration_id)))
