"""Writes the samples and what is expected of them: `python -m tests.connectors.cii.make_samples [--expect]`.

Those of `sample_invoices` are written as CII; the others in the folder are written by hand and stay. With `--expect` the expectations
beside every sample are written anew: what the reader made of it, and what became of that in the books. Read the difference before you
keep it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lxml import etree

from connectors.cii import source
from hub.formats.content import Content
from hub.model.booking import Booking, Rate
from hub.steps.book import book
from hub.steps.validate import validate
from tests.builders import DAY, D, facts
from tests.cii_writer import write_cii
from tests.connectors.cii.sample_invoices import SAMPLES
from tests.connectors.ubl.dump import plain
from tests.pdf_files import Inside, hybrid_pdf

FOLDER = Path(__file__).parent / "samples"
RATES = (Rate("USD", DAY, D("1.0837")),)


def samples() -> dict[str, bytes]:
    """The samples that are made, by file name."""
    made = {f"{name}.xml": pretty(write_cii(invoice)) for name, invoice in SAMPLES.items()}
    inside = Inside("factur-x.xml", made["several-groups.xml"])
    return {**made, "hybrid.pdf": hybrid_pdf(inside, text="Papierhuis B.V. - factuur PH-2026-0101")}


def pretty(data: bytes) -> bytes:
    """Indented, for whoever reads it."""
    root = etree.fromstring(data)
    etree.indent(root)
    indented: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return indented + b"\n"


def expectation_of(sample: Path) -> Path:
    """The file beside a sample that says what is expected of it."""
    return sample.with_suffix(".json") if sample.suffix == ".xml" else sample.with_name(sample.name + ".expected.json")


def outcome(sample: Path) -> dict[str, Any]:
    """What the reader makes of a sample, and what becomes of it in the books of `tests.builders`."""
    content = Content(sample.read_bytes(), sample.name)
    reading = validate(source.read(content), content, DAY)
    return {"reading": plain(reading), "booked": _told(book(reading, facts(rates=RATES)))}


def _told(booking: Booking) -> dict[str, Any]:
    lines = booking.entry.postings if booking.entry else ()
    postings = [f"{p.side} {p.account} {p.amount.amount} {p.amount.currency} {p.vat_code or '-'}" for p in lines]
    fatal = [finding.code for finding in booking.findings if finding.fatal]
    return {"outcome": booking.outcome, "postings": postings, "fatal": fatal}


def main(*, expect: bool) -> None:
    """Write the samples; with `expect` also what is expected of all."""
    for name, data in samples().items():
        (FOLDER / name).write_bytes(data)
    for sample in sorted([*FOLDER.glob("*.xml"), *FOLDER.glob("*.pdf")]) if expect else ():
        text = json.dumps(outcome(sample), indent=1, ensure_ascii=False)
        expectation_of(sample).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(expect="--expect" in sys.argv)
