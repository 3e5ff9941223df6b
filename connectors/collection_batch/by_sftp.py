"""A file to a folder on an SFTP server: under another name first, then renamed, so that nobody takes half of it.

The server's key must be known beforehand: whoever sits in between would otherwise read every case and our password.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from connectors.collection_batch.pack import Leaving
from hub.errors import InDoubt, Permanent, Transient, Unavailable, Usage
from hub.net import Secret

if TYPE_CHECKING:
    from paramiko import SFTPClient

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Folder:
    """Where cases are left. `key` is a private key file, "" = a password; the secret is the password, or that of the key."""

    sink: str
    host: str
    user: str
    known_hosts: Path
    port: int = 22
    path: str = "."
    key: str = ""
    secret: Secret | None = None

    def leave(self, file: Leaving) -> bool:
        """See `Way`. In doubt is only the renaming, for before it nobody sees a file of that name."""
        with self._opened() as files:
            target, being_written = self._at(file.name), self._at(f".{file.name}.part")
            if _size(files, target) == len(file.data):
                return False
            files.putfo(io.BytesIO(file.data), being_written, len(file.data), confirm=True)
            self._rename(files, being_written, target)
        return True

    def holds(self, name: str) -> bool | None:
        """Whether it is there whole; None where neither it nor its beginning is: taken away, or never begun."""
        with self._opened() as files:
            if _size(files, self._at(name)) is not None:
                return True
            return None if _size(files, self._at(f".{name}.part")) is None else False

    def _rename(self, files: SFTPClient, being_written: str, target: str) -> None:
        try:
            if _size(files, target) is not None:  # of another size: what we sent before and nobody took yet
                files.remove(target)
            files.rename(being_written, target)
        except (FileNotFoundError, PermissionError):
            raise
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise InDoubt(f"{self.host}: the answer to the renaming of {target} is lost: {error}") from error

    def _at(self, name: str) -> str:
        return posixpath.join(self.path, name)

    @contextmanager
    def _opened(self) -> Iterator[SFTPClient]:
        client = self._connected()
        try:
            files = client.open_sftp()
            files.get_channel().settimeout(SECONDS)  # type: ignore[union-attr]
            yield files
        except (FileNotFoundError, PermissionError) as error:
            raise Permanent(f"[sink.{self.sink}] {self.path} on {self.host}: {error.strerror or error}") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Transient(f"{self.host}: {error}") from error
        finally:
            client.close()

    def _connected(self) -> paramiko.SSHClient:
        """Logged in. Raises `Usage` for a key or login that is not right, `Unavailable` where nobody answers."""
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            client.load_host_keys(str(self.known_hosts))
        except OSError as error:
            raise Usage(
                f"[sink.{self.sink}] known_hosts: {self.known_hosts} cannot be read: {error.strerror}"
            ) from error
        for secret in self.secret.values() if self.secret else (None,):
            try:
                self._log_in(client, secret)
            except paramiko.AuthenticationException:
                continue
            return client
        client.close()
        raise Usage(f"[sink.{self.sink}]: {self.host} does not let {self.user} in with the secrets that are set")

    def _log_in(self, client: paramiko.SSHClient, secret: str | None) -> None:
        try:
            client.connect(
                self.host, self.port, self.user, password=None if self.key else secret, key_filename=self.key or None,
                passphrase=secret if self.key else None, allow_agent=False, look_for_keys=False, timeout=SECONDS,
                banner_timeout=SECONDS, auth_timeout=SECONDS, channel_timeout=SECONDS,
            )  # fmt: skip
        except paramiko.AuthenticationException:
            raise
        except paramiko.SSHException as error:
            client.close()
            if isinstance(error, paramiko.BadHostKeyException) or "not found in known_hosts" in str(error):
                raise Usage(
                    f"[sink.{self.sink}]: the host key of {self.host} is not the one in {self.known_hosts}; nothing was sent. "
                    "Ask its owner for the fingerprint"
                ) from error
            raise Unavailable(f"{self.host}: {error}") from error
        except (OSError, EOFError) as error:
            client.close()
            raise Unavailable(f"{self.host} cannot be reached: {error}") from error


def _size(files: SFTPClient, path: str) -> int | None:
    try:
        return int(files.stat(path).st_size or 0)
    except FileNotFoundError:
        return None
