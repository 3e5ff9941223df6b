"""Books for the ways in, and what came into them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import Books, open_books

ARRIVED = "SELECT external_id, file_name, lane, media_type FROM message WHERE channel = :c ORDER BY received_at, id"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """A new installation with administration `demo`."""
    with open_books(tmp_path / "home") as opened:
        yield opened


def arrived(books: Books, channel: str) -> list[tuple[str, str, str, str]]:
    """External id, file name, lane and media type of each message of a channel."""
    return [tuple(row) for row in books.rows(ARRIVED, c=channel)]  # type: ignore[misc]


def names(books: Books, channel: str) -> list[str]:
    """File names of the messages of a channel."""
    return sorted(row[1] for row in arrived(books, channel))
