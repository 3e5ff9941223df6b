"""The file of a case: a zip with its table and its documents, the same bytes for the same case. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Protocol

from connectors.collection_batch.table import case_table, message_table
from hub.formats.case_dispatch import CaseDispatch, SentDocument
from hub.model.case_file import CaseClaim
from hub.model.dispatch import Dispatch

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 120  # characters of a file's name
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip has a time for each file; none of ours is of interest, and bytes must not change


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file on its way: its name and bytes, of which case and dispatch it is, and when that was made."""

    name: str
    media_type: str
    data: bytes
    number: str
    dispatch_id: str
    at: datetime


class Way(Protocol):
    """How files get to an agency."""

    def leave(self, file: Leaving) -> bool:
        """Whether it is new there. Raises `Transient` before it can have arrived, `InDoubt` where nobody knows, `Permanent`."""
        ...

    def holds(self, name: str) -> bool | None:
        """Whether it is there whole; None where nobody can tell."""
        ...


def file_of(sent: CaseDispatch, dispatch: Dispatch, headings: str) -> Leaving:
    """Its name is our case number, so that the same case is the same file however often it comes."""
    number = safe(sent.number)
    if sent.file is None:
        name, kind = f"{number}-{safe(sent.type)}-{safe(dispatch.id)[:8]}.csv", "text/csv"
        return Leaving(name, kind, message_table(sent, headings), sent.number, dispatch.id, dispatch.created_at)
    members, pdfs = _members(sent.documents, sent.file.claims)
    packed = _zipped([(f"{number}.csv", case_table(sent.file, pdfs, headings)), *members])
    return Leaving(f"{number}.zip", "application/zip", packed, sent.number, dispatch.id, dispatch.created_at)


def safe(name: str) -> str:
    """A name that is one on every system, and stays within its folder."""
    return _UNSAFE.sub("_", name).strip("._")[:_LONGEST] or "_"


def _members(
    documents: Sequence[SentDocument], claims: Sequence[CaseClaim]
) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
    """The documents under their names: an invoice's is its number, as agencies look for it; which file each invoice has."""
    members: list[tuple[str, bytes]] = []
    pdfs: dict[str, str] = {}
    taken: set[str] = set()
    for document in documents:
        if document.body is None:
            continue
        invoice = _invoice_of(document, claims, pdfs)
        ending = PurePath(document.name).suffix.lower() or ".pdf"
        name = _free(f"{safe(invoice)}{ending}" if invoice else safe(document.name), taken)
        if invoice:
            pdfs[invoice] = name
        members.append((name, document.body))
    return members, pdfs


def _invoice_of(document: SentDocument, claims: Sequence[CaseClaim], known: dict[str, str]) -> str:
    """The invoice that a document is, by the number in its name; of a case with one invoice it is that one."""
    if document.about != "invoice":
        return ""
    waiting = [claim.invoice for claim in claims if claim.invoice not in known]
    stem = safe(PurePath(document.name).stem)
    for invoice in sorted(waiting, key=len, reverse=True):  # 2026-10 before 2026-1
        if stem == safe(invoice) or re.search(rf"(?<![A-Za-z0-9]){re.escape(safe(invoice))}(?![A-Za-z0-9])", stem):
            return invoice
    return waiting[0] if len(claims) == 1 and waiting else ""


def _free(name: str, taken: set[str]) -> str:
    path, found, number = PurePath(name), name, 2
    while found.casefold() in taken:
        found, number = f"{path.stem}-{number}{path.suffix}", number + 1
    taken.add(found.casefold())
    return found


def _zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
