"""Documents of cases: kept as originals until the case leaves, and then sent along with it."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from hub.credit.case_file import document_name
from hub.errors import Bug
from hub.formats.case_protocol import with_documents
from hub.model.case_file import CaseDocument, CaseLetter
from hub.model.dispatch import Dispatch
from hub.store import tables as t
from hub.store.messages import original_row
from hub.store.relation_changes import Changing
from hub.store.rows import insert_rows

PDF = "application/pdf"
Given = tuple[str, str, bytes]  # invoice, file name, bytes
Render = Callable[[Connection, int, str], bytes]  # the PDF of a reminder of an administration, by its reference


def keep_documents(change: Changing, administration_id: int, given: Sequence[Given]) -> tuple[CaseDocument, ...]:
    """Store what a person adds to a case; the same bytes once."""
    made, rows = [], []
    for invoice, file_name, body in given:
        media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        sha256 = hashlib.sha256(body).hexdigest()
        ending = file_name.rpartition(".")[2] if "." in file_name else "bin"
        made.append(CaseDocument(document_name(invoice, ending), media_type, sha256, len(body), "invoice"))
        rows.append(original_row(administration_id, body, sha256, media_type, change.at.date()))
    if rows:
        insert_rows(change.connection, t.original, rows, ignore=True)
    return tuple(made)


def keep_letters(
    change: Changing, administration_id: int, letters: Sequence[CaseLetter], render: Render
) -> tuple[CaseDocument, ...]:
    """The letters of a case as PDF: made of what each reminder holds, so that it is the very letter that was sent."""
    made, rows = [], []
    for name in dict.fromkeys(letter.document for letter in letters if letter.document):
        body = render(change.connection, administration_id, name.removesuffix(".pdf"))
        sha256 = hashlib.sha256(body).hexdigest()
        made.append(CaseDocument(name, PDF, sha256, len(body), "letter"))
        rows.append(original_row(administration_id, body, sha256, PDF, change.at.date()))
    if rows:
        insert_rows(change.connection, t.original, rows, ignore=True)
    return tuple(made)


def case_whole(connection: Connection, dispatch: Dispatch) -> bytes:
    """The body of a case as it leaves: with the bytes of its documents. Raises `Bug` for one that the store lost."""
    said: dict[str, Any] = json.loads(dispatch.body)
    wanted = sorted({one["sha256"] for one in said.get("documents", ())})
    o, a = t.original, t.administration
    query = (
        select(o.c.sha256, o.c.body)
        .join(a, a.c.id == o.c.administration_id)
        .where(a.c.code == dispatch.administration, o.c.sha256.in_(wanted))
    )
    found = {row.sha256: _proven(row.sha256, bytes(row.body)) for row in connection.execute(query)}
    if missing := sorted(set(wanted) - found.keys()):
        raise Bug(f"document {missing[0][:16]}… of case {dispatch.subject} is not in the store")
    return with_documents(dispatch.body, {sha: base64.b64encode(body).decode() for sha, body in found.items()})


def _proven(sha256: str, packed: bytes) -> bytes:
    try:
        body = zlib.decompress(packed)
    except zlib.error as error:
        raise Bug(f"original {sha256[:16]}… cannot be unpacked: the database was changed behind the hub") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise Bug(f"original {sha256[:16]}… is not what was received: the database was changed behind the hub")
    return body
