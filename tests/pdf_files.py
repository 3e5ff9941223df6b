"""PDFs as tests need them, always the same bytes: with files inside, with a broken table, with whatever a file may not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Inside:
    """A file inside a PDF. `how` are more entries of its stream (`/Filter /FlateDecode`); `data` is then packed already."""

    name: str
    data: bytes
    relationship: str = "Data"
    subtype: str = "text#2Fxml"
    how: str = ""


def pdf_file(objects: Sequence[bytes], trailer: str = "", *, start: int | None = None) -> bytes:
    """A PDF of these objects, the first its catalog. `start` is what `startxref` says, the truth when None."""
    parts, offsets = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"], []
    at = len(parts[0])
    for number, body in enumerate(objects, start=1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    out = b"".join(parts)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n".encode()
    return out + head + tail + b"%d\n%%%%EOF\n" % (len(out) if start is None else start)


def stream(data: bytes, entries: str = "") -> bytes:
    """A stream object."""
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def hybrid_pdf(
    *files: Inside, text: str = "Factuur", trailer: str = "", start: int | None = None, only_associated: bool = False
) -> bytes:
    """A PDF of one page that shows a line of plain ASCII, with files inside as Factur-X has them: in Names and in AF."""
    shown = f"BT /F1 18 Tf 72 760 Td ({text}) Tj ET".encode("ascii")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    first = 6
    specifications = [f"{first + 2 * at} 0 R" for at in range(len(files))]
    names = " ".join(f"({file.name}) {where}" for file, where in zip(files, specifications, strict=True))
    tree = "" if only_associated else f"/Names << /EmbeddedFiles << /Names [{names}] >> >>"
    catalog = f"<< /Type /Catalog /Pages 2 0 R {tree} /AF [{' '.join(specifications)}] >>".encode()
    objects = [catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(shown), font]
    for at, file in enumerate(files):
        related = f"/AFRelationship /{file.relationship}" if file.relationship else ""
        held = f"/EF << /F {first + 2 * at + 1} 0 R >>"
        objects.append(f"<< /Type /Filespec /F ({file.name}) /UF ({file.name}) {related} {held} >>".encode())
        objects.append(stream(file.data, f"/Type /EmbeddedFile /Subtype /{file.subtype} {file.how}"))
    return pdf_file(objects, trailer, start=start)
