"""Zip archives read without trusting a header: each member is its bytes or a refusal (RELIABILITY 6)."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from hub.errors import UnreadableInput

MAX_ENTRIES = 1_000
MAX_MEMBER = 20_000_000  # bytes, unpacked
MAX_TOTAL = 100_000_000  # bytes, unpacked
MAX_RATIO = 100  # unpacked bytes per packed byte

_CHUNK = 1 << 16
_CENTRAL = b"PK\x01\x02"
_END, _END64 = b"PK\x05\x06", b"PK\x06\x07"
_LOCAL = struct.Struct("<4s22xHH")  # signature, length of name, length of extra field
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".jar")
_ZIP_DOCUMENTS = (".xlsx", ".xlsm", ".ods", ".docx", ".odt")  # one document each, though zips inside
_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_DAMAGE_TOO = (struct.error, OverflowError, IndexError, KeyError, TypeError, zipfile.LargeZipFile)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name as data, and either its bytes or why they are refused.

    The name is never a path to write to. A refusal without a name is about the archive as a whole.
    """

    name: str
    data: bytes = b""
    refusal: UnreadableInput | None = None


class _Budget:
    """Bytes the whole archive may still unpack to; refused members spend it too, because they cost the same work."""

    def __init__(self) -> None:
        self.left = MAX_TOTAL


def members(data: bytes) -> Iterator[Member]:
    """The files of an archive in the order of its directory; folders are skipped. Raises nothing.

    Refusal codes: HUB-ZIP-01 no zip or damaged · -02 too many entries · -03 member too large · -04 archive
    too large in all · -05 packed too tightly · -06 unsafe name · -07 encrypted · -08 link or device · -09
    an archive in the archive · -10 entries that overlap · -11 compression method.
    """
    try:
        _check_directory(data)
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except UnreadableInput as refusal:
        yield Member("", refusal=refusal)
        return
    except (*_DAMAGE, *_DAMAGE_TOO) as error:
        yield Member("", refusal=UnreadableInput("HUB-ZIP-01", found=_said(error), expected="a zip archive"))
        return
    if len(entries) > MAX_ENTRIES:
        yield Member("", refusal=_too_many(len(entries)))
        return
    overlapping, budget = _overlapping(data, archive, entries), _Budget()
    for entry in entries:
        if entry.file_size or not entry.orig_filename.endswith("/"):  # a folder has no contents
            yield _member(archive, entry, entry.header_offset in overlapping, budget)


def _check_directory(data: bytes) -> None:
    """Refuse before zipfile builds an object per entry of a directory with a million of them."""
    end = data.rfind(_END, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise UnreadableInput("HUB-ZIP-01", found=repr(data[:8])[2:-1], expected="a zip archive")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    start = 0 if data.find(_END64) >= 0 else max(0, end - size)
    count = data.count(_CENTRAL, start, end)
    if count > MAX_ENTRIES:
        raise _too_many(count)


def _too_many(count: int) -> UnreadableInput:
    return UnreadableInput("HUB-ZIP-02", found=f"{count} entries", expected=f"at most {MAX_ENTRIES}")


def _overlapping(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> set[int]:
    """Header offsets of entries whose bytes are also another entry's, or the directory's."""
    directory: int = archive.start_dir
    spans = sorted((e.header_offset, _span_end(data, e)) for e in entries)
    shared, reach, owner = set(), -1, -1
    for start, end in [*spans, (directory, directory)]:
        if start < reach:
            shared |= {start, owner}
        if end > reach:
            reach, owner = end, start
    return shared


def _span_end(data: bytes, entry: zipfile.ZipInfo) -> int:
    start = entry.header_offset
    if not 0 <= start <= len(data) - _LOCAL.size:
        return start + 1
    _, name_length, extra_length = _LOCAL.unpack_from(data, start)
    return int(start + _LOCAL.size + name_length + extra_length + entry.compress_size)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, overlaps: bool, budget: _Budget) -> Member:
    name = entry.orig_filename
    try:
        _check_entry(entry, overlaps)
        return Member(name, _unpacked(archive, entry, budget))
    except UnreadableInput as refusal:
        return Member(name, refusal=refusal)
    except (*_DAMAGE, *_DAMAGE_TOO) as error:
        return Member(name, refusal=_refusal("01", entry, _said(error), "an undamaged member"))


def _check_entry(entry: zipfile.ZipInfo, overlaps: bool) -> None:
    if fault := name_fault(entry.orig_filename):
        raise _refusal("06", entry, fault, "a plain relative name")
    if entry.flag_bits & 0x2041:  # encrypted, strongly encrypted, directory masked
        raise _refusal("07", entry, "encryption", "no encryption")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _refusal("08", entry, "link or device", "a regular file")
    if overlaps:
        raise _refusal("10", entry, "bytes shared with another entry", "bytes of its own")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal("11", entry, f"method {entry.compress_type}", "stored or deflated")
    if entry.filename.lower().endswith(_ARCHIVES):
        raise _refusal("09", entry, "an archive", "a document")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """The bytes of a member, counted while they come out; the sizes that headers state are not believed."""
    chunks, size = [], 0
    by_ratio = MAX_RATIO * max(entry.compress_size, 1)
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            budget.left -= len(chunk)
            if size > MAX_MEMBER:
                raise _refusal("03", entry, f"more than {MAX_MEMBER} bytes", f"at most {MAX_MEMBER} bytes")
            if budget.left < 0:
                raise _refusal("04", entry, f"more than {MAX_TOTAL} bytes in all", f"at most {MAX_TOTAL} bytes")
            if size > by_ratio:
                raise _refusal("05", entry, f"more than {MAX_RATIO} to 1", f"at most {MAX_RATIO} to 1")
            chunks.append(chunk)
    data = b"".join(chunks)
    if data.startswith(_MAGICS) and not entry.filename.lower().endswith(_ZIP_DOCUMENTS):
        raise _refusal("09", entry, "an archive", "a document")
    return data


def name_fault(name: str) -> str:
    """Why a member's name is not a plain relative one; "" when it is. Backslashes count as separators."""
    parts = name.replace("\\", "/").split("/")
    if not name or _CONTROL.search(name):
        return "empty name or control character"
    if parts[-1] == "":
        return "name of a folder"
    if parts[0] == "" or re.match(r"[A-Za-z]:", name):
        return "absolute name"
    if ".." in [part.strip() for part in parts]:
        return "name that leaves its folder"
    if any(_DEVICES.fullmatch(part.split(".")[0].split(":")[0].strip()) for part in parts):
        return "device name"
    return ""


def _refusal(number: str, entry: zipfile.ZipInfo, found: str, expected: str) -> UnreadableInput:
    place = _CONTROL.sub("?", entry.orig_filename)[:200]
    return UnreadableInput(f"HUB-ZIP-{number}", found=found, expected=expected, location=place)


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:120]
