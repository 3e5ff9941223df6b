"""SFTP: a folder on a server of others. Files are taken when they no longer grow, and moved, deleted or left after the commit.

The server's key must be known beforehand: whoever sits in between would otherwise read every document and our password.
"""

from __future__ import annotations

import hashlib
import posixpath
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from hub.channels import SftpChannel
from hub.errors import Transient, Unavailable, Usage
from hub.ports import Fetched, Part
from hub.secret import FILE
from hub.workers.folder import DONE, FAILED, is_ignored
from hub.workers.receive import too_large

if TYPE_CHECKING:
    from paramiko import SFTPAttributes, SFTPClient

TIMEOUT_SECONDS = 20.0
_CHUNK = 1 << 18
_KEPT: dict[str, set[tuple[str, int, int]]] = {}  # with `after = "keep"`: what this process has taken, by channel


class SftpSession:
    """One round over the folder of a channel."""

    def __init__(self, channel: SftpChannel, home: Path, secrets: Callable[[], Sequence[str]]) -> None:
        self._channel = channel
        self._client = _connected(channel, home, secrets)
        try:
            self._files: SFTPClient = self._client.open_sftp()
            self._files.get_channel().settimeout(TIMEOUT_SECONDS)  # type: ignore[union-attr]
        except (paramiko.SSHException, OSError, EOFError) as error:
            self._client.close()
            raise Unavailable(f"{channel.host}: no SFTP: {error}") from error

    def new(self) -> Iterator[Fetched]:
        """What lies in the folder and is the same at two looks."""
        first = self._listed()
        if not first:
            return
        time.sleep(self._channel.settle_seconds)
        second = self._listed()
        self._taken.intersection_update((name, *state) for name, state in second.items())
        for name in sorted(first.keys() & second.keys()):
            size, changed = second[name]
            if first[name] != (size, changed) or (name, size, changed) in self._taken:
                continue
            fetched = self._read(name, size, changed)
            if fetched is not None:
                yield fetched

    def settle(self, fetched: Fetched, *, refused: bool) -> None:
        """Out of the way, so that it is not taken again; what was refused lies in `failed` there."""
        name, size, changed = str(fetched.name), *_state(fetched.handle)
        if self._channel.after == "keep":
            self._taken.add((name, size, changed))
            return
        with _reachable(self._channel):
            try:
                if self._channel.after == "delete" and not refused:
                    self._files.remove(self._at(name))
                else:
                    self._move(name, FAILED if refused else DONE)
            except FileNotFoundError:  # somebody else fetched it at the same time, and was first
                pass

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    @property
    def _taken(self) -> set[tuple[str, int, int]]:
        return _KEPT.setdefault(self._channel.name, set())

    def _at(self, *names: str) -> str:
        return posixpath.join(self._channel.path, *names)

    def _listed(self) -> dict[str, tuple[int, int]]:
        """Size and time of each ordinary file. A name with a slash is none of a listing: a server may send what it likes."""
        with _reachable(self._channel):
            entries = self._files.listdir_attr(self._channel.path)
        return {e.filename: _size_and_time(e) for e in entries if _is_file(e)}

    def _read(self, name: str, size: int, changed: int) -> Fetched | None:
        most = self._channel.max_bytes
        if size > most:
            return Fetched(name, findings=(too_large(name, size, most),), handle=(size, changed))
        with _reachable(self._channel):
            try:
                body = self._contents(name, most)
                after = _size_and_time(self._files.lstat(self._at(name)))
            except FileNotFoundError:  # somebody else was first
                return None
        if after != (size, changed) or len(body) != size:
            return None  # it grows still; the next round sees it again
        part = Part(f"{self._at(name)}@{hashlib.sha256(body).hexdigest()}", name, body)
        return Fetched(name, (part,), handle=(size, changed))

    def _contents(self, name: str, most: int) -> bytes:
        chunks, size = [], 0
        with self._files.open(self._at(name), "rb") as file:
            file.prefetch(max_concurrent_requests=16)
            while size <= most and (chunk := file.read(_CHUNK)):
                chunks.append(chunk)
                size += len(chunk)
        return b"".join(chunks)

    def _move(self, name: str, folder: str) -> None:
        try:
            self._files.mkdir(self._at(folder))
        except OSError:  # it is there already; if not, the rename says so
            pass
        target = name
        try:
            self._files.lstat(self._at(folder, name))
            target = f"{time.time_ns():x}-{name}"
        except FileNotFoundError:
            pass
        self._files.rename(self._at(name), self._at(folder, target))


