"""Payments: movements on our accounts to entries, each once; matched where matching is certain, else on account or suspense.

Everything a payment settles is a posting on an open item (hub/store/booking.py). The movement itself is kept beside the
entries that booked it, so that a bank's line is known again, and so that an undone match is booked anew without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from hub.accounting.currency import Conversion, choose_rate
from hub.accounting.discount import base_of, lowers_vat
from hub.accounting.match_known import Known, Matching, SentLine
from hub.accounting.matching import match
from hub.accounting.references import keys_in
from hub.accounting.settlement import settlement_entry
from hub.model.decision import Decision
from hub.model.keys import normalised
from hub.model.money import Money
from hub.model.payment import Payment
from hub.model.plan import PlannedEntry, PostedEntry
from hub.model.settlement import OpenItem, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day, post
from hub.store.ids import Ids
from hub.store.proposals import answered, sent_lines
from hub.store.rates import find_rates
from hub.store.relations import get_relation
from hub.store.rows import insert_new
from hub.store.settling_items import OpenIndex, open_index, relations_of_ibans, settling_items
from hub.store.write_offs import with_vat_back

Outcome = Literal["matched", "on_account", "suspense", "duplicate"]
KEYS_EACH = 6  # ids that one movement may take; and 30 beside them for a year that is opened


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement with what makes it the same one again."""

    payment: Payment
    identity: str
    source: str = "hand"
    file_name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class BookedMovement:
    """What became of a movement; `matching` holds the proposals where it was not certain."""

    movement: Movement
    outcome: Outcome
    id: int = 0
    posted: PostedEntry | None = None
    matching: Matching | None = None


@dataclass(slots=True)
class Workshop:
    """What booking payments needs within one transaction: items in memory, lowered as they are settled."""

    connection: Connection
    ids: Ids
    books: Books
    actor_id: int
    at: datetime
    items: dict[int, OpenItem]

    def plan(self, settlement: Settlement, decision: Decision, on: date, description: str = "") -> PlannedEntry:
        """The entry of a settlement on the first open day from `on`; what it settles is lowered here too."""
        day = first_open_day(self.connection, self.books.id, on)
        settlement = with_vat_back(self.connection, self.books, self._with_terms(settlement), self.items)
        rates = conversions(self.connection, self.books, settlement.payment) if settlement.payment else {}
        entry = settlement_entry(
            settlement, self.items, self.books.snapshot, day, rates.get(_currency(settlement)), description
        )
        facts = {
            "settlement": settlement,
            "items": [replace(self.items[a.item], vat_lines=()) for a in settlement.allocations],
        }
        for allocation in settlement.allocations:
            item = self.items[allocation.item]
            base = item.outstanding_base.amount - base_of(item, allocation.total)
            left = item.outstanding.amount - allocation.total
            self.items[item.id] = replace(
                item,
                outstanding=Money(left, item.outstanding.currency),
                outstanding_base=Money(base, item.outstanding_base.currency),
            )
        relation = settlement.rest.relation if settlement.rest else ""
        return PlannedEntry(entry, (decision,), facts, relation)

    def _with_terms(self, settlement: Settlement) -> Settlement:
        """A discount is outside VAT where the relation's term is a credit surcharge (DOMAIN 10.6 no. 17)."""
        for allocation in settlement.allocations:
            if allocation.discount:
                item = self.items[allocation.item]
                _, relation = get_relation(self.connection, self.books.id, item.relation)
                if not lowers_vat(item, relation, self.books.snapshot):
                    return replace(settlement, discount_within_vat=False)
        return settlement


def _currency(settlement: Settlement) -> str:
    return settlement.payment.amount.currency if settlement.payment else ""


def keys_needed(movements: int) -> int:
    """How many ids to reserve before the transaction."""
    return movements * KEYS_EACH + 100


