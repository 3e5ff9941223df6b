"""No server outlives its test run, and no stranger is ended in its place."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.processes import end_all, record

_ROOT = Path(__file__).resolve().parents[1]
_OWNER = """
import os, signal, subprocess, sys
from pathlib import Path
from tests.processes import guard, own, record
folder = Path(sys.argv[1])
handle = own(folder)
guard(folder)
(folder / "server").mkdir()
server = subprocess.Popen(["sleep", "600"])
record(folder / "server", server.pid, signal.SIGTERM)
os.write(1, b"ready\\n")
signal.pause()
"""


def test_server_ends_when_the_run_that_started_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(folder)], cwd=_ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    owner.kill()
    owner.wait()
    assert owner.stdout.read() == b""  # the server held the other end until it ended
    owner.stdout.close()


def test_process_that_got_the_number_of_a_server_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"])
    server = tmp_path / "run" / "server"
    server.mkdir(parents=True)
    record(server, stranger.pid, signal.SIGTERM)
    notes = server / "started"
    pid, _, first = notes.read_text().split()
    notes.write_text(f"{pid} 1 {first}\n")  # another birth
    end_all(server.parent)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    assert not server.exists()
