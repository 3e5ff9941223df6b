"""Ageing (ouderdomsanalyse): how long what is open has been due, tied to the control account on the same day.

Three bucket errors are known in the field (PEERS 2.9): the last limit leaks, an item due far ahead falls
through, and the total differs from the list. Here every posting lands in exactly one column, by construction:
one query adds them up per relation, over postings alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from hub.reports.open_items import ItemBalance, Which, item_balances
from hub.reports.selection import (
    base_currency,
    by_code_point,
    control_accounts,
    seen_postings,
    signed,
    text_of,
    total_of,
    utc,
)
from hub.store import tables as t

BUCKETS = (30, 60, 90)  # days overdue: 1-30, 31-60, 61-90, and more
Basis = Literal["due", "invoice"]


def ageing(
    connection: Connection,
    administration_id: int,
    *,
    side: Which = "receivable",
    buckets: Sequence[int] = BUCKETS,
    as_of: date | None = None,
    known_at: datetime | None = None,
    basis: Basis = "due",
    items: bool = False,
) -> Iterator[dict[str, Any]]:
    """A line per relation in base currency, then one with the totals, the control account and the difference.

    `buckets` are upper limits in days overdue, ascending; there is one column more than limits. An item
    due on the reference date itself is not overdue. With `basis` invoice the days count from the invoice date.
    `side` both: what they owe us minus what we owe them. `as_of` None is today. `items` gives a line per open item instead.
    """
    day = as_of or date.today()
    currency = base_currency(connection, administration_id)
    limits = sorted(set(buckets))
    totals = [0] * (len(limits) + 2)
    if items:
        lines = _per_item(connection, administration_id, side, limits, day, known_at, basis)
    else:
        lines = _per_relation(connection, administration_id, side, limits, day, known_at, basis)
    for named, sums in lines:
        totals = [total + amount for total, amount in zip(totals, sums, strict=True)]
        yield {**named, **_shown(sums, currency)}
    control = _control(connection, administration_id, side, day, known_at)
    yield {
        **_shown(totals, currency),
        "control_account": text_of(control, currency),
        "difference": text_of(sum(totals) - control, currency),
    }


def place(item: ItemBalance, limits: Sequence[int], day: date, basis: Basis = "due") -> int:
    """The column of an item: 0 is not due, then one per limit, then all that is later.

    What lowers a debt (a credit note) is not due until it is matched (DOMAIN 10.6 no. 13).
    """
    overdue = (day - (item.due_date if basis == "due" else item.invoice_date)).days
    if overdue <= 0 or item.original < 0 or item.never_due:
        return 0
    return 1 + bisect_left(limits, overdue)


Line = tuple[dict[str, Any], list[int]]  # what is named, and its columns in minor units


def _per_relation(
    connection: Connection, administration_id: int, side: Which, limits: Sequence[int], day: date,
    known_at: datetime | None, basis: Basis,
) -> Iterator[Line]:  # fmt: skip
    """One query: postings on open items, added up per relation and column."""
    r, own = t.relation, t.relation.alias("own")  # `own` stands on the posting, `r` is what it was merged into
    sums = _sums(connection, administration_id, side, limits, day, known_at, basis).subquery()
    columns_of = [total_of(column) for column in sums.c[1:]]
    query = (
        select(r.c.code, r.c.name, *columns_of)
        .join_from(sums, own, (own.c.administration_id == administration_id) & (own.c.id == sums.c.relation_id))
        .join(r, (r.c.administration_id == administration_id) & (r.c.id == func.coalesce(own.c.merged_into, own.c.id)))
        .group_by(r.c.code, r.c.name)
        .having(or_(*(column != 0 for column in columns_of)))
        .order_by(by_code_point(connection, r.c.code))
    )
    for code, name, *columns in connection.execute(query):
        yield {"relation": code, "name": name}, columns


def _sums(
    connection: Connection, administration_id: int, side: Which, limits: Sequence[int], day: date,
    known_at: datetime | None, basis: Basis,
) -> Select[Any]:  # fmt: skip
    """`relation_id` and a sum per column, the positive sign being what the side says."""
    p, o = t.posting, t.open_item
    amount = signed(p.c.base_amount) if side != "payable" else -signed(p.c.base_amount)
    controls = control_accounts(connection, administration_id)
    other = {"receivable": controls["payable"], "payable": controls["receivable"], "both": []}[side]
    since = p.c.falls_due if basis == "due" else case((p.c.falls_due.is_not(None), o.c.invoice_date))
    query = select(p.c.relation_id, *(total_of(amount, where) for where in _columns(since, limits, day)))
    if basis == "invoice":
        query = query.join_from(p, o, and_(o.c.administration_id == p.c.administration_id, o.c.id == p.c.open_item_id))
    # Everything but the other side's: what stands on an open item and on no control account must show as a difference.
    mine = [p.c.account_id.not_in(other)] if other else []
    seen = seen_postings(day, known_at)
    return query.where(
        p.c.open_item_id.is_not(None), p.c.administration_id == administration_id, *mine, *seen
    ).group_by(p.c.relation_id)


def _columns(since: Any, limits: Sequence[int], day: date) -> list[ColumnElement[bool]]:
    """A condition per column, of which every posting meets exactly one: limits are days after `since`."""
    edges = [day, *(_before(day, limit) for limit in limits)]
    between = [and_(since < high, since >= low) for high, low in zip(edges, edges[1:], strict=False)]
    return [or_(since.is_(None), since >= day), *between, since < edges[-1]]


def _before(day: date, days: int) -> date:
    return date.min if days >= (day - date.min).days else day - timedelta(days=days)


def _per_item(
    connection: Connection, administration_id: int, side: Which, limits: Sequence[int], day: date,
    known_at: datetime | None, basis: Basis,
) -> Iterator[Line]:  # fmt: skip
    for item in item_balances(connection, administration_id, side=side, as_of=day, known_at=known_at):
        sums = [0] * (len(limits) + 2)
        sign = -1 if side == "both" and item.side == "payable" else 1
        sums[place(item, limits, day, basis)] = sign * item.outstanding_base
        named = {"relation": item.relation, "name": item.relation_name, "item": item.item, "invoice": item.number,
                 "side": item.side, "date": str(item.invoice_date), "due_date": str(item.due_date)}  # fmt: skip
        yield named, sums


def _shown(sums: Sequence[int], currency: str) -> dict[str, Any]:
    return {
        "not_due": text_of(sums[0], currency),
        "buckets": [text_of(amount, currency) for amount in sums[1:]],
        "total": text_of(sum(sums), currency),
    }


def _control(
    connection: Connection, administration_id: int, side: Which, as_of: date, known_at: datetime | None
) -> int:
    """The balance of the control accounts in the general ledger, positive when it is what the side says.

    Everything posted on those accounts, whether or not it stands on an open item: that is what ageing must tie to.
    """
    p = t.posting
    controls = control_accounts(connection, administration_id)
    wanted = [*controls["receivable"], *controls["payable"]] if side == "both" else controls[side]
    if not wanted:
        return 0
    mine = and_(p.c.account_id.in_(wanted), p.c.booking_date <= as_of, p.c.administration_id == administration_id)
    balance = select(total_of(signed(p.c.base_amount))).where(mine).scalar_subquery()
    if known_at is None:
        found = connection.execute(select(balance)).scalar_one()
    else:  # everything but what came later: each of the two sums is answered by an index alone
        later = select(total_of(signed(p.c.base_amount))).where(mine, p.c.open_item_id.is_not(None))
        found = connection.execute(
            select(balance - later.where(p.c.posted_at > utc(known_at)).scalar_subquery())
        ).scalar_one()
    return -int(found) if side == "payable" else int(found)
