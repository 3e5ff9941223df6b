"""The checks on streams: they look at something, hold, and each fails when its fact is broken."""

from __future__ import annotations

import pytest

from hub.reports.verify import verify
from hub.store import skipping
from hub.store.store import now
from tests.books import Books, message_of
from tests.streams import numbered


@pytest.fixture
def numbered_books(books: Books) -> Books:
    """Numbers 1 and 2 booked, 3 skipped, 5 waiting."""
    books.process([message_of(numbered(1, 2, 5))])
    books.hub.ids.reserve(skipping.KEYS)
    with books.hub.database.transaction() as connection:
        skipping.skip(connection, books.hub.ids, books.id, "erp/stock", 3, "withdrawn", books.actor_id, now())
    return books


def test_they_look_at_something_and_hold(numbered_books: Books) -> None:
    found = {r.check: r for r in verify(numbered_books.hub.database, numbered_books.hub.sources)}
    assert [(name, r.failures) for name, r in found.items() if not r.ok] == []
    assert (found["streams"].checked, found["streams-waiting"].checked) == (3, 3)


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE stream SET applied = 2", "streams"),
        ("UPDATE stream SET applied = 1", "streams"),
        ("UPDATE stream SET applied = 4", "streams"),
        ("DELETE FROM stream_number WHERE seq = 2", "streams"),
        ("UPDATE stream_number SET reason = '' WHERE seq = 3", "streams"),
        (
            "UPDATE stream_number SET message_uid = (SELECT message_uid FROM stream_message WHERE seq = 5) WHERE seq = 2",
            "streams",
        ),
        ("UPDATE stream_message SET waiting = true WHERE seq = 1", "streams-waiting"),
        ("UPDATE stream_message SET seq = 4 WHERE seq = 5", "streams-waiting"),
        ("UPDATE stream_message SET seq = 9 WHERE seq = 2", "streams-waiting"),
        ("UPDATE stream_message SET waiting = false WHERE seq = 5", "outcomes"),
    ],
)
def test_each_fails_when_its_fact_is_broken(numbered_books: Books, statement: str, check: str) -> None:
    assert numbered_books.execute(statement) == 1
    failed = {r.check for r in verify(numbered_books.hub.database, numbered_books.hub.sources) if not r.ok}
    assert check in failed
