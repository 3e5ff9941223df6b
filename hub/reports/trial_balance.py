"""Trial balance (kolommenbalans): what was debited and credited per account, in base currency."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, and_, func, literal, select

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
    sums = _turnover(connection, administration_id, as_of, first, counted=known_at is not None)
    if known_at is not None:  # less what was posted later: the index of accounts does not hold the instant
        for key, later in _turnover(connection, administration_id, as_of, first, True, known_at).items():
            sums[key] = (sums[key][0] - later[0], sums[key][1] - later[1])
    a = t.account
    accounts = connection.execute(select(a.c.id, a.c.code, a.c.name).where(a.c.administration_id == administration_id))
    rows = []
    for key, code, name in sorted(accounts, key=lambda row: str(row.code)):
        (debit, debits), (credit, credits) = (sums.get((key, side), (0, 0)) for side in ("debit", "credit"))
        if debits or credits:
            shown = (text_of(amount, currency) for amount in (debit, credit, debit - credit))
            rows.append(dict(zip(("account", "name", "debit", "credit", "balance"), (code, name, *shown), strict=True)))
    return rows


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


def _turnover(
    connection: Connection, administration_id: int, as_of: date | None, first: date | None, counted: bool,
    later_than: datetime | None = None,
) -> dict[tuple[int, str], tuple[int, int]]:  # fmt: skip
    """Per account and side the sum and the number of postings (1 for some, where they are not to be counted).

    Answered by the accounts' own index, which holds all that is asked for. One sum per side is no slower than two with
    a filter each, measured on PostgreSQL.
    """
    a, p, e = t.account, t.posting, t.entry
    accounts = list(connection.execute(select(a.c.id).where(a.c.administration_id == administration_id)).scalars())
    query = (
        select(p.c.account_id, p.c.side, total_of(p.c.base_amount), func.count() if counted else literal(1))
        .where(p.c.account_id.in_(accounts), p.c.administration_id == administration_id)
        .where(*seen_postings(as_of, None, first))
        .group_by(p.c.account_id, p.c.side)
    )
    if later_than is not None:
        same = and_(e.c.administration_id == p.c.administration_id, e.c.id == p.c.entry_id)
        query = query.join(e, same).where(e.c.posted_at > utc(later_than))
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in connection.execute(query)}
