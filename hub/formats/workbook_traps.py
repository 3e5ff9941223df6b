"""What a spreadsheet hides from its reader: merged cells, formulas that were never calculated, and zip bombs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from hub.errors import UnreadableInput

MAX_UNPACKED = 1_000_000_000  # bytes of all parts together
MAX_RATIO = 200  # of one part; worksheets of repeated rows reach 60
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*><f(?:/>|[^>]*/>|[^>]*>[^<]*</f>)(?:<v/>|<v></v>)?</c>')
_SHOWN = 50
_CHUNK = 1 << 20
_OVERLAP = 4096  # a cell may be cut in two by the end of a piece


Source = Path | BinaryIO


def check_container(path: Source, suffix: str) -> None:
    """Raises UnreadableInput HUB-TAB-01 for a zip that unpacks to more than a spreadsheet ever is."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as parts:
            members = parts.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableInput("HUB-TAB-01", found=str(error)[:200], expected=suffix) from None
    unpacked = sum(member.file_size for member in members)
    steep = any(member.file_size > MAX_RATIO * max(member.compress_size, 1_000) for member in members)
    if unpacked > MAX_UNPACKED or steep:
        raise UnreadableInput("HUB-TAB-01", found=f"{unpacked} bytes", expected=f"{MAX_UNPACKED} bytes")


def merged_ranges(sheet: Any) -> Iterator[tuple[str, int]]:
    """Merged cells as `A5:B6`, each with its last row; formats that do not tell have none."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield f"{_column(left)}{top + 1}:{_column(right)}{bottom + 1}", bottom + 1


def _column(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def unsaved_formulas(path: Source, suffix: str) -> Iterator[str]:
    """Cells with a formula and no value: a program wrote them and no spreadsheet ever calculated them."""
    if suffix.lower() not in (".xlsx", ".xlsm") or not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        if len(names) != 1:  # which part is which sheet is told elsewhere; with one there is no doubt
            return
        found = 0
        with parts.open(names[0]) as stream:
            before = b""
            while piece := stream.read(_CHUNK):
                text = before + piece
                for match in _FORMULA.finditer(text):
                    found += 1
                    if found <= _SHOWN:
                        yield match[1].decode("ascii")
                last = text.rfind(b"</c>")
                before = text[last + 4 :] if last >= 0 else text[-_OVERLAP:]
