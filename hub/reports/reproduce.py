"""Reading an original again: does the document row, and the VAT of its entry, say what the document says?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from hub.formats import zip as archive
from hub.model.booking import Booking
from hub.model.fingerprint import fingerprint
from hub.model.invoice import Invoice, normalised_number
from hub.model.message import Message
from hub.model.money import is_exact, to_minor
from hub.model.summary import summary
from hub.ports import Reading
from hub.reports.sealed import SealedEntry

EMPTY_ARCHIVE = "HUB-FILE-05"


def document_differences(
    row: Row[Any] | None, attachments: Sequence[Row[Any]], reading: Reading, message: Message, booking: Booking | None
) -> Iterator[str]:
    """Fields of a document row that its original, read again, does not confirm."""
    invoice = reading.document
    if row is None or invoice is None:
        if row is not None:
            yield "a document is stored, and its original cannot be read as one"
        if invoice is not None:
            yield "its original is a document, and none is stored"
        return
    for name, derived in _expected(row, reading, invoice, message, booking).items():
        stored = row._mapping[name]
        if stored != derived:
            yield f"document {invoice.number}: {name} is {stored!s}, derived {derived!s}"
    yield from _summary_differences(row, invoice)
    yield from _attachment_differences(attachments, invoice)


def _expected(
    row: Row[Any], reading: Reading, invoice: Invoice, message: Message, booking: Booking | None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "format": reading.format,
        "profile": reading.profile,
        "kind": invoice.kind,
        "type_code": invoice.type_code,
        "number": invoice.number,
        "number_key": normalised_number(invoice.number),
        "issue_date": invoice.issue_date,
        "currency": invoice.currency,
        "total": _minor(invoice.totals.with_vat, invoice.currency),
        "due": _minor(invoice.totals.due, invoice.currency),
        "sha256": message.sha256,
        "fingerprint": fingerprint(invoice),
    }
    if row.claim is not None:
        made["claim"] = invoice.identity(row.direction, row.relation_key or "")
    if booking is not None:
        made["direction"] = booking.direction or ""
        made["claim"] = booking.identity or None
        made["outcome"] = booking.outcome
        made["relation_key"] = booking.relation.key if booking.relation else None
    return made


def _minor(amount: Decimal | None, currency: str) -> int | None:
    """As it is stored for searching: null for what is no amount of the currency."""
    if amount is None or not is_exact(amount, currency):
        return None
    minor = to_minor(amount, currency)
    return minor if abs(minor) < 2**63 else None


def _summary_differences(row: Row[Any], invoice: Invoice) -> Iterator[str]:
    """The stored summary, field by field; a field that this version of the hub added later is not missed."""
    stored = json.loads(row.summary)
    claimed = invoice.identity(row.direction, row.relation_key) if row.relation_key else ""
    identity = row.claim or (claimed if stored.get("identity") else "")
    derived = json.loads(json.dumps(summary(invoice, row.direction, identity, row.relation_code or "")))
    for name, value in stored.items():
        if name == "relation" and row.relation_id is None:
            continue  # of a refused document of somebody we did not know
        if derived.get(name) != value:
            yield f"document {invoice.number}: {name} in its summary is {value!s}, derived {derived.get(name)!s}"


def _attachment_differences(stored: Sequence[Row[Any]], invoice: Invoice) -> Iterator[str]:
    derived = [
        (position, hashlib.sha256(item.content).hexdigest(), item.file_name or item.id, item.media_type[:100])
        for position, item in enumerate(invoice.attachments)
        if item.content is not None
    ]
    if derived != [(a.position, a.sha256, a.file_name, a.media_type) for a in stored]:
        yield f"document {invoice.number}: its attachments are not those of its original"


def door_differences(body: bytes, stored: Sequence[Row[Any]]) -> Iterator[str]:
    """A refused member of an archive, or an empty one: the door's reason, found once more in the archive."""
    refusals = {m.refusal.code for m in archive.members(body) if m.refusal} or {EMPTY_ARCHIVE}
    if len(stored) != 1 or stored[0].code not in refusals:
        yield f"refused for {', '.join(f.code for f in stored) or 'nothing'}, the archive gives {', '.join(sorted(refusals))}"


def vat_differences(invoice: Invoice, entry: SealedEntry) -> Iterator[str]:
    """Σ BT-116 and Σ BT-117 of the breakdown against the VAT lines; reverse-charged tax is ours, not the document's."""
    if not invoice.vat_groups:
        return
    sign = 1 if invoice.kind == "invoice" else -1
    stated_base = sum((g.taxable_amount for g in invoice.vat_groups), Decimal(0))
    stated_tax = sum((g.tax_amount for g in invoice.vat_groups), Decimal(0))
    base = sum(v.base for v in entry.vat_lines)
    tax = sum(v.tax for v in entry.vat_lines if not v.reverse_charge)
    for name, stated, kept in (("base", stated_base, base), ("tax", stated_tax, tax)):
        if _minor(sign * stated, invoice.currency) != kept:
            yield f"{name} of the VAT lines is {kept}, the document says {stated}"
