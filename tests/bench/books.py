"""The installations that are measured: the starter's administration on a database of their own."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub import pipeline
from hub.bootstrap import Hub
from hub.model.message import Message
from hub.settings import Settings
from hub.store.store import now
from hub.workers.identity import new_id
from tests import services
from tests.bench.documents import SUPPLIERS, invoices
from tests.books import open_books

ADMINISTRATION = "demo"


@dataclass(slots=True)
class Place:
    """One installation. `broker_url` "" = the embedded queue; `used` numbers have been given out."""

    name: str
    home: Path
    database_url: str
    broker_url: str
    used: int = SUPPLIERS

    def hub(self, batch: int = 50) -> Hub:
        """Open it."""
        return Hub(Settings(home=self.home, database_url=self.database_url, broker_url=self.broker_url, batch=batch))

    def invoices(self, count: int) -> list[bytes]:
        """Documents that this installation has not seen."""
        self.used += count
        return invoices(self.used - count, count)


def message(body: bytes) -> Message:
    """An arrival with its bytes."""
    uid, sha256 = new_id(), hashlib.sha256(body).hexdigest()
    return Message(uid, ADMINISTRATION, "cli", uid, "application/xml", body, sha256, now(), "invoice.xml")


@contextmanager
def places() -> Iterator[list[Place]]:
    """The embedded installation, and that of production where both servers are there; their suppliers are known already."""
    with ExitStack() as stack:
        stack.enter_context(services.shared_folder())
        found = [_set_up("embedded: SQLite", _folder(stack), "", "")]
        try:
            services.postgres()
            services.broker()
            database_url = stack.enter_context(services.fresh_database())
            broker_url = stack.enter_context(services.fresh_vhost())
            found.append(_set_up("RabbitMQ + PostgreSQL", _folder(stack), database_url, broker_url))
        except services.Missing as missing:
            print(f"RabbitMQ + PostgreSQL are NOT MEASURED, not installed: {missing}")
        yield found


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))


def _set_up(name: str, home: Path, database_url: str, broker_url: str) -> Place:
    with open_books(home, database_url) as books:
        known = [message(body) for body in invoices(0, SUPPLIERS)]
        outcomes = {
            result.outcome for result in pipeline.process(known, books.hub.sources, books.hub.store(actor="bench"))
        }
    if outcomes != {"posted"}:
        raise SystemExit(f"the invoices of the bench should be posted, they are {sorted(outcomes)}")
    return Place(name, home, database_url, broker_url)
