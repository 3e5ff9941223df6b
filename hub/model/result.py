"""Result: what one message came to, as recorded; what the doors show."""

from __future__ import annotations

from dataclasses import dataclass

from hub.model.booking import Booking, Facts
from hub.model.feed import FeedDocument
from hub.model.invoice import Invoice
from hub.model.mapping import Mapping
from hub.model.message import Message, OutcomeKind
from hub.model.plan import PostedEntry

JudgedBy = tuple[tuple[str, str], ...]
"""Layers of rules, each with its release: `(("xsd", "2.1"), ("en16931", "1.3.16"))`."""


@dataclass(frozen=True, slots=True)
class Result:
    """`again` says that this very message had been recorded before and nothing was done now.

    `number` and `period` belong to the entry, `relation_code` is the one given when it was created.
    """

    message: Message
    outcome: OutcomeKind
    booking: Booking
    invoice: Invoice | None = None
    format: str = ""
    profile: str = ""
    number: int | None = None
    period: str = ""
    relation_code: str = ""
    again: bool = False
    feed: FeedDocument | None = None  # what it is, where it is no invoice
    posted: tuple[PostedEntry, ...] = ()  # further entries: one a movement of a bank statement
    judged_by: JudgedBy = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One message with everything known about it, ready to be recorded."""

    message: Message
    invoice: Invoice | None
    format: str
    profile: str
    facts: Facts
    booking: Booking
    fingerprint: str = ""  # of the document's contents
    feed: FeedDocument | None = None
    reader: Mapping | None = None  # the description that it was read by
    judged_by: JudgedBy = ()
