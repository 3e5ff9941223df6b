"""The only XML parser of the product: hardened, limited, and every refusal has a stable code (RELIABILITY 6)."""

from __future__ import annotations

import re
from typing import NoReturn, cast

from lxml import etree

from hub.errors import UnreadableInput

BLANKS = " \t\r\n"  # what XML calls white space; a no-break space is content
MAX_BYTES = 32 * 1024 * 1024
MAX_MARKUP = 800_000  # `<` characters, counted before any node is built: 400,000 elements are some 16,000 invoice lines
MAX_ATTRIBUTES = 500_000  # `=` characters: an attribute costs twice a node
MAX_TEXT = 10_000_000  # libxml2's own limit for one text, in UTF-8 bytes; lifting it (huge_tree) lifts all others too
MAX_DEPTH = 256  # libxml2's own

_BOM = b"\xef\xbb\xbf"
_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_UTF16 = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
# Encodings in which `<` is one byte 0x3C, so that counting it means something. UTF-7 and EBCDIC are not.
_EIGHT_BIT = re.compile(r"utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|(?:windows|cp)-?125\d", re.IGNORECASE)
_DECLARED = re.compile(rb"""\bencoding\s*=\s*["']\s*([^"']*?)\s*["']""")
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)

_ENCODING_CODES = {31, 32, 81, 6000, 6001, 6002, 6003}  # libxml2 xmlParserErrors: unknown, unsupported, bad bytes
_LIMIT_CODES = {1, 45, 110, 114}  # no memory, comment too big, name too long, resource limit


def safe_parse(data: bytes) -> etree._Element:
    """The root element of an XML document. No entity, DTD, file or network is ever looked at.

    Comments and processing instructions stay in the tree (official rules see them). Raises UnreadableInput
    and nothing else:
    HUB-XML-01 empty · -02 not well-formed · -03 DOCTYPE · -04 too many elements or attributes ·
    -05 more than 32 MiB · -06 encoding · -07 nesting, name, attribute or comment beyond libxml2's
    limit · -08 compressed · -09 one text (an attachment) above 10,000,000 bytes.
    """
    _check_size(data)
    view = _eight_bit_view(data)
    _check_markup(view)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        _refuse(error, view)
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse_doctype()
    return root


def refuse_unusual(data: bytes, most: int) -> None:
    """What can be refused before anything is parsed: size, compression, encodings that hide markup, a DOCTYPE."""
    _check_size(data, most)
    if _DOCTYPE.match(_eight_bit_view(data)):
        _refuse_doctype()


def _check_size(data: bytes, most: int = MAX_BYTES) -> None:
    if len(data) > most:
        raise UnreadableInput("HUB-XML-05", found=f"{len(data)} bytes", expected=f"at most {most} bytes")
    if data.isspace() or data in (b"", _BOM):
        raise UnreadableInput("HUB-XML-01", found=f"{len(data)} bytes", expected="XML")
    for magic, name in _COMPRESSED:
        if data.startswith(magic):
            raise UnreadableInput("HUB-XML-08", found=name, expected="XML")


