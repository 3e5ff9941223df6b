"""Trial balance (kolommenbalans): what was debited and credited per account, in base currency."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from hub.reports.opening_balance import opening_balance
from hub.reports.selection import base_currency, seen_postings, text_of, total_of, utc
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
    query = _sums(connection, administration_id, as_of, known_at, first)
    rows = sorted(connection.execute(query).all(), key=lambda row: str(row.code))
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


def year_balance(
    connection: Connection,
    administration_id: int,
    year: int,
    retained: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[dict[str, str]]:
    """A fiscal year: per account what it opened with, was debited and credited, and its balance, in base currency.

    Earlier results open on the account `retained` (its code), so costs and revenue are this year's alone. `as_of` is a
    day within the year, else its last.
    """
    currency, first = base_currency(connection, administration_id), date(year, 1, 1)
    last = min(as_of or date.max, date(year, 12, 31))
    opened = opening_balance(connection, administration_id, first, retained, known_at=known_at)
    nothing = text_of(0, currency)
    found = {row["account"]: {"account": row["account"], "name": row["name"], "opening": row["balance"],
                              "debit": nothing, "credit": nothing, "balance": row["balance"]} for row in opened}  # fmt: skip
    for row in trial_balance(connection, administration_id, as_of=last, known_at=known_at, first=first):
        opening = found.get(row["account"], {}).get("opening", nothing)
        balance = str(Decimal(opening) + Decimal(row["balance"]))
        found[row["account"]] = {
            "account": row["account"], "name": row["name"], "opening": opening, "debit": row["debit"],
            "credit": row["credit"], "balance": balance,
        }  # fmt: skip
    return [found[code] for code in sorted(found)]


def _sums(
    connection: Connection, administration_id: int, as_of: date | None, known_at: datetime | None, first: date | None
) -> Select[Any]:
    """Summed per account by the accounts' own index, which holds all that is asked for, less what was posted after `known_at`."""
    a, p, e = t.account, t.posting, t.entry
    accounts = list(connection.execute(select(a.c.id).where(a.c.administration_id == administration_id)).scalars())
    debit = total_of(p.c.base_amount, p.c.side == "debit").label("debit")
    credit = total_of(p.c.base_amount, p.c.side == "credit").label("credit")
    sums = (
        select(p.c.account_id, debit, credit, *([func.count().label("lines")] if known_at is not None else []))
        .where(p.c.account_id.in_(accounts), p.c.administration_id == administration_id)
        .where(*seen_postings(as_of, None, first))
        .group_by(p.c.account_id)
    )
    found = sums.subquery("found")
    if known_at is None:
        named = select(a.c.code, a.c.name, found.c.debit, found.c.credit).join(found, found.c.account_id == a.c.id)
        return named.where(a.c.administration_id == administration_id)
    same = and_(e.c.administration_id == p.c.administration_id, e.c.id == p.c.entry_id)
    later = sums.join(e, same).where(e.c.posted_at > utc(known_at)).subquery("later")
    left = {
        name: (found.c[name] - func.coalesce(later.c[name], 0)).label(name) for name in ("debit", "credit", "lines")
    }
    return (
        select(a.c.code, a.c.name, left["debit"], left["credit"])
        .join(found, found.c.account_id == a.c.id)
        .outerjoin(later, later.c.account_id == found.c.account_id)
        .where(a.c.administration_id == administration_id, left["lines"] > 0)
    )
