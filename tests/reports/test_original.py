"""The original behind a booking: the very bytes, or a refusal to call anything else by that name."""

from __future__ import annotations

import pytest

from hub.errors import Bug, Conflict, NotFound, Usage
from hub.reports.original import Original, embedded_body, original_of
from tests.books import Books, document
from tests.reports.tampering import lift_guards


def _original(books: Books, **named: str) -> Original:
    with books.hub.database.reporting() as connection:
        return original_of(connection, books.id, **named)


def test_invoice_message_and_entry_lead_to_the_same_bytes(books: Books) -> None:
    result = books.take("01")[0]
    wanted = document("01").read_bytes()
    for named in ({"invoice": "gk 2026 0012"}, {"message": result.message.id}, {"entry": "INK/2026/1"}):
        found = _original(books, **named)
        assert (found.body, found.file_name, found.message_id) == (wanted, "01-office-supplies.xml", result.message.id)


def test_embedded_files_are_listed_and_given(books: Books) -> None:
    books.take("13")
    (number,) = {str(row[0]) for row in books.rows("SELECT number FROM document")}
    found = _original(books, invoice=number)
    assert [(e.number, e.media_type) for e in found.embedded] == [(1, "application/pdf")]
    with books.hub.database.reporting() as connection:
        body = embedded_body(connection, books.id, found.embedded[0])
    assert body.startswith(b"%PDF")
    assert len(body) == found.embedded[0].size


def test_a_number_that_two_documents_bear_asks_which(books: Books) -> None:
    books.take("01")
    books.execute("UPDATE document SET number_key = 'SAME'")
    books.take("36")
    books.execute("UPDATE document SET number_key = 'SAME'")
    with pytest.raises(Conflict, match="--relation"):
        _original(books, invoice="same")
    assert _original(books, invoice="same", relation="C0001").file_name == "01-office-supplies.xml"


def test_a_repeated_document_is_not_what_its_number_means(books: Books) -> None:
    books.take("01", "19")
    assert _original(books, invoice="GK-2026-0012").file_name == "01-office-supplies.xml"


def test_what_did_not_come_in_is_not_found(books: Books) -> None:
    books.take("01")
    for named in ({"invoice": "nothing"}, {"message": "nothing"}, {"entry": "INK/2026/99"}):
        with pytest.raises(NotFound):
            _original(books, **named)
    with pytest.raises(Usage, match="INK/2026/12"):
        _original(books, entry="12")


def test_changed_bytes_are_never_given_out(books: Books) -> None:
    books.take("01")
    lift_guards(books, "original")
    books.execute("UPDATE original SET body = :b", b=__import__("zlib").compress(b"another"))
    with pytest.raises(Bug, match="not what was received"):
        _original(books, invoice="GK-2026-0012")
