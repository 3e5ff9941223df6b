"""Verify: green on honest books whatever changed around them, red after any single edit of what was recorded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, select, update

from hub.errors import NotFound
from hub.reports.sealed import load_sealed
from hub.reports.verify import CheckResult, verify
from hub.store import tables as t
from hub.store.metadata import metadata
from hub.store.relations import change_relation
from hub.store.store import actor_of, now
from tests.books import Books, message_of, open_books, starter
from tests.conftest import or_skip
from tests.reports.tampering import edited, lift_guards
from tests.services import fresh_database, postgres

NUMBERS = [
    "01",
    "03",
    "04",
    "08",
    "10",
    "13",
    "14",
    "17",
    "18",
    "19",
    "20",
    "21",
    "22",
    "26",
    "29",
    "30",
    "35",
    "36",
    "39",
]
FEW = ["01", "03", "08", "13", "14", "17", "18", "19", "29", "36"]
CHECKS = [
    "entry-balance", "posting-count", "no-orphans", "references", "periods", "numbers", "control-accounts", "control-balance",
    "posting-dates", "settlements", "document-due", "booked-once", "outcomes", "claims", "originals-kept",
    "suspense-ended", "suspense-waiting", "suspense-reversed", "approval-blocked", "approval-acts", "approval-duties",
    "payments-booked", "payments-waiting", "proposal-lines", "proposals-exported", "proposed-once",
    "statements-add-up", "statements-chained",
    "relations-merged", "relations-watched", "relations-versions", "vat-booked", "vat-declared", "vat-figures", "vat-moved",
    "streams", "streams-waiting", "claims-received", "claims-once", "cases-ended",
    "originals", "charts", "seals", "chain", "vat-filed", "case-entries", "ageing",
    "documents", "findings", "vat-totals", "derivation",
]  # fmt: skip
# What these books have nothing of; where it is made (tests/store/test_approval.py ...) the same checks look at it.
ELSEWHERE = {
    "suspense-ended", "suspense-waiting", "suspense-reversed", "approval-blocked", "approval-acts", "approval-duties",
    "payments-booked", "payments-waiting", "proposal-lines", "proposals-exported", "proposed-once",
    "statements-add-up", "statements-chained",
    "chain", "vat-declared", "vat-figures", "vat-moved", "vat-filed", "relations-merged", "relations-watched", "relations-versions",
    "streams", "streams-waiting", "claims-received", "claims-once", "cases-ended", "case-entries",
}  # fmt: skip

# Columns that say how a fact is kept, not what it is: nothing else in the books confirms them.
_UNCONFIRMED = {
    "original": {"media_type", "keep_until"},
    "chart": {"since", "actor_id"},
    "document": {"id", "decisions", "earlier_uid"},
    "inbox": {"consumer"},
    "open_item_block": {"lifted_at", "lifted_by"},
}
_TABLES = (
    "entry", "posting", "vat_line", "open_item", "entry_facts", "open_item_block", "original", "chart", "document", "finding",
    "inbox", "attachment", "number_series",
)  # fmt: skip
_COLUMNS = [
    pytest.param(column, id=f"{name}.{column.name}")
    for name in _TABLES
    for column in metadata.tables[name].columns
    if column.name not in _UNCONFIRMED.get(name, ())
]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Books with several outcomes in them and without guards; each test puts back what it changes."""
    home: Path = tmp_path_factory.mktemp("verify")
    if request.param == "sqlite":
        with open_books(home) as opened:
            yield _filled(opened)
        return
    with or_skip("PostgreSQL"):
        postgres()
    with fresh_database() as url, open_books(home, url) as opened:
        yield _filled(opened)


def _filled(books: Books) -> Books:
    books.take(*FEW, together=True)
    lift_guards(books, *_TABLES)
    return books


def _confirmed(column: Column[Any]) -> Any:
    """Which rows: what the hub found in what it did not book, and when, is confirmed by nothing (its facts are not kept)."""
    ended = select(t.inbox.c.message_uid).where(t.inbox.c.outcome.in_(["posted", "refused"]))
    rows = {t.finding: t.finding.c.message_uid.in_(ended), t.inbox: t.inbox.c.outcome == "posted"}
    return rows.get(column.table)