def _connected(channel: SftpChannel, home: Path, secrets: Callable[[], Sequence[str]]) -> paramiko.SSHClient:
    """Logged in, with the key or the first password that the server takes. Raises `Usage` for a key or login that is not right."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        client.load_host_keys(str(channel.known_hosts))
    except OSError as error:
        raise Usage(
            f"channel.{channel.name}.known_hosts: {channel.known_hosts} cannot be read: {error.strerror}"
        ) from error
    passwords = list(secrets()) if channel.secrets else [None]
    key = str(home / channel.key.removeprefix(FILE)) if channel.key else None
    for password in passwords:
        try:
            _log_in(client, channel, key, password)
        except paramiko.AuthenticationException:
            continue
        return client
    client.close()
    raise Usage(f"channel.{channel.name}: {channel.host} does not let {channel.user} in with the secrets that are set")


def _log_in(client: paramiko.SSHClient, channel: SftpChannel, key: str | None, password: str | None) -> None:
    seconds = TIMEOUT_SECONDS
    try:
        client.connect(
            channel.host, channel.port, channel.user, password=None if key else password, key_filename=key,
            passphrase=password if key else None, allow_agent=False, look_for_keys=False,
            timeout=seconds, banner_timeout=seconds, auth_timeout=seconds, channel_timeout=seconds,
        )  # fmt: skip
    except paramiko.AuthenticationException:
        raise
    except paramiko.BadHostKeyException as error:
        client.close()
        raise Usage(
            f"channel.{channel.name}: {channel.host} shows another host key than the one in {channel.known_hosts}; "
            "nothing was sent to it. Ask its owner whether the key was changed"
        ) from error
    except paramiko.SSHException as error:
        client.close()
        if "not found in known_hosts" in str(error):
            raise Usage(
                f"channel.{channel.name}: the host key of {channel.host} is not in {channel.known_hosts}; "
                "put it there after its owner told you its fingerprint"
            ) from error
        raise Unavailable(f"{channel.host}: {error}") from error
    except (OSError, EOFError) as error:
        client.close()
        raise Unavailable(f"{channel.host} cannot be reached: {error}") from error


class _reachable:  # noqa: N801  read as a phrase: with _reachable(channel)
    """A server that goes away meanwhile is `Transient`; a folder that is not there, or may not be changed, is `Usage`."""

    def __init__(self, channel: SftpChannel) -> None:
        self._channel = channel

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FileNotFoundError | PermissionError):
            where = f"channel.{self._channel.name}: {self._channel.path} on {self._channel.host}"
            raise Usage(f"{where}: {error.strerror or error}") from error
        if isinstance(error, OSError | EOFError | paramiko.SSHException):
            raise Transient(f"{self._channel.host}: {error}") from error


def _is_file(entry: SFTPAttributes) -> bool:
    ordinary = entry.st_mode is None or stat.S_ISREG(entry.st_mode)
    return ordinary and not is_ignored(entry.filename) and "/" not in entry.filename and "\0" not in entry.filename


def _size_and_time(entry: SFTPAttributes) -> tuple[int, int]:
    return int(entry.st_size or 0), int(entry.st_mtime or 0)


def _state(handle: object) -> tuple[int, int]:
    assert isinstance(handle, tuple)
    return handle[0], handle[1]
