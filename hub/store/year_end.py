"""Closing a fiscal year: nothing is booked away, its periods are locked and the next year is opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, insert, select, update

from hub.errors import Conflict, NotFound
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.years import ensure_years

WHAT = "year.closed"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that should be finished before a year is closed. `fatal` ones stop it, the others are a warning.

    `code` names its sentence in the catalogue (`year_obstacle_<code>`), `found` what stands in it.
    """

    code: str
    found: str
    fatal: bool = False


def obstacles(connection: Connection, books: Books, year: int) -> list[Obstacle]:
    """Everything that is unfinished in a year, all of it at once."""
    found = [*_earlier_years(connection, books.id, year), *_held(connection, books.id, year)]
    found += _not_zero(connection, books, year, "suspense")
    found += _not_zero(connection, books, year, "invoices_awaiting_approval")
    found += _not_revalued(connection, books, year)
    return found


def close_year(
    connection: Connection, ids: Ids, books: Books, year: int, result: int, actor_id: int, at: datetime
) -> int:
    """Lock every period of the year and open the next; the number of periods locked. `result` is kept with the act.

    Raises `NotFound` for a year that was never used and `Conflict` for one that is closed, or when an obstacle is fatal.
    """
    y, p = t.fiscal_year, t.period
    year_id = connection.execute(select(y.c.id).where(y.c.administration_id == books.id, y.c.year == year)).scalar()
    if year_id is None:
        raise NotFound(
            f"fiscal year {year} was never used in administration {books.snapshot.code}",
            say="year_unused",
            year=year,
            years=", ".join(str(y) for y, _ in list_years(connection, books.id)),
        )
    fatal = [o for o in obstacles(connection, books, year) if o.fatal]
    if fatal:
        first = ", ".join(o.found for o in fatal)
        raise Conflict(f"close fiscal year {first} first", say="year_before_open", year=year, first=first)
    mine = (p.c.administration_id == books.id) & (p.c.fiscal_year_id == year_id) & (p.c.state != "locked")
    locked = connection.execute(update(p).where(mine).values(state="locked")).rowcount
    if not locked:
        raise Conflict(f"fiscal year {year} is closed already", say="year_closed", year=year)
    ensure_years(connection, ids, [(books.id, year + 1)])
    details = json.dumps({"result": result, "currency": books.snapshot.currency, "periods": locked})
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id,
            id=ids.take(),
            at=at,
            actor_id=actor_id,
            what=WHAT,
            subject=str(year),
            details=details,
        )
    )
    return int(locked)


def list_years(connection: Connection, administration_id: int) -> list[tuple[int, str]]:
    """Fiscal years with what they are: open, partly (some periods closed), closed (all locked)."""
    y, p = t.fiscal_year, t.period
    query = (
        select(
            y.c.year, func.count().label("periods"), func.sum(case((p.c.state == "open", 1), else_=0)).label("open"),
            func.sum(case((p.c.state == "locked", 1), else_=0)).label("locked"),
        )
        .join(p, (p.c.administration_id == y.c.administration_id) & (p.c.fiscal_year_id == y.c.id))
        .where(y.c.administration_id == administration_id)
        .group_by(y.c.year)
        .order_by(y.c.year)
    )  # fmt: skip
    return [
        (row.year, "closed" if row.locked == row.periods else "open" if row.open == row.periods else "partly")
        for row in connection.execute(query)
    ]


def _earlier_years(connection: Connection, administration_id: int, year: int) -> list[Obstacle]:
    open_years = [y for y, state in list_years(connection, administration_id) if y < year and state != "closed"]
    return [Obstacle("earlier_year", str(y), True) for y in open_years]


def _held(connection: Connection, administration_id: int, year: int) -> list[Obstacle]:
    """Documents of this year that still wait for somebody: booked later they would land in the next year."""
    d = t.document
    days = d.c.issue_date.between(date(year, 1, 1), date(year, 12, 31))
    query = select(func.count()).where(d.c.administration_id == administration_id, d.c.outcome == "held", days)
    count = int(connection.execute(query).scalar_one())
    return [Obstacle("held", str(count))] if count else []


def _not_zero(connection: Connection, books: Books, year: int, role: str) -> list[Obstacle]:
    code = books.snapshot.accounts_named.get(role, "")
    if code not in books.accounts:
        return []
    p = t.posting
    query = select(
        func.coalesce(func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount)), 0)
    ).where(
        p.c.administration_id == books.id,
        p.c.account_id == books.accounts[code],
        p.c.booking_date <= date(year, 12, 31),
    )
    balance = int(connection.execute(query).scalar_one())
    return [Obstacle("not_zero", code)] if balance else []


def _not_revalued(connection: Connection, books: Books, year: int) -> list[Obstacle]:
    o, p, a = t.open_item, t.posting, t.activity
    last = date(year, 12, 31)
    foreign = (
        select(o.c.id)
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == books.id, o.c.currency != books.snapshot.currency, p.c.booking_date <= last)
        .group_by(o.c.id)
        .having(func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)) != 0)
        .limit(1)
    )
    done = select(a.c.id).where(
        a.c.administration_id == books.id, a.c.what == "books.revalued", a.c.subject == str(last)
    )
    if connection.execute(foreign).first() is None or connection.execute(done).first() is not None:
        return []
    return [Obstacle("not_revalued", str(last))]
