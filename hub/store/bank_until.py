"""Up to which day the bank's data reaches: a demand must be true when it leaves."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from hub.store import tables as t

# An account of which nothing came for a month longer than of the others is one that is no longer used: it holds nobody up.
SLEEPING = timedelta(days=31)


def bank_until(connection: Connection, administration_id: int) -> date | None:
    """The last day that a statement closes on or a movement of a file was booked, of the account that lags most.

    None when no bank data was ever read. What was typed by hand says nothing of what the bank has.
    """
    s, p = t.bank_statement, t.payment
    statements = select(s.c.account_id, func.max(s.c.closing_date)).where(s.c.administration_id == administration_id)
    movements = select(p.c.account_id, func.max(p.c.booked_on)).where(
        p.c.administration_id == administration_id, p.c.source != "hand"
    )
    latest: dict[int, date] = {}
    for query in (statements.group_by(s.c.account_id), movements.group_by(p.c.account_id)):
        for account, day in connection.execute(query):
            latest[account] = max(day, latest.get(account, day))
    if not latest:
        return None
    newest = max(latest.values())
    return min(day for day in latest.values() if newest - day <= SLEEPING)
