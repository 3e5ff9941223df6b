"""Claims: one file, one owner, by means that a file system keeps through kill -9: rename, lock, link."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

WORK = ".work"
_CHUNK = 1 << 20
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # never a link, never waiting on a pipe
_NO_LINKS = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)


class Growing(Exception):
    """The file changed while it was read: its writer is not done."""


def claim(root: Path, name: str) -> Path | None:
    """Take a file out of sight, into a folder of its own so that it keeps its name. None when somebody was first."""
    own = root / WORK / uuid.uuid4().hex[:12]
    own.mkdir(mode=0o770)
    try:
        os.rename(root / name, own / name)
    except FileNotFoundError:
        _remove(own)
        return None
    return own / name


def left(root: Path) -> Iterator[tuple[Path, str]]:
    """Claimed files, with their names: of a watcher that died, or of one that is at work (`held` tells)."""
    for own in sorted(os.scandir(root / WORK), key=lambda entry: entry.name):
        if not own.is_dir(follow_symlinks=False):
            continue
        try:
            names = sorted(os.listdir(own.path))
        except FileNotFoundError:
            continue
        if not names:
            _remove(Path(own.path))  # should another be about to use it, its claim fails and is made again
        for name in names:
            yield Path(own.path, name), name


@contextlib.contextmanager
def held(path: Path) -> Iterator[int | None]:
    """The opened file under a lock that ends with this process; None when another process holds it, or has put it away."""
    handle = os.open(path, _OPEN)
    try:
        about = os.fstat(handle)
        locked = _locked(handle) and _is_still_there(path, about)
        yield handle if locked and stat.S_ISREG(about.st_mode) else None
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: the id makes doing it twice harmless
        return True
    return True


def _is_still_there(path: Path, about: os.stat_result) -> bool:
    try:
        now = os.lstat(path)
    except FileNotFoundError:
        return False
    return (now.st_ino, now.st_dev) == (about.st_ino, about.st_dev)


def read(handle: int, most: int) -> bytes:
    """The contents, at most one byte more than `most`. Raises `Growing` when they changed meanwhile."""
    before, chunks, size = os.fstat(handle), [], 0
    if _has_writer(handle):
        raise Growing
    while size <= most and (chunk := os.read(handle, min(_CHUNK, most + 1 - size))):
        chunks.append(chunk)
        size += len(chunk)
    after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Growing
    return b"".join(chunks)


def is_being_written(path: Path) -> bool | None:
    """Whether a process has it open to write; None where the kernel does not tell us."""
    try:
        handle = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        return _has_writer(handle)
    finally:
        os.close(handle)


def _has_writer(handle: int) -> bool | None:
    """A lease to read is not granted while somebody has the file open to write. Only on local disks, and only to its owner.

    Should a writer come while we hold it, the kernel sends a signal: SIGURG, which does nothing, instead of SIGIO, which kills.
    """
    if not hasattr(fcntl, "F_SETLEASE"):  # a laptop without Linux
        return None
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def free_name(path: Path, folder: Path, name: str) -> str:
    """`name`, or where another file has it already, `name` with the number of the claim, which outlives a restart."""
    target = folder / name
    if not os.path.lexists(target) or _is_same(path, target):
        return name
    stem, dot, ending = name.rpartition(".")
    number = path.parent.name
    longer = f"{stem}.{number}.{ending}" if dot else f"{name}.{number}"
    return longer if len(os.fsencode(longer)) <= 255 else f"{number}.{ending[:40]}"


def put_away(path: Path, folder: Path, name: str) -> str:
    """Move a claimed file into `folder` without ever replacing another; the name that it got."""
    for _ in range(3):
        name = free_name(path, folder, name)
        if _moved(path, folder / name):
            break
    _remove(path.parent)
    return name


def _moved(path: Path, target: Path) -> bool:
    """False when somebody took that name meanwhile. A link that exists is refused, which a rename would replace."""
    try:
        os.link(path, target, follow_symlinks=False)
    except FileExistsError:
        if not _is_same(path, target):
            return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.rename(path, target)  # a file system without hard links
        return True
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    return True


def _is_same(path: Path, target: Path) -> bool:
    """Whether both names are one file: we were killed between linking and unlinking."""
    try:
        first, second = os.lstat(path), os.lstat(target)
    except FileNotFoundError:
        return False
    return (first.st_ino, first.st_dev) == (second.st_ino, second.st_dev)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
