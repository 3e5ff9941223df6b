"""The XML files inside a PDF. Nothing is rendered, fetched or run, pages are not looked at, and all work is counted.

A PDF is opened by pypdf, as the `factur-x` library does; what that library does next (lxml with entities, schemas, a far
Saxon server) is left to our own readers. A hybrid invoice needs some dozen objects of its file: who wants thousands is
not one, and is refused with the same answer every time (a clock would give another one on a busy day).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn

from hub.errors import UnreadableInput
from hub.formats.xml import MAX_BYTES

if TYPE_CHECKING:
    from pypdf.generic import EmbeddedFile

MAX_PDF = MAX_BYTES
MAX_OBJECTS = 2_000  # resolved: catalog, names, file specifications
MAX_STRUCTURE = (
    2 * 1024 * 1024
)  # bytes of one unpacked object or cross-reference stream, and of all object streams together
MAX_REPAIR, MAX_REPAIR_STREAMS = 256 * 1024, 16  # the same for a file whose table of objects is broken
MAX_READS = 1_000_000  # calls on the file; a token takes some
MAX_PASSES = 20  # times the whole file may be read: searches for objects that are not where they should be
MAX_XML_FILES = 5
_HEADER = re.compile(rb"[^<{\[]{0,1000}%PDF-")  # readers of PDF allow rubbish before it, but not another kind of file
_XML_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
# The name ObjStm, however its letters are written: a stream with objects inside.
_OBJECT_STREAM = re.compile(rb"/(?:O|#4f)(?:b|#62)(?:j|#6a)(?:S|#53)(?:t|#74)(?:m|#6d)", re.IGNORECASE)
_SUBTYPES = ("/text/xml", "/application/xml", "/text#2fxml", "/application#2fxml")

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it has to say of a file becomes a finding here
logging.getLogger("pypdf").propagate = False


@dataclass(frozen=True, slots=True)
class EmbeddedXml:
    """An XML file inside a PDF. `relationship` is its AFRelationship without the slash: `Data`, `Alternative`, `Source` …"""

    name: str
    relationship: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a PDF holds: its XML files, and the names of all files."""

    xml: tuple[EmbeddedXml, ...]
    names: tuple[str, ...]


def is_pdf(data: bytes) -> bool:
    """Whether it begins as a PDF does."""
    return _HEADER.match(data, 0, 1024) is not None


def embedded_xml(data: bytes) -> Embedded:
    """The XML files inside a PDF, in its own order. Raises UnreadableInput and nothing else:

    HUB-PDF-02 encrypted · -03 damaged · -04 larger than 32 MiB, or more work than an invoice can need.
    """
    if len(data) > MAX_PDF:
        raise UnreadableInput("HUB-PDF-04", found=f"{len(data)} bytes", expected=f"{MAX_PDF} bytes")
    from pypdf.errors import LimitReachedError  # a third of a second at first use, and only for who gets a PDF

    try:
        with _unpacking(MAX_STRUCTURE):
            return _read(data)
    except UnreadableInput:
        raise
    except _TooMuch as stop:
        raise UnreadableInput("HUB-PDF-04", found=stop.found, expected=stop.most) from None
    except LimitReachedError as error:
        raise UnreadableInput("HUB-PDF-04", found=str(error)[:200], expected="PDF/A-3") from None
    except Exception as error:  # whatever pypdf trips over is the file's fault, and would come again
        said = f"{type(error).__name__}: {error}"[:200]
        raise UnreadableInput("HUB-PDF-03", found=said, expected="PDF/A-3") from error


def _unpacking(most: int) -> AbstractContextManager[Any]:
    """While it is open, no stream gives more than `most` bytes, and no helper program is started."""
    from pypdf import apply_configuration

    return apply_configuration(
        maximum_declared_stream_length=MAX_PDF,
        jbig2dec_binary=None,
        zlib_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        brotli_maximum_output_length=most,
        array_based_stream_maximum_output_length=most,
        stream_decoding_work_maximum_length=4 * most,
    )


class _TooMuch(BaseException):
    """Above every `except Exception` of pypdf, which would carry on."""

    def __init__(self, found: str, most: str) -> None:
        super().__init__(found)
        self.found, self.most = found, most


def _too_much(found: str, expected: str) -> NoReturn:
    raise _TooMuch(found, expected)


