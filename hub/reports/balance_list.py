"""The balance list (saldilijst): per debtor or creditor what was open, came in, went off and is open; tied to the general ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, or_, select

from hub.reports.open_items import Which
from hub.reports.selection import base_currency, by_code_point, control_accounts, seen_postings, text_of, total_of, utc
from hub.store import tables as t


def balance_list(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "both",
    first: date | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """Per side a row a relation, in base currency, and one with totals, the control account and the difference.

    `opening` is what was open before `first`, `debit` and `credit` the turnover of `first` … `as_of`, `closing` what is
    open then: positive when it is what the side says, owed to us or by us. Without `first` everything is turnover.
    """
    base = base_currency(connection, administration_id)
    controls = control_accounts(connection, administration_id)
    for one in ("receivable", "payable") if side == "both" else (side,):
        other = controls["payable" if one == "receivable" else "receivable"]
        sign = 1 if one == "receivable" else -1
        totals = [0, 0, 0]
        for code, name, *sums in connection.execute(
            _per_relation(connection, administration_id, other, first, as_of, known_at)
        ):
            totals = [total + amount for total, amount in zip(totals, sums, strict=True)]
            yield {"side": one, "relation": code, "name": name, **_shown(sums, sign, base)}
        control = sign * _control(connection, administration_id, controls[one], as_of, known_at)
        closing = sign * (totals[0] + totals[1] - totals[2])
        tie = {"control_account": text_of(control, base), "difference": text_of(closing - control, base)}
        yield {"side": one, **_shown(totals, sign, base), **tie}


def control_balances(
    connection: Connection, administration_id: int, side: Which, as_of: date | None, known_at: datetime | None
) -> dict[str, str]:
    """Per side its balance in the general ledger, in base currency, positive when it is what the side says."""
    base = base_currency(connection, administration_id)
    controls = control_accounts(connection, administration_id)
    found = {}
    for one in ("receivable", "payable") if side == "both" else (side,):
        control = _control(connection, administration_id, controls[one], as_of, known_at)
        found[one] = text_of(control if one == "receivable" else -control, base)
    return found


def _shown(sums: Sequence[int], sign: int, base: str) -> dict[str, str]:
    opening, debit, credit = sums
    return {"opening": text_of(sign * opening, base), "debit": text_of(debit, base), "credit": text_of(credit, base),
            "closing": text_of(sign * (opening + debit - credit), base)}  # fmt: skip


def _per_relation(
    connection: Connection, administration_id: int, other: Sequence[int], first: date | None, as_of: date | None,
    known_at: datetime | None,
) -> Any:  # fmt: skip
    """Opening (debit positive), debit and credit per relation with any of them: one query over postings on open items."""
    p, r = t.posting, t.relation
    debit, credit = p.c.side == "debit", p.c.side == "credit"
    now = p.c.booking_date >= first if first is not None else literal(True)
    before = p.c.booking_date < first if first is not None else literal(False)
    sums = (
        select(
            p.c.relation_id,
            total_of(case((debit, p.c.base_amount), else_=-p.c.base_amount), before).label("opening"),
            total_of(p.c.base_amount, and_(now, debit)).label("debit"),
            total_of(p.c.base_amount, and_(now, credit)).label("credit"),
        )
        # Everything but the other side's, so that what stands on an open item and on no control account shows as a difference.
        .where(p.c.open_item_id.is_not(None), p.c.administration_id == administration_id, p.c.account_id.not_in(other))
        .where(*seen_postings(as_of, known_at))
        .group_by(p.c.relation_id)
        .subquery()
    )
    own = r.alias("own")  # `own` stands on the posting, `r` is what it was merged into
    amounts = [total_of(column).label(column.name) for column in (sums.c.opening, sums.c.debit, sums.c.credit)]
    return (
        select(r.c.code, r.c.name, *amounts)
        .join_from(sums, own, and_(own.c.administration_id == administration_id, own.c.id == sums.c.relation_id))
        .join(r, and_(r.c.administration_id == administration_id, r.c.id == func.coalesce(own.c.merged_into, own.c.id)))
        .group_by(r.c.code, r.c.name)
        .having(or_(*(amount.element != 0 for amount in amounts)))
        .order_by(by_code_point(connection, r.c.code))
    )


def _control(
    connection: Connection,
    administration_id: int,
    accounts: Sequence[int],
    as_of: date | None,
    known_at: datetime | None,
) -> int:
    p = t.posting
    balance = total_of(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = select(balance).where(
        p.c.administration_id == administration_id, p.c.account_id.in_(accounts), *seen_postings(as_of, None)
    )
    if known_at is not None:
        query = query.where(func.coalesce(p.c.posted_at, utc(known_at)) <= utc(known_at))
    return int(connection.execute(query).scalar_one())