def _verify(books: Books, codes: list[str] | None = None) -> dict[str, CheckResult]:
    return {result.check: result for result in verify(books.hub.database, books.hub.sources, codes)}


def _red(books: Books) -> dict[str, tuple[str, ...]]:
    return {name: result.failures for name, result in _verify(books).items() if not result.ok}


def test_honest_books_are_green_and_every_check_looked_at_something(books: Books) -> None:
    books.take(*NUMBERS, together=True)
    results = _verify(books)
    assert list(results) == CHECKS
    assert {name: r.failures for name, r in results.items() if not r.ok} == {}
    assert all((r.checked > 0 or r.check in ELSEWHERE) and r.proves for r in results.values())
    assert results["derivation"].checked == books.scalar("SELECT COUNT(*) FROM entry") > 10


def test_empty_books_are_green(books: Books) -> None:
    assert _red(books) == {}


def test_books_stay_green_when_what_bookings_were_decided_on_changes_later(books: Books) -> None:
    books.take(*NUMBERS[:6], together=True)
    books.take(*NUMBERS[6:])
    ids = books.hub.ids
    ids.reserve(100)
    with books.hub.database.transaction() as connection:
        change_relation(connection, ids, books.id, "C0001", {"purchase_account": "4530"}, books.actor_id, now())
    books.execute("UPDATE exchange_rate SET rate = '2.5'")
    chart = starter()
    codes = tuple(replace(c, rate=c.rate + 1, box_base="9z") if c.rate else c for c in chart.vat_codes)
    accounts = {
        code: replace(a, name=a.name + " 2", deduction_percentage=a.deduction_percentage / 2)
        for code, a in chart.accounts.items()
    }
    books.save(replace(chart, name="New name B.V.", vat_codes=codes, accounts=accounts))
    assert _red(books) == {}
    books.execute("UPDATE period SET state = 'closed' WHERE administration_id = :a", a=books.id)
    assert _red(books) == {}


def test_a_relation_of_the_same_batch_is_compared_by_key(books: Books) -> None:
    books.take("17", "18", together=True)  # the second was decided while the first had no code yet
    facts = books.rows("SELECT facts FROM entry_facts ORDER BY entry_id")
    assert any(b'"code":"*' in zlib.decompress(row[0]) for row in facts)
    assert _red(books) == {}


def test_one_administration_can_be_verified_alone(books: Books) -> None:
    books.take("01")
    books.second()
    books.process([message_of(b"<x/>", "other")])
    lift_guards(books, "posting")
    books.execute("UPDATE posting SET vat_code = 'IL' WHERE vat_code = 'IH'")
    assert all(result.ok for result in _verify(books, ["other"]).values())
    assert not all(result.ok for result in _verify(books, ["demo"]).values())
    with pytest.raises(NotFound):
        _verify(books, ["nobody"])


def test_progress_is_told_per_check(books: Books) -> None:
    books.take("01", "14")
    told: dict[str, int] = {}

    def note(check: str, count: int) -> None:
        told[check] = told.get(check, 0) + count

    list(verify(books.hub.database, books.hub.sources, progress=note))
    assert (told["entry-balance"], told["seals"], told["derivation"]) == (1, 1, 2)


@pytest.mark.parametrize("column", _COLUMNS)
def test_any_single_value_that_is_edited_is_refused_or_turns_it_red(shared: Books, column: Column[Any]) -> None:
    with edited(shared, column.table, column, _confirmed(column)) as change:
        assert change is None or _red(shared), f"{column}: {change[0]!r} became {change[1]!r} and nothing noticed"


def test_books_are_green_again_when_every_edit_was_put_back(shared: Books) -> None:
    assert _red(shared) == {}


