"""Microseconds per stage of the pipeline, with the floor's inserts of the same batch in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter
from typing import TypeVar

from hub import pipeline
from hub.bootstrap import Hub
from hub.formats import xsd
from hub.formats.content import Content
from hub.formats.xml import safe_parse
from hub.rules.judging import Sheet, judge
from hub.rules.releases import EN16931, PEPPOL
from hub.steps.layers import layers_for
from tests.bench import floor
from tests.bench.books import Place, message

T = TypeVar("T")
_PROMISED = layers_for((EN16931, PEPPOL), date(2026, 11, 30))  # by the invoices that are measured, beside the schema
_WARM = 3  # batches that do not count


class Clock:
    """Samples of microseconds per invoice, by what was done."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}

    def time(self, what: str, count: int, work: Callable[[], T]) -> T:
        """Do it, and keep how long it took for each of `count`."""
        begin = perf_counter()
        done = work()
        self.add(what, (perf_counter() - begin) / count)
        return done

    def add(self, what: str, seconds: float) -> None:
        """Keep a sample."""
        self._samples.setdefault(what, []).append(seconds * 1e6)

    def forget(self) -> None:
        """What was measured so far was to get warm."""
        self._samples.clear()

    @property
    def medians(self) -> dict[str, float]:
        """The middle of the samples."""
        return {what: median(samples) for what, samples in self._samples.items()}


def reading(place: Place, count: int) -> dict[str, float]:
    """The pure half, document by document."""
    clock, hub = Clock(), place.hub()
    source = next(one for one in hub.sources if one.name == "ubl")
    for number, body in enumerate(place.invoices(count)):
        if number == count // 10:
            clock.forget()
        clock.time("parse", 1, lambda body=body: safe_parse(body))  # type: ignore[misc]
        content = Content(body)
        root = content.root
        clock.time("XSD", 1, lambda root=root: xsd.check(root))  # type: ignore[misc]
        clock.time("rules", 1, lambda root=root: judge(Sheet(root), _PROMISED))  # type: ignore[misc]
        clock.time("read model", 1, lambda content=content: source.read(content))  # type: ignore[misc]
    hub.close()
    return clock.medians


def batches(place: Place, size: int, count: int) -> dict[str, float]:
    """Look up, book and record in batches, each followed by the floor's inserts of its rows."""
    clock, hub = Clock(), place.hub()
    floor.make_tables(hub.database)
    for number in range(count + _WARM):
        if number == _WARM:
            clock.forget()
        _batch(clock, hub, place.invoices(size))
    hub.close()
    return clock.medians


def _batch(clock: Clock, hub: Hub, bodies: list[bytes]) -> None:
    store, size = hub.store(actor="bench"), len(bodies)
    messages = [message(body) for body in bodies]
    readings = clock.time("read", size, lambda: [pipeline.read(m, hub.sources) for m in messages])
    arrivals = list(zip(messages, readings, strict=True))
    facts = clock.time("look up", size, lambda: store.look_up(arrivals))
    cases = clock.time("book", size, lambda: pipeline.book_all(messages, readings, facts))
    clock.time("record", size, lambda: store.record(cases, facts))
    with hub.database.reading() as connection:
        rows = floor.rows_of(connection, [m.id for m in messages])
    clock.add("floor: inserts", floor.insert(hub.database, rows) / size)
    clock.add("plain inserts", floor.insert_plainly(hub.database, rows) / size)
