"""Streams with a worker's rights alone: it keeps the order and lets others go on, and takes back no number; a bookkeeper skips one."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from hub.store import skipping
from hub.store.store import now
from tests.books import message_of, open_books
from tests.deploy.conftest import Roles
from tests.streams import numbered

pytestmark = pytest.mark.postgres


def test_worker_waits_and_goes_on_and_bookkeeper_skips(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.url("worker")) as books:
        outcomes = [books.process([message_of(numbered(number))])[0].outcome for number in (4, 2, 1)]
        assert outcomes == ["held", "held", "posted"]
        assert books.scalar("SELECT COUNT(*) FROM outbox") == 1
        [second] = books.process([message_of(numbered(2, blanks=1))])
        assert second.outcome == "posted"
    with open_books(tmp_path, granted.url("bookkeeper")) as books:
        books.hub.ids.reserve(skipping.KEYS)
        with books.hub.database.transaction() as connection:
            ids = books.hub.ids
            assert skipping.skip(connection, ids, books.id, "erp/stock", 3, "withdrawn", books.actor_id, now()) == 3
        assert books.scalar("SELECT COUNT(*) FROM stream_message WHERE waiting") == 0


TAKING_BACK = (
    "UPDATE stream SET key = key",
    "DELETE FROM stream",
    "UPDATE stream_number SET message_uid = message_uid",
    "DELETE FROM stream_number",
    "UPDATE stream_message SET seq = seq",
    "DELETE FROM stream_message",
    "DELETE FROM inbox",
    "DELETE FROM document",
)


def test_services_take_nothing_back(granted: Roles) -> None:
    for role in ("worker", "relay"):
        for statement in TAKING_BACK:
            with psycopg.connect(granted.url(role)) as connection, pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    for statement in TAKING_BACK[:6]:
        with psycopg.connect(granted.url("bookkeeper")) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())
