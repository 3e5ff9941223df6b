"""Deriving one booking again, from its original and the facts it was decided on, and naming what differs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from hub.model.administration import Administration
from hub.model.booking import Booking, Facts
from hub.model.codec import plain, restore
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.mapping import Mapping as SourceMapping
from hub.model.message import Message
from hub.reports.sealed import SealedEntry
from hub.store.ledger import rate_text

Line = tuple[Any, ...]
_POSTING = ("account", "side", "amount", "currency", "rate", "base", "VAT code", "cost centre", "project", "open item")
_ITEM = (
    "side", "part", "number", "invoice date", "due date", "currency", "IBAN", "payment reference", "discount until",
    "discount percentage",
)  # fmt: skip
_VAT = (
    "code", "currency", "base", "tax", "non-deductible", "base in base", "tax in base", "non-deductible in base", "kind",
    "reverse charge", "supply date", "tax date", "country", "rate",
)  # fmt: skip
_FINDING = ("code", "layer", "severity", "who", "location", "found", "expected", "details")


def stored_facts(entry: SealedEntry, snapshot: Administration, mapping: Callable[[str], SourceMapping]) -> Facts:
    """What `book` was given, with the chart and the mapping under whose hashes it was decided."""
    assert entry.facts is not None
    data = json.loads(zlib.decompress(entry.facts.facts))
    facts: Facts = restore(Facts, {**data, "administration": {"code": "", "name": ""}})
    if facts.feed is not None:
        facts = replace(facts, feed=replace(facts.feed, mapping=mapping(facts.feed.mapping_hash)))
    return replace(facts, administration=snapshot)


def foreign_facts(facts: Facts, message: Message) -> Iterator[str]:
    """Facts that are not this message's."""
    if facts.sha256 != message.sha256:
        yield "facts: they are of another original"
    if abs((facts.received_on - message.received_at.date()).days) > 1:  # the door may have counted in local time
        yield f"facts: received {facts.received_on}, the message {message.received_at.date()}"


def differences(
    booking: Booking, entry: SealedEntry, accounts: Mapping[int, str], relation_keys: Mapping[int, str]
) -> Iterator[str]:
    """What of a derived booking is not what stands in the books, in words."""
    derived = booking.entry
    if derived is None:
        yield f"derived again it is {booking.outcome}: {', '.join(f.code for f in booking.findings if f.fatal)}"
        return
    header = (derived.journal, derived.booking_date, derived.description)
    stored = (entry.header.journal, entry.header.booking_date, entry.header.description)
    yield from compare("header", ("journal", "booking date", "description"), [header], [stored])
    yield from compare("posting", _POSTING, _derived_postings(derived), _stored_postings(entry, accounts))
    yield from compare("open item", _ITEM, _derived_items(derived), [_stored_item(row) for row in entry.items])
    yield from compare("VAT line", _VAT, _derived_vat(derived), [_stored_vat(row) for row in entry.vat_lines])
    yield from _relation(booking, entry, relation_keys)
    yield from _decisions(booking, entry)


def compare(what: str, names: Sequence[str], derived: Sequence[Line], stored: Sequence[Line]) -> Iterator[str]:
    """Two lists of tuples, line by line and field by field."""
    if len(derived) != len(stored):
        yield f"{what}: {len(stored)} stored, {len(derived)} derived"
    for number, (made, kept) in enumerate(zip(derived, stored, strict=False), 1):
        for name, a, b in zip(names, made, kept, strict=True):
            if a != b:
                yield f"{what} {number}: {name} is {b!s}, derived {a!s}"


def finding_lines(findings: Sequence[Finding]) -> list[Line]:
    """Findings as they are stored."""
    return [
        (f.code, f.layer, f.severity, f.who, f.location, f.found, f.expected, [list(pair) for pair in f.details])
        for f in findings
    ]


def compare_findings(derived: Sequence[Finding], stored: Sequence[Finding]) -> Iterator[str]:
    """Findings in order."""
    return compare("finding", _FINDING, finding_lines(derived), finding_lines(stored))


def _derived_postings(entry: JournalEntry) -> list[Line]:
    return [
        (
            p.account, p.side, p.amount.minor, p.amount.currency, entry.rate or None, p.base.minor, p.vat_code,
            p.cost_center, p.project, p.open_item,
        )
        for p in entry.postings
    ]  # fmt: skip


def _stored_postings(entry: SealedEntry, accounts: Mapping[int, str]) -> list[Line]:
    items = {row.id: index for index, row in enumerate(entry.items)}
    return [
        (
            accounts.get(p.account_id), p.side, p.amount, p.currency, p.rate, p.base_amount, p.vat_code, p.cost_center,
            p.project, items.get(p.open_item_id) if p.open_item_id is not None else None,
        )
        for p in entry.postings
    ]  # fmt: skip


def _derived_items(entry: JournalEntry) -> list[Line]:
    currency = entry.postings[0].amount.currency
    return [
        (
            i.side, i.part, i.number, i.invoice_date, i.due_date, currency, i.iban[:34], i.payment_reference,
            i.discount_until, None if i.discount_percentage is None else str(i.discount_percentage),
        )
        for i in entry.open_items
    ]  # fmt: skip


def _stored_item(o: Row[Any]) -> Line:
    return (
        o.side, o.part, o.number, o.invoice_date, o.due_date, o.currency, o.iban, o.payment_reference, o.discount_until,
        o.discount_percentage,
    )  # fmt: skip


def _derived_vat(entry: JournalEntry) -> list[Line]:
    return [
        (
            v.code, v.base.currency, v.base.minor, v.tax.minor, v.non_deductible.minor, v.base_in_base.minor,
            v.tax_in_base.minor, v.non_deductible_in_base.minor, v.kind, v.reverse_charge, v.supply_date, v.tax_date,
            v.country or None, rate_text(v.rate),
        )
        for v in entry.vat_lines
    ]  # fmt: skip


def _stored_vat(v: Row[Any]) -> Line:
    return (
        v.code, v.currency, v.base, v.tax, v.non_deductible, v.base_in_base, v.tax_in_base, v.non_deductible_in_base,
        v.kind, v.reverse_charge, v.supply_date, v.tax_date, v.country, v.rate,
    )  # fmt: skip


def _relation(booking: Booking, entry: SealedEntry, relation_keys: Mapping[int, str]) -> Iterator[str]:
    """By key: its code may have been provisional when the booking was decided."""
    key = booking.relation.key if booking.relation else None
    on_postings = {p.relation_id for p in entry.postings if p.relation_id is not None}
    for relation_id in sorted({o.relation_id for o in entry.items} | on_postings):
        if relation_keys.get(relation_id) != key:
            yield f"relation: {relation_keys.get(relation_id)}, derived {key}"


def _decisions(booking: Booking, entry: SealedEntry) -> Iterator[str]:
    assert entry.facts is not None
    stored = json.loads(zlib.decompress(entry.facts.decisions))
    derived = [plain(decision) for decision in booking.decisions]
    if len(stored) != len(derived):
        yield f"decisions: {len(stored)} stored, {len(derived)} derived"
    for made, kept in zip(derived, stored, strict=False):
        if made != kept:
            yield f"decision {kept.get('what')}: {kept.get('value')}, derived {made.get('what')} {made.get('value')}"
