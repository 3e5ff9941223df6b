"""The ledger's rows: entries with postings, open items, VAT lines and facts, sealed last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from hub.model.booking import Facts
from hub.model.codec import stated_but
from hub.model.journal import JournalEntry, Posting
from hub.model.mapping import Mapping as SourceMapping
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.case_notices import Settled, tell_agencies
from hub.store.ids import Ids
from hub.store.rows import Part, Row, insert_rows, insert_together

DIGESTED_OF_POSTING = 14  # columns; those after them follow from header and open item
_LONGEST_RATE = 12  # characters
_FIRST_OF_VAT = 15  # columns that every VAT line has; those after them count where one of them is filled


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An open item that an earlier entry opened: whose it is, and from which day it can be overdue."""

    relation_id: int
    falls_due: date | None


@dataclass(frozen=True, slots=True)
class EntryToSeal:
    """An entry with everything that the lock decided: ids, number, relation."""

    entry_id: int
    books: Books
    entry: JournalEntry
    fiscal_year_id: int
    period_id: int
    number: int
    posted_at: datetime
    actor_id: int
    message_uid: str | None
    document_id: int | None
    relation_id: int | None
    facts: bytes
    decisions: bytes
    versions: str
    reversal_of: int | None = None
    relation_ids: Mapping[str, int] = field(default_factory=dict)  # by code, of open items that name their own
    settled: Mapping[int, KnownItem] = field(default_factory=dict)  # open items of earlier entries, by id
    told_by_agency: bool = False  # what it told us is not told back to it


