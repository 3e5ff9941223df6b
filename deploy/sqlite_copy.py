"""Copy a SQLite file of the hub while the hub works: `sqlite_copy.py SOURCE TARGET`, for backup.sh and restore.sh.

Holds the write lock beside the source, as every writer of the hub does, so the copy ends between two transactions.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def _no_writers(source: Path) -> Iterator[None]:
    """Hold the write lock of a live file; a backup has none."""
    lock = source.with_name("write.lock")
    if not lock.exists():
        yield
        return
    handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def copy(source: Path, target: Path) -> None:
    """Copy by SQLite's backup interface, check the copy, and only then give it its name."""
    for found in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        if found.exists():  # a log left beside a new file would be replayed into it
            sys.exit(f"{found} exists already: nothing is overwritten; move it away or name another place")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with _no_writers(source), closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(partial)) as made:
        original.backup(made)
    with closing(sqlite3.connect(partial)) as made:
        made.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        (verdict,) = made.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        sys.exit(f"the copy of {source} is damaged, so the original may be: {verdict}")
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.rename(target)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not Path(sys.argv[1]).is_file():
        sys.exit(__doc__)
    os.umask(0o077)
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
