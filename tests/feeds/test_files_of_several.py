"""A file of several documents: each has its own outcome, each is booked once, and all or none where the mapping says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from hub import failpoints, parts
from hub.formats.content import Content
from hub.reports.verify import verify
from hub.store.held import release
from hub.store.store import now
from hub.store.waiting_mappings import can_go_on, waiting_words
from hub.workers.intake import work
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from tests.books import Books, message_of, open_books

TWO_DAYS = b"""kassa;datum;rapport;soort;naam;tarief;netto;btw;bedrag
Bar;02-03-2026;17;omzet;;21%;1.000,00;210,00;1.210,00
Bar;02-03-2026;17;betaling;pin;;;;1.210,00
Bar;03-03-2026;18;omzet;;9;100,00;9,00;109,00
Bar;03-03-2026;18;betaling;TENDER;;;;109,00
"""
FINE = TWO_DAYS.replace(b"TENDER", b"pin")
STRANGE = TWO_DAYS.replace(b"TENDER", b"bitcoin")


def outcomes(books: Books) -> list[tuple[str, str]]:
    return sorted((row[0][-2:], row[1]) for row in books.rows("SELECT message_uid, outcome FROM inbox"))


def balance(books: Books, account: str) -> int:
    query = """SELECT COALESCE(SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END), 0)
               FROM posting p JOIN account a ON a.id = p.account_id AND a.administration_id = p.administration_id WHERE a.code = :c"""
    return int(books.scalar(query, c=account))


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def own_mapping(books: Books, text_: str) -> None:
    path = Path(books.hub.settings.home) / "mappings" / "dayreport.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text_, "utf-8")


def test_each_document_is_a_message_of_the_same_original(books: Books) -> None:
    results = books.process([message_of(FINE, uid="file-1")])
    assert [(r.message.id, r.outcome) for r in results] == [("file-1", "posted"), ("file-1~2", "posted")]
    assert books.scalar("SELECT COUNT(*) FROM original") == 1
    assert [r.booking.entry.booking_date for r in results if r.booking.entry] == [date(2026, 3, 2), date(2026, 3, 3)]
    assert balance(books, "1050") == 131900
    all_hold(books)


def test_the_same_file_again_books_nothing(books: Books) -> None:
    books.process([message_of(FINE, uid="file-1")])
    again = books.process([message_of(FINE, uid="file-1"), message_of(FINE, uid="file-2")])
    assert [(r.outcome, r.again) for r in again[:2]] == [("posted", True), ("posted", True)]
    assert [r.outcome for r in again[2:]] == ["duplicate", "duplicate"]
    assert balance(books, "1050") == 131900
    all_hold(books)


def test_the_same_day_with_other_figures_is_a_conflict_that_names_the_first(books: Books) -> None:
    books.process([message_of(FINE, uid="file-1")])
    other = books.process([message_of(FINE.replace(b"109,00", b"108,00").replace(b"100,00", b"99,00"), uid="file-2")])
    assert [r.outcome for r in other] == ["duplicate", "conflict"]
    assert other[1].booking.earlier_uid == "file-1~2"
    all_hold(books)


def test_the_same_day_twice_in_one_file_shows(books: Books) -> None:
    twice = FINE + FINE.partition(b"\n")[2].replace(b"03-03", b"04-03")
    results = books.process([message_of(twice, uid="file-1")])
    assert sorted(r.outcome for r in results)[:1] == ["posted"]
    assert balance(books, "1050") == sum(
        p.amount.minor
        for r in results
        if r.booking.entry
        for p in r.booking.entry.postings
        if p.account == "1050" and p.side == "debit"
    )


def test_an_unknown_word_holds_only_its_document_and_says_which_line_to_add(books: Books) -> None:
    results = books.process([message_of(STRANGE, uid="file-1")])
    assert [r.outcome for r in results] == ["posted", "held"]
    finding = next(f for f in results[1].booking.findings if f.fatal)
    assert finding.code == "HUB-MAP-01"
    assert dict(finding.details)["line"] == 'tender."bitcoin" = "…"'
    assert dict(finding.details)["file"] == "mappings/dayreport.toml"
    all_hold(books)


def test_a_file_that_is_booked_whole_is_held_whole(books: Books) -> None:
    own_mapping(books, 'settings.commit = "whole"\n')
    results = books.process([message_of(STRANGE, uid="file-1")])
    assert [r.outcome for r in results] == ["held", "held"]
    assert [f.code for f in results[0].booking.findings if f.fatal] == ["HUB-FEED-06"]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 0


def test_adding_the_line_releases_what_waited_for_it(books: Books) -> None:
    own_mapping(books, 'settings.commit = "whole"\n')
    books.process([message_of(STRANGE, uid="file-1")])
    assert [outcome for _, outcome in outcomes(books)] == ["held", "held"]
    own_mapping(books, 'settings.commit = "each"\ntender."bitcoin" = "1050"\n')
    books.hub.ids.reserve(100)
    with books.hub.database.transaction() as connection:
        ready = can_go_on(waiting_words(connection, books.id), books.hub.mappings, "demo")
        assert sorted(ready) == ["file-1", "file-1~2"]
        for uid in ready:
            release(connection, books.hub.ids, uid, (), "mapping", books.actor_id, now())
    books.process([message_of(STRANGE, uid=uid) for uid in ready])
    assert [outcome for _, outcome in outcomes(books)] == ["posted", "posted"]
    assert balance(books, "1050") == 131900
    all_hold(books)


def test_what_a_queue_brought_goes_on_by_the_queue(tmp_path: Path) -> None:
    with open_books(tmp_path) as books:
        uids = list(publish(books.hub, "demo", [Document(STRANGE, "days.csv", "text/csv")], "mutation"))
        relay(books.hub, once=True)
        work(books.hub, ("mutation",), once=True)
        own_mapping(books, 'tender."bitcoin" = "1050"\n')
        books.hub.ids.reserve(100)
        with books.hub.database.transaction() as connection:
            ready = can_go_on(waiting_words(connection, books.id), books.hub.mappings, "demo")
            assert ready == [f"{uids[0]}~2"]
            release(connection, books.hub.ids, ready[0], (), "mapping", books.actor_id, now())
        relay(books.hub, once=True)
        work(books.hub, ("mutation",), once=True)
        assert [outcome for _, outcome in outcomes(books)] == ["posted", "posted"]
        all_hold(books)


def test_nothing_goes_on_while_its_word_is_lacking(books: Books) -> None:
    books.process([message_of(STRANGE, uid="file-1")])
    with books.hub.database.reading() as connection:
        words = waiting_words(connection, books.id)
    assert [(w.source, w.table, w.word) for w in words] == [("dayreport", "tender", "bitcoin")]
    assert can_go_on(words, books.hub.mappings, "demo") == []


def test_a_large_file_that_dies_between_its_commits_is_booked_once(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PORTION", 1)
    message = message_of(FINE, uid="file-1")
    failpoints.arm("record:before-commit:2:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            books.process([message])
    finally:
        failpoints.arm("")
    assert [uid for uid, _ in outcomes(books)] == ["-1"]
    books.process([message])
    assert [outcome for _, outcome in outcomes(books)] == ["posted", "posted"]
    assert balance(books, "1050") == 131900
    all_hold(books)


def test_a_mapping_that_was_changed_leaves_old_entries_as_they_were_decided(books: Books) -> None:
    books.process([message_of(FINE, uid="file-1")])
    own_mapping(books, 'tender."pin" = "1000"\n')
    all_hold(books)
    with books.hub.database.transaction() as connection:
        kept = connection.execute(text("SELECT COUNT(*) FROM source_mapping")).scalar()
    assert kept == 1  # the mapping in force then


def test_every_source_says_that_a_file_is_not_its_own_without_raising(books: Books) -> None:
    strange = (b"", b"\x00\x01", b"{", b"[" * 5000, b"<a", b"%PDF-1.7", b"UNA:+.? '", b"a;b\n1;2\n", b"\xff\xfe\x00<")
    for body in strange:
        content = Content(body)
        assert [s.name for s in books.hub.sources if s.recognise(content)] == []
