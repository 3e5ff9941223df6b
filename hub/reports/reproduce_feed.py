"""Reading the original of a feed's document again: does the row say what it says?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from hub.model.booking import Booking
from hub.model.feed import FeedDocument, fingerprint_of
from hub.model.message import Message
from hub.ports import Reading
from hub.store.feed_record import day_of, feed_summary, number_key


def feed_differences(
    row: Row[Any] | None, reading: Reading, document: FeedDocument, message: Message, booking: Booking | None
) -> Iterator[str]:
    """Fields of a document row that its original, read again, does not confirm."""
    if row is None:
        yield "its original is a document, and none is stored"
        return
    made: dict[str, Any] = {
        "format": reading.format, "profile": reading.profile, "kind": document.kind, "number": document.number,
        "number_key": number_key(document), "issue_date": day_of(document), "currency": document.currency, "sha256": message.sha256,
        "fingerprint": fingerprint_of(document),
    }  # fmt: skip
    if row.claim is not None:
        made["claim"] = document.identity
    if booking is not None:
        made["outcome"] = booking.outcome
        made["relation_key"] = booking.relation.key if booking.relation else None
    for name, derived in made.items():
        stored = row._mapping[name]
        if stored != derived:
            yield f"{document.kind} {document.number}: {name} is {stored!s}, derived {derived!s}"
    yield from _summary_differences(row, document)


def _summary_differences(row: Row[Any], document: FeedDocument) -> Iterator[str]:
    """The stored summary, field by field; a field that this version of the hub added later is not missed."""
    stored = json.loads(row.summary)
    derived = json.loads(json.dumps(feed_summary(document, row.claim or "", row.relation_code or "")))
    for name, value in stored.items():
        if name in ("relation", "identity") and row.claim is None:
            continue  # of a refused document of somebody we did not know, or one whose claim was given up
        if derived.get(name) != value:
            yield f"{document.kind} {document.number}: {name} in its summary is {value!s}, derived {derived.get(name)!s}"
