"""The original: the very bytes that came in for an invoice, message or entry, and what was embedded in them (S72)."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from hub.errors import Bug, Conflict, NotFound, Usage
from hub.model.invoice import normalised_number
from hub.store import tables as t

_ENTRY = re.compile(r"(.+)/(\d{4})/(\d+)")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a document, kept as an original of its own; numbered from 1 as it stood there."""

    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Original:
    """What came in. `body` are its bytes, proven by their sha256."""

    message_id: str
    file_name: str
    media_type: str
    sha256: str
    received_at: Any
    channel: str
    body: bytes
    embedded: tuple[Embedded, ...]


def original_of(
    connection: Connection,
    administration_id: int,
    *,
    invoice: str = "",
    message: str = "",
    entry: str = "",
    relation: str = "",
) -> Original:
    """The original behind exactly one of: an invoice number, a message id, an entry as `INK/2026/12`.

    Raises `NotFound`, `Conflict` naming the messages when a number was used more than once, and `Bug` when the bytes are
    not what was received.
    """
    m, o, d = t.message, t.original, t.document
    found = connection.execute(_messages(administration_id, invoice, message, entry, relation)).all()
    if not found:
        raise NotFound(
            f"nothing came in for {invoice or message or entry}: it was booked by hand, or it does not exist",
            say="no_original", what=invoice or message or entry,
        )  # fmt: skip
    if len(found) > 1:
        named = ", ".join(f"{row.message_uid} ({row.relation or row.outcome})" for row in found)
        raise Conflict(
            f"{len(found)} messages bear number {invoice}: choose one by --message or --relation: {named}",
            say="many_originals",
            count=len(found),
            invoice=invoice,
            known=named,
        )
    query = (
        select(m, o.c.body)
        .join_from(m, o, and_(o.c.administration_id == m.c.administration_id, o.c.sha256 == m.c.sha256))
        .where(m.c.administration_id == administration_id, m.c.uid == found[0].message_uid)
    )
    row = connection.execute(query).one()
    documents = select(d.c.id).where(d.c.administration_id == administration_id, d.c.message_uid == row.uid)
    embedded = _embedded(connection, administration_id, documents)
    body = _proven(row.body, row.sha256)
    return Original(row.uid, row.file_name, row.media_type, row.sha256, row.received_at, row.channel, body, embedded)


def embedded_body(connection: Connection, administration_id: int, embedded: Embedded) -> bytes:
    """The bytes of an embedded file. Raises `Bug` when they are not what was received."""
    o = t.original
    query = select(o.c.body).where(o.c.administration_id == administration_id, o.c.sha256 == embedded.sha256)
    return _proven(connection.execute(query).scalar_one(), embedded.sha256)


def _messages(administration_id: int, invoice: str, message: str, entry: str, relation: str) -> Select[Any]:
    """`message_uid`, outcome and relation of what is meant; posted documents go before those that were not."""
    d, e, j, y, r, m = t.document, t.entry, t.journal, t.fiscal_year, t.relation, t.message
    if message:
        same = and_(d.c.administration_id == m.c.administration_id, d.c.message_uid == m.c.uid)
        query = select(m.c.uid.label("message_uid"), d.c.outcome, r.c.code.label("relation")).join_from(
            m, d, same, isouter=True
        )
        query = query.outerjoin(r, and_(r.c.administration_id == d.c.administration_id, r.c.id == d.c.relation_id))
        return query.where(m.c.administration_id == administration_id, m.c.uid == message)
    if entry:
        named = _ENTRY.fullmatch(entry)
        if named is None:
            raise Usage(f"{entry!r} names no entry: write journal, fiscal year and number, as INK/2026/12")
        return (
            select(e.c.message_uid, j.c.code.label("outcome"), j.c.code.label("relation"))
            .join(j, and_(j.c.administration_id == e.c.administration_id, j.c.id == e.c.journal_id))
            .join(y, and_(y.c.administration_id == e.c.administration_id, y.c.id == e.c.fiscal_year_id))
            .where(e.c.administration_id == administration_id, e.c.message_uid.is_not(None))
            .where(j.c.code == named[1], y.c.year == int(named[2]), e.c.number == int(named[3]))
        )
    query = (
        select(d.c.message_uid, d.c.outcome, r.c.code.label("relation"))
        .join_from(d, r, and_(r.c.administration_id == d.c.administration_id, r.c.id == d.c.relation_id), isouter=True)
        .where(d.c.administration_id == administration_id, d.c.number_key == normalised_number(invoice))
        .where(or_(d.c.outcome.in_(("posted", "held")), ~_taken(administration_id, invoice)))
        .order_by(d.c.id)
    )
    return query.where(r.c.code == relation) if relation else query


def _taken(administration_id: int, invoice: str) -> Any:
    """Whether a document with this number is posted or held: then refused and repeated ones are not what is meant."""
    d = t.document.alias()
    query = select(d.c.id).where(
        d.c.administration_id == administration_id, d.c.number_key == normalised_number(invoice)
    )
    return query.where(d.c.outcome.in_(("posted", "held"))).exists()


def _embedded(connection: Connection, administration_id: int, documents: Any) -> tuple[Embedded, ...]:
    a, o = t.attachment, t.original
    query = (
        select(a.c.position, a.c.file_name, a.c.media_type, o.c.size, a.c.sha256)
        .join(o, and_(o.c.administration_id == a.c.administration_id, o.c.sha256 == a.c.sha256))
        .where(a.c.administration_id == administration_id, a.c.document_id.in_(documents))
        .order_by(a.c.position)
    )
    rows = connection.execute(query).all()
    return tuple(Embedded(n, r.file_name, r.media_type, r.size, r.sha256) for n, r in enumerate(rows, 1))


def _proven(packed: bytes, sha256: str) -> bytes:
    try:
        body = zlib.decompress(packed)
    except zlib.error as error:
        raise Bug(f"original {sha256[:16]}… cannot be unpacked: the database was changed behind the hub") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise Bug(f"original {sha256[:16]}… is not what was received: the database was changed behind the hub")
    return body
