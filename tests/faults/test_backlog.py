"""A worker's memory does not grow with what waits: 100,000 messages on the broker, and it stays under 250 MB."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults import process
from tests.faults.checks import assert_verified, count
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import POSTGRES_RABBIT, claims

_WAITING, _DISTINCT, _AT_ONCE = 100_000, 1_000, 2_000
_ENOUGH = 20_000  # settled messages after which the peak is looked at
_LIMIT_MEGABYTES = 250
_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.rabbit
@pytest.mark.postgres
def test_worker_stays_small_when_100_000_messages_wait(new_stack: NewStack) -> None:
    stack = new_stack(POSTGRES_RABBIT, batch=50, prefetch=200)
    with stack.hub() as hub:
        envelopes = claims(hub, process.put(hub, documents(_DISTINCT)))
        for _ in range(_WAITING // _AT_ONCE):
            assert all(hub.transport.publish(envelopes * (_AT_ONCE // _DISTINCT)))
        assert hub.transport.depth("invoice") == _WAITING
        given = stack.settings
        environment = {
            **os.environ,
            "HUB_HOME": str(given.home),
            "HUB_DATABASE_URL": given.database_url,
            "HUB_BROKER_URL": given.broker_url,
        }
        command = [sys.executable, "-m", "hub.cli.main", "worker", "--lane", "invoice"]
        with (given.home / "worker.log").open("wb") as log:
            worker = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=log, stderr=log)
        began = time.monotonic()
        while hub.transport.depth("invoice") > _WAITING - _ENOUGH:
            assert worker.poll() is None, "the worker ended"
            time.sleep(0.5)
        peak = _peak_megabytes(worker.pid)
        print(f"{_WAITING} waiting: peak {peak:.0f} MB after {_ENOUGH} messages in {time.monotonic() - began:.0f} s")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
        assert count(hub, "SELECT COUNT(*) FROM entry") == _DISTINCT
        assert_verified(hub)
    assert peak < _LIMIT_MEGABYTES


def _peak_megabytes(pid: int) -> float:
    """The most memory that the process ever had resident."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
