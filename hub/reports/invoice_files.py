"""The files of open items, for who is asked to pay them: the PDF that came within an invoice, else the invoice itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from hub.reports.original import Original, embedded_body, original_of
from hub.store import tables as t

_PDF = "application/pdf"
_KINDS = {b"%PDF-": (_PDF, "pdf"), b"<": ("application/xml", "xml")}


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """A file and the invoice that it is of."""

    invoice: str
    name: str
    media_type: str
    body: bytes


def files_of(
    connection: Connection, administration_id: int, items: Sequence[tuple[int, str]], messages: Mapping[int, str]
) -> list[InvoiceFile]:
    """Of each open item (key and invoice number), in order; nothing of one that was typed by hand or came in a list.
    `messages` are as `messages_of` has them.

    Raises `Bug` when the bytes are not what was received.
    """
    made = []
    for key, invoice in items:
        if uid := messages.get(key):
            made += _files(
                connection, administration_id, invoice, original_of(connection, administration_id, message=uid)
            )
    return made


def messages_of(connection: Connection, administration_id: int, keys: Sequence[int]) -> dict[int, str]:
    """The message that each open item was booked from, where that is one invoice and not a list of many."""
    i, e, d = t.open_item, t.entry, t.document
    query = (
        select(i.c.id, d.c.message_uid)
        .join_from(i, e, and_(e.c.id == i.c.entry_id, e.c.administration_id == i.c.administration_id))
        .join(d, and_(d.c.message_uid == e.c.message_uid, d.c.administration_id == e.c.administration_id))
        .where(i.c.administration_id == administration_id, i.c.id.in_(keys), d.c.kind == "invoice")
    )
    return {int(key): str(uid) for key, uid in connection.execute(query)}


def _files(connection: Connection, administration_id: int, invoice: str, original: Original) -> list[InvoiceFile]:
    pdfs = [one for one in original.embedded if one.media_type == _PDF]
    if pdfs:
        return [
            InvoiceFile(
                invoice, one.file_name or f"{invoice}.pdf", _PDF, embedded_body(connection, administration_id, one)
            )
            for one in pdfs
        ]
    start = original.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:5]
    found = next((kind for mark, kind in _KINDS.items() if start.startswith(mark)), None)
    if found is None:  # an order as a shop sends it, a line of a list: nothing that a debtor knows
        return []
    return [InvoiceFile(invoice, f"{invoice}.{found[1]}", found[0], original.body)]
