"""Books for a test: a Hub on its own database with the starter's administration, that takes in demo documents."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from hub.bootstrap import Hub, data_folder
from hub.formats.administration_file import read_administration
from hub.model.administration import Administration
from hub.model.message import Message
from hub.model.result import Result
from hub.pipeline import process
from hub.settings import Settings, SinkSettings
from hub.store import schema
from hub.store.administrations import save_administration
from hub.store.rates import read_ecb_csv, save_rates
from hub.store.store import actor_of, now
from tests import services

DEMO = Path(__file__).resolve().parents[1] / "hub" / "demo"
SQLITE = "hub.sqlite"
RECEIVED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def document(number: str) -> Path:
    """A demo document by the number its name starts with: `01`."""
    return next((DEMO / "documents").glob(f"{number}-*"))


def message_of(source: Path | bytes, administration: str = "demo", *, uid: str = "", name: str = "") -> Message:
    """An arrival of a file, or of bytes."""
    body = source if isinstance(source, bytes) else source.read_bytes()
    name = name or (source.name if isinstance(source, Path) else "x.xml")
    uid = uid or str(uuid.uuid4())
    sha256 = hashlib.sha256(body).hexdigest()
    return Message(uid, administration, "demo", uid, "application/xml", body, sha256, RECEIVED, file_name=name)


def starter() -> Administration:
    """The starter's chart, codes and journals."""
    mappings = data_folder("mappings")
    return read_administration((mappings / "starter.toml").read_bytes(), (mappings / "ubl.toml").read_bytes())


@dataclass(slots=True)
class Books:
    """An opened hub with administration `demo`; `id` is its key."""

    hub: Hub
    id: int
    actor_id: int

    def take(self, *numbers: str, together: bool = False) -> list[Result]:
        """Demo documents to their outcomes, one commit each, or all in one batch."""
        messages = [message_of(document(number)) for number in numbers]
        batches = [messages] if together else [[message] for message in messages]
        return [result for batch in batches for result in self.process(batch)]

    def process(self, messages: Sequence[Message]) -> list[Result]:
        """One batch through the pipeline."""
        return process(messages, self.hub.sources, self.hub.store(actor="tester"))

    def save(self, administration: Administration) -> int:
        """Create an administration, or put a changed snapshot in force; its key."""
        self.hub.ids.reserve(600)
        with self.hub.database.transaction() as connection:
            save_administration(connection, self.hub.ids, administration, self.actor_id, now())
            return int(_scalar(connection, "SELECT id FROM administration WHERE code = :c", c=administration.code))

    def second(self) -> int:
        """Another company in the same database; its key."""
        return self.save(replace(starter(), code="other", name="Other B.V."))

    def scalar(self, query: str, **parameters: Any) -> Any:
        """One value."""
        with self.hub.database.reading() as connection:
            return _scalar(connection, query, **parameters)

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of an answer, as tuples."""
        with self.hub.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(query), parameters)]

    def execute(self, statement: str, **parameters: Any) -> int:
        """Write by hand, in a transaction of its own; the number of rows."""
        with self.hub.database.transaction() as connection:
            return int(connection.execute(text(statement), parameters).rowcount)


def _scalar(connection: Connection, query: str, **parameters: Any) -> Any:
    return connection.execute(text(query), parameters).scalar()


@contextmanager
def open_books(
    home: Path, database_url: str = "", *, sinks: Sequence[SinkSettings] = (), broker_url: str = ""
) -> Iterator[Books]:
    """The database at `database_url` (SQLite in `home` when empty), set up where it is new."""
    named = {sink.name: sink for sink in sinks}
    if not database_url and services.FOLDER in os.environ and not (home / SQLITE).exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(services.prepared("sqlite-with-tables", _sqlite_with_tables), home / SQLITE)
    hub = Hub(Settings(home=home, database_url=database_url, broker_url=broker_url, sinks=named))
    try:
        _set_up(hub)
        books = Books(hub, 0, actor_of(hub.database, hub.ids, "tester", now()))
        books.id = books.save(starter())
        yield books
    finally:
        hub.close()


def postgres_with_tables(folder: Path) -> str:
    """Make a database with the schema and rates, for `services.prepared`; its name, to copy."""
    name = f"hub_tables_{uuid.uuid4().hex[:8]}"
    url = services.create_database(name)
    hub = Hub(Settings(home=folder, database_url=url))
    try:
        _set_up(hub)
    finally:
        hub.close()
    return name


def _sqlite_with_tables(folder: Path) -> str:
    hub = Hub(Settings(home=folder / "tables"))
    try:
        _set_up(hub)
    finally:
        hub.close()
    return str(folder / "tables" / SQLITE)


def _set_up(hub: Hub) -> None:
    if schema.upgrade(hub.database):
        with hub.database.transaction() as connection:
            save_rates(connection, read_ecb_csv((DEMO / "rates.csv").read_bytes()), "ECB")
