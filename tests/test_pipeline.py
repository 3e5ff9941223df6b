"""The way of a message on real books: read, look up, book, record; a bug in the middle is a refusal, not a stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from hub.formats.content import Content
from hub.model.booking import Booking, Rate
from hub.model.invoice import Invoice
from hub.pipeline import process, read
from hub.ports import Reading
from hub.sources import load_sources
from tests import corpus
from tests.books import Books, document, message_of, open_books, starter
from tests.builders import administration, balances, booked, facts, owed, stated_tax
from tests.builders import invoice as an_invoice

ANY_RATE = Decimal("1.2345")


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as opened:
        yield opened


class BrokenSource:
    """A source with a bug: it says yes to everything and then fails."""

    name = "broken"

    def recognise(self, content: Content) -> bool:
        return True

    def read(self, content: Content) -> Reading:
        raise ZeroDivisionError


class HugeNumberSource:
    """A source that reads the same invoice from anything, with a name beyond any limit."""

    name = "test"

    def recognise(self, content: Content) -> bool:
        return True

    def read(self, content: Content) -> Reading:
        return Reading("test", document=an_invoice(number="9" * 10_000))


def test_a_document_is_read_booked_and_recorded(books: Books) -> None:
    (result,) = books.take("01")
    assert (result.outcome, result.format, result.number, result.again) == ("posted", "ubl-invoice", 1, False)
    assert result.invoice is not None
    assert result.booking.entry is not None
    assert owed(result.booking.entry) == result.invoice.totals.due
    assert books.scalar("SELECT COUNT(*) FROM entry") == 1


def test_what_is_not_ours_to_read_is_refused_with_its_reason(books: Books) -> None:
    (result,) = books.process([message_of(b"<a/>")])
    assert result.outcome == "refused"
    assert [f.code for f in result.booking.findings] == ["HUB-FMT-01"]


def test_a_bug_in_a_source_refuses_that_message_only(books: Books) -> None:
    good, bad = message_of(document("01")), message_of(b"anything")
    assert read(bad, [BrokenSource()]).findings[0].code == "HUB-BUG"
    results = process([bad], [BrokenSource()], books.hub.store(actor="tester"))
    assert [(r.outcome, r.booking.findings[0].code) for r in results] == [("refused", "HUB-BUG")]
    assert [r.outcome for r in books.process([good])] == ["posted"]


def test_a_bug_in_booking_refuses_that_message_and_keeps_its_original(books: Books) -> None:
    books.save(replace(starter(), journals=()))
    (result,) = books.process([message_of(document("01"))])
    assert result.outcome == "refused"
    assert result.booking.findings[-1].code == "HUB-BUG"
    assert books.scalar("SELECT COUNT(*) FROM original") == 1
    assert books.scalar("SELECT COUNT(*) FROM entry") == 0


def test_a_number_of_any_length_is_recorded(books: Books) -> None:
    (result,) = process([message_of(b"x")], [HugeNumberSource()], books.hub.store(actor="tester"))
    assert result.outcome == "posted"
    assert books.scalar("SELECT LENGTH(number) FROM document") == 10_000


def test_the_order_of_a_batch_is_the_order_of_its_results(books: Books) -> None:
    messages = [message_of(document(number)) for number in ("02", "39", "01")]
    assert [r.message.id for r in books.process(messages)] == [m.id for m in messages]


def test_a_changed_administration_books_what_comes_after_by_its_new_rules(books: Books) -> None:
    books.take("01")
    books.save(administration(deduction_percentage=Decimal(0)))
    (result,) = books.take("02")
    assert result.booking.entry is not None
    assert "1520" not in balances(result.booking.entry)


HANDED_IN = starter().agreement_policy["cli"]


def _bookable() -> Iterator[tuple[str, Invoice, Booking]]:
    """Every document of the corpus that is XSD-valid, without fatal EN 16931 finding and no pro forma, with its booking."""
    sources, documents = load_sources(), corpus.documents()
    for row in corpus.rows("docs"):
        oracle = row["oracle"]
        fine = oracle["xsd"]["status"] == oracle["en16931"]["status"] == "ok"
        if not fine or any(finding[1] == "fatal" for finding in oracle["en16931"]["fired"]):
            continue
        reading = read(message_of(documents[row["id"]]), sources)
        made = reading.document
        assert made is not None, row["id"]
        if made.type_code != "325":
            rates = (Rate(made.currency, made.issue_date, ANY_RATE),)
            given = facts(relations=(), rates=rates, wished="purchase", agreements=HANDED_IN)
            yield row["id"], made, booked(made, given, reading.findings)


@corpus.needs_corpus
def test_every_valid_document_of_the_corpus_is_posted_to_the_cent() -> None:
    failed: list[tuple[str, str, list[str]]] = []
    count = 0
    for name, made, booking in _bookable():
        count += 1
        if booking.entry is None:
            failed.append((name, booking.outcome, [f.code for f in booking.findings if f.fatal]))
            continue
        sign = 1 if made.kind == "invoice" else -1
        came_to = (owed(booking.entry), stated_tax(booking.entry))
        if came_to != (sign * (made.totals.due or 0), sign * (made.totals.vat or 0)):
            failed.append((name, "amounts", [str(amount) for amount in came_to]))
    assert failed == []
    assert count > 300
