"""People are known by name: whoever is first seen by several at once is one user."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hub.store.ids import Ids
from hub.store.store import actor_of, now
from tests.books import open_books


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_user_is_made_once_when_several_see_him_first(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_tables_url") if kind == "postgres" else ""
    with open_books(tmp_path, url) as books:
        database, found, start = books.hub.database, [], threading.Barrier(8)

        def see() -> None:
            ids = Ids(database)
            ids.reserve(1)
            start.wait()
            found.append(actor_of(database, ids, "anna", now()))

        threads = [threading.Thread(target=see) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert set(found) == {books.scalar("SELECT id FROM app_user WHERE name = 'anna'")}
