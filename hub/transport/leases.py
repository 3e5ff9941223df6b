"""Who is alive: one locked file per process, so that the leases of a killed one can be voided.

The kernel drops a lock when its process dies, however it dies, and never earlier. So the lock on
`leases/<boot id>.lock` is free exactly when the owner is gone; no wall clock, process number or
heartbeat has to be believed (RELIABILITY 2.12).
"""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path
from uuid import uuid4

_open_locks: weakref.WeakSet[Boot] = weakref.WeakSet()


class Boot:
    """One life of one queue user. Alive until `close` or the death of the process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.id = uuid4().hex
        self._handle: int | None = _lock_new_file(_path(folder, self.id))
        _open_locks.add(self)
        sweep(folder)

    def owner(self, number: int) -> str:
        """The name under which consumer `number` of this boot holds its leases."""
        return f"{self.id}.{number}"

    @property
    def alive(self) -> bool:
        """Whether this process still holds the lock; false after `close` and in a forked child."""
        return self._handle is not None

    def started(self, owner: str) -> bool:
        """Whether `owner` is a consumer of this boot."""
        return owner.startswith(self.id)

    def is_dead(self, owner: str) -> bool:
        """Whether the process of `owner` is gone. Never true of a living one, in this or another process."""
        return not self.started(owner) and _is_free(_path(self.folder, owner.partition(".")[0]))

    def close(self) -> None:
        """Let go. Every lease of this boot is void from here on. Safe to call twice."""
        if self._handle is not None:
            _path(self.folder, self.id).unlink(missing_ok=True)
        self.abandon()

    def abandon(self) -> None:
        """Drop the lock as the death of the process would."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def sweep(folder: Path) -> None:
    """Remove the files of the dead; a missing file says the same as a free lock.

    Only while holding the lock on that very file: otherwise it could belong to a process that is just starting.
    """
    for path in folder.glob("*.lock"):
        handle = _try_lock(path, fcntl.LOCK_EX)
        if handle is None:
            continue
        if _is_same_file(handle, path):
            path.unlink(missing_ok=True)
        os.close(handle)


def _path(folder: Path, boot_id: str) -> Path:
    return folder / f"{boot_id}.lock"


def _lock_new_file(path: Path) -> int:
    """Create and lock; again when a sweeper removed the file between the two."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_same_file(handle, path):
            return handle
        os.close(handle)


def _is_free(path: Path) -> bool:
    """Whether nobody holds the lock. Asks for a shared one, so that two askers do not see each other."""
    handle = _try_lock(path, fcntl.LOCK_SH)
    if handle is None:
        return not path.exists()
    os.close(handle)
    return True


def _try_lock(path: Path, kind: int) -> int | None:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _is_same_file(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _forget_in_child() -> None:
    """A forked child must not keep its parent's lock alive."""
    for boot in list(_open_locks):
        boot.abandon()


os.register_at_fork(after_in_child=_forget_in_child)
