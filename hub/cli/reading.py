"""What every command that shows the books needs: one snapshot to read, the administration, and where to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.cli.options import Language
    from hub.cli.output import Output
    from hub.store.administrations import Books


@contextmanager
def reading_books(
    administration: str, as_json: bool, language: Language | None
) -> Iterator[tuple[Connection, Books, Output]]:
    """A connection for reading in one snapshot, the books with their chart, and where to show."""
    settings = settings_of(language, administration=administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books

        code = hub.administration_code(administration)
        with hub.database.reporting() as connection:
            yield connection, load_books(connection, [code])[code], output_of(settings, as_json)


@contextmanager
def reading(administration: str, as_json: bool, language: Language | None) -> Iterator[tuple[Connection, int, Output]]:
    """As `reading_books`, for questions that need no more of the administration than its id."""
    with reading_books(administration, as_json, language) as (connection, books, output):
        yield connection, books.id, output
