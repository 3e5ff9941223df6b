"""Address labels: lines of text on sheets that are sold, as PDF."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hub.errors import Usage
from hub.letters.typesetting import typeset

_FILE = Path(__file__).with_name("label_sheets.toml")
MOST = 20_000  # labels in one file
_LINE_MM = 4.6  # of a line at the ordinary size
_EDGE_MM = 5.0  # that printers and scissors leave alone


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A sheet of labels on A4; lengths in millimetres."""

    name: str
    width: float
    height: float
    across: int
    down: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def count(self) -> int:
        """Labels on one sheet."""
        return self.across * self.down


@lru_cache(maxsize=1)
def label_sheets() -> dict[str, LabelSheet]:
    """The sheets that are known, by name."""
    return {name: LabelSheet(name, **sizes) for name, sizes in tomllib.loads(_FILE.read_text("utf-8")).items()}


def label_sheet(name: str) -> LabelSheet:
    """A sheet by its name. Raises `Usage` naming those that there are."""
    if name not in label_sheets():
        raise Usage(f"there is no label sheet {name!r}; there are {', '.join(label_sheets())}")
    return label_sheets()[name]


def labels_pdf(labels: Sequence[Sequence[str]], sheet: LabelSheet, start: int = 1) -> tuple[bytes, int]:
    """The PDF and its number of pages. `start` is the first label that is still on the first sheet, from 1 by rows.

    Raises `Usage` for a start that is not on the sheet, and for more labels than one file takes.
    """
    if not 1 <= start <= sheet.count:
        raise Usage(f"sheet {sheet.name} has labels 1 to {sheet.count}; {start} is none of them")
    if len(labels) > MOST:
        raise Usage(f"{len(labels):,} labels are more than the {MOST:,} that one file takes: choose fewer")
    places = [_place(sheet, start - 1 + number) for number in range(len(labels))]
    pages = places[-1][0] + 1 if places else 0
    on_page: list[list[dict[str, object]]] = [[] for _ in range(pages)]
    for (page, x, y), lines in zip(places, labels, strict=True):
        on_page[page].append({"x": x, "y": y, "lines": list(lines), "size": _size(sheet, len(lines))})
    edge = min(_EDGE_MM, sheet.height / 6)
    return typeset("labels", {"width": sheet.width, "height": sheet.height, "edge": edge, "pages": on_page}), pages


def _place(sheet: LabelSheet, place: int) -> tuple[int, float, float]:
    """Page, and millimetres from the left and the top, of the label at a place counted from 0."""
    page, on_sheet = divmod(place, sheet.count)
    row, column = divmod(on_sheet, sheet.across)
    return page, sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y


def _size(sheet: LabelSheet, lines: int) -> float:
    """Points in which that many lines fit on a label; at most 10.5, at least 5."""
    room = (sheet.height - 2 * min(_EDGE_MM, sheet.height / 6)) / (_LINE_MM * max(lines, 1))
    return max(5.0, min(10.5, round(10.5 * room, 1), 10.5 if sheet.width > 50 else 7.0))
