"""Revaluation of what is open in foreign currency: found, decided, booked, and reversed the next day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, case, func, insert, or_, select

from hub.accounting.currency import choose_rate
from hub.accounting.revaluation import ForeignItem, revaluation
from hub.errors import Conflict, NotFound
from hub.model.money import Money, from_minor
from hub.model.plan import PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day, post
from hub.store.ids import Ids
from hub.store.rates import find_rates

WHAT = "books.revalued"


@dataclass(frozen=True, slots=True)
class Revalued:
    """One currency: how many items, what they stood at in base, what they are worth now, and the entry."""

    currency: str
    rate: str
    items: int
    booked: Money
    worth: Money
    entry: PostedEntry | None


def revalue(connection: Connection, ids: Ids, books: Books, on: date, actor_id: int, at: datetime) -> list[Revalued]:
    """Bring every open foreign item to the rate of `on`, per currency.

    Raises `Conflict` when `on` was revalued before or is not open, and `NotFound` for a currency without a rate.
    """
    if _done(connection, books.id, on):
        raise Conflict(f"{on} was revalued already; reverse that entry first", say="revalued", day=on)
    if first_open_day(connection, books.id, on) != on:
        raise Conflict(
            f"period {on:%Y-%m} is not open: revalue before closing it",
            say="period_not_open",
            day=on,
            period=f"{on:%Y-%m}",
        )
    results = []
    base = books.snapshot.currency
    by_currency: dict[str, list[ForeignItem]] = {}
    for item in foreign_items(connection, books.id, base, on):
        by_currency.setdefault(item.amount.currency, []).append(item)
    rates = find_rates(connection, {*by_currency, base} - {"EUR"}, on, on)
    for currency, items in sorted(by_currency.items()):
        conversion = choose_rate(currency, base, on, rates)
        if conversion is None:
            raise NotFound(
                f"there is no rate of {currency} for {on}: run `hub rates import` first",
                say="no_rate",
                currency=currency,
                day=on,
            )
        plans = revaluation(items, conversion, on, books.snapshot)
        entry = post(connection, ids, books, plans, actor_id, at)[0] if plans else None
        booked = sum((item.base.amount for item in items), Decimal(0))
        worth = sum(
            (conversion.to_base(abs(i.amount.amount)) * (1 if i.amount.amount > 0 else -1) for i in items), Decimal(0)
        )
        results.append(
            Revalued(currency, f"{conversion.rate:f}", len(items), Money(booked, base), Money(worth, base), entry)
        )
    details = {"as_of": str(on), "currencies": [r.currency for r in results]}
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id, id=ids.take(), at=at, actor_id=actor_id, what=WHAT, subject=str(on),
            details=json.dumps(details),
        )
    )  # fmt: skip
    return results


def foreign_items(connection: Connection, administration_id: int, base: str, on: date) -> list[ForeignItem]:
    """What was open in other currencies on that day, by relation and number."""
    o, p, a, r = t.open_item, t.posting, t.account, t.relation
    sign = case((p.c.side == "debit", 1), else_=-1)
    amount, in_base = func.sum(sign * p.c.amount), func.sum(sign * p.c.base_amount)
    query = (
        select(
            o.c.id, o.c.number, o.c.currency, r.c.code, func.min(a.c.code).label("account"), amount.label("amount"), in_base.label("base")
        )
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .where(o.c.administration_id == administration_id, o.c.currency != base, p.c.booking_date <= on)
        .group_by(o.c.id, o.c.number, o.c.currency, r.c.code)
        .having(or_(amount != 0, in_base != 0))
        .order_by(r.c.code, o.c.number, o.c.id)
    )  # fmt: skip
    return [
        ForeignItem(
            row.id, row.code, row.number, row.account,
            Money(from_minor(int(row.amount), row.currency), row.currency), Money(from_minor(int(row.base), base), base),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _done(connection: Connection, administration_id: int, on: date) -> bool:
    a = t.activity
    mine = (a.c.administration_id == administration_id) & (a.c.what == WHAT) & (a.c.subject == str(on))
    return connection.execute(select(a.c.id).where(mine)).first() is not None
