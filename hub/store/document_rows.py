"""Rows of documents: an invoice as it is searched and shown, and what is embedded in it; those of feeds are in `feed_record`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

from hub.model.case_message import CaseMessage
from hub.model.invoice import Invoice, normalised_number
from hub.model.money import is_exact, to_minor
from hub.model.party import Address, Contact
from hub.model.result import Case
from hub.model.summary import summary
from hub.store.messages import original_row
from hub.store.packing import packed
from hub.store.rows import Row


def invoice_row(
    case: Case, invoice: Invoice, document_id: int, administration_id: int, relation_id: int | None, relation: str
) -> Row:
    """A row of `document`."""
    booking, message = case.booking, case.message
    shown = summary(invoice, booking.direction or "", booking.identity, relation)
    earlier = booking.earlier.message_id if booking.earlier else None
    decided = None if booking.entry else packed(booking.decisions)
    return (
        administration_id, document_id, message.id, case.format, case.profile, invoice.kind, booking.direction or "",
        invoice.type_code[:10], invoice.number, normalised_number(invoice.number), invoice.issue_date, relation_id,
        invoice.currency[:3], minor(invoice.totals.with_vat, invoice.currency), minor(invoice.totals.due, invoice.currency),
        json.dumps(shown, ensure_ascii=False), booking.identity or None, message.sha256, case.fingerprint, booking.outcome,
        earlier, decided,
    )  # fmt: skip


def attachment_rows(cases: Sequence[tuple[Case, int]], documents: Mapping[str, int]) -> tuple[list[Row], list[Row]]:
    """Embedded documents become originals of their own, linked to the document and so to its entry.

    `cases` with the ids of their administrations, `documents` ids by message.
    """
    originals: dict[tuple[int, str], Row] = {}
    links: list[Row] = []
    for case, books_id in cases:
        for position, name, media_type, content in _embedded(case):
            hash_, received = hashlib.sha256(content).hexdigest(), case.message.received_at.date()
            originals[books_id, hash_] = original_row(books_id, content, hash_, media_type, received)
            links.append((books_id, documents[case.message.id], position, hash_, name, media_type[:100]))
    return list(originals.values()), links


def _embedded(case: Case) -> list[tuple[int, str, str, bytes]]:
    """Position, name, media type and bytes of what an invoice carries, or an agency sends along."""
    if isinstance(case.feed, CaseMessage):
        sent = [(n, d.name, d.media_type, d.content) for n, d in enumerate(case.feed.documents)]
        return [(n, name, kind, content) for n, name, kind, content in sent if content is not None]
    carried = enumerate(case.invoice.attachments if case.invoice else ())
    return [(n, a.file_name or a.id, a.media_type, a.content) for n, a in carried if a.content is not None]


def address_of(case: Case) -> Address | None:
    """The postal address of the other party (BG-5 of a purchase, BG-8 of a sale, the customer of an order)."""
    if case.invoice is None:
        return case.feed.party.address if case.feed is not None and case.feed.party is not None else None
    return (case.invoice.seller if case.booking.direction == "purchase" else case.invoice.buyer).address


def contact_of(case: Case) -> Contact | None:
    """Whom to call or write to, where a feed brought the relation."""
    return case.feed.party.contact if case.feed is not None and case.feed.party is not None else None


def minor(amount: Decimal | None, currency: str) -> int | None:
    """Minor units for searching; null where the document wrote something that is no amount of its currency."""
    if amount is None or not is_exact(amount, currency):
        return None
    value = to_minor(amount, currency)
    return value if abs(value) < 2**63 else None