def facts_kept(facts: Facts) -> dict[str, Any]:
    """What `book` was given, without the administration's snapshot and the mapping, which are kept under their hashes."""
    kept = stated_but(facts, "administration")
    if facts.feed is not None:
        kept["feed"] = replace(facts.feed, mapping=SourceMapping(facts.feed.mapping.source))
    return kept


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a batch of entries below their headers: per table, and per entry what its digest covers."""

    parts: list[Part]
    digested: list[tuple[list[Row], list[Row], list[Row]]]


def seal(connection: Connection, ids: Ids, entries: Sequence[EntryToSeal]) -> None:
    """Record a batch of entries: open items, postings, VAT lines and facts first, the headers last."""
    lines = lines_of(ids, entries)
    insert_together(connection, lines.parts)
    insert_rows(connection, t.entry, headers_of(entries, lines))
    ours = (e for e in entries if not e.told_by_agency)
    tell_agencies(connection, [_settled(e) for e in ours if any(p.settles is not None for p in e.entry.postings)])


def _settled(e: EntryToSeal) -> Settled:
    journal, year = e.entry.journal, e.entry.booking_date.year
    kind = next((j.kind for j in e.books.snapshot.journals if j.code == journal), "")
    return Settled(
        e.books.id, e.books.snapshot.code, e.entry_id, f"{journal}/{year}/{e.number}", kind, e.entry, e.document_id, e.actor_id,
        e.posted_at,
    )  # fmt: skip


def lines_of(ids: Ids, entries: Sequence[EntryToSeal]) -> Lines:
    """Everything of these entries but their headers; their numbers need not be known yet."""
    items: list[Row] = []
    blocks: list[Row] = []
    postings: list[Row] = []
    vat_lines: list[Row] = []
    facts: list[Row] = []
    digested = []
    for e in entries:
        item_ids = [ids.take() for _ in e.entry.open_items]
        item_rows, posting_rows, vat_rows = _item_rows(e, item_ids), _posting_rows(e, item_ids), _vat_rows(e)
        items += item_rows
        postings += [row + dates for row, dates in zip(posting_rows, _dates(e), strict=True)]
        vat_lines += vat_rows
        blocks += [
            (e.books.id, item_id, reason, e.posted_at, None, None)
            for item_id, item in zip(item_ids, e.entry.open_items, strict=True)
            for reason in item.block_reasons
        ]
        facts.append((e.books.id, e.entry_id, e.books.chart_hash, e.facts, e.decisions, e.versions))
        digested.append((item_rows, posting_rows, vat_rows))
    return Lines([
        (t.open_item, items, False), (t.open_item_block, blocks, False), (t.posting, postings, False),
        (t.vat_line, vat_lines, False), (t.entry_facts, facts, False),
    ], digested)  # fmt: skip


def headers_of(entries: Sequence[EntryToSeal], lines: Lines) -> list[Row]:
    """Rows of `entry`, which seal what `lines_of` gave for the same entries."""
    headers = []
    for e, (items, postings, vat_lines) in zip(entries, lines.digested, strict=True):
        facts = (e.books.chart_hash, e.facts, e.decisions, e.versions)
        digest = entry_digest(header_values(e), items, postings, vat_lines, facts)
        headers.append((*_header_row(e), len(postings), digest))
    return headers


def header_values(e: EntryToSeal) -> Row:
    """What of a header goes into its digest: everything but the instant and the internal ids of year and period."""
    return (e.books.id, e.entry_id, e.books.journals[e.entry.journal], e.number, str(e.entry.booking_date), e.actor_id,
            e.message_uid, e.document_id, e.reversal_of, e.entry.description)  # fmt: skip


def entry_digest(
    header: Row, items: Sequence[Row], postings: Sequence[Row], vat_lines: Sequence[Row], facts: Row
) -> str:
    """sha256 over an entry as it was sealed; `hub verify` computes it again, so that a hand edit shows."""
    lines = ["|".join(map(_digested, row)) for row in (header, *items, *postings, *map(digested_vat, vat_lines))]
    digest = hashlib.sha256(("\n".join(lines) + "\n").encode())
    for part in facts:
        digest.update(part if isinstance(part, bytes) else part.encode())
    return digest.hexdigest()


def rate_text(rate: Decimal | None) -> str | None:
    """As it is stored; a rate that no country has is left out rather than shortened."""
    shown = "" if rate is None else f"{rate.normalize():f}"
    return shown if 0 < len(shown) <= _LONGEST_RATE else None


def digested_vat(row: Row) -> Row:
    """A VAT line without the columns that came later, where they are empty: as it was sealed before there were any."""
    return row if any(row[_FIRST_OF_VAT:]) else row[:_FIRST_OF_VAT]


def _digested(value: Any) -> str:
    if type(value) is str:
        return value
    return "" if value is None else str(int(value) if value is True or value is False else value)


def _header_row(e: EntryToSeal) -> Row:
    return (
        e.books.id, e.entry_id, e.books.journals[e.entry.journal], e.fiscal_year_id, e.period_id, e.number, e.entry.booking_date,
        e.posted_at, e.actor_id, e.message_uid, e.document_id, e.reversal_of, e.entry.description,
    )  # fmt: skip


def _item_rows(e: EntryToSeal, item_ids: Sequence[int]) -> list[Row]:
    currency = next((p.amount.currency for p in e.entry.postings), e.books.snapshot.currency)
    return [
        (e.books.id, item_id, e.entry_id, e.relation_ids[i.relation] if i.relation else e.relation_id, i.side, i.part, i.number,
         i.invoice_date, i.due_date, i.currency or currency, i.iban[:34],
         i.payment_reference, i.discount_until, None if i.discount_percentage is None else str(i.discount_percentage))
        for item_id, i in zip(item_ids, e.entry.open_items, strict=True)
    ]  # fmt: skip


def _posting_rows(e: EntryToSeal, item_ids: Sequence[int]) -> list[Row]:
    rows: list[Row] = []
    for line, p in enumerate(e.entry.postings):
        relation_id, item_id = _item_of(e, p, item_ids)
        rows.append((
            e.books.id, e.entry_id, line, e.books.accounts[p.account], p.side, p.amount.minor, p.amount.currency,
            e.entry.rate or None, p.base.minor, p.vat_code, p.cost_center, p.project, relation_id, item_id,
        ))  # fmt: skip
    return rows


def _item_of(e: EntryToSeal, posting: Posting, item_ids: Sequence[int]) -> tuple[int | None, int | None]:
    """Relation and open item of a posting: one of this entry's, one that was there, or none."""
    if posting.settles is not None:
        return e.settled[posting.settles].relation_id, posting.settles
    if posting.open_item is None:
        return None, None
    own = e.entry.open_items[posting.open_item].relation
    return e.relation_ids[own] if own else e.relation_id, item_ids[posting.open_item]


def _dates(e: EntryToSeal) -> Iterator[tuple[Any, ...]]:
    """Per posting what reports select by; it follows from header and open item, and is not part of the digest."""
    entry = e.entry
    originals = [0] * len(entry.open_items)
    for p in entry.postings:
        if p.open_item is not None:
            same = (p.side == "debit") == (entry.open_items[p.open_item].side == "receivable")
            originals[p.open_item] += p.amount.minor if same else -p.amount.minor
    for p in entry.postings:
        if p.settles is not None:
            yield entry.booking_date, e.posted_at, e.settled[p.settles].falls_due
        elif p.open_item is not None:
            item = entry.open_items[p.open_item]
            yield entry.booking_date, e.posted_at, item.due_date if originals[p.open_item] > 0 else None
        else:
            yield entry.booking_date, None, None


def _vat_rows(e: EntryToSeal) -> list[Row]:
    return [
        (e.books.id, e.entry_id, line, v.code, v.base.currency, v.base.minor, v.tax.minor, v.non_deductible.minor, v.base_in_base.minor,
         v.tax_in_base.minor, v.non_deductible_in_base.minor, v.kind, v.reverse_charge, v.supply_date, v.tax_date,
         v.country or None, rate_text(v.rate))
        for line, v in enumerate(e.entry.vat_lines)
    ]  # fmt: skip
