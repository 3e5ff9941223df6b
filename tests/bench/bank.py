"""Bank entries per second from the queue to the ledger, matched, on RabbitMQ + PostgreSQL, beside the floor over the same rows.

    python -m tests.services run -- .venv/bin/python -m tests.bench.bank [--open 20000] [--rounds 3] [--write]

One worker takes CAMT.053 statements off the lane `bank`: each round twenty of a thousand entries, and one of five thousand. The
books have at least `--open` open items all the while. Of ten entries six name an invoice, two pay one by IBAN and amount, one is
booked by a rule and one waits. The floor is that of `tests.bench`: read them, and insert the very same rows.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from hub import logs
from hub.store import tables as t
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from tests import services
from tests.bench.books import ADMINISTRATION, Place
from tests.bench.end_to_end import Run, declare, work_off
from tests.bench.ledgers import fill
from tests.bench.report import versions
from tests.bench.statements import PAYING, give_ibans, statements
from tests.books import open_books

RESULTS = Path(__file__).with_name("RESULTS_BANK.md")
GOAL = 1500  # entries a second, booked and matched
WARM, WARM_ENTRIES = 5, 20  # statements that come first, and their entries: the worker has read what is open then
BATCH = 5


@dataclass(frozen=True, slots=True)
class Series:
    """`count` statements of `size` entries."""

    count: int
    size: int

    @property
    def entries(self) -> int:
        """In all."""
        return self.count * self.size


MEASURED = (Series(20, 1000), Series(1, 5000))


@dataclass(frozen=True, slots=True)
class Measured:
    """One worker over one series: what it took, and what the floor took for the same rows; `settled` were matched."""

    series: Series
    run: Run
    settled: int
    load: float

    @property
    def rate(self) -> float:
        """Entries per second."""
        return self.series.entries / self.run.seconds

    @property
    def floor_rate(self) -> float:
        """Entries per second of reading and inserting alone."""
        return self.series.entries / (self.run.floor_parse + self.run.floor_inserts)

    @property
    def plain_rate(self) -> float:
        """The same with plain multi-row inserts."""
        return self.series.entries / (self.run.floor_parse + self.run.plain_inserts)


@contextmanager
def ledger(open_items: int, sizes: Sequence[int]) -> Iterator[tuple[Place, list[bytes]]]:
    """An installation with so many open items when these statements are booked, and the statements."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        database_url = stack.enter_context(services.fresh_database())
        broker_url = stack.enter_context(services.fresh_vhost())
        with open_books(home, database_url) as books:
            fill(books.hub, books.id, open_items + sum(sizes) * PAYING // 10)
            give_ibans(books)
            bodies = statements(books, sizes)
        yield Place("RabbitMQ + PostgreSQL", home, database_url, broker_url), bodies


def measure(open_items: int, series: Series) -> Measured:
    """One worker over one series in books of its own."""
    sizes = [WARM_ENTRIES] * WARM + [series.size] * series.count
    with services.shared_folder(), ledger(open_items, sizes) as (place, bodies):
        declare(place)
        _hand_in(place, bodies)
        run = work_off(place, series.count, BATCH, "bank", "camt", warm=WARM, stored=True)
        hub = place.hub()
        with hub.database.reading() as connection:
            entries = connection.execute(select(func.count()).select_from(t.payment)).scalar_one()
            settled = connection.execute(_settled()).scalar_one()
        hub.close()
    if entries != sum(sizes):
        raise SystemExit(f"{entries} of {sum(sizes)} entries were booked")
    return Measured(series, run, settled, os.getloadavg()[0])


def _settled():  # type: ignore[no-untyped-def]
    """How many movements settled an invoice: a posting on an open item that another entry opened."""
    n, p, o = t.payment_entry, t.posting, t.open_item
    return (
        select(func.count(n.c.payment_id.distinct()))
        .join_from(n, p, (p.c.administration_id == n.c.administration_id) & (p.c.entry_id == n.c.entry_id))
        .join(o, (o.c.administration_id == p.c.administration_id) & (o.c.id == p.c.open_item_id))
        .where(o.c.entry_id != p.c.entry_id)
    )


def _hand_in(place: Place, bodies: Sequence[bytes]) -> None:
    """As every way in does: stored, and a claim check on the lane."""
    hub = place.hub()
    documents = [Document(body, "statement.xml") for body in bodies]
    stored = sum(1 for _ in publish(hub, ADMINISTRATION, documents, "bank"))
    sent = relay(hub, once=True)
    hub.close()
    if stored != len(bodies) or sent != len(bodies):
        raise SystemExit(f"{len(bodies)} statements, {stored} stored, {sent} sent")


def page(measured: Sequence[Measured], open_items: int, command: str, place: Place) -> str:
    """The figures as Markdown."""
    said = []
    for series in MEASURED:
        mine = [one for one in measured if one.series == series]
        rate, ratio = median(one.rate for one in mine), median(one.rate / one.floor_rate for one in mine)
        said.append(f"**{rate:,.0f} entries a second** at {series.size:,} a statement ({ratio:.2f} of the floor)")
    rows = "\n".join(
        f"| {one.series.count} of {one.series.size:,} | {one.settled:,} | {one.rate:,.0f} | {one.floor_rate:,.0f} | "
        f"{one.rate / one.floor_rate:.2f} | {one.plain_rate:,.0f} | {one.rate / one.plain_rate:.2f} | {one.run.peak_mb:.0f} | "
        f"{one.load:.1f} |"
        for one in measured
    )
    return f"""# How fast bank statements are booked and matched

Measured on {date.today()} by `{command}`, on {os.cpu_count()} cores that servers and worker share:
{", ".join(versions([place]))}.

One worker, RabbitMQ + PostgreSQL, from the queue to the ledger, in books with {open_items:,} open items:
{" and ".join(said)}; asked {GOAL:,}. Medians; what the floor is: [RESULTS.md](RESULTS.md).

| statements | settled | entries/s | floor/s | ratio | plain floor/s | ratio | peak of the worker, MB | load |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}
"""


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bank", description=__doc__)
    parser.add_argument("--open", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    measured = [measure(asked.open, series) for series in MEASURED for _ in range(asked.rounds)]
    place = Place("RabbitMQ + PostgreSQL", Path(), os.environ[services.DATABASE_URL], os.environ[services.BROKER_URL])
    text = page(measured, asked.open, "python -m tests.bench.bank", place)
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
