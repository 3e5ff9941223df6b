"""Learning contra-accounts end to end: from booked originals to a suggestion that is used, explained and unlearned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.errors import Conflict, NotFound
from hub.learning import correct, learn, rank
from hub.model.invoice import Invoice
from hub.pipeline import read
from hub.reports.verify import verify
from hub.store.administrations import load_books
from hub.store.lessons import load_model, measured
from hub.store.posted import find_entry
from hub.store.relations import change_relation
from hub.store.reversing import reverse
from hub.store.store import now
from tests.books import Books, document, message_of, open_books, starter


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Empty books of this test."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path, url) as opened:
        yield opened


def _invoice(number: int) -> bytes:
    """The stationer's invoice again, under another number."""
    body = document("01").read_bytes()
    return re.sub(rb"GK-2026-0012", f"GK-2026-{number:04d}".encode(), body)


def _book(books: Books, *numbers: int) -> list[str]:
    results = books.process([message_of(_invoice(n), uid=f"m{n}") for n in numbers])
    assert [r.outcome for r in results] == ["posted"] * len(numbers)
    return [d.why for r in results for d in r.booking.decisions if d.what == "contra_account"]


def _fix(books: Books, account: str) -> None:
    with books.hub.database.transaction() as connection:
        change_relation(
            connection, books.hub.ids, books.id, "C0001", {"purchase_account": account}, books.actor_id, now()
        )


def _learn(books: Books) -> int:
    return sum(learn(books.hub, "demo"))


def _read(books: Books, number: int) -> Invoice:
    found = read(message_of(_invoice(number)), books.hub.sources).document
    assert found is not None
    return found


def _taught(books: Books, count: int = 9) -> None:
    """A relation whose invoices went to 4540 `count` times, learned one by one."""
    books.hub.ids.reserve(200)
    _book(books, 1)
    _fix(books, "4540")
    for number in range(2, count + 2):
        _book(books, number)
    _learn(books)


def test_default_accounts_teach_nothing(books: Books) -> None:
    assert set(_book(books, 1, 2)) == {"default_account"}
    assert _learn(books) == 2
    with books.hub.database.reading() as connection:
        assert measured(connection, books.id, "purchase") == {}


def test_what_was_booked_is_ranked_first_and_each_line_was_guessed_before_it_was_learned(books: Books) -> None:
    _taught(books)
    with books.hub.database.reading() as connection:
        loaded = load_books(connection, ["demo"])["demo"]
        ranked = rank(books.hub, connection, loaded, _read(books, 99), "C0001", "purchase")
        quality = measured(connection, books.id, "purchase")["C0001"]
    assert {one.guesses[0].account for one in ranked} == {"4540"}
    assert ranked[0].guesses[0].words
    lines = len(ranked)
    assert quality.asked == 9 * lines
    assert quality.sure < quality.asked  # the very first could not be guessed
    assert quality.precision == 1


def test_learning_again_finds_nothing_new(books: Books) -> None:
    _taught(books, 3)
    assert _learn(books) == 0


def test_a_trusted_suggestion_books_and_says_why_and_the_ledger_can_be_derived_from_it(books: Books) -> None:
    _taught(books)
    _fix(books, "")
    assert set(_book(books, 50)) == {"default_account"}
    books.save(replace(starter(), suggestion_precision=Decimal("0.95")))
    assert set(_book(books, 51)) == {"learned_suggestion"}
    assert books.scalar("SELECT COUNT(*) FROM entry") == 12
    red = [r.failures for r in verify(books.hub.database, books.hub.sources) if not r.ok]
    assert red == []


def test_a_relation_that_was_asked_too_seldom_is_not_trusted(books: Books) -> None:
    _taught(books, 1)
    _fix(books, "")
    books.save(replace(starter(), suggestion_precision=Decimal("0.95")))
    assert set(_book(books, 50)) == {"default_account"}


def test_what_is_reversed_is_unlearned(books: Books) -> None:
    _taught(books, 2)
    with books.hub.database.reading() as connection:
        before = load_model(connection, books.id, "purchase").accounts["4540"]
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, "INK", 2026, 3)
        loaded = load_books(connection, ["demo"])["demo"]
        reverse(connection, books.hub.ids, loaded, booked, date(2026, 11, 20), "", books.actor_id, now())
    with books.hub.database.reading() as connection:
        assert load_model(connection, books.id, "purchase").accounts["4540"] == before // 2


