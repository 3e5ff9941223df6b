"""The end of a year: what is open in foreign currency is revalued and put back, periods lock, year two opens right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from hub.errors import Conflict, NotFound
from hub.model.booking import Rate
from hub.reports.opening_balance import opening_balance, result_of
from hub.reports.trial_balance import trial_balance
from hub.reports.verify_checks import CHECKS
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.booking import first_open_day
from hub.store.rates import save_rates
from hub.store.revaluing import foreign_items, revalue
from hub.store.store import now
from hub.store.year_end import close_year, list_years, obstacles
from tests.books import Books

DOLLARS = "08"  # a demo invoice in US dollars
LAST = date(2026, 12, 31)


@pytest.fixture
def year(books: Books) -> Books:
    """Books with invoices of 2026, one of them in dollars, and a rate at year end."""
    results = books.take("01", DOLLARS, "02")
    assert [r.outcome for r in results] == ["posted"] * 3
    currency = books.scalar("SELECT currency FROM open_item WHERE currency <> 'EUR'")
    with books.hub.database.transaction() as connection:
        save_rates(connection, [Rate(currency, LAST, Decimal("1.25"))], "test")
    return books


def _loaded(connection: Connection) -> StoreBooks:
    return load_books(connection, ["demo"])["demo"]


def _revalue(books: Books, on: date = LAST) -> list[object]:
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        return list(revalue(connection, books.hub.ids, _loaded(connection), on, books.actor_id, now()))


def test_revaluation_brings_foreign_items_to_the_rate_of_the_day_and_takes_it_back_the_next(year: Books) -> None:
    with year.hub.database.reading() as connection:
        (before,) = foreign_items(connection, year.id, "EUR", LAST)
    (done,) = _revalue(year)
    with year.hub.database.reading() as connection:
        (at_end,) = foreign_items(connection, year.id, "EUR", LAST)
        (after,) = foreign_items(connection, year.id, "EUR", date(2027, 1, 1))
    assert at_end.base.amount == -(abs(before.amount.amount) / Decimal("1.25")).quantize(Decimal("0.01"))
    assert at_end.amount == before.amount
    assert after.base == before.base
    assert done.worth.amount - done.booked.amount == at_end.base.amount - before.base.amount  # type: ignore[attr-defined]


def test_revaluation_keeps_every_invariant_of_the_ledger(year: Books) -> None:
    _revalue(year)
    for check in CHECKS:
        assert year.rows(check.broken, a=year.id) == [], check.name


def test_revaluation_is_refused_a_second_time_and_without_a_rate(year: Books) -> None:
    _revalue(year)
    with pytest.raises(Conflict, match="revalued already"):
        _revalue(year)
    with pytest.raises(NotFound, match="no rate"):
        _revalue(year, date(2027, 6, 30))


def test_year_is_closed_once_and_nothing_can_be_booked_in_it_after(year: Books) -> None:
    with year.hub.database.transaction() as connection:
        locked = close_year(connection, year.hub.ids, _loaded(connection), 2026, 0, year.actor_id, now())
        assert locked == 12
        assert list_years(connection, year.id) == [(2026, "closed"), (2027, "open")]
        assert first_open_day(connection, year.id, date(2026, 3, 3)) == date(2027, 1, 1)
        with pytest.raises(Conflict, match="closed already"):
            close_year(connection, year.hub.ids, _loaded(connection), 2026, 0, year.actor_id, now())
    assert year.scalar("SELECT COUNT(*) FROM activity WHERE what = 'year.closed'") == 1


def test_year_that_is_closed_names_what_is_unfinished_first(year: Books) -> None:
    year.take("18")
    with year.hub.database.reading() as connection:
        codes = {o.code for o in obstacles(connection, _loaded(connection), 2026)}
    assert "not_revalued" in codes
    with year.hub.database.transaction() as connection, pytest.raises(NotFound, match="never used"):
        close_year(connection, year.hub.ids, _loaded(connection), 2031, 0, year.actor_id, now())


def test_second_year_opens_with_the_balance_of_the_first_and_its_result_in_equity(year: Books) -> None:
    with year.hub.database.reading() as connection:
        opened = {
            r["account"]: Decimal(r["balance"]) for r in opening_balance(connection, year.id, date(2027, 1, 1), "0640")
        }
        trial = {r["account"]: Decimal(r["balance"]) for r in trial_balance(connection, year.id, as_of=LAST)}
        result = Decimal(result_of(connection, year.id, date(2026, 1, 1), LAST)) / 100
    assert sum(opened.values()) == 0
    assert opened["1600"] == trial["1600"]
    assert opened["0640"] == -result
    assert not any(account.startswith(("4", "8")) for account in opened)
    assert result == -sum(balance for account, balance in trial.items() if account >= "4000")
