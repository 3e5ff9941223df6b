"""Several letters as one file for the printer, each beginning on a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter


def together(pdfs: Sequence[bytes]) -> bytes:
    """One PDF of all, in order; a blank page after a letter of an odd number of pages, for printers that print on both sides."""
    writer = PdfWriter()
    for data in pdfs:
        pages = PdfReader(BytesIO(data)).pages
        for page in pages:
            writer.add_page(page)
        if len(pages) % 2 and len(pdfs) > 1:
            writer.add_blank_page()
    writer.metadata = None
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
