"""Folder: files that somebody drops are claimed, stored and put away, each exactly once, however often we are killed.

    whole? ▸ claim (rename into .work/) ▸ read ▸ publish (T1) ▸ done/, or failed/ with the reason beside it

Whoever is killed leaves the file in `.work/`; the next look publishes it again under the same id, path + sha256, which
gives the first receipt (RELIABILITY 2.14, A1–A3). Several watchers share a folder: a rename has one winner, and a lock
that ends with its process tells a claim that is being worked on from one that was left.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from hub import failpoints
from hub.errors import Transient, Usage
from hub.model.finding import Finding
from hub.workers import claims
from hub.workers.notes import Note, write_note
from hub.workers.receive import Door, Parcel, Receipt, for_us, known_codes, too_large

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.channels import FolderChannel

DONE, FAILED = "done", "failed"
EMPTY_SECONDS = 60.0  # an empty file is one whose writer has not begun; after this it never will
UNSURE = 5  # times the patience with files of others, and on disks of others: the kernel does not say who writes them
BATCH_FILES, BATCH_BYTES = 50, 8_000_000
_PARTIAL = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".swp")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Root:
    """A folder with `.work`, `done` and `failed` in it, and whose books it is for."""

    path: Path
    administration: str
    prefix: str  # what the path below the channel's folder begins with


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was at the first look at which it was like this."""

    size: int
    changed_ns: int
    inode: int
    since: float


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed file that was read."""

    path: Path
    name: str
    parcel: Parcel
    sha256: str


class FolderWatch:
    """Watches one channel's folder. One thread; any number of processes."""

    def __init__(self, hub: Hub, channel: FolderChannel, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._channel = channel
        self._door = Door(hub, channel)
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._put_away = 0
        self.waiting = False  # whether the last look left files that may still be growing

    def look(self, stop: Callable[[], bool] = lambda: False) -> int:
        """One look over the folder; how many files were put away. Raises `Usage` for a folder that cannot be watched."""
        before, self._seen, self.waiting, self._put_away = self._seen, {}, False, 0
        for root in self._roots():
            _prepare(root.path)
            for batch in _batches(chain(self._left(root, before), self._new(root, before))):
                self._finish(root, batch)
                if stop():
                    return self._put_away
        return self._put_away

    def _left(self, root: _Root, before: dict[str, _Seen]) -> Iterator[tuple[Path, str]]:
        """Claims of a watcher that died, and those whose writer turned out to be writing still."""
        return ((path, name) for path, name in claims.left(root.path) if self._is_whole(path, before))

    def _roots(self) -> Iterator[_Root]:
        path = self._channel.path
        if not path.is_dir():
            raise Usage(f"channel {self._channel.name}: there is no folder {path}")
        if not self._channel.per_administration:
            yield _Root(path, self._door.administration(), "")
            return
        codes = known_codes(self._hub)
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False) and entry.name in codes:
                yield _Root(Path(entry.path), entry.name, f"{entry.name}/")

    def _new(self, root: _Root, before: dict[str, _Seen]) -> Iterator[tuple[Path, str]]:
        """Claims of what lies there and is whole."""
        for entry in sorted(os.scandir(root.path), key=lambda entry: entry.name):
            if is_ignored(entry.name) or entry.is_dir(follow_symlinks=False):
                continue
            path = Path(entry.path)
            if not self._is_whole(path, before):
                continue
            claimed = claims.claim(root.path, entry.name)
            if claimed is not None:
                failpoints.hit("folder:after-claim")
                yield claimed, entry.name

    def _is_whole(self, path: Path, before: dict[str, _Seen]) -> bool:
        """The same at two looks `settle_seconds` apart, and nobody has it open to write. Links and devices never grow."""
        try:
            about = os.lstat(path)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(about.st_mode):
            return True
        now, key = self._clock(), str(path)
        seen = _Seen(about.st_size, about.st_mtime_ns, about.st_ino, now)
        known = before.get(key)
        if known and (known.size, known.changed_ns, known.inode) == (seen.size, seen.changed_ns, seen.inode):
            seen = known
        if known is seen and now - seen.since >= self._patience(path, about.st_size):
            return True
        self._seen[key] = seen
        self.waiting = True
        return False

    def _patience(self, path: Path, size: int) -> float:
        """How long it must have stood still: for ever while it is being written, longer where nobody can tell us that."""
        writer, settle = claims.is_being_written(path), self._channel.settle_seconds
        if writer:
            return float("inf")
        settle *= UNSURE if writer is None else 1
        return settle if size else max(EMPTY_SECONDS, settle)

    def _finish(self, root: _Root, batch: Sequence[tuple[Path, str]]) -> None:
        """Claimed files to their places: all in one commit, then one by one out of the way."""
        with ExitStack() as holding:
            ready = [one for path, name in batch if (one := self._ready(holding, root, path, name)) is not None]
            if not ready:
                return
            failpoints.hit("folder:before-publish")
            receipts = self._door.take_all([one.parcel for one in ready], root.administration)
            failpoints.hit("folder:after-publish")
            for one, receipt in zip(ready, receipts, strict=True):
                self._put(root, one, receipt)

    def _ready(self, holding: ExitStack, root: _Root, path: Path, name: str) -> _Ready | None:
        """A claimed file, read and held; None when somebody else has it, it grows still, or it is refused for what it is."""
        most = self._channel.max_bytes
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                self._refuse(root, path, name, _no_file(path, name))
                return None
            handle = holding.enter_context(claims.held(path))
            if handle is None:
                return None
            body = claims.read(handle, most)
            if len(body) > most:
                self._refuse(root, path, name, too_large(name, os.fstat(handle).st_size, most))
                return None
        except claims.Growing:  # waits in .work for two looks alike, as a new one does
            self.waiting = True
            return None
        except FileNotFoundError:
            return None
        sha256 = hashlib.sha256(body).hexdigest()
        return _Ready(path, name, Parcel(body, name, f"{root.prefix}{name}@{sha256}"), sha256)

    def _put(self, root: _Root, one: _Ready, receipt: Receipt) -> None:
        if receipt.refusals:
            refusals, taken = receipt.refusals, receipt.message_ids
            self._refuse(root, one.path, one.name, *refusals, sha256=one.sha256, taken=taken)
            return
        with suppress(FileNotFoundError):  # without locks, two may have held it
            claims.put_away(one.path, root.path / DONE, one.name)
        failpoints.hit("folder:after-done")
        self._put_away += 1

    def _refuse(
        self, root: _Root, path: Path, name: str, *findings: Finding, sha256: str = "", taken: tuple[str, ...] = ()
    ) -> None:
        """The reason first, then the file beside it: killed in between, both are written again under the same name."""
        note = Note(name, self._channel.name, root.administration, findings, taken, sha256)
        folder = root.path / FAILED
        free = claims.free_name(path, folder, name)
        write_note(folder, free, note, self._door.language(root.administration))
        failpoints.hit("folder:after-note")
        claims.put_away(path, folder, free)
        log.warning("file_refused", channel=self._channel.name, code=findings[0].code, count=len(findings))
        self._put_away += 1


def _batches(claimed: Iterable[tuple[Path, str]]) -> Iterator[list[tuple[Path, str]]]:
    """What is stored in one commit: many small files, or one large one."""
    batch: list[tuple[Path, str]] = []
    size = 0
    for path, name in claimed:
        batch.append((path, name))
        with suppress(FileNotFoundError):
            size += os.lstat(path).st_size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def is_ignored(name: str) -> bool:
    """Hidden, or a name that says it is not finished."""
    lowered = name.lower()
    return lowered.startswith((".", "~$")) or lowered.endswith((*_PARTIAL, "~"))


def _no_file(path: Path, name: str) -> Finding:
    code, found = ("HUB-FILE-02", "a link") if path.is_symlink() else ("HUB-FILE-03", "a device or pipe")
    return for_us(Finding(code, "fatal", "read", name, found, "a regular file"))


def _prepare(root: Path) -> None:
    try:
        for name in (claims.WORK, DONE, FAILED):
            (root / name).mkdir(mode=0o770, exist_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EIO, errno.ESTALE):
            raise Transient(f"{root}: {error.strerror}") from error
        raise Usage(f"{root}: we must be able to rename in it: {error.strerror}") from error
