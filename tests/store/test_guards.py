"""The ledger's last wall: what the database itself refuses, whoever writes, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from hub.store import tables as t
from hub.store.metadata import metadata
from tests.books import Books
from tests.store.raw import DAY, RawEntry, raw_entry, raw_relation

BALANCE, CURRENCY, CONTROL, PERIOD, ELSEWHERE = "LED-001", "LED-002", "LED-003", "LED-004", "LED-005"
LATE, CHANGED = "LED-006", "LED-007"


def _entries(books: Books) -> int:
    return int(books.scalar("SELECT COUNT(*) FROM entry"))


def _refused(entry: RawEntry, reason: str) -> None:
    """Recording it fails for that reason, and leaves nothing behind."""
    before = _entries(entry.books), entry.books.scalar("SELECT COUNT(*) FROM posting")
    with pytest.raises(DBAPIError, match=reason):
        entry.record()
    assert (_entries(entry.books), entry.books.scalar("SELECT COUNT(*) FROM posting")) == before


def test_a_sound_entry_is_taken(books: Books) -> None:
    raw_entry(books).record()
    assert _entries(books) == 1


def test_an_entry_that_does_not_balance_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[0].update(amount=9999, base_amount=9999)
    _refused(entry, BALANCE)


def test_an_entry_that_balances_in_its_currency_only_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[0]["base_amount"] = 9999
    _refused(entry, BALANCE)


def test_an_entry_that_balances_in_base_only_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[0]["amount"] = 9999
    _refused(entry, BALANCE)


def test_an_entry_whose_currencies_do_not_balance_each_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[0]["currency"] = "USD"
    _refused(entry, CURRENCY)


def test_an_entry_of_two_currencies_that_each_balance_is_taken(books: Books) -> None:
    entry = raw_entry(books)
    both = [{**entry.postings[0], "line": line, "currency": "USD", "amount": 7} for line in (2, 3)]
    both[1]["side"] = "credit"
    entry.postings += both
    entry.header["posting_count"] = 4
    entry.record()
    assert _entries(books) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_header_that_counts_other_postings_is_refused(books: Books, count: int) -> None:
    entry = raw_entry(books)
    entry.header["posting_count"] = count
    _refused(entry, BALANCE)


def test_an_entry_without_postings_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings, entry.items = [], []
    entry.header["posting_count"] = 0
    _refused(entry, BALANCE)


def test_a_negative_amount_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    for posting in entry.postings:
        posting.update(amount=-100, base_amount=-100)
    _refused(entry, "positive")


def test_postings_without_a_header_are_refused_at_commit(books: Books) -> None:
    with pytest.raises(DBAPIError, match="(?i)foreign key"):
        raw_entry(books).record(seal=False)
    assert books.scalar("SELECT COUNT(*) FROM posting") == 0


def _late_posting(entry: RawEntry, line: int) -> dict[str, object]:
    return {**entry.postings[0], "line": line}


def _late_vat_line(entry: RawEntry, line: int) -> dict[str, object]:
    amounts = dict.fromkeys(
        ("base", "tax", "non_deductible", "base_in_base", "tax_in_base", "non_deductible_in_base"), 0
    )
    common = {"administration_id": entry.administration, "entry_id": entry.header["id"], "line": line}
    more = {"code": "IH", "currency": "EUR", "kind": "", "reverse_charge": False, "supply_date": DAY, "tax_date": DAY}
    return {**common, **amounts, **more}


@pytest.mark.parametrize("table", ["posting", "open_item", "vat_line", "entry_facts"])
def test_what_is_added_to_a_sealed_entry_is_refused(books: Books, table: str) -> None:
    entry = raw_entry(books)
    entry.record()
    rows = {
        "posting": _late_posting(entry, 2),
        "open_item": {**entry.items[0], "id": books.hub.ids.take()},
        "vat_line": _late_vat_line(entry, 0),
        "entry_facts": {
            "administration_id": entry.administration, "entry_id": entry.header["id"], "chart_hash": "0" * 64, "facts": b"",
            "decisions": b"", "versions": "{}",
        },
    }  # fmt: skip
    with (
        pytest.raises(DBAPIError, match=LATE),
        books.hub.database.transaction() as connection,
    ):
        connection.execute(insert(metadata.tables[table]).values(rows[table]))


# A column of each append-only table that a demo document fills, and another value for it.
_CHANGES = {
    "entry": "description = 'changed'",
    "posting": "amount = amount + 1",
    "vat_line": "tax = tax + 1",
    "open_item": "due_date = '2030-01-01'",
    "entry_facts": "versions = '{}'",
    "original": "size = size + 1",
    "message": "file_name = 'changed'",
    "chart": "hash = 'changed'",
}


@pytest.mark.parametrize("table", sorted(_CHANGES))
def test_what_is_booked_or_received_is_never_changed_or_deleted(books: Books, table: str) -> None:
    books.take("01")
    before = books.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
    assert before
    for statement in (f"UPDATE {table} SET {_CHANGES[table]}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match=CHANGED):
            books.execute(statement)
    assert books.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") == before


@pytest.mark.parametrize("state", ["closed", "locked"])
def test_a_booking_in_a_period_that_is_not_open_is_refused(books: Books, state: str) -> None:
    entry = raw_entry(books)
    books.execute("UPDATE period SET state = :s WHERE id = :p", s=state, p=entry.header["period_id"])
    _refused(entry, PERIOD)


def test_a_booking_dated_outside_its_period_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.header["booking_date"] = DAY + timedelta(days=31)
    _refused(entry, PERIOD)


def test_a_booking_in_another_fiscal_year_than_its_period_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    year_id = books.hub.ids.take()
    year = {"administration_id": books.id, "id": year_id, "year": 2031, "first_day": date(2031, 1, 1)}
    with books.hub.database.transaction() as connection:
        connection.execute(insert(t.fiscal_year).values({**year, "last_day": date(2031, 12, 31)}))
    entry.header["fiscal_year_id"] = year_id
    _refused(entry, PERIOD)


def test_a_control_posting_without_relation_and_open_item_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[1].update(relation_id=None, open_item_id=None)
    _refused(entry, CONTROL)


@pytest.mark.parametrize("missing", ["relation_id", "open_item_id"])
def test_a_posting_with_half_of_relation_and_open_item_is_refused(books: Books, missing: str) -> None:
    entry = raw_entry(books)
    entry.postings[1][missing] = None
    _refused(entry, "control")


def test_an_open_item_on_an_ordinary_account_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[1]["account_id"] = entry.accounts["4530"]
    _refused(entry, CONTROL)


def test_an_open_item_on_the_control_account_of_the_other_side_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[1]["account_id"] = entry.accounts["1300"]
    _refused(entry, CONTROL)


def test_a_control_posting_with_another_relation_than_its_open_item_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.postings[1]["relation_id"] = raw_relation(books, books.id)
    _refused(entry, CONTROL)


def test_a_control_posting_in_another_currency_than_its_open_item_is_refused(books: Books) -> None:
    entry = raw_entry(books)
    entry.items[0]["currency"] = "USD"
    _refused(entry, CONTROL)


def _other_account(entry: RawEntry, other: RawEntry) -> None:
    entry.postings[0]["account_id"] = other.postings[0]["account_id"]


def _other_relation(entry: RawEntry, other: RawEntry) -> None:
    entry.items[0]["relation_id"] = entry.postings[1]["relation_id"] = other.items[0]["relation_id"]


def _other_open_item(entry: RawEntry, other: RawEntry) -> None:
    entry.items = []
    entry.postings[1]["open_item_id"] = other.items[0]["id"]


def _other_journal(entry: RawEntry, other: RawEntry) -> None:
    entry.header["journal_id"] = other.header["journal_id"]


def _other_period(entry: RawEntry, other: RawEntry) -> None:
    entry.header["period_id"] = other.header["period_id"]


def _other_fiscal_year(entry: RawEntry, other: RawEntry) -> None:
    entry.header.update(period_id=other.header["period_id"], fiscal_year_id=other.header["fiscal_year_id"])


def _other_entry(entry: RawEntry, other: RawEntry) -> None:
    entry.header["reversal_of"] = other.header["id"]


@pytest.mark.parametrize(
    ("borrow", "reason"),
    [
        (_other_account, CONTROL),
        (_other_relation, ELSEWHERE),
        (_other_open_item, CONTROL),
        (_other_journal, ELSEWHERE),
        (_other_period, PERIOD),
        (_other_fiscal_year, PERIOD),
        (_other_entry, ELSEWHERE),
    ],
)
def test_a_reference_to_another_administration_is_refused(
    books: Books, borrow: Callable[[RawEntry, RawEntry], None], reason: str
) -> None:
    other = raw_entry(books, books.second())
    other.record()
    entry = raw_entry(books)
    borrow(entry, other)
    _refused(entry, reason)


def test_a_document_of_another_administration_is_refused(books: Books) -> None:
    books.take("01")
    entry = raw_entry(books, books.second())
    entry.header["document_id"] = books.scalar("SELECT id FROM document")
    with pytest.raises(DBAPIError, match="(?i)foreign key"):
        entry.record()
    assert books.scalar("SELECT COUNT(*) FROM entry WHERE administration_id = :a", a=entry.administration) == 0


def test_a_number_that_was_given_out_already_is_refused(books: Books) -> None:
    raw_entry(books).record()
    _refused(raw_entry(books), "(?i)unique")


def test_an_entry_is_reversed_once_only(books: Books) -> None:
    first = raw_entry(books)
    first.record()
    for number in (2, 3):
        storno = raw_entry(books, number=number)
        storno.header["reversal_of"] = first.header["id"]
        if number == 2:
            storno.record()
    _refused(storno, "(?i)unique")


def test_all_entries_of_a_batch_are_refused_with_the_one_that_is_wrong(books: Books) -> None:
    sound, wrong = raw_entry(books, number=1), raw_entry(books, number=2)
    wrong.postings[0].update(amount=1, base_amount=1)

    def write_both() -> None:
        with books.hub.database.transaction() as connection:
            sound.write(connection)
            wrong.write(connection)

    with pytest.raises(DBAPIError, match=BALANCE):
        write_both()
    assert _entries(books) == 0


def test_a_whole_table_cannot_be_emptied(books: Books) -> None:
    books.take("01")
    statement = "DELETE FROM posting" if books.hub.database.is_sqlite else "TRUNCATE posting"
    with pytest.raises(DBAPIError, match=CHANGED), books.hub.database.transaction() as connection:
        connection.execute(text(statement))
    assert books.scalar("SELECT COUNT(*) FROM posting") > 0
