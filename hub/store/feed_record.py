"""Record, for documents of feeds: their row, and the mapping that decided, kept for ever under its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from hub.model.codec import from_json
from hub.model.feed import FeedDocument
from hub.model.invoice import normalised_number
from hub.model.mapping import Mapping
from hub.model.result import Case
from hub.store import tables as t
from hub.store.administrations import snapshot_text
from hub.store.document_rows import minor
from hub.store.packing import packed
from hub.store.rows import insert_rows


def feed_row(
    case: Case, document: FeedDocument, document_id: int, administration_id: int, relation_id: int | None, relation: str
) -> tuple[Any, ...]:
    """A row of `document`. Its number is searched under its kind, so that an order and an invoice never are twins."""
    booking, message = case.booking, case.message
    return (
        administration_id, document_id, message.id, case.format, case.profile, document.kind, "", "", document.number,
        number_key(document), day_of(document), relation_id, document.currency[:3], minor(document.total, document.currency), None,
        json.dumps(feed_summary(document, booking.identity, relation), ensure_ascii=False), booking.identity or None,
        message.sha256, case.fingerprint, booking.outcome, booking.earlier_uid or None,
        None if booking.entry else packed(booking.decisions),
    )  # fmt: skip


def day_of(document: FeedDocument) -> date | None:
    """The day it is kept under; None for what is of no day."""
    return None if document.day == date.min else document.day


def number_key(document: FeedDocument) -> str:
    """What a document's number is found by."""
    return f"{document.kind}:{normalised_number(document.number)}"


def feed_summary(document: FeedDocument, identity: str, relation: str) -> dict[str, Any]:
    """The `document` object of CONTRACT."""
    head = {"kind": document.kind, "identity": identity or None, "currency": document.currency}
    return {**head, "relation": relation or None, **document.summary()}


def keep_mappings(connection: Connection, mappings: Map[tuple[int, str], Mapping], actor_id: int, at: datetime) -> None:
    """Keep what is not kept yet."""
    rows = [
        (a, hash_, packed(mapping), at, actor_id)
        for (a, hash_), mapping in sorted(mappings.items(), key=lambda x: x[0])
    ]
    insert_rows(connection, t.source_mapping, rows, ignore=True)


def mapping_of(connection: Connection, administration_id: int, hash_: str) -> Mapping:
    """The mapping that is kept under a hash. Raises `NotFound` when it is gone or its bytes were changed."""
    return from_json(Mapping, snapshot_text(connection, administration_id, hash_, t.source_mapping))


def reader_kept(connection: Connection, administration_id: int, digits: str) -> Mapping:
    """The description of a file that is kept under the first digits of its hash. Raises `NotFound` as `mapping_of`."""
    m = t.source_mapping
    query = select(m.c.hash).where(m.c.administration_id == administration_id, m.c.hash.like(f"{digits}%"))
    return mapping_of(connection, administration_id, connection.execute(query).scalar() or digits)
