"""Recording: claims, relations, numbers and messages when two workers decide at once, or a batch fails halfway."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from hub import failpoints
from hub.errors import StaleFacts, Transient
from hub.failpoints import FailpointError
from hub.model.message import Message
from hub.pipeline import book_all, process, read
from hub.store.record import PROVISIONAL
from hub.store.store import SqlStore
from tests.books import Books, document, message_of

OFFICE = "01"  # Papierhuis De Gouden Klem, GK-2026-0012
OFFICE_RESENT = "20"  # the same invoice in other bytes
OFFICE_SAME_FILE = "19"
COFFEE = "02"  # another supplier


def _store(books: Books) -> SqlStore:
    return books.hub.store(actor="tester")


def _again(messages: list[Message], books: Books) -> list[str]:
    """Decide with fresh facts, as the pipeline does after `StaleFacts`."""
    return [result.outcome for result in process(messages, books.hub.sources, _store(books))]


def _renumbered(number: str, old: str, new: str) -> bytes:
    body = document(number).read_text(encoding="utf-8")
    assert old in body
    return body.replace(old, new).encode()


def _counts(books: Books) -> tuple[int, ...]:
    tables = "entry posting open_item document inbox message original relation finding number_series"
    return tuple(books.scalar(f"SELECT COUNT(*) FROM {table}") for table in tables.split())


def test_the_second_of_two_stores_that_decided_on_the_same_facts_decides_again(books: Books) -> None:
    first, second = message_of(document(OFFICE)), message_of(document(OFFICE_RESENT))
    readings = {m.id: read(m, books.hub.sources) for m in (first, second)}
    facts = {m.id: _store(books).look_up([(m, readings[m.id])]) for m in (first, second)}
    cases = {m.id: book_all([m], [readings[m.id]], facts[m.id]) for m in (first, second)}
    assert [case.booking.outcome for m in (first, second) for case in cases[m.id]] == ["posted", "posted"]

    assert _store(books).record(cases[first.id], facts[first.id])[0].outcome == "posted"
    after_first = _counts(books)
    with pytest.raises(StaleFacts):
        _store(books).record(cases[second.id], facts[second.id])
    assert _counts(books) == after_first
    assert _again([second], books) == ["duplicate"]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 1


def test_a_claim_taken_meanwhile_of_a_known_relation_is_stale_too(books: Books) -> None:
    books.take("17")  # creates the relation, so that only the claim can fail
    body = _renumbered("17", "KB-20260501", "KB-77")
    first, second = message_of(body), message_of(body + b"\n")
    readings = [read(m, books.hub.sources) for m in (first, second)]
    facts = [_store(books).look_up([(m, r)]) for m, r in zip((first, second), readings, strict=True)]
    cases = [book_all([m], [r], f) for m, r, f in zip((first, second), readings, facts, strict=True)]
    assert _store(books).record(cases[0], facts[0])[0].outcome == "posted"
    with pytest.raises(StaleFacts):
        _store(books).record(cases[1], facts[1])
    assert _again([second], books) == ["duplicate"]


def test_a_new_relation_that_another_worker_created_first_is_found_the_second_time(books: Books) -> None:
    one, two = message_of(document("17")), message_of(document("18"))  # two invoices of one unknown supplier
    readings = [read(m, books.hub.sources) for m in (one, two)]
    facts = [_store(books).look_up([(m, r)]) for m, r in zip((one, two), readings, strict=True)]
    cases = [book_all([m], [r], f) for m, r, f in zip((one, two), readings, facts, strict=True)]
    assert all(case[0].booking.new_relation for case in cases)
    _store(books).record(cases[0], facts[0])
    with pytest.raises(StaleFacts):
        _store(books).record(cases[1], facts[1])
    assert _again([two], books) == ["posted"]
    assert books.rows("SELECT code FROM relation") == [("C0001",)]


def test_a_new_relation_is_created_once_per_batch_and_every_invoice_points_at_it(books: Books) -> None:
    results = books.take("17", "18", COFFEE, together=True)
    assert [r.outcome for r in results] == ["posted"] * 3
    assert results[0].relation_code == results[1].relation_code != results[2].relation_code
    assert not any(r.relation_code.startswith(PROVISIONAL) for r in results)
    assert books.rows("SELECT code FROM relation ORDER BY code") == [("C0001",), ("C0002",)]
    per_relation = "SELECT COUNT(*) FROM open_item GROUP BY relation_id ORDER BY COUNT(*)"
    assert books.rows(per_relation) == [(1,), (2,)]


def test_the_same_invoice_twice_in_a_batch_is_booked_once(books: Books) -> None:
    results = books.take(OFFICE, OFFICE_SAME_FILE, OFFICE_RESENT, together=True)
    assert [r.outcome for r in results] == ["posted", "duplicate", "duplicate"]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 1
    twins = books.rows("SELECT earlier_uid FROM document WHERE outcome = 'duplicate'")
    assert twins == [(results[0].message.id,)] * 2


def test_the_same_number_with_another_amount_in_a_batch_is_a_conflict(books: Books) -> None:
    results = books.take(OFFICE, "21", together=True)
    assert [r.outcome for r in results] == ["posted", "conflict"]
    assert books.rows("SELECT claim IS NULL FROM document WHERE outcome = 'conflict'") in ([(True,)], [(1,)])


def test_a_batch_gives_what_its_messages_one_by_one_give(books: Books) -> None:
    numbers = (OFFICE, COFFEE, "03", OFFICE_SAME_FILE, OFFICE_RESENT, "21", "14", "22", "17", "18")
    together = [r.outcome for r in books.take(*numbers, together=True)]
    books.second()
    alone = [books.process([message_of(document(number), "other")])[0].outcome for number in numbers]
    assert together == alone
    lines = """SELECT c.code, p.side, p.amount, p.vat_code FROM posting p
        JOIN account c ON c.administration_id = p.administration_id AND c.id = p.account_id
        JOIN entry e ON e.administration_id = p.administration_id AND e.id = p.entry_id
        JOIN administration a ON a.id = p.administration_id WHERE a.code = :code ORDER BY e.number, p.line"""
    assert books.rows(lines, code="demo") == books.rows(lines, code="other")


def test_a_second_delivery_of_a_message_does_nothing(books: Books) -> None:
    message = message_of(document(OFFICE))
    assert not books.process([message])[0].again
    before = _counts(books)
    result = books.process([message])[0]
    assert result.again
    assert _counts(books) == before


def test_a_message_twice_in_a_batch_is_recorded_once(books: Books) -> None:
    message = message_of(document("14"))  # refused: no claim stands between
    assert [r.again for r in books.process([message, message])] == [False, True]
    assert books.scalar("SELECT COUNT(*) FROM inbox") == 1
    assert books.scalar("SELECT COUNT(*) FROM document") == 1


def test_other_bytes_under_the_same_id_in_a_batch_are_never_lost_silently(books: Books) -> None:
    message = message_of(document(OFFICE), uid="one-id")
    other = message_of(document(COFFEE), uid="one-id")
    with pytest.raises(Transient):
        books.process([message, other])
    assert sum(_counts(books)) == 0


def test_an_invoice_whose_message_comes_twice_in_a_batch_is_booked_once(books: Books) -> None:
    message = message_of(document(OFFICE))
    results = books.process([message, message])
    assert [(r.outcome, r.number, r.again) for r in results] == [("posted", 1, False), ("posted", 1, True)]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 1
    assert books.rows("SELECT outcome FROM inbox") == [("posted",)]


@pytest.mark.parametrize("label", ["record:before-numbers", "record:before-seal", "record:end", "record:before-commit"])
def test_what_fails_halfway_leaves_nothing_and_no_gap(books: Books, label: str) -> None:
    books.take(OFFICE)
    before = _counts(books)
    failpoints.arm(f"{label}:raise")
    try:
        with pytest.raises(FailpointError):
            books.take(COFFEE, "17", together=True)
    finally:
        failpoints.arm("")
    assert _counts(books) == before
    results = books.take("17", COFFEE, together=True)
    assert sorted(r.number or 0 for r in results) == [2, 3]
    assert books.rows("SELECT last FROM number_series") == [(3,)]


def _of_known_supplier(books: Books) -> Message:
    """A first invoice made its relation and opened its year, so that this one can be recorded at once."""
    books.take("17")
    return message_of(_renumbered("17", "KB-20260501", "KB-77"))


@pytest.mark.parametrize("label", ["record:before-numbers", "record:before-seal", "record:end", "record:before-commit"])
def test_what_fails_halfway_alone_leaves_nothing_and_no_gap(books: Books, label: str) -> None:
    message = _of_known_supplier(books)
    before = _counts(books)
    failpoints.arm(f"{label}:raise")
    try:
        with pytest.raises(FailpointError):
            books.process([message])
    finally:
        failpoints.arm("")
    assert _counts(books) == before
    assert books.process([message])[0].number == 2
    assert books.rows("SELECT last FROM number_series") == [(2,)]


def test_a_second_delivery_of_a_known_supplier_takes_no_number(books: Books) -> None:
    message = _of_known_supplier(books)
    assert [(r.outcome, r.number, r.again) for r in books.process([message])] == [("posted", 2, False)]
    before = _counts(books)
    assert [(r.number, r.again) for r in books.process([message])] == [(None, True)]
    assert _counts(books) == before
    assert books.rows("SELECT last FROM number_series") == [(2,)]


def test_other_bytes_under_a_recorded_id_alone_are_never_lost_silently(books: Books) -> None:
    message = _of_known_supplier(books)
    books.process([message])
    before = _counts(books)
    with pytest.raises(Transient):
        books.process([message_of(_renumbered("17", "KB-20260501", "KB-78"), uid=message.id)])
    assert _counts(books) == before


def test_a_period_closed_meanwhile_refuses_the_entry_and_takes_no_number(books: Books) -> None:
    message = _of_known_supplier(books)
    reading = read(message, books.hub.sources)
    facts = _store(books).look_up([(message, reading)])
    cases = book_all([message], [reading], facts)
    before = _counts(books)
    books.execute("UPDATE period SET state = 'closed'")
    with pytest.raises(IntegrityError, match="LED-004"):
        _store(books).record(cases, facts)
    assert _counts(books) == before
    assert books.rows("SELECT last FROM number_series") == [(1,)]


def test_numbers_run_on_per_journal_and_fiscal_year(books: Books) -> None:
    results = books.take(OFFICE, "36", COFFEE, "30", "37", "17", together=True)
    numbers = [(r.booking.entry.journal, r.period[:4], r.number) for r in results if r.booking.entry]
    assert numbers == [
        ("INK", "2026", 1),
        ("VRK", "2026", 1),
        ("INK", "2026", 2),
        ("INK", "2024", 1),
        ("VRK", "2026", 2),
        ("INK", "2026", 3),
    ]
    assert books.rows("SELECT last FROM number_series ORDER BY last") == [(1,), (2,), (3,)]


def test_one_administration_never_sees_the_relations_and_invoices_of_another(books: Books) -> None:
    books.take(OFFICE)
    books.second()
    result = books.process([message_of(document(OFFICE), "other")])[0]
    assert (result.outcome, result.number, result.relation_code) == ("posted", 1, "C0001")
    assert books.rows("SELECT COUNT(*) FROM relation GROUP BY administration_id") == [(1,), (1,)]


def test_a_relation_that_a_document_brings_has_the_address_of_that_document(books: Books) -> None:
    books.take("01", "36")
    rows = books.rows(
        """SELECT r.code, a.kind, a.line_1, a.postcode, a.city, a.country FROM relation r
           JOIN relation_address a ON a.relation_id = r.id ORDER BY r.code"""
    )
    assert [row[0] for row in rows] == ["C0001", "C0002"]
    assert all(kind == "visit" and line and city and country == "NL" for _, kind, line, _, city, country in rows)
