"""Intake at the door: files, folders and zips become arrivals, in the order given. Nothing here trusts a name or a size."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.errors import UnreadableInput

MAX_BYTES = (
    64_000_000  # of one file at the door; each reader has limits of its own below this (12 MB of XML for an invoice)
)
MAX_ZIP_BYTES = 50_000_000
STANDARD_INPUT = "-"
XML = "application/xml"
_MEDIA_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".sta": "text/plain",
    ".pdf": "application/pdf",
}
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_DOCUMENTS = (".xlsx", ".xlsm", ".ods", ".docx", ".odt")  # one document each, though zips inside
_JUNK = ("__MACOSX",)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One document at the door.

    `name` is as it is shown: the path as given, `a.zip/member.xml` for a member. With a `refusal` it
    is not taken in, and there are no bytes.
    """

    name: str
    body: bytes = b""
    media_type: str = XML
    refusal: UnreadableInput | None = None

    @property
    def file_name(self) -> str:
        """The name without the folders of this machine."""
        head, separator, member = self.name.partition(".zip/")
        return os.path.basename(head + separator.rstrip("/")) + ("/" + member if member else "")


def arrivals(paths: Iterable[str]) -> Iterator[Arrival]:
    """Every document under `paths`, lazily. Folders are walked sorted, without hidden files and links; `-` is stdin."""
    for path in paths:
        if path == STANDARD_INPUT:
            yield from opened("stdin", sys.stdin.buffer.read(MAX_ZIP_BYTES + 1))
        elif os.path.isdir(path):
            yield from _folder(Path(path))
        else:
            yield from _file(path)


def _folder(folder: Path) -> Iterator[Arrival]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _refused(str(folder), "03", error.strerror or "unreadable", "a readable folder")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield _refused(entry.path, "02", "a link", "a file")
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(Path(entry.path))
        else:
            yield from _file(entry.path)


def _file(path: str) -> Iterator[Arrival]:
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            yield _refused(path, "03", "a device or pipe", "a regular file")
            return
        most = MAX_ZIP_BYTES if path.lower().endswith(".zip") else MAX_BYTES
        if about.st_size > most:
            yield _refused(path, "04", str(about.st_size), str(most))
            return
        data = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        yield _refused(path, "01", "nothing", "a file")
    except (OSError, ValueError) as error:
        yield _refused(path, "03", getattr(error, "strerror", None) or str(error), "a readable file")
    else:
        yield from opened(path, data)


def opened(name: str, data: bytes) -> Iterator[Arrival]:
    """The document that these bytes are, or those in the zip that they are; a zip without any is refused."""
    lowered = name.lower()
    is_zip = data.startswith(_ZIP_MAGICS) and not lowered.endswith(_ZIP_DOCUMENTS)
    if not is_zip and not lowered.endswith(".zip"):
        yield Arrival(name, data, media_type(name))
        return
    from hub.formats import zip as archive  # most of what comes is none

    empty = True
    for member in archive.members(data):
        empty = False
        if member.refusal is not None:
            yield Arrival(_member_name(name, member.name), refusal=member.refusal)
        elif not _is_junk(member.name):
            yield Arrival(_member_name(name, member.name), member.data, media_type(member.name))
    if empty:
        yield _refused(name, "05", "0", "1")


def media_type(name: str) -> str:
    """What a name claims to hold; only shown, never trusted."""
    return _MEDIA_TYPES.get(os.path.splitext(name.lower())[1], XML)


def _member_name(name: str, member: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in member)[:200]
    return f"{name}/{shown}" if shown else name


def _is_junk(member: str) -> bool:
    """What operating systems put beside the files of a person."""
    parts = member.split("/")
    return parts[0] in _JUNK or parts[-1].startswith(".")


def _refused(path: str, number: str, found: str, expected: str) -> Arrival:
    refusal = UnreadableInput(f"HUB-FILE-{number}", found=found, expected=expected, location=path)
    return Arrival(path, refusal=refusal)
