"""Opening balance of a fiscal year, by query: nothing is booked or deleted at year end (DESIGN 5).

Balance sheet accounts carry on; the results of all earlier years show on the account for retained earnings.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.errors import Usage
from hub.model.administration import Administration
from hub.reports.selection import base_currency, seen, signed, text_of
from hub.store import tables as t

_RETAINED = ("BEivOreRvh", "BEivOvrAlr", "BEivKapOnd")


def retained_earnings(administration: Administration) -> str:
    """The account on which results of earlier years show. Raises `Usage` when none can be known."""
    found = known_retained_earnings(administration)
    if not found:
        raise Usage(
            "the administration names no account for earlier results: set accounts_named.retained_earnings",
            say="no_retained",
        )
    return found


def known_retained_earnings(administration: Administration) -> str:
    """As `retained_earnings`, and "" when none can be known."""
    named = administration.accounts_named.get("retained_earnings", "")
    if named:
        return named
    by_rgs = {account.rgs: account.code for account in reversed(administration.accounts.values())}
    return next((by_rgs[rgs] for rgs in _RETAINED if rgs in by_rgs), "")


def opening_balance(
    connection: Connection,
    administration_id: int,
    first_day: date,
    retained: str,
    *,
    known_at: datetime | None = None,
) -> list[dict[str, str]]:
    """A row per account that is not zero before `first_day`: account, name, balance (debit positive), in order of code.

    `retained` is the code of the account on which earlier results show.
    """
    currency = base_currency(connection, administration_id)
    sums = {
        row.code: (row.name, int(row.balance))
        for row in _sums(connection, administration_id, first_day, known_at, "balance")
    }
    result = earlier_results(connection, administration_id, first_day, known_at)
    if result:
        name, before = sums.get(retained, (_name(connection, administration_id, retained), 0))
        sums[retained] = (name, before + result)
    return [
        {"account": code, "name": name, "balance": text_of(balance, currency)}
        for code, (name, balance) in sorted(sums.items())
        if balance
    ]


def earlier_results(
    connection: Connection, administration_id: int, first_day: date, known_at: datetime | None = None
) -> int:
    """What all profit and loss before a year comes to: minor units of the base currency, debit (a loss) positive."""
    return sum(int(row.balance) for row in _sums(connection, administration_id, first_day, known_at, "profit_loss"))


def result_of(connection: Connection, administration_id: int, first: date, last: date) -> int:
    """Profit (positive) or loss of the days `first` … `last`, in minor units of the base currency."""
    a, p = t.account, t.posting
    query = (
        select(func.coalesce(func.sum(signed(p.c.base_amount)), 0))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(
            p.c.administration_id == administration_id, a.c.kind == "profit_loss", p.c.booking_date.between(first, last)
        )
    )
    return -int(connection.execute(query).scalar_one())


def _sums(connection: Connection, administration_id: int, before: date, known_at: datetime | None, kind: str) -> Any:
    a, p, e = t.account, t.posting, t.entry
    balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = (
        select(a.c.code, a.c.name, balance.label("balance"))
        .join(p, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(a.c.administration_id == administration_id, a.c.kind == kind, p.c.booking_date < before)
        .group_by(a.c.code, a.c.name)
    )
    if known_at is not None:
        query = query.join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        query = query.where(*seen(None, known_at))
    return connection.execute(query)


def _name(connection: Connection, administration_id: int, code: str) -> str:
    a = t.account
    query = select(a.c.name).where(a.c.administration_id == administration_id, a.c.code == code)
    return str(connection.execute(query).scalar() or "")
