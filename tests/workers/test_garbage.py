"""What a batch makes dies with it: the collector finds nothing, and so need not look often."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from hub import pipeline
from hub.workers.garbage import seldom_collected
from tests.bench.books import message
from tests.bench.documents import invoices
from tests.books import open_books


def test_a_batch_leaves_no_cycles(tmp_path: Path) -> None:
    with open_books(tmp_path) as books:
        store = books.hub.store(actor="test")

        def book(first: int) -> set[str]:
            messages = [message(body) for body in invoices(first, 20)]
            return {result.outcome for result in pipeline.process(messages, books.hub.sources, store)}

        assert [book(first) for first in (0, 20, 40)] == [{"posted"}] * 3  # schemas and statements have their cycles
        assert min(_left_by(book, first) for first in (60, 80, 100)) == 0


def _left_by(book: Callable[[int], set[str]], first: int) -> int:
    """Objects in cycles that it leaves. What other threads of this process leave meanwhile may be among them, now and then."""
    gc.collect()
    gc.disable()
    try:
        assert book(first) == {"posted"}
        return gc.collect()
    finally:
        gc.enable()


def test_the_collector_looks_seldom_and_afterwards_as_before() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.isenabled()
    assert gc.get_threshold() == before
