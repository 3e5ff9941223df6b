"""One message that kills whoever reads it is parked alone; its neighbours are booked."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub import failpoints
from hub.transport import lanes
from hub.transport.sim import SimTransport
from hub.workers.intake import work
from hub.workers.relay import relay
from tests.faults import process
from tests.faults.checks import assert_verified, balance_of, count, faultless_balance, is_quiet, outcomes, rows
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, Stack, wear

_COUNT, _POISON = 300, 137
_PATIENCE_SECONDS = 150.0
_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "kind", [EMBEDDED, pytest.param(POSTGRES_RABBIT, marks=(pytest.mark.rabbit, pytest.mark.postgres))]
)
def test_one_poison_among_300_is_parked_alone(new_stack: NewStack, kind: str) -> None:
    stack, bodies = new_stack(kind, batch=50, prefetch=200), documents(_COUNT)
    poison = bodies[_POISON]
    with stack.hub() as hub:
        uids = process.put(hub, bodies)
        with _running(stack, f"parse:kill@sha256:{hashlib.sha256(poison).hexdigest()[:16]}"):
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while not is_quiet(hub):
                assert time.monotonic() < deadline, (
                    f"only {outcomes(hub)} and {count(hub, 'SELECT COUNT(*) FROM parked')} parked"
                )
                time.sleep(0.2)
        assert rows(hub, "SELECT message_uid, state, error_class FROM parked") == [(uids[_POISON], "parked", "Poison")]
        assert outcomes(hub) == {"posted": _COUNT - 1}
        assert is_quiet(hub)
        assert balance_of(hub) == faultless_balance(b for b in bodies if b != poison)
        assert_verified(hub)


@contextmanager
def _running(stack: Stack, failpoint: str) -> Iterator[None]:
    """`hub run`, as anybody starts it: a relay and a worker under a supervisor that starts again what dies."""
    given = stack.settings
    environment = {
        **os.environ,
        "HUB_HOME": str(given.home),
        "HUB_DATABASE_URL": given.database_url,
        "HUB_BROKER_URL": given.broker_url,
        "HUB_BATCH": str(given.batch),
        "HUB_PREFETCH": str(given.prefetch),
        "HUB_WORKERS": "1",
        "HUB_FAILPOINT": failpoint,
    }
    with (given.home / "run.log").open("wb") as log:
        command = [sys.executable, "-m", "hub.cli.main", "run"]
        supervisor = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield
        assert supervisor.poll() is None, "the supervisor ended by itself"
    finally:
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(60) == 0


def test_suspects_are_settled_before_their_neighbours_are_read(
    new_stack: NewStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each death of a neighbour counts against them, and in the end they are parked for it."""
    stack = new_stack(EMBEDDED)
    transport = SimTransport()
    with stack.hub() as hub:
        hub.__dict__["transport"] = transport
        process.put(hub, documents(3))
        relay(hub, once=True)
        wear(hub, "invoice", messages=1, times=2)
        failpoints.arm("intake:before-process:1:hang")
        monkeypatch.setattr(failpoints, "time", SimpleNamespace(sleep=_die))
        with pytest.raises(KeyboardInterrupt):
            work(hub, once=True)
        assert transport.depth("invoice") == 2, "the suspect was handed out again"
        relay(hub, once=True)
        assert transport.depth(lanes.suspect("invoice")) == 1
        work(hub, once=True)
        assert outcomes(hub) == {"posted": 3}


def _die(_seconds: float) -> None:
    raise KeyboardInterrupt