def record_movements(
    connection: Connection, ids: Ids, books: Books, movements: Sequence[Movement], actor_id: int, at: datetime
) -> list[BookedMovement]:
    """Book movements that are not known yet, within the caller's transaction; what is certain is settled at once.

    Keys are to be reserved before (`keys_needed`). A movement with an identity that is there already is a duplicate.
    """
    fresh = _insert(connection, ids, books, movements, actor_id, at)
    new = [m for m in movements if m.identity in fresh]
    index = open_index(connection, books.id) if new else OpenIndex()
    known = relations_of_ibans(connection, books.id, [m.payment.iban for m in new])
    mine = {m.identity: known.get(normalised(m.payment.iban), frozenset()) for m in new}
    sent = tuple(sent_lines(connection, books.id)) if new else ()
    near = {m.identity: index.candidates(keys_in(m.payment.text), mine[m.identity], m.payment.amount) for m in new}
    wanted = {a.item for line in sent for a in line.allocations}.union(*near.values())
    shop = Workshop(connection, ids, books, actor_id, at, settling_items(connection, books.id, wanted, lock=True))
    decided: list[tuple[Movement, Matching, PlannedEntry]] = []
    used: set[int] = set()
    for m in new:
        unanswered = tuple(line for line in sent if line.id not in used)
        matching = decide(connection, books, m.payment, shop.items, near[m.identity], mine[m.identity], unanswered)
        used.update(matching.answered)
        decided.append((m, matching, _plan(shop, m.payment, matching)))
    posted = post(connection, ids, books, [plan for _, _, plan in decided], actor_id, at)
    links = [(fresh[m.identity], entry.id, "bank", False) for (m, _, _), entry in zip(decided, posted, strict=True)]
    link(connection, books.id, links)
    answered(connection, books.id, used)
    booked = {
        m.identity: BookedMovement(m, _outcome(matching), fresh[m.identity], entry, matching)
        for (m, matching, _), entry in zip(decided, posted, strict=True)
    }
    return [_taken(booked, m) for m in movements]


def _taken(booked: dict[str, BookedMovement], movement: Movement) -> BookedMovement:
    """The first of an identity is booked, every other is a duplicate of it."""
    return booked.pop(movement.identity, None) or BookedMovement(movement, "duplicate")


def conversions(
    connection: Connection, books: Books, payment: Payment, others: Iterable[str] = ()
) -> Mapping[str, Conversion]:
    """Rates on the day of a payment, of its own currency and others; what has none is left out."""
    base = books.snapshot.currency
    wanted = {payment.amount.currency, *others} - {base}
    if not wanted:
        return {}
    rates = find_rates(connection, {*wanted, base}, payment.on, payment.on)
    found = {currency: choose_rate(currency, base, payment.on, rates) for currency in sorted(wanted)}
    return {currency: conversion for currency, conversion in found.items() if conversion is not None}


def decide(
    connection: Connection, books: Books, payment: Payment, items: Mapping[int, OpenItem], candidates: Iterable[int],
    relations: frozenset[str], sent: Sequence[SentLine] = (),
) -> Matching:  # fmt: skip
    """Matching of a payment over these candidates, as the items are now."""
    of_files = {a.item for line in sent for a in line.allocations}
    near = [items[key] for key in {*candidates, *of_files} if key in items]
    rates = conversions(connection, books, payment, {item.outstanding.currency for item in near})
    known = Known(relations, tuple(sent), books.snapshot.payments, books.snapshot.currency, rates)
    return match(payment, near, known)


def _plan(shop: Workshop, payment: Payment, matching: Matching) -> PlannedEntry:
    if matching.certain is not None:
        return shop.plan(matching.certain.settlement, matching.certain.decision, payment.on)
    rest = matching.rest
    if rest.kind == "on_account":
        decision = Decision("match", rest.relation, "match_on_account", words=(("relation", rest.relation),))
    else:
        decision = Decision("match", "", "match_suspense", words=(("name", payment.name or payment.iban),))
    return shop.plan(Settlement(payment, (), rest), decision, payment.on)


def _outcome(matching: Matching) -> Outcome:
    if matching.certain is not None:
        return "matched"
    return "on_account" if matching.rest.kind == "on_account" else "suspense"


