"""Money that waits for its invoice: proposals as they are now, accepted or refused by a person, undone by reversal.

What waits is money on account (an open item of its own) or on the suspense account. Proposals are made when they are
asked for, never kept: a key names one by its contents, and who accepts it after something changed is told so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, case, exists, func, insert, select, text

from hub.accounting.match_known import Match, Matching
from hub.accounting.payment_differences import named_account
from hub.accounting.references import keys_in
from hub.errors import Conflict, NotFound
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.keys import normalised
from hub.model.money import Money, from_minor
from hub.model.payment import Payment
from hub.model.plan import PostedEntry
from hub.model.settlement import Allocation, OpenItem, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.open_index import OpenIndex, open_index
from hub.store.payments import link, note
from hub.store.settling_items import relations_of_ibans, settling_items
from hub.store.workshop import Workshop, decide

ZERO = Decimal(0)
UNDONE = "undone:"  # before the key of a match that a person took apart: shown again, never booked by itself


@dataclass(frozen=True, slots=True)
class Waiting:
    """A movement of which `payment.amount` still waits: on the open item `item`, or (0) on the suspense account."""

    id: int
    payment: Payment
    item: int
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to settle what waits, by its key; `certain` where matching would do it by itself."""

    key: str
    waiting: Waiting
    match: Match
    certain: bool


def waiting(connection: Connection, books: Books, ids: Iterable[int] | None = None) -> list[Waiting]:
    """What waits, oldest first; `ids` None is all of it."""
    chosen = None if ids is None else sorted(set(ids))
    found = [*_on_account(connection, books, chosen), *_on_suspense(connection, books, chosen)]
    return sorted(found, key=lambda one: (one.payment.on, one.id, one.item))


def _payment(row: Any, amount: Decimal, books: Books) -> Payment:
    """The movement with what is left of it; it lies on the suspense account until somebody says whose it is."""
    journal = books.snapshot.journal("memorial").code
    return Payment(
        row.booked_on, Money(amount, row.currency), named_account(books.snapshot, "suspense"), journal, row.part, row.iban,
        row.name, row.reference, row.end_to_end_id, row.description, row.transaction_id, row.returned,
    )  # fmt: skip


