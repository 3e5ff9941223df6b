"""What earlier documents of the same batch changed: relations they create and invoices they claim."""

from __future__ import annotations

from dataclasses import replace

from hub.accounting.contra_account import PREPAYMENT
from hub.accounting.credited import lowered
from hub.model.booking import Booking, EarlierApproval, EarlierDocument, Facts
from hub.model.feed import FeedDocument
from hub.model.feed_known import EarlierFeed
from hub.model.invoice import Invoice, normalised_number
from hub.model.keys import party_keys, relation_keys, transfer_ibans
from hub.model.message import Message
from hub.model.party import Identifier
from hub.model.relation import Relation
from hub.ports import Reading

PROVISIONAL = "*"  # a relation that this batch creates bears `*<key>` until it is recorded and has its code


class BatchMemory:
    """Makes a batch mean the same as its messages one by one."""

    def __init__(self) -> None:
        self._relations: dict[tuple[str, str], Relation] = {}  # by administration and the relation's own key
        self._found_by: dict[tuple[str, str], list[str]] = {}  # administration and any strong key: own keys
        self._documents: dict[tuple[str, str], list[EarlierDocument]] = {}  # by administration and number
        self._credited: dict[
            tuple[str, str], EarlierApproval
        ] = {}  # rejected invoices, after credit notes of this batch
        self._prepayments: dict[str, list[EarlierDocument]] = {}  # by administration
        self._feeds: dict[tuple[str, str], EarlierFeed] = {}  # by administration and identity

    def add_to(self, facts: Facts, administration: str, reading: Reading) -> Facts:
        """The facts, with what this batch has added so far about the parties and numbers of what was read."""
        invoice = reading.document
        if reading.feed is not None:
            return self._add_to_feed(facts, administration, reading.feed)
        if invoice is None or not (self._relations or self._documents or self._credited):
            return facts
        if facts.rejected and self._credited:
            now = (self._credited.get((administration, r.document.message_id), r) for r in facts.rejected)
            facts = replace(facts, rejected=tuple(now))
        keys = (*party_keys(invoice.seller, transfer_ibans(invoice)), *party_keys(invoice.buyer))
        own = dict.fromkeys(own for key in keys for own in self._found_by.get((administration, key), ()))
        relations = {key: self._relations[administration, key] for key in own}
        before = tuple(relations.pop(relation.key, relation) for relation in facts.relations)
        documents = self._earlier(administration, invoice)
        if not own and not documents:
            return facts
        return replace(facts, relations=(*before, *relations.values()), earlier=(*facts.earlier, *documents))

    def _add_to_feed(self, facts: Facts, administration: str, document: FeedDocument) -> Facts:
        known = facts.feed
        before = self._feeds.get((administration, document.identity))
        if known is not None and before is not None and known.earlier is None:
            facts = replace(facts, feed=replace(known, earlier=before))
        if document.party is None or not self._relations:
            return facts
        keys = party_keys(document.party)
        own = dict.fromkeys(own for key in keys for own in self._found_by.get((administration, key), ()))
        relations = {key: self._relations[administration, key] for key in own}
        kept = tuple(relations.pop(relation.key, relation) for relation in facts.relations)
        return replace(facts, relations=(*kept, *relations.values())) if own else facts

    def _earlier(self, administration: str, invoice: Invoice) -> list[EarlierDocument]:
        numbers = dict.fromkeys(map(normalised_number, (invoice.number, *(p.number for p in invoice.preceding))))
        found = [d for number in numbers for d in self._documents.get((administration, number), ())]
        if invoice.totals.prepaid:
            found += [d for d in self._prepayments.get(administration, ()) if d not in found]
        return found

    def remember(self, message: Message, reading: Reading, booking: Booking, fingerprint: str, facts: Facts) -> None:
        """Take note of a booking, and of the facts it was decided on."""
        invoice, feed = reading.document, reading.feed
        if feed is not None and booking.identity:
            before = EarlierFeed(booking.identity, message.id, fingerprint, booking.outcome, feed.number, feed.day)
            self._feeds[message.administration, booking.identity] = before
            if booking.relation is not None:
                self._learn(message.administration, booking, booking.relation)
        if invoice is not None and booking.approval and booking.approval.of:
            rejected = next(r for r in facts.rejected if r.document.message_id == booking.approval.of)
            self._credited[message.administration, booking.approval.of] = lowered(rejected, invoice, booking.entry)
        if invoice is None or booking.relation is None or booking.outcome not in ("posted", "held"):
            return
        self._learn(message.administration, booking, booking.relation)
        earlier = EarlierDocument(
            booking.relation.key, booking.direction or "", normalised_number(invoice.number), invoice.kind, invoice.type_code,
            invoice.issue_date, invoice.totals.with_vat, invoice.currency, message.sha256, fingerprint, message.id, booking.outcome,
        )  # fmt: skip
        self._documents.setdefault((message.administration, earlier.number_key), []).append(earlier)
        if earlier.type_code == PREPAYMENT:
            self._prepayments.setdefault(message.administration, []).append(earlier)

    def _learn(self, administration: str, booking: Booking, relation: Relation) -> None:
        """A relation that this batch creates, or one to which it adds strong keys (only what is posted adds them)."""
        if booking.new_relation:
            relation = replace(relation, code=PROVISIONAL + relation.key)
        elif booking.new_keys and booking.outcome == "posted":
            added = (Identifier(value, scheme) for scheme, _, value in (key.partition(":") for key in booking.new_keys))
            relation = replace(relation, identifiers=(*relation.identifiers, *added))
        else:
            return
        self._relations[administration, relation.key] = relation
        for key in relation_keys(relation):
            owners = self._found_by.setdefault((administration, key), [])
            if relation.key not in owners:
                owners.append(relation.key)
