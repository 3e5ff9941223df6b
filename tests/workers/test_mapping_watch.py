"""A line added to a mapping releases what waited for it, by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.workers.intake import work
from hub.workers.mapping_watch import MappingWatch
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from tests.books import Books, open_books
from tests.feeds.test_files_of_several import STRANGE, all_hold, outcomes, own_mapping


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Books]:
    """Books in which one of two days waits for the word `bitcoin`."""
    with open_books(tmp_path) as books:
        list(publish(books.hub, "demo", [Document(STRANGE, "days.csv", "text/csv")], "mutation"))
        assert _go(books) == ["held", "posted"]
        yield books


def _go(books: Books) -> list[str]:
    relay(books.hub, once=True)
    work(books.hub, ("mutation",), once=True)
    return sorted(outcome for _, outcome in outcomes(books))


def _at_once(watch: MappingWatch) -> int:
    watch._next = 0.0
    return watch.look()


def test_a_line_that_is_added_releases_what_waited_and_is_looked_at_once(waiting: Books) -> None:
    watch = MappingWatch(waiting.hub)
    assert _at_once(watch) == 0
    own_mapping(waiting, 'tender."cheque" = "1050"\n')
    assert _at_once(watch) == 0
    own_mapping(waiting, 'tender."bitcoin" = "1050"\n')
    assert _at_once(watch) == 1
    assert _at_once(watch) == 0
    assert _go(waiting) == ["posted", "posted"]
    all_hold(waiting)


def test_a_line_that_was_added_while_nothing_ran_releases_at_the_start(waiting: Books) -> None:
    own_mapping(waiting, 'tender."bitcoin" = "1050"\n')
    assert MappingWatch(waiting.hub).look() == 1


def test_a_file_that_cannot_be_read_releases_nothing_until_it_is_mended(waiting: Books) -> None:
    watch = MappingWatch(waiting.hub)
    own_mapping(waiting, 'tender."bitcoin = "1050"\n')
    assert _at_once(watch) == 0
    own_mapping(waiting, 'tender."bitcoin" = "1050"\n')
    assert _at_once(watch) == 1
    assert _go(waiting) == ["posted", "posted"]


def test_nothing_is_written_while_nothing_can_go_on(waiting: Books) -> None:
    before = waiting.scalar("SELECT next FROM id_block WHERE name = 'hub'")
    MappingWatch(waiting.hub).look()
    assert waiting.scalar("SELECT next FROM id_block WHERE name = 'hub'") == before
