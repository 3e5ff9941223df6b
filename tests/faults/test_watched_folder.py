"""Three writers drop files while the watcher is killed again and again: each file is taken once, and none is half read."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults import process
from tests.faults.checks import rows
from tests.faults.conftest import NewStack
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, Stack

WRITERS = 3
_SERVERS = (pytest.mark.rabbit, pytest.mark.postgres)


def test_every_file_is_taken_once_when_the_watcher_is_killed_four_times(new_stack: NewStack) -> None:
    _drop_while_killing(new_stack(EMBEDDED), files=200, kills=4)


def test_every_file_is_taken_once_when_two_watchers_are_killed_in_turn(new_stack: NewStack) -> None:
    _drop_while_killing(new_stack(EMBEDDED), files=120, kills=6, watchers=2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [EMBEDDED, pytest.param(POSTGRES_RABBIT, marks=_SERVERS)])
def test_every_file_is_taken_once_when_the_watcher_is_killed_ten_times(new_stack: NewStack, kind: str) -> None:
    _drop_while_killing(new_stack(kind), files=1_000, kills=10)


def _drop_while_killing(stack: Stack, *, files: int, kills: int, watchers: int = 1) -> None:
    path = stack.settings.home / "in"
    path.mkdir()
    given = {f"{number:04}.xml": _body(number) for number in range(files)}
    running = [process.start("folder", stack.settings, path=str(path), once=False) for _ in range(watchers)]
    writers = [
        process.start("drop", stack.settings, path=str(path), bodies=list(given.items())[number::WRITERS])
        for number in range(WRITERS)
    ]
    chance = random.Random(20261121)
    for number in range(kills):  # each at another moment of the work, spread over all of it
        _wait_until(path, files * (number + 1) // (kills + 1))
        time.sleep(chance.random() / 50)
        running[number % watchers].kill()
        assert process.finish(running[number % watchers])
        running[number % watchers] = process.start("folder", stack.settings, path=str(path), once=False)
    for writer in writers:
        assert not process.finish(writer)
    _wait_until(path, files)
    for watcher in running:
        assert watcher.pid is not None
        os.kill(watcher.pid, signal.SIGTERM)
        assert not process.finish(watcher)
    _assert_each_once(stack, path, given)


def _assert_each_once(stack: Stack, path: Path, given: dict[str, bytes]) -> None:
    with stack.hub() as hub:
        taken = rows(hub, "SELECT file_name, sha256 FROM message ORDER BY file_name")
        queued = rows(hub, "SELECT COUNT(*), COUNT(DISTINCT message_uid) FROM outbox")
    assert taken == [(name, hashlib.sha256(body).hexdigest()) for name, body in sorted(given.items())]
    assert queued == [(len(given), len(given))]
    lying = sorted(str(found.relative_to(path)) for found in path.rglob("*") if found.is_file())
    assert lying == [f"done/{name}" for name in sorted(given)]


def _wait_until(path: Path, files: int) -> None:
    """Until that many are in `done`."""
    deadline = time.monotonic() + process.LIFE_SECONDS
    while time.monotonic() < deadline:
        done = path / "done"
        if done.is_dir() and len(os.listdir(done)) >= files:
            return
        time.sleep(0.005)
    raise AssertionError(f"{files} files were not put away; see children.log")


def _body(number: int) -> bytes:
    """Large enough to be written in several pieces, and told apart by both ends."""
    return b"<Invoice>%d%s%d</Invoice>" % (number, b" " * (10_000 + number % 7 * 4_000), number)
