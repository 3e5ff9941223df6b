"""Entries as JSON: what intake shows and what the books show are the same lines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, insert

from hub.reports import entries as module
from hub.reports.entries import entries, entry_json
from hub.store import tables as t
from tests.books import Books
from tests.store.raw import raw_entry

POSTED = ["01", "02", "03", "04", "08", "10", "12", "13", "17", "18", "25", "29", "30", "35", "36", "37", "38"]


def _entries(books: Books, **choice: Any) -> list[dict[str, Any]]:
    with books.hub.database.reading() as connection:
        return list(entries(connection, books.id, **choice))


def _line(account: str, side: str, amount: str, vat_code: str, relation: str | None = None) -> dict[str, Any]:
    what = {"account": account, "side": side, "amount": amount, "currency": "EUR"}
    return {**what, "vat_code": vat_code, "relation": relation}


def test_an_entry_has_the_shape_of_the_contract(books: Books) -> None:
    result = books.take("01")[0]
    assert _entries(books) == [
        {
            "journal": "INK",
            "number": 1,
            "date": "2026-01-15",
            "period": "2026-01",
            "description": "Papierhuis De Gouden Klem B.V. GK-2026-0012",
            "message_id": result.message.id,
            "reversal_of": None,
            "postings": [
                _line("4990", "debit", "287.00", "IH"),
                _line("1520", "debit", "60.27", "IH"),
                _line("1600", "credit", "347.27", "", "C0001"),
            ],
            "vat_lines": [
                {
                    "code": "IH",
                    "base": "287.00",
                    "tax": "60.27",
                    "non_deductible": "0.00",
                    "reverse_charge": False,
                    "supply_date": "2026-01-15",
                    "tax_date": "2026-01-15",
                }
            ],
        }
    ]


@pytest.mark.parametrize("together", [False, True])
def test_what_intake_shows_is_what_the_books_show(books: Books, together: bool) -> None:
    shown = [entry_json(result) for result in books.take(*POSTED, together=together)]
    stored = {entry["message_id"]: entry for entry in _entries(books)}
    assert len(stored) == len(POSTED)
    for entry in shown:
        assert json.dumps(entry) == json.dumps(stored[entry["message_id"]])


def test_a_foreign_amount_has_its_base_beside_it(books: Books) -> None:
    books.take("08")
    control = _entries(books)[0]["postings"][-1]
    assert (control["amount"], control["currency"], control["base"]) == ("1480.00", "USD", "1275.86")


def test_a_booking_that_was_not_recorded_has_no_number(books: Books) -> None:
    result = books.take("01")[0]
    dry = entry_json(replace(result, number=None, period=""))
    assert (dry["number"], dry["period"]) == (None, None)
    assert dry["postings"] == entry_json(result)["postings"]


def test_a_result_without_entry_has_no_json(books: Books) -> None:
    with pytest.raises(ValueError, match="refused"):
        entry_json(books.take("14")[0])


def test_journal_and_days_choose(books: Books) -> None:
    books.take("01", "36", "30", "03")
    assert [e["journal"] for e in _entries(books, journal="VRK")] == ["VRK"]
    january = _entries(books, first=date(2026, 1, 1), last=date(2026, 1, 31))
    assert [e["date"] for e in january if e["journal"] == "INK"] == ["2026-01-15"]
    assert _entries(books, journal="none") == []


def test_entries_stand_per_journal_year_and_number_over_pages(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.take(*POSTED, together=True)
    whole = _entries(books)
    keys = [(e["journal"], e["period"][:4], e["number"]) for e in whole]
    assert keys == sorted(keys)
    monkeypatch.setattr(module, "PAGE", 3)
    assert _entries(books) == whole


def test_the_number_of_queries_does_not_grow_with_the_entries(books: Books) -> None:
    def queries() -> int:
        count = 0

        def counted(*_args: Any) -> None:
            nonlocal count
            count += 1

        event.listen(books.hub.database.engine, "before_cursor_execute", counted)
        _entries(books, journal="INK", first=date(2026, 1, 1))
        event.remove(books.hub.database.engine, "before_cursor_execute", counted)
        return count

    books.take("01")
    one = queries()
    books.take("02", "03", "17", "18")
    assert queries() == one


def test_a_reversal_names_what_it_reverses(books: Books) -> None:
    first = raw_entry(books)
    first.record()
    storno = raw_entry(books, number=2)
    storno.header["reversal_of"] = first.header["id"]
    with books.hub.database.transaction() as connection:
        storno.write(connection)
        series = {"administration_id": books.id, "journal_id": first.header["journal_id"], "last": 2}
        connection.execute(insert(t.number_series).values({**series, "fiscal_year_id": first.header["fiscal_year_id"]}))
    assert [e["reversal_of"] for e in _entries(books)] == [None, "INK/2026/1"]
