"""A real kill -9 of the HTTP door around its commit: the sender sends again, and there is one message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hub.api.signatures import sign
from hub.secret import Secret
from tests.api.conftest import free_port
from tests.books import open_books

BODY = b'{"id": 1}'


@pytest.mark.parametrize(("label", "again"), [("publish:before-commit", 202), ("publish:after-commit", 200)])
def test_delivery_is_one_message_when_the_door_is_killed_before_it_answers(
    tmp_path: Path, label: str, again: int
) -> None:
    port = free_port()
    with open_books(tmp_path) as books:
        (tmp_path / "secret").write_text("sesame")
        (tmp_path / "hub.toml").write_text(
            f'http_port = {port}\n[channel.till]\nkind = "http"\nsecrets = "file:secret"\n'
        )
        with _serving(tmp_path, port, f"{label}:1:kill") as door:
            with pytest.raises(httpx.TransportError):
                _send(port)
            assert door.wait(10) == -signal.SIGKILL
        with _serving(tmp_path, port, "") as door:
            answer = _send(port)
            assert answer.status_code == again
            assert answer.json()["message_id"] == books.scalar("SELECT uid FROM message")
            assert books.scalar("SELECT COUNT(*) FROM outbox") == 1
            door.send_signal(signal.SIGTERM)
            assert door.wait(30) == 0


def _send(port: int) -> httpx.Response:
    signed = sign("hub", Secret("sesame"), BODY, timestamp=int(time.time()))
    return httpx.post(
        f"http://127.0.0.1:{port}/intake/till", content=BODY, headers={**signed, "Idempotency-Key": "z-1"}
    )


@contextmanager
def _serving(home: Path, port: int, failpoint: str) -> Iterator[subprocess.Popen[bytes]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment = {**kept, "HUB_HOME": str(home), "HUB_FAILPOINT": failpoint}
    door = subprocess.Popen([sys.executable, "-m", "hub.cli.main", "serve"], env=environment)
    try:
        deadline = time.monotonic() + 30
        while not _is_well(port):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield door
    finally:
        if door.poll() is None:
            door.kill()
            door.wait()


def _is_well(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