@pytest.mark.parametrize(
    ("statement", "check", "said"),
    [
        ("UPDATE posting SET amount = amount + 1, base_amount = base_amount + 1", "derivation", "amount is"),
        ("UPDATE entry SET booking_date = '2026-12-30'", "derivation", "booking date is 2026-12-30"),
        ("UPDATE vat_line SET tax = 0", "vat-totals", "tax of the VAT lines is"),
        ("UPDATE open_item SET iban = 'NL00BANK0000000000'", "derivation", "IBAN is NL00BANK0000000000"),
        ("UPDATE document SET total = total + 1", "documents", "total is"),
        ("UPDATE document SET number = 'X'", "documents", "number is X"),
        ("UPDATE finding SET found = 'X'", "findings", "found is X"),
        ("UPDATE relation SET key = 'X' || key", "derivation", "relation: X"),
        ("UPDATE number_series SET last = last + 1", "numbers", "last given out"),
        ("UPDATE account SET control = 'payable' WHERE code = '4990'", "control-accounts", "on 4990"),
        ("UPDATE account SET name = 'X'", "charts", "differs from the chart in force"),
        ("UPDATE vat_code SET box_base = '9z'", "charts", "VAT code"),
        ("DELETE FROM finding", "findings", "stored"),
        ("DELETE FROM vat_line", "derivation", "VAT line: 0 stored"),
        ("DELETE FROM open_item_block", "derivation", "blocked for []"),
        ("DELETE FROM inbox", "booked-once", "posted 0 times with 1 entries"),
        ("DELETE FROM entry_facts", "no-orphans", "has no facts"),
    ],
)
def test_a_failure_names_the_check_and_what_differs(books: Books, statement: str, check: str, said: str) -> None:
    books.take("01", "10", "17", "18", "36")
    lift_guards(books, *_TABLES)
    assert books.execute(statement) > 0
    failures = _red(books)[check]
    assert any(said in failure for failure in failures), failures


def test_an_entry_that_is_gone_is_missed_by_its_number(books: Books) -> None:
    books.take("01", "17", "36")
    lift_guards(books, *_TABLES)
    entry = books.scalar("SELECT id FROM entry WHERE number = 1 AND booking_date = '2026-01-15'")
    with books.hub.database.transaction() as connection:
        for table in ("vat_line", "entry_facts", "posting", "open_item"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE entry_id = {entry}")
        connection.exec_driver_sql(f"DELETE FROM entry WHERE id = {entry}")
    red = _red(books)
    assert any("the number before it is missing" in failure for failure in red["numbers"])
    assert any("posted 1 times with 0 entries" in failure for failure in red["booked-once"])


def test_an_entry_whose_seal_was_forged_too_is_found_by_deriving_it(books: Books) -> None:
    books.take("01")
    lift_guards(books, *_TABLES)
    other = books.scalar("SELECT id FROM account WHERE code = '4530' AND administration_id = :a", a=books.id)
    books.execute("UPDATE posting SET account_id = :o WHERE line = 0", o=other)
    with books.hub.database.reading() as connection:
        entry_id = connection.execute(select(t.entry.c.id)).scalar_one()
        forged = load_sealed(connection, books.id, [entry_id])[entry_id].digest()
    with books.hub.database.transaction() as connection:
        connection.execute(update(t.entry).values(digest=forged))
    assert list(_red(books)) == ["derivation"]
    assert _red(books)["derivation"] == ("demo: INK 2026/1: posting 1: account is 4530, derived 4990",)


def test_another_name_under_a_booking_is_found(books: Books) -> None:
    books.take("01")
    stranger = actor_of(books.hub.database, books.hub.ids, "stranger", now())
    lift_guards(books, "entry")
    books.execute("UPDATE entry SET actor_id = :s", s=stranger)
    assert list(_red(books)) == ["seals"]


def test_an_original_that_was_swapped_for_another_document_is_found(books: Books) -> None:
    books.take("01")
    lift_guards(books, *_TABLES)
    with books.hub.database.transaction() as connection:
        connection.execute(update(t.original).values(body=zlib.compress(b"<Invoice/>"), size=10))
    assert {"originals", "documents"} <= set(_red(books))


def test_a_message_without_outcome_is_missed_unless_it_is_under_way(books: Books) -> None:
    books.take("14")
    uid = books.scalar("SELECT uid FROM message")
    books.execute("DELETE FROM finding")
    books.execute("DELETE FROM document")
    books.execute("DELETE FROM inbox")
    assert list(_red(books)) == ["outcomes"]
    books.execute(
        "INSERT INTO outbox (id, administration_id, lane, message_uid, envelope, not_before, created_at)"
        " VALUES (1, :a, 'invoice', :u, '{}', '2026-01-01 00:00:00', '2026-01-01 00:00:00')", a=books.id, u=uid
    )  # fmt: skip
    assert _red(books) == {}
