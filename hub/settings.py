"""Typed settings, from `hub.toml` in HUB_HOME and `HUB_…` variables; flags go before variables before the file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from hub.channels import Channel
from hub.errors import Usage

HTTP_PORT = 8080
_SINK_KEYS = ("kind", "administration", "events", "responses", "conditions")
_PLAIN_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")


@dataclass(frozen=True, slots=True)
class SinkSettings:
    """A table `[sink.NAME]`: where dispatches go. `kind` is a connector; `options` are that connector's own.

    `events` are those it is told, `responses` the channels whose documents it answers (Invoice Response), both of one
    `administration`, or of all where that is "". `conditions`, of a collection agency, are what it takes
    (`hub/formats/agency_conditions.py`).
    """

    name: str
    kind: str
    administration: str = ""
    events: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    conditions: Mapping[str, Any] | None = None  # None = it is no agency


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Times in seconds, sizes in bytes. `database_url` "" = SQLite in `home`."""

    home: Path = Path("hub-data")
    database_url: str = ""
    broker_url: str = ""  # "" = the embedded queue, in the same SQLite file
    administration: str = ""
    actor: str = ""
    language: str = "nl"
    workers: int = 0  # processes of `hub run`; 0 = one per core in production, one embedded
    batch: int = 50
    prefetch: int = 200
    linger_seconds: float = 0.02
    relay_window: int = 500  # unsettled messages per administration and lane
    log_level: str = "info"
    explain: bool = True  # let xmlschema explain what the schema refused
    ageing_buckets: str = "30,60,90"  # upper limits of the ageing report, in days overdue
    smtp_host: str = ""  # the mail server; "" = no mail leaves
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_sender: str = ""  # `Name <address>`; answers and unsubscriptions come here
    smtp_starttls: bool = True  # encrypt; without it no password is sent, but to this very machine
    http_host: str = "127.0.0.1"  # where the HTTP door listens
    http_port: int = 0  # 0 = 8080 when a channel of kind http is set, else no HTTP door
    channels: tuple[Channel, ...] = ()  # the ways in: [channel.NAME]
    sinks: Mapping[str, SinkSettings] = field(default_factory=dict)  # tables [sink.NAME]; only in the file

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'hub.sqlite'}"

    @property
    def http(self) -> int:
        """The port of the HTTP door; 0 = there is none."""
        wanted = any(channel.kind == "http" for channel in self.channels)
        return self.http_port or (HTTP_PORT if wanted else 0)

    @property
    def embedded_queue(self) -> bool:
        """Whether the queue is a table instead of a broker."""
        return not self.broker_url


NOT_KEYS = {"home", "sinks", "channels"}  # fields that are no key of the file: the folder itself, and tables


def load_settings(environment: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings in force. Raises `Usage` naming the file and key that is wrong."""
    env = os.environ if environment is None else environment
    home = Path(flags.get("home") or env.get("HUB_HOME") or "hub-data")
    settings = replace(Settings(home=home), **_from_file(home / "hub.toml"))
    given = {
        f.name: env[f"HUB_{f.name.upper()}"]
        for f in fields(Settings)
        if f.name not in NOT_KEYS and env.get(f"HUB_{f.name.upper()}")
    }
    settings = replace(settings, **{name: _typed(name, value, f"HUB_{name.upper()}") for name, value in given.items()})
    return with_mail(
        replace(
            settings, **{name: value for name, value in flags.items() if value not in (None, "") and name != "home"}
        )
    )


def with_mail(settings: Settings) -> Settings:
    """With a sink `mail` where a mail server is set, and what tables of that kind leave out.

    A table that names a server of its own gets no login of the installation's.
    """
    server = {
        "host": settings.smtp_host, "port": settings.smtp_port, "user": settings.smtp_user, "starttls": settings.smtp_starttls,
        "smtp_password": settings.smtp_password,
    }  # fmt: skip
    sinks = dict(settings.sinks)
    if settings.smtp_host:
        sinks.setdefault("mail", SinkSettings("mail", "mail"))
    for name, table in sinks.items():
        if table.kind == "mail":
            shared = {"sender": settings.smtp_sender, **({} if "host" in table.options else server)}
            sinks[name] = replace(table, options={**shared, **table.options})
    return replace(settings, sinks=sinks)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Usage(f"{path} is not valid TOML: {error}") from error
    tables = raw.pop("channel", {})
    found: dict[str, Any] = {"sinks": _sinks(path, raw.pop("sink", {}))}
    known = {f.name for f in fields(Settings)} - NOT_KEYS
    unknown = sorted(set(raw) - known)
    if unknown:
        raise Usage(f"{path}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    found |= {name: _typed(name, value, f"{path}: {name}") for name, value in raw.items()}
    if tables:
        from hub.channel_file import read_channels

        found["channels"] = read_channels(tables, path, path.parent, found["sinks"])
    return found


def _sinks(path: Path, tables: Any) -> dict[str, SinkSettings]:
    """The tables [sink.NAME]. What is in them beside our own keys is for the connector to judge."""
    found: dict[str, SinkSettings] = {}
    for name, table in tables.items() if isinstance(tables, dict) else [("", None)]:
        where = f"{path}: [sink.{name}]"
        if not _PLAIN_NAME.match(name) or not isinstance(table, dict) or not isinstance(table.get("kind"), str):
            raise Usage(f'{where}: a sink is a table with a plain name and a kind, as [sink.shop] kind = "webhook"')
        events, responses = (_names(table.get(key, []), f"{where} {key}") for key in ("events", "responses"))
        rest = {key: value for key, value in table.items() if key not in _SINK_KEYS}
        administration = str(table.get("administration", ""))
        conditions = table.get("conditions")
        if conditions is not None and not isinstance(conditions, dict):
            raise Usage(f"{where} conditions: expected a table, as [sink.{name}.conditions]")
        found[name] = SinkSettings(name, table["kind"], administration, events, responses, rest, conditions)
    return found


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Usage(f"{where}: expected a list of names")
    return tuple(value)


_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _typed(name: str, value: Any, where: str) -> Any:
    """`value` as the type of the setting. Raises `Usage`."""
    kind = {f.name: str(f.type) for f in fields(Settings)}[name]
    try:
        if kind == "int":
            return int(value)
        if kind == "float":
            return float(value)
        if kind == "bool":
            return value if isinstance(value, bool) else _BOOLEANS[str(value).lower()]
        return str(value)
    except (ValueError, KeyError) as error:
        raise Usage(f"{where} = {value!r}: expected {kind}") from error
