"""Whether a way in works: secrets, folders, books, and its far side when asked. Nothing is taken in or changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.channel_file import is_loopback
from hub.channels import (
    Channel,
    FarChannel,
    FolderChannel,
    HttpChannel,
    InboxChannel,
    PullChannel,
    SftpChannel,
    inbox_of,
    references_of,
)
from hub.errors import HubError, Usage
from hub.model.keys import scheme_code
from hub.secret import FILE, read_secrets
from hub.store.administrations import administration_codes, load_books
from hub.workers import claims
from hub.workers.fetch import fetcher_of, session
from hub.workers.folder import DONE, FAILED
from hub.workers.receive import Door, known_codes

if TYPE_CHECKING:
    from hub.bootstrap import Hub

_FIX = "mend hub.toml, or what it points at; then `hub channels check`"


def checked(hub: Hub, channels: Sequence[Channel], *, connect: bool) -> Iterator[dict[str, Any]]:
    """A row per channel: what works, or what does not and how to mend it."""
    for channel in channels:
        try:
            found = ", ".join(_looked(hub, channel, connect))
            yield {"channel": channel.name, "ok": True, "found": found, "fix": None}
        except HubError as error:
            yield {"channel": channel.name, "ok": False, "found": str(error), "fix": _FIX}


def _looked(hub: Hub, channel: Channel, connect: bool) -> Iterator[str]:
    if references_of(channel):
        count = len(read_secrets(channel_secrets := references_of(channel), hub.settings.home))
        _require_private(hub, channel_secrets)
        yield f"{count} secrets"
    inbox = inbox_of(channel, hub.settings.channels) if isinstance(channel, HttpChannel) else channel
    if isinstance(channel, FolderChannel):
        yield from _folder(hub, channel)
    elif isinstance(inbox, InboxChannel):
        yield from _inbox(hub, inbox, connect)
    elif isinstance(channel, HttpChannel) and channel.posted:
        yield from _posted(hub, channel)
    elif not getattr(channel, "plus_address", False):
        yield f"administration {Door(hub, channel).administration()}"
    if isinstance(channel, SftpChannel) and not channel.known_hosts.is_file():
        raise Usage(f"there is no file {channel.known_hosts} with the host key of {channel.host}")
    if isinstance(channel, FarChannel):
        fetcher_of(channel)
    if connect and isinstance(channel, PullChannel):
        with session(hub, channel):
            yield "connects"


def _folder(hub: Hub, channel: FolderChannel) -> Iterator[str]:
    path = channel.path
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Usage(f"{path} is no folder in which we may read and rename")
    for name in (DONE, FAILED) if channel.layout else (claims.WORK, DONE, FAILED):
        if (path / name).exists() and os.stat(path / name).st_dev != os.stat(path).st_dev:
            raise Usage(f"{path / name} is on another disk: files could not be renamed into it")
    if channel.layout:
        hub.hand_over(channel.layout)
        yield f"as {channel.layout} lays it; {_addresses(hub)}"
        yield _waiting(path / FAILED)
    elif channel.per_administration:
        codes = known_codes(hub)
        strange = [
            e.name for e in os.scandir(path) if e.is_dir() and not e.name.startswith(".") and e.name not in codes
        ]
        if strange:
            raise Usage(f"{path / min(strange)} bears the code of no administration; known are {', '.join(codes)}")
        yield "a subfolder per administration"
    else:
        yield f"administration {Door(hub, channel).administration()}"
        yield _waiting(path / FAILED)


def _waiting(failed: Path) -> str:
    return f"{sum(1 for _ in failed.rglob('*.reason.txt')) if failed.is_dir() else 0} in {FAILED}"


def _posted(hub: Hub, channel: HttpChannel) -> Iterator[str]:
    """A way in without secret is for this very machine."""
    hub.posted_hand_over(channel.verify)
    if not channel.secrets and not is_loopback(hub.settings.http_host):
        raise Usage(
            f"channel.{channel.name}.secrets: missing; http_host = {hub.settings.http_host!r} is not this machine"
        )
    yield _addresses(hub)


def _inbox(hub: Hub, channel: InboxChannel, connect: bool) -> Iterator[str]:
    inbox = hub.inbox(channel.sink)
    yield _addresses(hub)
    if connect:
        yield f"connects, {len(inbox.waiting())} waiting"


def _addresses(hub: Hub) -> str:
    """How many participants we are known by: without one, everything that comes is for nobody here."""
    with hub.database.reading() as connection:
        books = load_books(connection, administration_codes(connection))
    count = sum(1 for one in books.values() for own in one.snapshot.identifiers if scheme_code(own.scheme))
    if not count:
        raise Usage(
            'no administration has an identifier with a scheme, as [[identifier]] scheme = "0106"; all is refused'
        )
    return f"{count} addresses of ours"


def _require_private(hub: Hub, references: Sequence[str]) -> None:
    for reference in references:
        path = hub.settings.home / reference.removeprefix(FILE)
        if reference.startswith(FILE) and path.is_file() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise Usage(f"everybody on this machine can read {path}: chmod 600 it")
