"""The figures of `tests.bench.validation` as a page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lxml import etree

from hub.rules import en16931, peppol
from tests.bench.report import table

if TYPE_CHECKING:
    from tests.bench.official import Official
    from tests.bench.validation import Compared

_OURS = ("parse", "XSD", "index", "EN 16931", "Peppol")
_THEIRS = ("parse", "XSD", "parse by Saxon", "EN 16931", "Peppol")


def page(compared: Sequence[Compared], official: Official, with_peppol: bool) -> str:
    """All of it as Markdown."""
    peppol_too = (
        "Peppol's own" if with_peppol else "**Peppol's is not measured here: give its folder with `--official`**"
    )
    return "\n".join(
        [
            "# How fast validation is",
            "",
            f"Measured on {date.today()} by `python -m tests.bench.validation`, on {os.cpu_count()} cores: Python",
            f"{platform.python_version()}, lxml {'.'.join(map(str, etree.LXML_VERSION[:3]))}, {official.version}; our rules "
            f"EN 16931 {en16931.VERSION} and Peppol {peppol.VERSION}.",
            "",
            "Both sides go from bytes to the list of rules that fired and their places, warm, in turns, on the same documents, and must",
            f"agree. Theirs: lxml for the schema, SaxonC for the official EN 16931 stylesheet and {peppol_too}. Making both ready took",
            f"{official.set_up:.2f} s once. Figures are medians of CPU time in milliseconds;",
            "*spoilt* documents are wrong in every tenth line.",
            "",
            *_ratios(compared),
            *_layers("Ours, layer by layer", compared, _OURS, "ours"),
            *_layers("The official artefacts, layer by layer", compared, _THEIRS, "theirs"),
            *_alone(compared),
        ]
    )


def _name(each: Compared) -> tuple[str, str, str]:
    return f"{each.lines:,}", f"{each.size:,}", "clean" if each.clean else "spoilt"


def _ratios(compared: Sequence[Compared]) -> list[str]:
    heads = (
        "lines",
        "bytes",
        "",
        "findings",
        "ours",
        "official",
        "times faster",
        "`hub.validate`",
        "times faster",
        "µs/line",
    )
    rows = [
        (*_name(each), f"{each.ours.found:,}", f"{each.ours.middle():,.2f}", f"{each.theirs.middle():,.1f}",
         f"{each.theirs.middle() / each.ours.middle():.1f}", f"{each.door.middle():,.2f}",
         f"{each.theirs.middle() / each.door.middle():.1f}", f"{1000 * each.ours.middle() / each.lines:.0f}")
        for each in compared
    ]  # fmt: skip
    after = [
        "`hub.validate` is the public door: it also says what the document is and makes a sentence of each finding.",
        "",
    ]
    return [*table("XSD + EN 16931 + Peppol", heads, rows), *after]


def _layers(title: str, compared: Sequence[Compared], names: Sequence[str], side: str) -> list[str]:
    there = [name for name in names if name in getattr(compared[0], side).layers]
    rows = [(*_name(each), *(f"{getattr(each, side).middle(name):,.2f}" for name in there)) for each in compared]
    return table(title, ("lines", "bytes", "", *there), rows)


def _alone(compared: Sequence[Compared]) -> list[str]:
    heads = ("lines", "bytes", "", "library, CPU s", "`hub validate`, CPU s", "peak MB", "times the file")
    rows = [
        (*_name(each), f"{each.alone.library:.2f}", f"{each.alone.command:.2f}", f"{each.alone.peak_mb:.0f}",
         f"{each.alone.peak_mb * 1024 * 1024 / each.size:,.0f}")
        for each in compared
        if each.alone is not None
    ]  # fmt: skip
    return table("A process of its own, from its start to its end", heads, rows)
