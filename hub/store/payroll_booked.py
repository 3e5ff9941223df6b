"""What payrolls booked of a year before: for journals that tell totals since its start."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Connection, case, func, select

from hub.model.feed import FeedDocument
from hub.model.money import from_minor
from hub.model.payroll_journal import PayrollJournal
from hub.store import tables as t

Booked = tuple[tuple[str, str, Decimal], ...]


def booked_this_year(
    connection: Connection, feeds: Sequence[tuple[int, FeedDocument]]
) -> dict[tuple[int, str], Booked]:
    """Per administration id and identity of a cumulative journal: account, cost centre, and the sum, debit positive."""
    asked = [(a, d) for a, d in feeds if isinstance(d, PayrollJournal) and d.cumulative]
    return {(a, journal.identity): _booked(connection, a, journal) for a, journal in asked}


def _booked(connection: Connection, administration_id: int, journal: PayrollJournal) -> Booked:
    """Entries of this employer's journals of the year that stand: what was reversed counts for nothing."""
    d, e, p, a = t.document, t.entry, t.posting, t.account
    undone = e.alias("undone")
    amount = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount))
    claims = f"payroll_journal|{journal.employer.strip().casefold()}|"
    query = (
        select(a.c.code, p.c.cost_center, amount.label("amount"))
        .select_from(d)
        .join(e, (e.c.administration_id == d.c.administration_id) & (e.c.document_id == d.c.id) & e.c.reversal_of.is_(None))
        .join(p, (p.c.administration_id == e.c.administration_id) & (p.c.entry_id == e.c.id))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .outerjoin(undone, (undone.c.administration_id == e.c.administration_id) & (undone.c.reversal_of == e.c.id))
        .where(
            d.c.administration_id == administration_id, d.c.kind == "payroll_journal", d.c.claim.startswith(claims, autoescape=True),
            d.c.issue_date >= journal.on.replace(month=1, day=1), d.c.issue_date < journal.on, undone.c.id.is_(None),
        )
        .group_by(a.c.code, p.c.cost_center)
        .order_by(a.c.code, p.c.cost_center)
    )  # fmt: skip
    return tuple(
        (row.code, row.cost_center, from_minor(int(row.amount), journal.currency)) for row in connection.execute(query)
    )
