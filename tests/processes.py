"""Server processes of a test run: noted when they start, and ended by number, also when the run was killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_NOTES = "started"
_OWNER = "owner.lock"
_ROOT = Path(__file__).resolve().parents[1]


def record(folder: Path, pid: int, first: signal.Signals) -> None:
    """Note that `pid` was started, and the signal that ends it best."""
    with (folder / _NOTES).open("a") as notes:
        notes.write(f"{pid} {_born(pid)} {int(first)}\n")


def end(pid: int, first: signal.Signals, seconds: float = 20.0) -> None:
    """Ask process `pid` to end with signal `first`, and kill it when it does not."""
    for which, patience in ((first, seconds), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):  # it may be a child of another process
                os.waitpid(pid, os.WNOHANG)
            if not _is_running(pid):
                return
            time.sleep(0.05)


def end_all(folder: Path) -> None:
    """End everything noted in the folders of `folder`, the last started first, and remove the folder."""
    for notes in folder.glob(f"*/{_NOTES}"):
        for line in reversed(notes.read_text().splitlines()):
            pid, born, first = line.split()
            if _is_running(int(pid)) and _born(int(pid)) == born:  # numbers are used again
                end(int(pid), signal.Signals(int(first)))
    shutil.rmtree(folder, ignore_errors=True)


def own(folder: Path) -> int:
    """Become the owner of `folder` for as long as this process lives; the handle that says so."""
    handle = os.open(folder / _OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def guard(folder: Path) -> None:
    """Start a process that ends everything of `folder` when its owner dies without doing so (SIGTERM, `kill -9`)."""
    subprocess.Popen(
        [sys.executable, "-m", "tests.processes", str(folder)],
        cwd=_ROOT,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for_owner(folder: Path) -> None:
    """The kernel gives us the lock when the owner is gone, however it went."""
    with contextlib.suppress(FileNotFoundError):  # the owner was quicker
        handle = os.open(folder / _OWNER, os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _stat(pid)[:1] != ["Z"]  # a zombie has ended; its parent has not looked yet


def _born(pid: int) -> str:
    """When the process started, in the kernel's ticks; the same text for all where there is no /proc."""
    return (_stat(pid)[19:20] or ["-"])[0]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    watched = Path(sys.argv[1])
    _wait_for_owner(watched)
    end_all(watched)