def record_by_hand(
    connection: Connection, ids: Ids, books: Books, movement: Movement, settlement: Settlement, reason: str,
    actor_id: int, at: datetime,
) -> tuple[int, PostedEntry]:  # fmt: skip
    """Book a payment as a person says; (payment id, entry). The items are locked, so that what is open is true.

    Raises `Conflict` where less is open, and `Usage` for what cannot be.
    """
    fresh = _insert(connection, ids, books, [movement], actor_id, at)
    wanted = [a.item for a in settlement.allocations]
    shop = Workshop(connection, ids, books, actor_id, at, settling_items(connection, books.id, wanted, lock=True))
    decision = Decision("match", _numbers(shop, settlement), "match_by_hand", words=(("reason", reason),))
    plan = shop.plan(settlement, decision, movement.payment.on)
    (posted,) = post(connection, ids, books, [plan], actor_id, at)
    link(connection, books.id, [(fresh[movement.identity], posted.id, "bank", True)])
    note(connection, ids, books.id, actor_id, at, "payment.booked", f"{posted.journal} {posted.number}", reason)
    return fresh[movement.identity], posted


def record_settlement(
    connection: Connection,
    ids: Ids,
    books: Books,
    settlement: Settlement,
    on: date,
    reason: str,
    actor_id: int,
    at: datetime,
) -> PostedEntry:
    """Settle items against each other, or write them off: no money moves. Raises as `record_by_hand`."""
    wanted = [a.item for a in settlement.allocations]
    shop = Workshop(connection, ids, books, actor_id, at, settling_items(connection, books.id, wanted, lock=True))
    decision = Decision("match", _numbers(shop, settlement), "match_by_hand", words=(("reason", reason),))
    (posted,) = post(connection, ids, books, [shop.plan(settlement, decision, on)], actor_id, at)
    note(connection, ids, books.id, actor_id, at, "items.settled", f"{posted.journal} {posted.number}", reason)
    return posted


def _numbers(shop: Workshop, settlement: Settlement) -> str:
    return " ".join(shop.items[a.item].number for a in settlement.allocations)


def _insert(
    connection: Connection, ids: Ids, books: Books, movements: Sequence[Movement], actor_id: int, at: datetime
) -> dict[str, int]:
    """Record the movements that are new; their ids by identity."""
    known = relations_of_ibans(connection, books.id, [m.payment.iban for m in movements])
    codes = {code for found in known.values() if len(found) == 1 for code in found}
    keys = _relation_ids(connection, books.id, codes)
    rows: dict[str, tuple[Any, ...]] = {}
    for m in movements:
        p = m.payment
        only = known.get(normalised(p.iban), frozenset())
        rows.setdefault(m.identity, (
            books.id, ids.take(), m.identity, m.source, p.on, p.amount.minor, p.amount.currency, books.accounts[p.bank_account],
            p.part, keys[next(iter(only))] if len(only) == 1 else None, normalised(p.iban)[:34], p.name, p.reference,
            p.end_to_end_id, p.description, p.transaction_id, m.file_name, m.line, at, actor_id,
        ))  # fmt: skip
    new: set[str] = set()
    for start in range(0, len(rows), 1000):
        new |= insert_new(connection, t.payment, list(rows.values())[start : start + 1000], "identity")
    return {identity: int(rows[identity][1]) for identity in new}


def _relation_ids(connection: Connection, administration_id: int, codes: set[str]) -> dict[str, int]:
    r = t.relation
    query = select(r.c.code, r.c.id).where(r.c.administration_id == administration_id, r.c.code.in_(sorted(codes)))
    return {row.code: row.id for row in connection.execute(query)} if codes else {}


def link(connection: Connection, administration_id: int, rows: Sequence[tuple[int, int, str, bool]]) -> None:
    """Note which entries booked or matched which movements: (payment, entry, role, by a person)."""
    if rows:
        names = ("payment_id", "entry_id", "role", "hand")
        connection.execute(
            insert(t.payment_entry),
            [{"administration_id": administration_id, **dict(zip(names, row, strict=True))} for row in rows],
        )


def note(
    connection: Connection,
    ids: Ids,
    administration_id: int,
    actor_id: int,
    at: datetime,
    what: str,
    subject: str,
    reason: str,
) -> None:
    """Who did it, and why."""
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what=what, subject=subject,
            details=json.dumps({"reason": reason}),
        )
    )  # fmt: skip
