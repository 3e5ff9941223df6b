"""Fiscal years and periods: opened when the first entry of a year is booked; numbers without gaps."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select

from hub.store import tables as t
from hub.store.cache import cache_of
from hub.store.driver import run
from hub.store.ids import Ids
from hub.store.rows import insert_rows

YearKey = tuple[int, int]  # administration id, calendar year
YearIds = tuple[int, dict[int, int]]  # fiscal year id, period id per month; they never change once made


def ensure_years(connection: Connection, ids: Ids, wanted: Iterable[YearKey]) -> dict[YearKey, YearIds]:
    """Ids of fiscal years and their monthly periods; those that do not exist are opened.

    What this transaction opens is not remembered before it is seen again, because it may roll back.
    """
    keys = sorted(set(wanted))
    remembered: dict[YearKey, YearIds] = cache_of(connection, "years")
    missing = [key for key in keys if key not in remembered]
    found = remembered_years(connection, keys)
    for key in missing:
        known = _read(connection, key)
        if known is None:
            _open(connection, ids, key)
            known = _read(connection, key)
            assert known is not None
        else:
            remembered[key] = known
        found[key] = known
    return found


def remembered_years(connection: Connection, wanted: Iterable[YearKey]) -> dict[YearKey, YearIds]:
    """Those of the years that this process has seen before."""
    remembered: dict[YearKey, YearIds] = cache_of(connection, "years")
    return {key: remembered[key] for key in wanted if key in remembered}


def _read(connection: Connection, key: YearKey) -> tuple[int, dict[int, int]] | None:
    y, p = t.fiscal_year, t.period
    query = select(y.c.id, p.c.id, p.c.first_day).join(
        p, (p.c.administration_id == y.c.administration_id) & (p.c.fiscal_year_id == y.c.id)
    )
    rows = connection.execute(query.where(y.c.administration_id == key[0], y.c.year == key[1])).all()
    return (rows[0][0], {row[2].month: row[1] for row in rows}) if rows else None


def _open(connection: Connection, ids: Ids, key: YearKey) -> None:
    administration_id, year = key
    year_id = ids.take()
    insert_rows(
        connection,
        t.fiscal_year,
        [(administration_id, year_id, year, date(year, 1, 1), date(year, 12, 31))],
        ignore=True,
    )
    known = connection.execute(
        select(t.fiscal_year.c.id).where(
            t.fiscal_year.c.administration_id == administration_id, t.fiscal_year.c.year == year
        )
    ).scalar_one()
    rows = [
        (administration_id, ids.take(), known, f"{year}-{month:02d}", date(year, month, 1),
         date(year, month, calendar.monthrange(year, month)[1]), "open")
        for month in range(1, 13)
    ]  # fmt: skip
    insert_rows(connection, t.period, rows, ignore=True)


def take_numbers(connection: Connection, wanted: Mapping[tuple[int, int, int], int]) -> dict[tuple[int, int, int], int]:
    """First free number per (administration, journal, fiscal year), after taking the wanted count. Locks in sorted order."""
    first = {}
    for key in sorted(wanted):
        last = run(connection, _TAKE[connection.dialect.name], (*key, wanted[key]))[0][0]
        first[key] = int(last) - wanted[key] + 1
    return first


_TAKE_SQL = (
    "INSERT INTO number_series (administration_id, journal_id, fiscal_year_id, last) VALUES ({}, {}, {}, {}) "
    "ON CONFLICT (administration_id, journal_id, fiscal_year_id) DO UPDATE SET last = number_series.last + excluded.last RETURNING last"
)
_TAKE = {"sqlite": _TAKE_SQL.format("?", "?", "?", "?"), "postgresql": _TAKE_SQL.format("$1", "$2", "$3", "$4")}
