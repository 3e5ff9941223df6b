"""FeedDocument: what every document that is no invoice can say of itself, so that one pipeline takes them all.

Sales days, shop orders, pay-outs, payroll journals and bank statements differ in what they say and in how they are
booked; that they are read, recognised as the same again, shown and explained is the same for all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from hub.model.administration import Administration
from hub.model.booking import Facts, Rate
from hub.model.case_known import KnownCase
from hub.model.codec import to_json
from hub.model.feed_known import EarlierFeed
from hub.model.mapping import Mapping
from hub.model.party import Party
from hub.model.relation import Relation


@runtime_checkable
class FeedDocument(Protocol):
    """A document as its sender wrote it: a frozen dataclass of `hub/model`, amounts as exact Decimals."""

    @property
    def kind(self) -> str:
        """`sales_day`, `shop_order`, `payout`, `payroll_journal`, `bank_statement`: the `kind` of CONTRACT."""

    @property
    def currency(self) -> str:
        """ISO 4217."""

    @property
    def number(self) -> str:
        """What people call it: the order's number, the statement's, `Kassa 1 2026-03-02`."""

    @property
    def day(self) -> date:
        """The day it is of: business date, order or payment date, pay date, closing date."""

    @property
    def identity(self) -> str:
        """What makes it the same one again, within an administration: `sales_day|kassa 1|2026-03-02|1`. Never empty."""

    @property
    def total(self) -> Decimal | None:
        """The amount to show beside it, or None."""

    @property
    def party(self) -> Party | None:
        """Who stands across the table and may become a relation, or None."""

    def summary(self) -> dict[str, Any]:
        """The `document` object of CONTRACT without `kind`, `identity` and `currency`, which all have."""


def fingerprint_of(document: FeedDocument) -> str:
    """sha256 over what the document says: the same again, or the same identity with other contents.

    A kind of document that is sent again with changes that mean nothing to the books (an order that was `processing` is
    `completed`) says in `essence` what does mean something; for others it is everything.
    """
    return hashlib.sha256(to_json(getattr(document, "essence", document)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """Everything a document is booked on besides itself.

    `mapping` is that of its source, `relations` those that share a strong key with its party (or bear its name),
    `earlier` the one with its identity; `rates` and `closed` as in `Facts`; `released` codes that a person accepted.
    `booked`: (account, cost centre, amount) debit positive, what this source booked before for the same employer in the
    same year; for documents that tell totals since the start of the year.
    """

    administration: Administration
    mapping: Mapping
    received_on: date
    relations: tuple[Relation, ...] = ()
    earlier: EarlierFeed | None = None
    rates: tuple[Rate, ...] = ()
    closed: tuple[tuple[date, date], ...] = ()
    released: tuple[str, ...] = ()
    booked: tuple[tuple[str, str, Decimal], ...] = ()  # see `FeedKnown`
    original: EarlierFeed | None = None  # the document that this one `follows`, where it was booked or waits
    codes: tuple[str, ...] = ()  # of relations that the mapping names, and that exist
    cases: tuple[KnownCase, ...] = ()  # collection cases that the document names, and that exist


def feed_facts(facts: Facts) -> FeedFacts:
    """The facts of a document of a feed, out of those that were looked up. Raises `ValueError` when they are of an invoice."""
    known = facts.feed
    if known is None:
        raise ValueError("these facts were looked up for no document of a feed")
    return FeedFacts(
        facts.administration, known.mapping, facts.received_on, facts.relations, known.earlier, facts.rates, facts.closed,
        facts.released, known.booked, known.original, known.codes, known.cases,
    )  # fmt: skip
