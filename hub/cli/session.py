"""What every command needs first: settings in force, a log on stderr, and the hub opened and closed again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.cli.options import Language
from hub.cli.output import Output

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.settings import Settings

QUIET = "critical"  # what people read says it all; the log adds to it only when asked for


def settings_of(language: Language | None = None, actor: str = "", administration: str = "") -> Settings:
    """Flags before variables before the file."""
    from hub.settings import load_settings

    return load_settings(language=language.value if language else "", actor=actor, administration=administration)


def output_of(settings: Settings, as_json: bool) -> Output:
    """Where this command shows what it finds."""
    return Output(as_json, settings.language)


@contextmanager
def opened(settings: Settings, *, log_level: str = QUIET, require: bool = True) -> Iterator[Hub]:
    """The hub, closed again at the end. Raises `Usage` when the database was not set up."""
    from hub.bootstrap import Hub
    from hub.store import schema

    configure_log(settings.log_level if settings.log_level == "debug" else log_level)
    hub = Hub(settings)
    try:
        if require:
            schema.require(hub.database)
        yield hub
    finally:
        hub.close()


def every_administration() -> list[str]:
    """Their codes."""
    from hub.store.administrations import administration_codes

    with opened(settings_of()) as hub, hub.database.reading() as connection:
        return administration_codes(connection)


def configure_log(level: str) -> None:
    """The log on stderr, never on stdout: short lines for people on a terminal, JSON for everything else."""
    from hub.logs import configure

    configure(level, json=not sys.stderr.isatty())
