"""The general ledger (grootboek): every posting of an account in order, with the balance before, after each, and at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.errors import NotFound
from hub.reports.opening_balance import earlier_results
from hub.reports.postings import line_json, posting_lines
from hub.reports.selection import (
    base_currency,
    by_code_point,
    seen,
    seen_postings,
    signed,
    stream,
    text_of,
    total_of,
    utc,
)
from hub.store import tables as t


def general_ledger(
    connection: Connection,
    administration_id: int,
    *,
    accounts: Sequence[str] = (),
    first: date | None = None,
    last: date | None = None,
    known_at: datetime | None = None,
    retained: str = "",
) -> Iterator[dict[str, Any]]:
    """Per account in order of code: a row `opening`, a row `posting` each with its running `balance`, and a row `closing`.

    `debit` and `credit` of the closing row are the turnover of `first` … `last`; balances are debit minus credit, in base
    currency. What an account of profit and loss begins with is its own fiscal year's; a balance account carries on,
    and on the account `retained` (its code) the results of earlier fiscal years show, as in the opening balance.
    Accounts without anything are left out unless they are named. Raises `NotFound` for a code that does not exist.
    """
    base = base_currency(connection, administration_id)
    for account in _accounts(connection, administration_id, accounts):
        opening = _opening(connection, administration_id, account, first, known_at)
        if account.code == retained and first is not None:
            begins = _year_of(connection, administration_id, first)
            opening += earlier_results(connection, administration_id, begins, known_at)
        yield from _account(
            connection, administration_id, account, base, opening, bool(accounts), first, last, known_at
        )


def _account(
    connection: Connection, administration_id: int, account: Row[Any], base: str, opening: int, named: bool,
    first: date | None, last: date | None, known_at: datetime | None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    debit = credit = 0
    begun = False
    head = {"account": account.code, "name": account.name}
    starts = {"kind": "opening", **head, "date": str(first) if first else None, "balance": text_of(opening, base)}
    for row in stream(connection, _postings(connection, administration_id, account.id, first, last, known_at)):
        if not begun:
            begun = True
            yield starts
        debit += row.base_amount if row.side == "debit" else 0
        credit += row.base_amount if row.side == "credit" else 0
        yield {**line_json(row, base), "balance": text_of(opening + debit - credit, base)}
    if not begun and (opening or named):
        begun = True
        yield starts
    if begun:
        totals = {
            "debit": text_of(debit, base),
            "credit": text_of(credit, base),
            "balance": text_of(opening + debit - credit, base),
        }
        yield {"kind": "closing", **head, "date": str(last) if last else None, **totals}


def _postings(
    connection: Connection, administration_id: int, account_id: int, first: date | None, last: date | None,
    known_at: datetime | None,
) -> Any:  # fmt: skip
    p, e, j = t.posting, t.entry, t.journal
    query = posting_lines(administration_id).where(p.c.account_id == account_id, *seen_postings(last, None, first))
    order = (p.c.booking_date, by_code_point(connection, j.c.code), t.fiscal_year.c.year, e.c.number, p.c.line)
    return query.where(*seen(None, known_at)).order_by(*order)


def _accounts(connection: Connection, administration_id: int, wanted: Sequence[str]) -> Sequence[Any]:
    a = t.account
    query = select(a.c.id, a.c.code, a.c.name, a.c.kind).where(a.c.administration_id == administration_id)
    if wanted:
        query = query.where(a.c.code.in_(wanted))
    found = connection.execute(query.order_by(by_code_point(connection, a.c.code))).all()
    if missing := set(wanted) - {row.code for row in found}:
        raise NotFound(
            f"there is no account {', '.join(sorted(missing))} in this administration",
            say="no_account",
            account=", ".join(sorted(missing)),
        )
    return found


def _opening(
    connection: Connection, administration_id: int, account: Row[Any], first: date | None, known_at: datetime | None
) -> int:
    """What stood on the account before `first`."""
    if first is None:
        return 0
    p, e = t.posting, t.entry
    query = select(total_of(signed(p.c.base_amount))).where(
        p.c.administration_id == administration_id,
        p.c.account_id == account.id,
        p.c.booking_date <= first - timedelta(days=1),
    )
    if account.kind == "profit_loss":
        query = query.where(p.c.booking_date >= _year_of(connection, administration_id, first))
    if known_at is not None:
        same = (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id)
        query = query.join(e, same).where(e.c.posted_at <= utc(known_at))
    return int(connection.execute(query).scalar_one())


def _year_of(connection: Connection, administration_id: int, day: date) -> date:
    """The first day of the fiscal year that a day is in; the day itself in a year that was never used."""
    y = t.fiscal_year
    query = select(y.c.first_day).where(
        y.c.administration_id == administration_id, y.c.first_day <= day, y.c.last_day >= day
    )
    return connection.execute(query).scalar() or day
