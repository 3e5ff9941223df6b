"""Exchange rates: the ECB's daily reference rates, imported from its CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection, select

from hub.errors import Usage
from hub.model.booking import Rate
from hub.store import tables as t
from hub.store.rows import insert_new


def _week_before(day: date) -> date:
    """Seven days earlier; a document may name any day, the first of all among them."""
    return day - timedelta(days=min(7, (day - date.min).days))


def find_rates(connection: Connection, currencies: Iterable[str], first: date, last: date) -> list[Rate]:
    """Publications of these currencies between a week before `first` and `last`."""
    r = t.exchange_rate
    query = select(r).where(
        r.c.currency.in_(sorted(set(currencies))), r.c.published_on.between(_week_before(first), last)
    )
    return [
        Rate(row.currency, row.published_on, Decimal(row.rate))
        for row in connection.execute(query.order_by(r.c.published_on))
    ]


def read_ecb_csv(data: bytes) -> list[Rate]:
    """The rates of an ECB file (`Date,USD,JPY,…`, newest first, `N/A` where none). Raises `Usage` naming row and column."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    if not rows or rows[0][0].strip() != "Date":
        raise Usage("not an ECB rates file: the first row must start with `Date` (eurofxref-hist.csv)")
    currencies = [name.strip() for name in rows[0][1:]]
    return [
        rate
        for number, row in enumerate(rows[1:], 2)
        if row and row[0].strip()
        for rate in _row(number, row, currencies)
    ]


def _row(number: int, row: list[str], currencies: list[str]) -> Iterable[Rate]:
    try:
        on = date.fromisoformat(row[0].strip())
    except ValueError as error:
        raise Usage(f"row {number}, column Date: {row[0]!r} is no date (YYYY-MM-DD)") from error
    for currency, cell in zip(currencies, row[1:], strict=False):
        value = cell.strip()
        if not currency or value in ("", "N/A"):
            continue
        try:
            rate = Decimal(value)
        except InvalidOperation as error:
            raise Usage(f"row {number}, column {currency}: {value!r} is no rate") from error
        if not rate.is_finite() or rate <= 0:
            raise Usage(f"row {number}, column {currency}: a rate is above zero, found {value}")
        yield Rate(currency, on, rate)


def save_rates(connection: Connection, rates: Iterable[Rate], source: str) -> int:
    """Add rates that are not there yet; one that is there is never changed. The number added."""
    rows = sorted(
        {(rate.currency, rate.on): (rate.currency, rate.on, str(rate.rate), source) for rate in rates}.values()
    )
    return sum(
        len(insert_new(connection, t.exchange_rate, rows[i : i + 5000], "currency || published_on"))
        for i in range(0, len(rows), 5000)
    )