def _read(data: bytes) -> Embedded:
    reader = _bounded_reader()(_Counted(data))
    names: list[str] = []
    xml: list[EmbeddedXml] = []
    for file in _files(reader):
        name = str(file.alternative_name or file.name or "")[:200]
        names.append(name)
        if not _may_be_xml(name, file):
            continue
        if len(xml) == MAX_XML_FILES:
            _too_much(f"more than {MAX_XML_FILES} XML files", str(MAX_XML_FILES))
        content = _content(file)
        if _XML_START.match(content):
            xml.append(EmbeddedXml(name, str(file.associated_file_relationship).lstrip("/")[:40], content))
    return Embedded(tuple(xml), tuple(names))


def _files(reader: Any) -> Iterator[EmbeddedFile]:
    """The files of the name tree, then those that only the catalog's AF names."""
    from pypdf.generic import DictionaryObject, EmbeddedFile

    seen = []
    for file in reader.attachment_list:
        seen.append(file.pdf_object)
        yield file
    associated = reader.root_object.get("/AF")
    for entry in associated.get_object() if associated is not None else ():
        specification = entry.get_object()
        if isinstance(specification, DictionaryObject) and not any(specification is one for one in seen):
            seen.append(specification)
            yield EmbeddedFile(str(specification.get("/F", "")), specification)


def _may_be_xml(name: str, file: EmbeddedFile) -> bool:
    return name.lower().endswith(".xml") or str(file.subtype or "").lower() in _SUBTYPES


def _content(file: EmbeddedFile) -> bytes:
    """The bytes of an embedded file, unpacked to no more than an XML document may be."""
    with _unpacking(MAX_BYTES):
        return bytes(file.content)


class _Counted(BytesIO):
    """The file, with what is done to it counted."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._most = (MAX_PASSES + 1) * len(data) + MAX_STRUCTURE
        self._calls = self._bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As BytesIO. Raises UnreadableInput when too much was asked."""
        found = super().read(size)
        self._count(len(found))
        return found

    def getbuffer(self) -> memoryview:
        """As BytesIO; a pass over the whole."""
        view = super().getbuffer()
        self._count(view.nbytes)
        return view

    def _count(self, size: int) -> None:
        self._calls += 1
        self._bytes += size
        if self._calls > MAX_READS or self._bytes > self._most:
            _too_much(f"{self._calls} reads, {self._bytes} bytes", f"{MAX_READS} reads, {self._most} bytes")


@cache
def _bounded_reader() -> Any:
    """A PdfReader that counts what it resolves and unpacks."""
    from pypdf import PdfReader

    class Bounded(PdfReader):
        def __init__(self, stream: _Counted) -> None:
            self._resolved = self._unpacked = 0
            super().__init__(stream, root_object_recovery_limit=100, xref_stream_maximum_entries=500_000)

        def _handle_encryption(self, password: Any) -> None:
            """PDF/A-3 forbids it, so not even the empty password is tried."""
            raise UnreadableInput("HUB-PDF-02", found="Encrypt", expected="PDF/A-3")

        def get_object(self, indirect_reference: Any) -> Any:
            self._resolved += 1
            if self._resolved > MAX_OBJECTS:
                _too_much(f"more than {MAX_OBJECTS} objects", f"{MAX_OBJECTS} objects")
            return super().get_object(indirect_reference)

        def _get_object_from_stream(self, indirect_reference: Any) -> Any:
            holder = self.get_object(self.xref_objStm[indirect_reference.idnum][0])
            self._unpacked += len(holder.get_data()) if hasattr(holder, "get_data") else 0
            if self._unpacked > MAX_STRUCTURE:
                _too_much(f"{self._unpacked} bytes of objects", f"{MAX_STRUCTURE} bytes")
            return super()._get_object_from_stream(indirect_reference)

        def _rebuild_xref_table(self, stream: Any) -> None:
            streams = len(_OBJECT_STREAM.findall(stream.getvalue()))
            if streams > MAX_REPAIR_STREAMS:
                _too_much(f"a broken table and {streams} object streams", f"{MAX_REPAIR_STREAMS}")
            with _unpacking(MAX_REPAIR):
                super()._rebuild_xref_table(stream)

    return Bounded
