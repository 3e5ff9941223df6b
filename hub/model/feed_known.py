"""FeedKnown: what is looked up for a document of a feed, beside the facts that all documents share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.model.case_known import KnownCase
from hub.model.mapping import Mapping
from hub.model.stream import StreamKnown


@dataclass(frozen=True, slots=True)
class EarlierFeed:
    """A document that bears the same identity and came before."""

    identity: str
    message_id: str
    fingerprint: str
    outcome: str
    number: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class FeedKnown:
    """The mapping of the source with the hash under which it is kept, and the earlier document of the same identity.

    `booked` is what earlier documents of this source and employer came to this year, per account and cost centre,
    debit positive: only looked up for payrolls that tell the year so far.
    """

    mapping: Mapping
    mapping_hash: str = ""
    earlier: EarlierFeed | None = None
    booked: tuple[tuple[str, str, Decimal], ...] = ()
    original: EarlierFeed | None = None  # the document that this one follows (a refund's order)
    codes: tuple[str, ...] = ()  # of relations that the mapping names, and that exist
    stream: StreamKnown | None = None  # of a document that names one
    cases: tuple[KnownCase, ...] = ()  # collection cases that the document names, and that exist
