"""Undoing a match: the entry is reversed; a bank's line, which did happen, is booked again without what it had settled."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from hub.accounting.bank_accounts import bank_accounts
from hub.errors import Conflict
from hub.model.codec import restore
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.money import Money, from_minor
from hub.model.payment import Payment
from hub.model.plan import PostedEntry
from hub.model.settlement import Rest, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.matches import UNDONE, proposal_key, refuse
from hub.store.payments import link
from hub.store.posted import BookedEntry, find_entry
from hub.store.reversing import reverse
from hub.store.settling_items import relations_of_ibans
from hub.store.workshop import Workshop

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Undone:
    """The reversal, and the entry that booked the bank's line again, if it was one."""

    reversal: PostedEntry
    again: PostedEntry | None


def unmatch(
    connection: Connection, ids: Ids, books: Books, journal: str, year: int, number: int, on: date, reason: str,
    actor_id: int, at: datetime, *, money_too: bool = False,
) -> Undone:  # fmt: skip
    """Undo what an entry settled. `money_too`: the movement itself was a mistake and is not booked again.

    A payment by hand goes as a whole; a bank's line stays on the bank's account. Raises `NotFound` for no such entry and
    `Conflict` when it settled nothing, was undone already, or what it opened was settled since.
    """
    booked = find_entry(connection, books.id, journal, year, number)
    settlement = _settlement(connection, books.id, booked)
    row = _movement(connection, books.id, booked.id)
    if row is None and (settlement is None or not settlement.allocations):
        raise Conflict(asked("HUB-ASK-29", f"{journal} {year}/{number}"))
    reversal = reverse(connection, ids, books, booked, on, reason, actor_id, at)
    if row is None:
        return Undone(reversal, None)
    if settlement is not None and settlement.allocations:
        key = proposal_key(row.payment_id, settlement.allocations)
        refuse(connection, ids, books.id, f"{UNDONE}{key}", reason, actor_id, at)
    if row.role != "bank" or row.source == "hand" or money_too:
        return Undone(reversal, None)
    return Undone(reversal, _book_again(connection, ids, books, row, reason, actor_id, at))


def _settlement(connection: Connection, administration_id: int, booked: BookedEntry) -> Settlement | None:
    """What the entry was decided on, if it was a settlement; without the item the money came from."""
    f = t.entry_facts
    query = select(f.c.facts).where(f.c.administration_id == administration_id, f.c.entry_id == booked.id)
    facts = json.loads(zlib.decompress(connection.execute(query).scalar_one()))
    if "settlement" not in facts:
        return None
    found: Settlement = restore(Settlement, facts["settlement"])
    if found.payment is not None:
        return found
    own = {item["id"] for item in facts.get("items", ()) if item.get("on_account")}
    return Settlement(None, tuple(a for a in found.allocations if a.item not in own))


def _movement(connection: Connection, administration_id: int, entry_id: int):  # type: ignore[no-untyped-def]
    n, m, a = t.payment_entry, t.payment, t.account
    query = (
        select(m, n.c.payment_id, n.c.role, a.c.code.label("account"))
        .join_from(n, m, (m.c.administration_id == n.c.administration_id) & (m.c.id == n.c.payment_id))
        .join(a, (a.c.administration_id == m.c.administration_id) & (a.c.id == m.c.account_id))
        .where(n.c.administration_id == administration_id, n.c.entry_id == entry_id)
    )
    return connection.execute(query).first()


def _book_again(  # type: ignore[no-untyped-def]
    connection: Connection, ids: Ids, books: Books, row, reason: str, actor_id: int, at: datetime
) -> PostedEntry:
    own = next((b for b in bank_accounts(books.snapshot) if b.account == row.account), None)
    journal = own.journal if own else books.snapshot.journal("bank").code
    amount = Money(from_minor(row.amount, row.currency), row.currency)
    payment = Payment(
        row.booked_on, amount, row.account, journal, row.part, row.iban, row.name, row.reference, row.end_to_end_id,
        row.description, row.transaction_id, row.returned,
    )  # fmt: skip
    known = relations_of_ibans(connection, books.id, [row.iban]).get(row.iban, frozenset())
    side = "receivable" if amount.amount > ZERO else "payable"
    rest = Rest("on_account", next(iter(known)), side) if len(known) == 1 else Rest("suspense")  # type: ignore[arg-type]
    shop = Workshop(connection, ids, books, actor_id, at, {})
    decision = Decision("match", row.reference, "match_undone", words=(("reason", reason),))
    (posted,) = post(
        connection, ids, books, [shop.plan(Settlement(payment, (), rest), decision, payment.on)], actor_id, at
    )
    link(connection, books.id, [(row.payment_id, posted.id, "bank", True)])
    return posted