def _eight_bit_view(data: bytes) -> bytes:
    """The data itself, or UTF-16 rewritten as UTF-8, so that markup can be counted in bytes."""
    for magic, encoding in _UTF16:
        if data.startswith(magic) and data[:4] not in (b"\xff\xfe\0\0", b"<\0\0\0", b"\0\0\0<"):
            try:
                return data.decode(encoding).encode()
            except UnicodeError as error:
                raise _bad_encoding(f"bytes that are not {encoding}", "UTF-16") from error
    if data.startswith((b"\xff\xfe\0\0", b"<\0\0\0", b"\0\0")):
        raise _bad_encoding("UTF-32", "UTF-8")
    if data.startswith(b"\x4c\x6f\xa7\x94"):
        raise _bad_encoding("EBCDIC", "UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnreadableInput("HUB-XML-02", found="NUL", expected="XML", location=_place(data, nul))
    _check_declared(data)
    return data


def _check_declared(data: bytes) -> None:
    if not data.startswith((b"<?xml", _BOM + b"<?xml")):
        return
    end = data.find(b"?>", 0, 1024)
    declared = _DECLARED.search(data, 0, end)
    if end < 0:
        raise UnreadableInput("HUB-XML-02", found="<?xml", expected="?>", location="line 1, column 1")
    if declared and not _EIGHT_BIT.fullmatch(name := declared[1].decode("latin-1")):
        raise _bad_encoding(name[:40], "UTF-8")


def _bad_encoding(found: str, expected: str, location: str = "") -> UnreadableInput:
    return UnreadableInput("HUB-XML-06", found=found, expected=expected, location=location)


def _check_markup(view: bytes) -> None:
    for mark, what, most in ((b"<", "tags", MAX_MARKUP), (b"=", "attributes", MAX_ATTRIBUTES)):
        count = view.count(mark)
        if count > most:
            raise UnreadableInput("HUB-XML-04", found=f"{count} {what}", expected=f"at most {most} {what}")
    if _DOCTYPE.match(view):
        _refuse_doctype()


def _refuse_doctype() -> NoReturn:
    raise UnreadableInput("HUB-XML-03", found="DOCTYPE", expected="no DOCTYPE")


def _place(data: bytes, offset: int) -> str:
    line_start = data.rfind(b"\n", 0, offset) + 1
    return f"line {data.count(bytes([10]), 0, offset) + 1}, column {offset - line_start + 1}"


def _refuse(error: etree.XMLSyntaxError, view: bytes) -> NoReturn:
    """What libxml2 said, as one of our codes."""
    line, column = error.position
    location = f"line {line}, column {column}"
    said = str(error.msg).split("\n")[0].split(", line ")[0].strip()
    if error.code in _ENCODING_CODES:
        raise _bad_encoding(said, "UTF-8", location) from None
    if error.code in _LIMIT_CODES:
        _refuse_long_text(view, location)
        raise UnreadableInput(
            "HUB-XML-07", found=said, expected=f"depth {MAX_DEPTH}, text {MAX_TEXT}", location=location
        )
    raise UnreadableInput("HUB-XML-02", found=said, expected="well-formed XML", location=location) from None


def _refuse_long_text(view: bytes, location: str) -> None:
    """Raise HUB-XML-09 naming the element, when it is the text of an element that is too long."""
    before = b""
    for piece in view.split(b"<"):
        if len(piece) > MAX_TEXT:
            is_cdata = piece.startswith(b"![CDATA[")
            head, _, text = (before, b"", piece) if is_cdata else piece.partition(b">")
            if len(text) > MAX_TEXT and not head.startswith((b"!--", b"?")):
                name = (head.split() or [b""])[0].split(b">")[0].rpartition(b":")[2].decode("utf-8", "replace")
                found, limit = f"{len(text)} bytes", f"at most {MAX_TEXT} bytes"
                raise UnreadableInput("HUB-XML-09", found=found, expected=limit, location=f"{name[:80]}, {location}")
        before = piece


def local_name(tag: object) -> str:
    """`Invoice` of `{urn:…}Invoice`; "" for a comment or anything else without a name."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


_FEW = 16  # children of one parent that are placed by counting; from then on all of them are placed at once


class Locator:
    """Locations of elements below one root, linear in the size of the tree however many are asked.

    `root` counts as the top: in an enveloped document the payload's locations begin with the payload.
    """

    def __init__(self, root: etree._Element) -> None:
        self._paths: dict[etree._Element, str] = {root: f"/{local_name(root.tag)}[1]"}
        self._asked: dict[etree._Element, int] = {}

    def of(self, element: etree._Element, attribute: str = "") -> str:
        """`/Invoice[1]/InvoiceLine[3]/ID[1]`: local names, index among siblings of the same name, `/@attribute`."""
        path = self._paths.get(element) or self._place(element)
        return f"{path}/@{local_name(attribute)}" if attribute else path

    def _place(self, element: etree._Element) -> str:
        parent = element.getparent()
        above = "" if parent is None else self._paths.get(parent) or self._place(parent)
        if parent is not None and (asked := self._asked.get(parent, 0)) < _FEW:
            self._asked[parent] = asked + 1
        elif parent is not None:
            self._place_all(parent, above)
            return self._paths[element]
        before = element.itersiblings(cast("str", element.tag), preceding=True) if above else ()
        path = self._paths[element] = _step(above, element, len(list(before)) + 1)
        return path

    def _place_all(self, parent: etree._Element, above: str) -> None:
        counts: dict[object, int] = {}
        for child in parent:
            count = counts[child.tag] = counts.get(child.tag, 0) + 1
            self._paths[child] = _step(above, child, count)


def _step(above: str, element: etree._Element, index: int) -> str:
    return f"{above}/{local_name(element.tag) or 'comment()'}[{index}]"


def location(element: etree._Element, attribute: str = "", *, root: etree._Element | None = None) -> str:
    """Where an element (or its attribute) stands, from the top of its document or from `root`.

    `/Invoice[1]/InvoiceLine[3]/ID[1]`. For many elements of one document, ask one `Locator`.
    """
    return Locator(root if root is not None else element.getroottree().getroot()).of(element, attribute)
