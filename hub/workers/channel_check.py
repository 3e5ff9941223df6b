"""Whether a way in works: secrets, folders, books, and its far side when asked. Nothing is taken in or changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hub.channels import Channel, FarChannel, FolderChannel, PullChannel, SftpChannel, references_of
from hub.errors import HubError, Usage
from hub.secret import FILE, read_secrets
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
    if isinstance(channel, FolderChannel):
        yield from _folder(hub, channel)
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
    for name in (claims.WORK, DONE, FAILED):
        if (path / name).exists() and os.stat(path / name).st_dev != os.stat(path).st_dev:
            raise Usage(f"{path / name} is on another disk: files could not be renamed into it")
    if channel.per_administration:
        codes = known_codes(hub)
        strange = [
            e.name for e in os.scandir(path) if e.is_dir() and not e.name.startswith(".") and e.name not in codes
        ]
        if strange:
            raise Usage(f"{path / min(strange)} bears the code of no administration; known are {', '.join(codes)}")
        yield "a subfolder per administration"
    else:
        yield f"administration {Door(hub, channel).administration()}"
        failed = path / FAILED
        waiting = sum(1 for name in os.listdir(failed) if name.endswith(".reason.txt")) if failed.is_dir() else 0
        yield f"{waiting} in {FAILED}"


def _require_private(hub: Hub, references: Sequence[str]) -> None:
    for reference in references:
        path = hub.settings.home / reference.removeprefix(FILE)
        if reference.startswith(FILE) and path.is_file() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise Usage(f"everybody on this machine can read {path}: chmod 600 it")
