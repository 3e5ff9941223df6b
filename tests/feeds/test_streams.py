"""Mutations that name a stream are booked in the order of their numbers, on both engines, whatever order they come in."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from typing import Any

import pytest

from hub.errors import Conflict, NotFound, Usage
from hub.model.message import Message
from hub.reports.messages import list_messages, show_message
from hub.reports.streams import list_streams, show_stream
from hub.reports.verify import verify
from hub.store import held, skipping
from hub.store.messages import load_messages
from hub.store.store import now
from hub.store.stream_lookup import known_streams
from tests.books import Books, message_of
from tests.streams import numbered


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def send_on(books: Books, batch: int = 50) -> list[str]:
    """What the relay and a worker do with the outbox, until nothing is left; the outcomes that are new."""
    outcomes = []
    while uids := [row[0] for row in books.rows("SELECT message_uid FROM outbox WHERE sent_at IS NULL ORDER BY id")]:
        books.execute("UPDATE outbox SET sent_at = created_at")
        for start in range(0, len(uids), batch):
            outcomes += [
                r.outcome for r in books.process(stored(books, uids[start : start + batch])) if not (r.again or r.booking.waits)
            ]  # fmt: skip
    return outcomes


def stored(books: Books, uids: list[str]) -> list[Message]:
    with books.hub.database.reading() as connection:
        known = load_messages(connection, uids)
    return [known[uid] for uid in uids]


def booked(books: Books) -> list[str]:
    """The numbers of what is booked, in the order of the entries."""
    rows = books.rows("""SELECT d.number FROM entry e JOIN document d
        ON d.id = e.document_id AND d.administration_id = e.administration_id ORDER BY e.number""")
    return [row[0] for row in rows]


def skip(books: Books, seq: int, reason: str = "withdrawn", stream: str = "erp/stock") -> int:
    books.hub.ids.reserve(skipping.KEYS)
    with books.hub.database.transaction() as connection:
        return skipping.skip(connection, books.hub.ids, books.id, stream, seq, reason, books.actor_id, now())


def test_what_comes_too_early_waits_and_follows_by_itself(books: Books) -> None:
    for number in (3, 2):
        [early] = books.process([message_of(numbered(number))])
        assert (early.outcome, early.again, [f.code for f in early.booking.findings]) == ("held", False, ["HUB-SEQ-01"])
        assert early.booking.findings[0].expected == "1"
    assert booked(books) == []
    all_hold(books)
    [first] = books.process([message_of(numbered(1))])
    assert first.outcome == "posted"
    assert send_on(books) == ["posted", "posted"]
    assert booked(books) == ["stock-1", "stock-2", "stock-3"]
    all_hold(books)


def test_who_waits_is_listed_as_held_with_what_he_waits_for_now(books: Books) -> None:
    [early] = books.process([message_of(numbered(3))])
    books.process([message_of(numbered(1))])
    with books.hub.database.reading() as connection:
        [listed] = list_messages(connection, books.id, outcome="held", language="en")
        shown = show_message(connection, books.id, early.message.id, "en")
        [stream] = list_streams(connection, books.id)
        numbers = show_stream(connection, books.id, "ERP/stock")
    assert (listed["message_id"], listed["number"], listed["code"]) == (early.message.id, "stock-3", "HUB-SEQ-01")
    assert "number 2 is not booked yet" in listed["reason"]
    assert [f["code"] for f in shown["findings"]] == ["HUB-SEQ-01"]
    assert (stream["stream"], stream["applied"], stream["next"], stream["state"], stream["waiting"]) == (
        "erp/stock",
        1,
        2,
        "missing",
        1,
    )
    assert [(row["seq"], row["state"]) for row in numbers] == [(1, "posted"), (3, "waits")]


def test_a_file_the_wrong_way_round_is_booked_at_once_and_answered_as_it_came(books: Books) -> None:
    results = books.process([message_of(numbered(4, 2, 1, 3))])
    assert [r.outcome for r in results] == ["posted"] * 4
    assert [r.feed.number for r in results if r.feed] == ["stock-4", "stock-2", "stock-1", "stock-3"]
    assert booked(books) == ["stock-1", "stock-2", "stock-3", "stock-4"]
    all_hold(books)


def test_the_same_number_again_is_a_duplicate_or_a_conflict(books: Books) -> None:
    books.process([message_of(numbered(1, 2))])
    again = books.process([message_of(numbered(1, 2, blanks=1))])
    other = books.process([message_of(numbered(2, first=100))])
    assert [r.outcome for r in (*again, *other)] == ["duplicate", "duplicate", "conflict"]
    assert [f.code for f in other[0].booking.findings] == ["HUB-SEQ-02"]
    assert other[0].booking.earlier_uid == again[1].booking.earlier_uid
    assert booked(books) == ["stock-1", "stock-2"]
    all_hold(books)


def test_what_waits_twice_is_booked_once(books: Books) -> None:
    books.process([message_of(numbered(2))])
    books.process([message_of(numbered(2, blanks=1))])
    books.process([message_of(numbered(2, first=100))])
    books.process([message_of(numbered(1))])
    assert sorted(send_on(books)) == ["conflict", "duplicate", "posted"]
    assert len(booked(books)) == 2
    all_hold(books)


def test_a_message_that_comes_again_changes_nothing(books: Books) -> None:
    early, first = message_of(numbered(2)), message_of(numbered(1))
    books.process([early])
    assert [r.outcome for r in books.process([early, early])] == ["held", "held"]
    books.process([first])
    assert [(r.outcome, r.again) for r in books.process([first, early])] == [("posted", True), ("posted", False)]
    assert send_on(books) == []  # it came twice and was booked once
    assert booked(books) == ["stock-1", "stock-2"]
    all_hold(books)


def test_streams_and_what_names_none_do_not_wait_for_each_other(books: Books) -> None:
    outcomes = [
        books.process([message_of(numbered(*numbers, stream=stream, source=source))])[0].outcome
        for numbers, stream, source in (
            ((2,), "stock", "erp"),
            ((1,), "hours", "erp"),
            ((1,), "stock", "wms"),
            ((9,), "", "erp"),
        )
    ]
    assert outcomes == ["held", "posted", "posted", "posted"]
    other = books.second()
    assert other
    [elsewhere] = books.process([replace(message_of(numbered(1)), administration="other")])
    assert elsewhere.outcome == "posted"
    with books.hub.database.reading() as connection:
        assert [s["applied"] for s in list_streams(connection, books.id)] == [1, 0, 1]
    all_hold(books)


def test_a_held_head_holds_its_stream_until_it_is_released(books: Books) -> None:
    [head] = books.process([message_of(numbered(1, account="unheard of"))])
    [second] = books.process([message_of(numbered(2))])
    assert (head.outcome, second.outcome) == ("held", "held")
    with books.hub.database.reading() as connection:
        [stream] = list_streams(connection, books.id)
    assert (stream["state"], stream["message_id"]) == ("held", head.message.id)
    _map(books, "unheard of", "7000")
    _release(books, head.message.id)
    assert send_on(books) == ["posted", "posted"]
    assert booked(books) == ["stock-1", "stock-2"]
    all_hold(books)


def test_a_refused_head_is_followed_by_its_correction(books: Books) -> None:
    wrong = numbered(1).replace(b'"credit": "1.01"', b'"credit": "1.00"')
    assert [r.outcome for r in books.process([message_of(wrong)])] == ["refused"]
    assert [r.outcome for r in books.process([message_of(numbered(2))])] == ["held"]
    with books.hub.database.reading() as connection:
        assert [s["state"] for s in list_streams(connection, books.id)] == ["refused"]
    assert [r.outcome for r in books.process([message_of(numbered(1))])] == ["posted"]
    assert send_on(books) == ["posted"]
    all_hold(books)


def test_a_skipped_number_lets_the_others_go_on_and_is_never_booked(books: Books) -> None:
    [held_one] = books.process([message_of(numbered(1, account="unheard of"))])
    books.process([message_of(numbered(2, 4))])
    assert skip(books, 3) == 0
    assert skip(books, 1) == 1
    assert send_on(books) == ["posted", "posted"]
    assert books.rows("SELECT outcome FROM inbox WHERE message_uid = :u", u=held_one.message.id) == [("refused",)]
    [late] = books.process([message_of(numbered(3))])
    assert (late.outcome, [f.code for f in late.booking.findings]) == ("conflict", ["HUB-SEQ-03"])
    assert booked(books) == ["stock-2", "stock-4"]
    assert books.rows("SELECT what, subject FROM activity WHERE what = 'stream.skip' ORDER BY id") == [
        ("stream.skip", "erp/stock 3"), ("stream.skip", "erp/stock 1"),
    ]  # fmt: skip
    with books.hub.database.reading() as connection:
        tombstone = next(row for row in show_stream(connection, books.id, "erp/stock") if row["seq"] == 3)
    assert (tombstone["state"], tombstone["actor"], tombstone["reason"]) == ("skipped", "tester", "withdrawn")
    all_hold(books)


def test_what_cannot_be_skipped_or_released_says_why(books: Books) -> None:
    [early] = books.process([message_of(numbered(2))])
    books.process([message_of(numbered(1, stream="other"))])
    for arguments, error in (
        ((1, " "), Usage),
        ((0, "x"), Conflict),
        ((1, "x", "erp/nothing"), NotFound),
        ((1, "x", "erp/other"), Conflict),
    ):
        with pytest.raises(error, match="HUB-SEQ-0"):
            skip(books, *arguments)  # type: ignore[arg-type]
    for end in (held.refuse, lambda c, i, uid, *rest: held.release(c, i, uid, (), *rest)):
        with books.hub.database.transaction() as connection, pytest.raises(Conflict, match="HUB-SEQ-04"):
            end(connection, books.hub.ids, early.message.id, "x", books.actor_id, now())
    skip(books, 1)
    assert send_on(books) == ["posted"]
    all_hold(books)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_with_repetitions_gives_the_same_books(books: Books, seed: int) -> None:
    chance = random.Random(seed)
    bodies = [numbered(n) for n in range(1, 13)]
    arrivals = [message_of(body) for body in (*bodies, *chance.choices(bodies, k=5))]
    arrivals += chance.choices(arrivals, k=3)  # the very same messages again
    chance.shuffle(arrivals)
    while arrivals:
        size = chance.randint(1, 4)
        books.process(arrivals[:size])
        arrivals = arrivals[size:]
        if chance.random() < 0.4:
            send_on(books, chance.randint(1, 5))
    send_on(books, 2)
    assert booked(books) == [f"stock-{n}" for n in range(1, 13)]
    assert books.scalar("SELECT applied FROM stream") == 12
    assert books.scalar("SELECT COUNT(*) FROM stream_message WHERE waiting") == 0
    assert {r[0] for r in books.rows("SELECT outcome FROM inbox")} <= {"posted", "duplicate"}
    all_hold(books)


def test_two_workers_at_once_keep_the_order(books: Books) -> None:
    arrivals = [message_of(numbered(n, blanks=blank)) for n in range(1, 31) for blank in (0, 1)]
    random.Random(7).shuffle(arrivals)
    failures: list[BaseException] = []

    def work(mine: list[Message]) -> None:
        try:
            for start in range(0, len(mine), 3):
                books.process(mine[start : start + 3])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(arrivals[at:] + arrivals[:at],)) for at in (0, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    send_on(books)
    assert booked(books) == [f"stock-{n}" for n in range(1, 31)]
    all_hold(books)


def test_a_long_queue_goes_on_in_portions(books: Books) -> None:
    books.process([message_of(numbered(n)) for n in range(2, 232)])
    books.process([message_of(numbered(1))])
    assert books.scalar("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == 200
    assert set(send_on(books, 100)) == {"posted"}
    assert booked(books) == [f"stock-{n}" for n in range(1, 232)]


def test_a_file_that_waits_is_read_once_for_all_its_documents(books: Books) -> None:
    books.process([message_of(numbered(*range(2, 602)))])
    books.process([message_of(numbered(1))])
    assert books.scalar("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == 1
    assert send_on(books) == ["posted"] * 600
    assert books.scalar("SELECT COUNT(*) FROM outbox") <= 3
    all_hold(books)


def test_a_file_that_is_booked_whole_waits_for_its_turn_and_is_held_by_what_is_wrong(books: Books) -> None:
    _map(books, "heard of", "7000", whole=True)
    waits = books.process([message_of(numbered(2, 3, stream="early"))])
    assert [(r.outcome, r.booking.waits) for r in waits] == [("held", True)] * 2
    wrong = numbered(1, 2).replace(b'"credit": "2.02"', b'"credit": "2.00"')
    spoiled, refused = books.process([message_of(wrong)])
    [follows] = books.process([message_of(numbered(2, first=100))])
    assert [f.code for f in spoiled.booking.findings] == ["HUB-FEED-07"]
    assert (spoiled.outcome, refused.outcome, follows.booking.waits) == ("refused", "refused", True)
    together = books.process([message_of(numbered(1, stream="other")), message_of(numbered(2, 4, stream="other"))])
    assert [(r.outcome, r.booking.waits) for r in together] == [("posted", False), ("posted", False), ("held", True)]
    books.process([message_of(numbered(1, stream="early"))])
    assert send_on(books) == ["posted", "posted"]
    all_hold(books)


def test_a_file_held_whole_books_none_of_its_numbers_in_the_same_batch(books: Books) -> None:
    _map(books, "heard of", "7000", whole=True)
    wrong = numbered(1, 2, account="unheard of").replace(b"unheard of", b"heard of", 1)
    results = books.process([message_of(wrong), message_of(numbered(3))])
    assert [(r.outcome, r.booking.waits) for r in results] == [("held", False), ("held", False), ("held", True)]
    assert booked(books) == []
    all_hold(books)


def test_what_names_no_stream_asks_and_locks_nothing(books: Books) -> None:
    [plain] = books.process([message_of(numbered(1, stream=""))])
    assert plain.outcome == "posted"
    assert plain.feed is not None
    nowhere: Any = None  # whoever asked it anything would fail
    assert known_streams(nowhere, [(books.id, plain.message.id, plain.feed)]) == {}
    with pytest.raises(AttributeError):
        known_streams(nowhere, [(books.id, "m", replace(plain.feed, stream="stock", seq=1))])  # type: ignore[type-var]
    assert books.scalar("SELECT (SELECT COUNT(*) FROM stream) + (SELECT COUNT(*) FROM stream_message)") == 0


def _map(books: Books, word: str, account: str, *, whole: bool = False) -> None:
    folder = books.hub.settings.home / "mappings"
    folder.mkdir(exist_ok=True)
    commit = 'settings.commit = "whole"\n' if whole else ""
    words = f'[account]\n"{word}" = "{account}"\n"stock" = "3000"\n"cost of sales" = "7000"\n'
    (folder / "mutations.toml").write_text(commit + words)


def _release(books: Books, uid: str) -> None:
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        held.release(connection, books.hub.ids, uid, (), "mapped", books.actor_id, now())
