"""Invoices per second from the queue to the ledger: one worker, beside the floor over the same invoices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import pika

from hub.store import queue
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from tests.bench.books import ADMINISTRATION, Place
from tests.bench.worker import WARM

_ROOT = Path(__file__).resolve().parents[2]
_PUBLISHED = pika.BasicProperties(
    content_type="application/xml", delivery_mode=2, headers={"administration": ADMINISTRATION}
)


@dataclass(frozen=True, slots=True)
class Run:
    """One worker over `invoices`, and what the floor took for the same; times in seconds, memory in MB."""

    invoices: int
    seconds: float
    peak_mb: float
    floor_parse: float
    floor_inserts: float
    plain_inserts: float

    @property
    def rate(self) -> float:
        """Invoices per second."""
        return self.invoices / self.seconds

    @property
    def floor_rate(self) -> float:
        """Invoices per second of parsing and inserting alone."""
        return self.invoices / (self.floor_parse + self.floor_inserts)

    @property
    def plain_rate(self) -> float:
        """The same with plain multi-row inserts."""
        return self.invoices / (self.floor_parse + self.plain_inserts)


@dataclass(slots=True)
class Series:
    """The runs of one row of the table, and how fast its messages got onto the queue."""

    what: str
    batch: int
    runs: list[Run]
    published: list[float]

    def middle(self, figure: str) -> float:
        """The median of a figure over the runs."""
        return float(median(getattr(run, figure) for run in self.runs))

    @property
    def ratio(self) -> float:
        """End to end over the floor: the median of what each run says, so that a slow minute hits both."""
        return float(median(run.rate / run.floor_rate for run in self.runs))

    @property
    def plain_ratio(self) -> float:
        """As `ratio`, over the floor with plain multi-row inserts."""
        return float(median(run.rate / run.plain_rate for run in self.runs))


def outside(place: Place, count: int) -> float:
    """Another program publishes raw invoices; per second, until all of them wait on the lane."""
    return put(place, place.invoices(count), "invoice")


def put(place: Place, bodies: Sequence[bytes], lane: str) -> float:
    """Another program publishes raw documents to a lane; per second, until all of them wait there."""
    count = len(bodies)
    with pika.BlockingConnection(pika.URLParameters(place.broker_url)) as connection:
        channel = connection.channel()
        before, begin = _waiting(channel, lane), perf_counter()
        for body in bodies:
            channel.basic_publish("hub.v1.work", lane, body, _PUBLISHED)
        while _waiting(channel, lane) < before + count:
            sleep(0.02)
        return count / (perf_counter() - begin)


def _waiting(channel: Any, lane: str) -> int:
    return int(channel.queue_declare(f"hub.v1.{lane}", passive=True).method.message_count)


def through_the_hub(place: Place, count: int) -> float:
    """`hub publish` and the relay: stored first, and a claim check on the lane; per second."""
    documents = [Document(body, "invoice.xml") for body in place.invoices(count)]
    hub = place.hub()
    begin = perf_counter()
    stored = sum(1 for _ in publish(hub, ADMINISTRATION, documents, "invoice"))
    sent = relay(hub, once=True)
    seconds = perf_counter() - begin
    hub.close()
    if stored != count or sent != count:
        raise SystemExit(f"{count} published, {stored} stored, {sent} sent")
    return count / seconds


def declare(place: Place) -> None:
    """Create the lanes, so that somebody else may publish to them first."""
    hub = place.hub()
    hub.transport.depth("invoice")
    hub.close()


def work_off(
    place: Place, count: int, batch: int, lane: str = "invoice", source: str = "ubl", *, warm: int = WARM,
    stored: bool = False,
) -> Run:  # fmt: skip
    """A worker process takes documents off the lane: `warm` of them to get warm, then `count` against the clock.

    `stored`: their arrival was recorded by whom handed them in.
    """
    asked = {
        "home": str(place.home), "database_url": place.database_url, "broker_url": place.broker_url, "count": count, "batch": batch,
        "lane": lane, "source": source, "warm": warm, "stored": stored,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.worker", json.dumps(asked)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"the worker of {place.name} ended with {done.returncode}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def rounds(place: Place, times: int, count: int, single: int) -> list[Series]:
    """Batch 50 and batch 1 in turns, `times` times; `single` invoices at batch 1."""
    ways = [("published by the hub", through_the_hub)]
    if place.broker_url:
        declare(place)
        ways.insert(0, ("published from outside", outside))
    series = [Series(f"{place.name}, {way}", batch, [], []) for batch in (50, 1) for way, _ in ways]
    for _ in range(times):
        for one, (batch, put) in zip(series, [(b, put) for b in (50, 1) for _, put in ways], strict=True):
            some = count if batch > 1 else single
            one.published.append(put(place, some + WARM))
            one.runs.append(work_off(place, some, batch))
    return series


def with_backlog(place: Place, waiting: int, count: int = 1000) -> Run:
    """A worker that takes `count` while `waiting` more stay behind; they are thrown away afterwards."""
    for start in range(0, waiting + WARM + count, 5000):
        part = min(5000, waiting + WARM + count - start)
        outside(place, part) if place.broker_url else through_the_hub(place, part)
    run = work_off(place, count, 50)
    hub = place.hub()
    if place.broker_url:
        with pika.BlockingConnection(pika.URLParameters(place.broker_url)) as connection:
            connection.channel().queue_purge("hub.v1.invoice")
    else:
        with hub.database.transaction() as connection:
            connection.execute(queue.queue_message.delete())
    hub.close()
    return run
