"""The composition root: the only place that names concrete adapters."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.agency_statements import AgencyStatements
from hub.columns import ColumnSources
from hub.errors import NotFound, Usage
from hub.formats.response_mapping import ResponseMapping, read_response_mapping
from hub.mapping_folder import MappingFolder
from hub.ports import FolderHandOver, Inbox, InboxKind, PostedHandOver, Sink, SinkKind, Source, Transport
from hub.settings import Settings, load_settings
from hub.sources import load_sources
from hub.store.administrations import administration_codes
from hub.store.database import Database
from hub.store.events import TYPES, Watcher, watch
from hub.store.ids import Ids
from hub.store.store import SqlStore

if TYPE_CHECKING:
    from hub.net import Http

SINK_GROUP = "hub.sinks"
HAND_OVER_GROUP, POSTED_GROUP, INBOX_GROUP = "hub.handovers", "hub.handovers_posted", "hub.inboxes"
_MANNERS = ("allow_loopback", "allow_private", "ca_file")  # options of every sink that asks over HTTP


def data_folder(name: str) -> Path:
    """Where `mappings` or `schemas` live: inside the wheel, else beside the package in a checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parent.parent / name


@dataclass(frozen=True, slots=True)
class OpenSink:
    """A sink by its name, with the HTTP client that is its own."""

    name: str
    sink: Sink
    http: Http


def load_sink_kind(kind: str) -> SinkKind:
    """The connector that makes sinks of this kind. Raises `Usage`."""
    made: SinkKind = _load(SINK_GROUP, kind, "kind of sink")
    return made


def load_hand_over(product: str) -> FolderHandOver:
    """How this access point lays documents in a folder. Raises `Usage`."""
    made: FolderHandOver = _load(HAND_OVER_GROUP, product, "access point")
    return made


def installed(group: str) -> dict[str, EntryPoint]:
    """What is installed in a group of entry points, by name."""
    return {entry.name: entry for entry in sorted(entry_points(group=group), key=lambda e: e.name)}


def _load(group: str, name: str, noun: str) -> Any:
    found = installed(group)
    if name not in found:
        raise Usage(f"there is no {noun} {name!r}; installed are {', '.join(found) or 'none'}")
    try:
        return found[name].load()
    except Exception as error:
        raise Usage(f"{noun} {name!r} ({found[name].value}) cannot be loaded: {error}") from error


def open_http(options: Mapping[str, Any]) -> Http:
    """A client with the manners that a table of the settings asks for."""
    from hub.net import Http, Manners

    return Http(
        Manners(
            loopback=bool(options.get("allow_loopback", False)), private=bool(options.get("allow_private", False)),
            ca_file=str(options.get("ca_file", "")),
        )
    )  # fmt: skip


class Hub:
    """An opened installation: settings, database, sources, and a transport when one is asked for."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.database = Database(self.settings.url)
        self.ids = Ids(self.database)
        watchers = [Watcher(s.name, s.events, s.administration) for s in self.settings.sinks.values() if s.events]
        for watcher in watchers:
            if unknown := sorted(set(watcher.events) - set(TYPES)):
                raise Usage(f"[sink.{watcher.sink}] events: unknown {unknown[0]!r}; known are {', '.join(TYPES)}")
        watch(self.database, watchers)
        self.ids.headroom = 1 + 2 * len(watchers)

    @property
    def actor(self) -> str:
        """Who acts: HUB_ACTOR or --actor, else the name of the system user."""
        return self.settings.actor or _system_user()

    @cached_property
    def sources(self) -> list[Source]:
        """The installed sources, and before them those that a bookkeeper described himself and the accounts of agencies."""
        installed = load_sources()
        return [ColumnSources(self.mappings, installed), AgencyStatements(self.mappings, installed), *installed]

    @cached_property
    def mappings(self) -> MappingFolder:
        """The mappings of all sources: those shipped, and over them those in HUB_HOME."""
        return MappingFolder(data_folder("mappings"), self.settings.home)

    @cached_property
    def response_mapping(self) -> ResponseMapping:
        """What senders are told about their invoices."""
        return read_response_mapping((data_folder("mappings") / "invoice_response.toml").read_bytes())

    @property
    def schemas(self) -> Path:
        """Our own schemas."""
        return data_folder("schemas")

    @cached_property
    def transport(self) -> Transport:
        """RabbitMQ when a broker URL is set, else the queue in the database."""
        if self.settings.embedded_queue:
            from hub.transport.embedded import EmbeddedTransport

            return EmbeddedTransport(self.database, sinks=tuple(self.settings.sinks))
        from hub.transport.rabbitmq import RabbitTransport

        return RabbitTransport(self.settings.broker_url, sinks=tuple(self.settings.sinks))

    def sink(self, name: str) -> OpenSink:
        """The sink of `[sink.NAME]`, opened. Raises `Usage` for wrong settings, `NotFound` where there is no such table."""
        if name not in self.settings.sinks:
            raise NotFound(f"there is no [sink.{name}] in hub.toml")
        table = self.settings.sinks[name]
        http = open_http(table.options)
        options = {key: value for key, value in table.options.items() if key not in _MANNERS}
        return OpenSink(name, load_sink_kind(table.kind).open(name, options, http), http)

    def inbox(self, name: str) -> Inbox:
        """Where documents wait at the access point of `[sink.NAME]`: the same address and keys. Raises `Usage`, `NotFound`."""
        kind = self.inbox_kind(name)
        table = self.settings.sinks[name]
        return kind.open(name, table.options, open_http(table.options))

    def inbox_kind(self, name: str) -> InboxKind:
        """How the access point of `[sink.NAME]` keeps documents for us. Raises `Usage` where it keeps none, `NotFound`."""
        if name not in self.settings.sinks:
            raise NotFound(f"there is no [sink.{name}] in hub.toml")
        kind: InboxKind = _load(INBOX_GROUP, self.settings.sinks[name].kind, "access point with an inbox")
        return kind

    def hand_over(self, product: str) -> FolderHandOver:
        """How this access point lays documents in a folder. Raises `Usage`."""
        return load_hand_over(product)

    def posted_hand_over(self, product: str) -> PostedHandOver:
        """How this access point posts documents over HTTP. Raises `Usage`."""
        made: PostedHandOver = _load(POSTED_GROUP, product, "access point that posts")
        return made

    def store(self, *, actor: str = "", lane: str = "invoice") -> SqlStore:
        """A store that records as `actor`."""
        return SqlStore(
            self.database,
            self.ids,
            actor or self.actor,
            lane=lane,
            mappings=self.mappings,
        )

    def administration_code(self, wanted: str = "") -> str:
        """The administration asked for, or the only one there is. Raises `NotFound` or `Usage`."""
        with self.database.reading() as connection:
            codes = administration_codes(connection)
        wanted = wanted or self.settings.administration
        if wanted and wanted not in codes:
            raise NotFound(
                f"there is no administration {wanted!r}; known: {', '.join(codes) or 'none (run `hub init`)'}",
                say="no_administration", administration=wanted, known=", ".join(codes) or "`hub init`",
            )  # fmt: skip
        if not wanted and len(codes) != 1:
            raise Usage(
                f"say which administration with --administration: {', '.join(codes) or 'none yet, run `hub init`'}",
                say="which_administration", known=", ".join(codes) or "`hub init`",
            )  # fmt: skip
        return wanted or codes[0]

    def close(self) -> None:
        """Close the transport, if it was opened, and the database."""
        if "transport" in self.__dict__:
            self.transport.close()
        self.database.close()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
