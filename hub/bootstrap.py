"""The composition root: the only place that names concrete adapters."""

from __future__ import annotations

import getpass
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path

from hub.columns import ColumnSources
from hub.errors import NotFound, Usage
from hub.mapping_folder import MappingFolder
from hub.ports import Source, Transport
from hub.rules import en16931
from hub.settings import Settings, load_settings
from hub.store.administrations import administration_codes
from hub.store.database import Database
from hub.store.ids import Ids
from hub.store.store import SqlStore

GROUP = "hub.connectors"


def data_folder(name: str) -> Path:
    """Where `mappings` or `schemas` live: inside the wheel, else beside the package in a checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parent.parent / name


def load_sources() -> list[Source]:
    """Every source that is installed, ours and those of others, by name. Raises `Usage` for one that cannot be loaded."""
    found: dict[str, Source] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            found[entry.name] = entry.load()
        except Exception as error:
            raise Usage(f"connector {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
    if "ubl" not in found:  # run from a checkout that was never installed
        from connectors.ubl import source

        found["ubl"] = source
    return list(found.values())


class Hub:
    """An opened installation: settings, database, sources, and a transport when one is asked for."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self.database = Database(self.settings.url)
        self.ids = Ids(self.database)

    @property
    def actor(self) -> str:
        """Who acts: HUB_ACTOR or --actor, else the name of the system user."""
        return self.settings.actor or _system_user()

    @cached_property
    def sources(self) -> list[Source]:
        """The installed sources, and before them those that a bookkeeper described himself."""
        installed = load_sources()
        return [ColumnSources(self.mappings, installed), *installed]

    @cached_property
    def mappings(self) -> MappingFolder:
        """The mappings of all sources: those shipped, and over them those in HUB_HOME."""
        return MappingFolder(data_folder("mappings"), self.settings.home)

    @cached_property
    def transport(self) -> Transport:
        """RabbitMQ when a broker URL is set, else the queue in the database."""
        if self.settings.embedded_queue:
            from hub.transport.embedded import EmbeddedTransport

            return EmbeddedTransport(self.database)
        from hub.transport.rabbitmq import RabbitTransport

        return RabbitTransport(self.settings.broker_url)

    def store(self, *, actor: str = "", lane: str = "invoice") -> SqlStore:
        """A store that records as `actor`."""
        return SqlStore(
            self.database,
            self.ids,
            actor or self.actor,
            lane=lane,
            rule_version=en16931.VERSION,
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
