"""Payments: movements on our accounts to entries, each once; matched where matching is certain, else on account or suspense.

Everything a payment settles is a posting on an open item (hub/store/booking.py). The movement itself is kept beside the
entries that booked it, so that a bank's line is known again, and so that an undone match is booked anew without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from hub.accounting.match_known import Match, Matching, SentLine
from hub.accounting.references import keys_in
from hub.model.decision import Decision
from hub.model.keys import normalised
from hub.model.movement import Movement
from hub.model.payment import Payment
from hub.model.plan import PlannedEntry, PostedEntry
from hub.model.settlement import Rest, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.claimed_payments import PaymentClaims, note_received
from hub.store.ids import Ids
from hub.store.open_index import OpenIndex, kept_index
from hub.store.proposals import answered, sent_lines
from hub.store.returning import returns
from hub.store.rows import insert_new, insert_rows
from hub.store.settling_items import relations_of_ibans, settling_items
from hub.store.workshop import Workshop, decide

Outcome = Literal["matched", "on_account", "suspense", "duplicate"]
SAME_AMOUNT = 50  # items that are looked at only because they have the amount of a payment
KEYS_EACH = 6  # ids that one movement may take; and 30 beside them for a year that is opened


@dataclass(frozen=True, slots=True)
class BookedMovement:
    """What became of a movement; `matching` holds the proposals where it was not certain."""

    movement: Movement
    outcome: Outcome
    id: int = 0
    posted: PostedEntry | None = None
    matching: Matching | None = None


def keys_needed(movements: int) -> int:
    """How many ids to reserve before the transaction."""
    return movements * KEYS_EACH + 100


def record_movements(
    connection: Connection, ids: Ids, books: Books, movements: Sequence[Movement], actor_id: int, at: datetime
) -> list[BookedMovement]:
    """Book movements that are not known yet, within the caller's transaction; what is certain is settled at once.

    Keys are to be reserved before (`keys_needed`). A movement with an identity that is there already is a duplicate. What
    takes an earlier one back is booked last, so that both may come together.
    """
    known = relations_of_ibans(connection, books.id, [m.payment.iban for m in movements])
    fresh = _insert(connection, ids, books, movements, known, actor_id, at)
    new = list({m.identity: m for m in reversed(movements) if m.identity in fresh}.values())[::-1]
    ordinary = [m for m in new if not m.payment.returned]
    shop = Workshop(connection, ids, books, actor_id, at, {})
    booked = _book(shop, fresh, _decided(shop, ordinary, known) if ordinary else [])
    returned = [m for m in new if m.payment.returned]
    booked |= _book(shop, fresh, _returned(shop, returned, known) if returned else [])
    return [_taken(booked, m) for m in movements]


def _taken(booked: dict[str, BookedMovement], movement: Movement) -> BookedMovement:
    """The first of an identity is booked, every other is a duplicate of it."""
    return booked.pop(movement.identity, None) or BookedMovement(movement, "duplicate")


Relations = Mapping[str, frozenset[str]]  # by IBAN
Decided = tuple[Movement, Matching, PlannedEntry]


def _book(shop: Workshop, fresh: Mapping[str, int], decided: Sequence[Decided]) -> dict[str, BookedMovement]:
    connection, books = shop.connection, shop.books
    posted = post(connection, shop.ids, books, [plan for _, _, plan in decided], shop.actor_id, shop.at, shop.known)
    links = [(fresh[m.identity], entry.id, "bank", False) for (m, _, _), entry in zip(decided, posted, strict=True)]
    link(connection, books.id, links)
    for (_, matching, plan), entry in zip(decided, posted, strict=True):
        note_received(connection, books.id, entry.id, matching, plan.facts)
    answered(connection, books.id, {line for _, matching, _ in decided for line in matching.answered})
    return {
        m.identity: BookedMovement(m, _outcome(matching), fresh[m.identity], entry, matching)
        for (m, matching, _), entry in zip(decided, posted, strict=True)
    }


def _decided(shop: Workshop, movements: Sequence[Movement], known: Relations) -> list[Decided]:
    """What each settles, in order: by what its payer wrote, else by a rule, else by its amount."""
    with kept_index(shop.connection, shop.books.id) as index:
        return _decided_over(shop, movements, known, index)


def _decided_over(shop: Workshop, movements: Sequence[Movement], known: Relations, index: OpenIndex) -> list[Decided]:
    sent = SentLines(sent_lines(shop.connection, shop.books.id))
    keys = {m.identity: keys_in(m.payment.text) for m in movements}
    named = {m.identity: index.named(keys[m.identity]) for m in movements}
    of_files = {a.item for m in movements for line in sent.of(keys[m.identity]) for a in line.allocations}
    near = {
        m.identity: index.candidates(keys[m.identity], _mine(m, known), m.payment.amount, SAME_AMOUNT)
        for m in movements if not named[m.identity] and not m.account
    }  # fmt: skip
    shop.need(of_files.union(*named.values(), *near.values()))
    theirs = index.relations_of(item for found in (*named.values(), *near.values()) for item in found)
    claims = PaymentClaims(shop, movements, theirs.union(*known.values()))
    made: list[Decided] = []
    for m in movements:
        here = sent.of(keys[m.identity])
        relations = _mine(m, known)
        matching = decide(
            shop.connection, shop.books, m.payment, shop.items, named[m.identity], relations, here, named_only=True
        )
        if matching.certain is None and m.account:
            matching = by_rule(m, matching)
        elif matching.certain is None:
            wider = near.get(m.identity)
            if wider is None:
                wider = index.candidates(keys[m.identity], relations, m.payment.amount, SAME_AMOUNT)
                shop.need(wider)
            matching = decide(shop.connection, shop.books, m.payment, shop.items, wider, relations, here)
        matching = claims.settled(m, matching, relations)
        sent.answer(matching.answered)
        made.append((m, matching, _plan(shop, m.payment, matching)))
        claims.booked(m)
    return made


def _returned(shop: Workshop, movements: Sequence[Movement], known: Relations) -> list[Decided]:
    """What takes an earlier payment back opens again what that one had settled; where it is not found, it waits."""
    taken_back = returns(shop, [m.payment for m in movements])
    made: list[Decided] = []
    for m, plan in zip(movements, taken_back, strict=True):
        matching = decide(shop.connection, shop.books, m.payment, shop.items, (), _mine(m, known))
        if plan is not None:
            decision = plan.decisions[0]
            matching = Matching(Match(Settlement(m.payment), decision), (), matching.rest)
        elif m.account:
            matching = by_rule(m, matching)
        made.append((m, matching, plan or _plan(shop, m.payment, matching)))
    return made


def by_rule(movement: Movement, matching: Matching) -> Matching:
    """On the account that a rule of the mapping gives."""
    decision = Decision("match", movement.account, "bank_rule", words=(("rule", movement.rule),))
    rest = Rest("account", account=movement.account)
    return Matching(Match(Settlement(movement.payment, (), rest), decision), (), matching.rest)


def _mine(movement: Movement, known: Relations) -> frozenset[str]:
    return known.get(normalised(movement.payment.iban), frozenset())


class SentLines:
    """Lines of our own payment files that the bank has not answered, found by what a payment says."""

    def __init__(self, lines: Sequence[SentLine]) -> None:
        self._by_key: dict[str, list[SentLine]] = {}
        self._answered: set[int] = set()
        for line in lines:
            for key in {line.end_to_end_id, line.batch, line.block} - {""}:
                self._by_key.setdefault(normalised(key), []).append(line)

    def of(self, keys: Iterable[str]) -> tuple[SentLine, ...]:
        """Those that one of these words names, in order."""
        if not self._by_key:
            return ()
        found = {line.id: line for key in keys for line in self._by_key.get(key, ())}
        return tuple(found[key] for key in sorted(found) if key not in self._answered)

    def answer(self, lines: Iterable[int]) -> None:
        """The bank has carried these out."""
        self._answered.update(lines)


def _plan(shop: Workshop, payment: Payment, matching: Matching) -> PlannedEntry:
    if matching.certain is not None:
        certain = matching.certain
        return shop.plan(certain.settlement, certain.decision, payment.on, steps=certain.steps)
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
    known = relations_of_ibans(connection, books.id, [movement.payment.iban])
    fresh = _insert(connection, ids, books, [movement], known, actor_id, at)
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
    connection: Connection, ids: Ids, books: Books, movements: Sequence[Movement], known: Relations, actor_id: int, at: datetime
) -> dict[str, int]:  # fmt: skip
    """Record the movements that are new; their ids by identity."""
    codes = {code for found in known.values() if len(found) == 1 for code in found}
    keys = _relation_ids(connection, books.id, codes)
    rows: dict[str, tuple[Any, ...]] = {}
    for m in movements:
        p = m.payment
        only = known.get(normalised(p.iban), frozenset())
        rows.setdefault(m.identity, (
            books.id, ids.take(), m.identity, m.source, p.on, p.amount.minor, p.amount.currency, books.accounts[p.bank_account],
            p.part, keys[next(iter(only))] if len(only) == 1 else None, normalised(p.iban)[:34], p.name, p.reference,
            p.end_to_end_id, p.description, p.transaction_id, m.file_name, m.line, at, actor_id, p.returned,
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
    insert_rows(connection, t.payment_entry, [(administration_id, *row) for row in rows])


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
