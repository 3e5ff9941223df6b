"""CSV as it comes from banks, shops and spreadsheets: which encoding, which delimiter, row by row with line numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

DELIMITERS = (";", "\t", "|", ",")  # in the order in which they win when nothing tells
_SAMPLE = 64 * 1024  # characters by which the delimiter is chosen


def decoded(data: bytes) -> str:
    """The text: UTF-8 with or without mark, else windows-1252 as older Dutch packages write it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number (from 1, the headings included) and cells, stripped; empty rows are left out. Raises `csv.Error`."""
    delimiter, skipped = delimiter_of(text[:_SAMPLE])
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for cells in reader:
        if reader.line_num > skipped and any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def heading(cell: str) -> str:
    """A column's name as it is compared: without case, blanks as underscores."""
    return cell.strip().casefold().replace(" ", "_")


def delimiter_of(sample: str) -> tuple[str, int]:
    """The delimiter of a CSV, and how many rows stand before the table (`sep=;` is one, which spreadsheets write)."""
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1
    lines = sample.split("\n")
    whole = "\n".join(lines[:-1] if len(lines) > 2 else lines)  # the last line may be cut off
    scored = [(_stability(whole, delimiter), -place, delimiter) for place, delimiter in enumerate(DELIMITERS)]
    best = max(scored)
    return best[2], 0


def _stability(sample: str, delimiter: str) -> tuple[float, int]:
    """Which share of the rows has the most usual number of columns, if that is more than one; and that number."""
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if any(row))
    except csv.Error:
        return 0.0, 0
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 0.0, 0
    width, count = max(several.items(), key=lambda item: (item[1], item[0]))
    return round(count / sum(widths.values()), 1), width if delimiter != "," else min(width, 2)
