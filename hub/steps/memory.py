"""What earlier documents of the same batch changed: relations they create and invoices they claim."""

from __future__ import annotations

from dataclasses import replace

from hub.model.booking import Booking, EarlierDocument, Facts
from hub.model.invoice import Invoice, normalised_number
from hub.model.keys import party_keys, relation_keys, transfer_ibans
from hub.model.message import Message
from hub.model.relation import Relation

PROVISIONAL = "*"  # a relation that this batch creates bears `*<key>` until it is recorded and has its code


class BatchMemory:
    """Makes a batch mean the same as its messages one by one."""

    def __init__(self) -> None:
        self._relations: dict[tuple[str, str], list[Relation]] = {}  # by administration and key
        self._documents: dict[tuple[str, str], list[EarlierDocument]] = {}  # by administration and number

    def add_to(self, facts: Facts, administration: str, invoice: Invoice | None) -> Facts:
        """The facts, with what this batch has added so far about the parties and numbers of `invoice`."""
        if invoice is None or not (self._relations or self._documents):
            return facts
        keys = (*party_keys(invoice.seller, transfer_ibans(invoice)), *party_keys(invoice.buyer))
        relations = {r.key: r for key in keys for r in self._relations.get((administration, key), ())}
        numbers = (invoice.number, *(p.number for p in invoice.preceding))
        earlier = [d for n in numbers for d in self._documents.get((administration, normalised_number(n)), ())]
        if not relations and not earlier:
            return facts
        return replace(facts, relations=(*facts.relations, *relations.values()), earlier=(*facts.earlier, *earlier))

    def remember(self, message: Message, invoice: Invoice | None, booking: Booking, fingerprint: str) -> None:
        """Take note of a booking."""
        if invoice is None or booking.relation is None or booking.outcome not in ("posted", "held"):
            return
        if booking.new_relation:
            created = replace(booking.relation, code=PROVISIONAL + booking.relation.key)
            for key in relation_keys(created):
                self._relations.setdefault((message.administration, key), []).append(created)
        earlier = EarlierDocument(
            booking.relation.key, booking.direction or "", normalised_number(invoice.number), invoice.kind, invoice.type_code,
            invoice.issue_date, invoice.totals.with_vat, invoice.currency, message.sha256, fingerprint, message.id, booking.outcome,
        )  # fmt: skip
        self._documents.setdefault((message.administration, earlier.number_key), []).append(earlier)
