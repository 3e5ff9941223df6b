"""Reading `[channel.NAME]` tables: typed, checked, and every fault named with file and key."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from hub.channels import (
    HINT,
    SIGNED,
    Channel,
    FarChannel,
    FolderChannel,
    HttpChannel,
    ImapChannel,
    InboxChannel,
    PullChannel,
    SftpChannel,
)
from hub.errors import Usage
from hub.ports import PostedHandOver
from hub.secret import is_reference
from hub.transport.lanes import WORK_LANES

FETCHERS = "hub.fetchers"  # entry point group of the kinds that connectors fetch
FOLDERS, POSTED = "hub.handovers", "hub.handovers_posted"  # of access points: what they lay down, and what they post
KINDS: dict[str, type[Channel]] = {
    c.kind: c for c in (FolderChannel, HttpChannel, SftpChannel, ImapChannel, InboxChannel)
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")  # a column of 40, and part of a URL
_TAKEN = ("cli", "amqp", "demo")  # how messages are called that came by no channel of hub.toml
_CHOICES: dict[str, tuple[str, ...]] = {
    "lane": WORK_LANES,
    "as": ("purchase", "sales"),
    "after": ("move", "delete", "keep"),
}
_ENVELOPED = ("administration", "lane", "as")  # what the envelope of each document says
_LIMITS = {
    "port": (1, 65_535),
    "max_bytes": (1, 1_000_000_000),
    "tolerance_seconds": (1, 3_600),
    "at_once": (1, 200),
    "per_minute": (1, 1_000_000),
}


def read_channels(tables: object, file: Path, home: Path, sinks: Collection[str] = ()) -> tuple[Channel, ...]:
    """The channels of hub.toml in the order written; `sinks` are the names of its sinks. Raises `Usage` with all faults, one a line."""
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise Usage(f"{file}: channel: expected tables, each as [channel.NAME]")
    found: list[Channel] = []
    faults: list[str] = []
    for name, table in tables.items():
        reader = _Reader(name, table, home)
        channel = reader.read()
        if channel is not None:
            found.append(channel)
        faults += [f"{file}: channel.{name}.{fault}" for fault in reader.faults]
    faults += [f"{file}: channel.{fault}" for fault in _strangers(found, sinks)]
    if faults:
        raise Usage("\n".join(faults))
    return tuple(found)


def _strangers(channels: Sequence[Channel], sinks: Collection[str]) -> Iterator[str]:
    """Names of others that there are not."""
    pulled = {channel.name for channel in channels if isinstance(channel, PullChannel | InboxChannel)}
    for channel in channels:
        if isinstance(channel, HttpChannel) and channel.fetch and channel.fetch not in {*pulled, *sinks}:
            yield f"{channel.name}.fetch = {channel.fetch!r}: expected a channel to fetch, or a sink at an access point"
        if isinstance(channel, InboxChannel) and channel.sink not in sinks:
            yield f"{channel.name}.sink = {channel.sink!r}: expected the NAME of a [sink.NAME] at an access point"


class _Reader:
    """One table: to a channel, or to its faults."""

    def __init__(self, name: str, table: Mapping[str, Any], home: Path) -> None:
        self.name, self.table, self.home = name, table, home
        self.faults: list[str] = []

    def read(self) -> Channel | None:
        """The channel, or None when it has faults."""
        if not _NAME.fullmatch(self.name) or self.name in _TAKEN:
            self.faults.append("name: expected small letters, digits, - and _, and none of " + ", ".join(_TAKEN))
        kind = self.table.get("kind")
        made = KINDS.get(str(kind))
        if made is None and not entry_points(group=FETCHERS, name=str(kind)):
            self.faults.append(f"kind = {kind!r}: expected {', '.join(KINDS)}, or the kind of an installed fetcher")
            return None
        values = self._values(made or FarChannel)
        if made is None:
            values["far_kind"] = str(kind)
        if self.faults:
            return None
        channel = (made or FarChannel)(**values)
        self.faults += _faults(channel)
        self.faults += _enveloped(channel, self.table)
        return None if self.faults else channel

    def _values(self, made: type[Channel]) -> dict[str, Any]:
        """The keys of the table as fields; a fetcher of others gets the keys that we do not know as its options."""
        known = {
            f.metadata.get("key", f.name): f for f in fields(made) if f.name not in ("name", "far_kind", "options")
        }
        values: dict[str, Any] = {"name": self.name}
        strange = [key for key in self.table if key not in known and key != "kind"]
        if made is FarChannel:
            values["options"] = {key: self.table[key] for key in strange if self._is_option(key)}
        elif strange:
            self.faults += [f"{key}: unknown; known are kind, {', '.join(sorted(known))}" for key in strange]
        for key, field in known.items():
            if key in self.table:
                self._put(values, key, field)
            elif field.default is MISSING and field.default_factory is MISSING:
                self.faults.append(f"{key}: missing; it is needed for kind {self.table['kind']!r}")
        if issubclass(made, PullChannel):
            values.setdefault("notes", self.home / "channels" / self.name / "failed")
        return values

    def _is_option(self, key: str) -> bool:
        if isinstance(self.table[key], str | int | float | bool):
            return True
        self.faults.append(f"{key}: expected a text, number or true or false")
        return False

    def _put(self, values: dict[str, Any], key: str, field: Field[Any]) -> None:
        value, kind = self.table[key], str(field.type)
        try:
            values[field.name] = self._typed(key, value, kind)
        except ValueError as error:
            shown = "…" if key in ("secrets", "key") else repr(value)  # somebody may have written the secret itself
            self.faults.append(f"{key} = {shown}: expected {error}")

    def _typed(self, key: str, value: Any, kind: str) -> Any:
        """`value` as the type of its field. Raises ValueError with what is expected."""
        if kind == "bool":
            return _is(value, bool, "true or false")
        if kind == "int":
            low, high = _LIMITS[key]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"a whole number from {low} to {high}")
            return value
        if kind == "float":
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
                raise ValueError("seconds, more than 0 and at most 86400")
            return float(value)
        if kind == "tuple[str, ...]":
            return self._secrets(value)
        text: str = _is(value, str, "a text")
        choices = _choices(key)
        if choices and text not in choices:
            raise ValueError(" or ".join(repr(choice) for choice in choices))
        if key == "key" and not is_reference(text):
            raise ValueError("'file:PATH' of a private key")
        return self.home / Path(text).expanduser() if kind == "Path" else text

    @staticmethod
    def _secrets(value: Any) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list) or not given or not all(isinstance(v, str) and is_reference(v) for v in given):
            raise ValueError("['env:NAME' or 'file:PATH', …], never the secret itself")
        return tuple(given)


def _choices(key: str) -> tuple[str, ...]:
    """What a key may say; () = anything."""
    if key == "verify":
        return (*SIGNED, HINT, *sorted(entry.name for entry in entry_points(group=POSTED)))
    if key == "layout":
        return tuple(sorted(entry.name for entry in entry_points(group=FOLDERS)))
    return _CHOICES.get(key, ())


def _is(value: Any, kind: type, wording: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(wording)
    return value


def _faults(channel: Channel) -> Iterator[str]:
    """What no single key shows."""
    if isinstance(channel, HttpChannel):
        yield from _http_faults(channel)
    if isinstance(channel, FolderChannel) and channel.layout and channel.per_administration:
        yield "per_administration = True: not with a layout; the envelope of each document says whose it is"
    if isinstance(channel, SftpChannel) and not (channel.secrets or channel.key):
        yield "secrets: missing; a password here, or a private key under key"
    if isinstance(channel, ImapChannel):
        if not channel.secrets:
            yield "secrets: missing; where the password of the mailbox stands"
        if not channel.tls and not is_loopback(channel.host):
            yield "tls = False: expected true, except on this very machine"


def _http_faults(channel: HttpChannel) -> Iterator[str]:
    if channel.verify in SIGNED and not channel.secrets:
        yield f"secrets: missing; it is needed for verify = {channel.verify!r}"
    if (channel.verify == HINT) != bool(channel.fetch):
        yield "fetch: a channel of verify = 'hint' names the channel that it makes us fetch, and no other does"
    modes = _modes(channel.verify) if channel.posted else ()
    if channel.mode not in modes and (channel.posted or channel.mode):
        wanted = " or ".join(repr(mode) for mode in modes) or "nothing; only an access point has one"
        yield f"mode = {channel.mode!r}: expected {wanted}"


def _modes(product: str) -> tuple[str, ...]:
    """The modes in which an access point posts. Raises `Usage` when its connector cannot be loaded."""
    (entry,) = entry_points(group=POSTED, name=product)
    try:
        way: PostedHandOver = entry.load()
    except Exception as error:
        raise Usage(f"access point {product!r} ({entry.value}) cannot be loaded: {error}") from error
    return way.modes


def _enveloped(channel: Channel, table: Mapping[str, Any]) -> Iterator[str]:
    """Keys that would say what the envelope of each document says already."""
    posted = isinstance(channel, HttpChannel) and channel.posted
    if posted or isinstance(channel, InboxChannel) or (isinstance(channel, FolderChannel) and channel.layout):
        for key in _ENVELOPED:
            if key in table:
                yield f"{key}: not on a way in from an access point; the envelope of each document says it"


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
