"""Books on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import Books, open_books


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Empty books of this test."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path, url) as opened:
        yield opened