def _on_account(connection: Connection, books: Books, ids: list[int] | None) -> Iterator[Waiting]:
    m, n, o, p, r = t.payment, t.payment_entry, t.open_item, t.posting, t.relation
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount))
    query = (
        select(m, o.c.id.label("item"), o.c.side, r.c.code, rest.label("rest"))
        .join_from(m, n, (n.c.administration_id == m.c.administration_id) & (n.c.payment_id == m.c.id))
        .join(o, (o.c.administration_id == n.c.administration_id) & (o.c.entry_id == n.c.entry_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(m.c.administration_id == books.id)
        .group_by(*m.c, o.c.id, o.c.side, r.c.code)
        .having(rest != 0)
    )
    for row in connection.execute(query if ids is None else query.where(m.c.id.in_(ids))):
        yield Waiting(row.id, _payment(row, from_minor(-int(row.rest), row.currency), books), row.item, row.code)


def _on_suspense(connection: Connection, books: Books, ids: list[int] | None) -> Iterator[Waiting]:
    m, n, p, e = t.payment, t.payment_entry, t.posting, t.entry
    account = books.accounts[named_account(books.snapshot, "suspense")]
    undone = e.alias("undone")
    rest = func.sum(case((p.c.side == "debit", -p.c.amount), else_=p.c.amount))
    query = (
        select(m, rest.label("rest"))
        .join_from(m, n, (n.c.administration_id == m.c.administration_id) & (n.c.payment_id == m.c.id))
        .join(p, (p.c.administration_id == n.c.administration_id) & (p.c.entry_id == n.c.entry_id))
        .where(m.c.administration_id == books.id, p.c.account_id == account)
        .where(
            ~exists().where(undone.c.administration_id == n.c.administration_id, undone.c.reversal_of == n.c.entry_id)
        )
        .group_by(*m.c)
        .having(rest != 0)
    )
    for row in connection.execute(query if ids is None else query.where(m.c.id.in_(ids))):
        yield Waiting(row.id, _payment(row, from_minor(int(row.rest), row.currency), books), 0)


def proposals(
    connection: Connection, books: Books, only: Iterable[int] | None = None, *, lock: bool = False
) -> Iterator[tuple[Waiting, list[Proposal]]]:
    """What waits, each with its proposals, best first; without those that a person refused."""
    found = waiting(connection, books, only)
    index = open_index(connection, books.id) if found else OpenIndex()
    known = relations_of_ibans(connection, books.id, [one.payment.iban for one in found])
    mine, near = {}, {}
    for one in found:
        place = (one.id, one.item)
        mine[place] = frozenset({one.relation} if one.relation else known.get(normalised(one.payment.iban), set()))
        near[place] = index.candidates(keys_in(one.payment.text), mine[place], one.payment.amount)
    wanted = {one.item for one in found if one.item}.union(*near.values())
    items = settling_items(connection, books.id, wanted, lock=lock)
    refused = _refused(connection, books.id)
    for one in found:
        place = (one.id, one.item)
        matching = decide(connection, books, one.payment, items, near[place] - {one.item}, mine[place])
        yield one, [p for p in _keyed(one, matching, refused) if p.key not in refused]


def _keyed(one: Waiting, matching: Matching, refused: set[str]) -> Iterator[Proposal]:
    if matching.certain is not None:
        key = proposal_key(one.id, matching.certain.settlement.allocations)
        yield Proposal(key, one, matching.certain, f"{UNDONE}{key}" not in refused)
    for found in matching.proposals:
        yield Proposal(proposal_key(one.id, found.settlement.allocations), one, found, False)


def proposal_key(payment_id: int, allocations: Sequence[Allocation]) -> str:
    """Movement and contents: the same proposal always has the same key, and another amount has another."""
    said = ";".join(sorted(f"{a.item}:{a.amount}:{a.discount}:{a.difference}" for a in allocations))
    return f"{payment_id}-{hashlib.sha256(said.encode()).hexdigest()[:6]}"


def _refused(connection: Connection, administration_id: int) -> set[str]:
    query = select(t.match_rejection.c.key).where(t.match_rejection.c.administration_id == administration_id)
    return set(connection.execute(query).scalars())


def accept(
    connection: Connection,
    ids: Ids,
    books: Books,
    key: str,
    reason: str,
    actor_id: int,
    at: datetime,
    on: date | None = None,
) -> tuple[PostedEntry, Proposal, dict[int, OpenItem]]:
    """Book a proposal: from where the money waits to the invoices, in the memorial.

    Raises `NotFound` for no such money and `Conflict` when the proposal no longer holds: something was settled meanwhile.
    """
    payment_id = _payment_id(key)
    _lock_payment(connection, payment_id)
    pairs = list(proposals(connection, books, [payment_id], lock=True))
    if not pairs:
        raise NotFound(asked("HUB-ASK-30", key))
    chosen = next((p for _, made in pairs for p in made if p.key == key), None)
    if chosen is None:
        raise Conflict(asked("HUB-ASK-31", key))
    decision = Decision("match", chosen.match.decision.value, "match_accepted", words=(("reason", reason),))
    posted, items = _book(connection, ids, books, chosen, decision, actor_id, at, on, hand=True)
    note(connection, ids, books.id, actor_id, at, "match.accepted", key, reason)
    return posted, chosen, items


def match_with(
    connection: Connection, ids: Ids, books: Books, payment_id: int, settlement: Callable[[Waiting], Settlement], reason: str,
    actor_id: int, at: datetime, on: date | None = None,
) -> tuple[PostedEntry, Proposal, dict[int, OpenItem]]:  # fmt: skip
    """Settle what waits of a movement with items that a person names. Raises as `accept`."""
    _lock_payment(connection, payment_id)
    found = waiting(connection, books, [payment_id])
    if not found:
        raise NotFound(asked("HUB-ASK-30", str(payment_id)))
    wanted = settlement(found[0])
    decision = Decision("match", "", "match_by_hand", words=(("reason", reason),))
    chosen = Proposal(proposal_key(payment_id, wanted.allocations), found[0], Match(wanted, decision), False)
    posted, items = _book(connection, ids, books, chosen, decision, actor_id, at, on, hand=True)
    note(connection, ids, books.id, actor_id, at, "match.by_hand", chosen.key, reason)
    return posted, chosen, items


def settle_certain(
    connection: Connection, ids: Ids, books: Books, actor_id: int, at: datetime
) -> list[tuple[PostedEntry, Proposal]]:
    """Book what has become certain since the money came in; never what a person refused or undid."""
    booked = []
    certain = [p.waiting.id for _, made in proposals(connection, books) for p in made if p.certain]
    for payment_id in certain:  # one by one: each changes what the next may settle
        _lock_payment(connection, payment_id)
        pairs = list(proposals(connection, books, [payment_id], lock=True))
        chosen = next((p for _, made in pairs for p in made if p.certain), None)
        if chosen is not None:
            posted, _ = _book(connection, ids, books, chosen, chosen.match.decision, actor_id, at, None, hand=False)
            booked.append((posted, chosen))
    return booked


def _book(
    connection: Connection, ids: Ids, books: Books, chosen: Proposal, decision: Decision, actor_id: int, at: datetime,
    on: date | None, *, hand: bool,
) -> tuple[PostedEntry, dict[int, OpenItem]]:  # fmt: skip
    allocations = chosen.match.settlement.allocations
    wanted = {a.item for a in allocations} | ({chosen.waiting.item} if chosen.waiting.item else set())
    items = settling_items(connection, books.id, wanted, lock=True)
    shop = Workshop(connection, ids, books, actor_id, at, dict(items))
    plan = shop.plan(moved(chosen, items), decision, on or max(chosen.waiting.payment.on, _latest(items, allocations)))
    (posted,) = post(connection, ids, books, [plan], actor_id, at)
    link(connection, books.id, [(chosen.waiting.id, posted.id, "match", hand)])
    return posted, items


def _latest(items: dict[int, OpenItem], allocations: Sequence[Allocation]) -> date:
    """A match is not dated before the invoices it settles."""
    return max((items[a.item].invoice_date for a in allocations), default=date.min)


def moved(chosen: Proposal, items: dict[int, OpenItem]) -> Settlement:
    """The settlement that takes the money from where it waits: its own item, or the suspense account."""
    allocations = chosen.match.settlement.allocations
    taken = sum((items[a.item].cash(a.amount) if a.paid is None else a.paid for a in allocations), ZERO)
    if chosen.waiting.item:
        own = items[chosen.waiting.item]
        return replace(
            chosen.match.settlement,
            payment=None,
            rest=None,
            allocations=(Allocation(own.id, own.cash(-taken)), *allocations),
        )
    payment = replace(chosen.waiting.payment, amount=Money(taken, chosen.waiting.payment.amount.currency))
    return replace(chosen.match.settlement, payment=payment, rest=None)


def reject(connection: Connection, ids: Ids, books: Books, key: str, reason: str, actor_id: int, at: datetime) -> None:
    """Never propose this again. Raises `NotFound` for a key that names no movement."""
    known = select(t.payment.c.id).where(t.payment.c.administration_id == books.id, t.payment.c.id == _payment_id(key))
    if connection.execute(known).first() is None:
        raise NotFound(asked("HUB-ASK-30", key))
    refuse(connection, ids, books.id, key, reason, actor_id, at)


def refuse(
    connection: Connection, ids: Ids, administration_id: int, key: str, reason: str, actor_id: int, at: datetime
) -> None:
    """Note a person's no."""
    connection.execute(
        insert(t.match_rejection).values(
            administration_id=administration_id, id=ids.take(), key=key, reason=reason, at=at, actor_id=actor_id
        )
    )


def _payment_id(key: str) -> int:
    head = key.partition("-")[0]
    if not head.isdigit():
        raise NotFound(asked("HUB-ASK-32", key))
    return int(head)


def _lock_payment(connection: Connection, payment_id: int) -> None:
    """Who matches the same movement waits here; on SQLite a write transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": -payment_id})