def _correct(books: Books, line: str, account: str) -> None:
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        loaded = load_books(connection, ["demo"])["demo"]
        correct(books.hub, connection, loaded, "GK-2026-0001", line, account, "kantoor", books.actor_id)


def test_a_correction_moves_the_line_and_teaches_at_once(books: Books) -> None:
    _book(books, 1)
    before = {a: b for a, b in books.rows(_BALANCES)}
    first = _read(books, 1).lines[0]
    _correct(books, first.id, "4540")
    after = {a: b for a, b in books.rows(_BALANCES)}
    assert after["4540"] == first.net_amount * 100
    assert after["4990"] == before["4990"] - first.net_amount * 100
    assert after["1600"] == before["1600"]
    with books.hub.database.reading() as connection:
        assert load_model(connection, books.id, "purchase").accounts["4540"] == 1
    assert [r.check for r in verify(books.hub.database, books.hub.sources) if not r.ok] == []


def _reverse(books: Books, journal: str, number: int) -> None:
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        booked = find_entry(connection, books.id, journal, 2026, number)
        loaded = load_books(connection, ["demo"])["demo"]
        reverse(connection, books.hub.ids, loaded, booked, date(2026, 11, 20), "", books.actor_id, now())


def _learned(books: Books) -> dict[str, int]:
    with books.hub.database.reading() as connection:
        return dict(load_model(connection, books.id, "purchase").accounts)


def test_a_correction_that_is_reversed_is_unlearned_and_the_line_stands_where_it_stood(books: Books) -> None:
    _book(books, 1)
    line = _read(books, 1).lines[0]
    _correct(books, line.id, "4540")
    _reverse(books, "MEM", 1)
    assert _learned(books).get("4540", 0) == 0
    _correct(books, line.id, "4530")
    balances = dict(books.rows(_BALANCES))
    assert (balances["4540"], balances["4530"]) == (0, line.net_amount * 100)
    assert _learned(books)["4530"] == 1


def test_corrections_of_a_line_are_reversed_last_one_first(books: Books) -> None:
    _book(books, 1)
    line = _read(books, 1).lines[0]
    _correct(books, line.id, "4540")
    _correct(books, line.id, "4530")
    with pytest.raises(Conflict, match="HUB-ASK-53"):
        _reverse(books, "MEM", 1)
    _reverse(books, "MEM", 2)
    assert (_learned(books)["4540"], _learned(books).get("4530", 0)) == (1, 0)
    assert dict(books.rows(_BALANCES))["4540"] == line.net_amount * 100


def test_an_invoice_is_reversed_with_its_corrections(books: Books) -> None:
    _book(books, 1)
    first, second = _read(books, 1).lines[:2]
    _correct(books, first.id, "4540")
    _correct(books, first.id, "4530")
    _correct(books, second.id, "4540")
    _reverse(books, "INK", 1)
    assert {account: minor for account, minor in books.rows(_BALANCES) if minor} == {}
    assert _learned(books) == {}
    assert [r.check for r in verify(books.hub.database, books.hub.sources) if not r.ok] == []


def test_a_line_is_corrected_from_where_it_stands_now(books: Books) -> None:
    _book(books, 1)
    line = _read(books, 1).lines[0]
    _correct(books, line.id, "4540")
    _correct(books, line.id, "4530")
    assert dict(books.rows(_BALANCES))["4540"] == 0
    assert dict(books.rows(_BALANCES))["4530"] == line.net_amount * 100


def test_a_correction_is_refused_when_it_would_change_the_vat_or_names_what_is_not_there(books: Books) -> None:
    _book(books, 1)
    line = _read(books, 1).lines[0].id
    restaurant = next(c for c, a in starter().accounts.items() if a.deduction_percentage == 0)
    with pytest.raises(Conflict, match="book the invoice again"):
        _correct(books, line, restaurant)
    with pytest.raises(NotFound, match="HUB-ASK-33"):
        _correct(books, "77", "4540")
    with pytest.raises(NotFound, match="1300"):
        _correct(books, line, "1300")


_BALANCES = """SELECT a.code, SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END)
    FROM posting p JOIN account a ON a.id = p.account_id GROUP BY a.code"""
