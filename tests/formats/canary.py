"""A listener on loopback and a file that hostile documents name: whoever reads either is caught."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SECRET = "canary-7c1f"


@dataclass(frozen=True)
class Canary:
    """`url` would connect to us, `file` holds the secret."""

    listener: socket.socket
    file: Path

    @property
    def url(self) -> str:
        """Where a fetch would come to."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def was_called(self) -> bool:
        """Whether anybody connected: a connection that was made waits in the backlog and is taken at once."""
        with contextlib.suppress(BlockingIOError):
            self.listener.accept()[0].close()
            return True
        return False


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    """A fresh listener and secret file."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Canary(listener, secret)
