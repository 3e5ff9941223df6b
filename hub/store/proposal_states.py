"""A proposal's way: open, confirmed, exported; or discarded. Confirming freezes it; the bank's answer settles the items."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, update

from hub.accounting.bank_accounts import bank_accounts
from hub.accounting.payment_differences import named_account
from hub.accounting.sepa import FileLine, Ourselves, collection_file, is_creditor_id, transfer_file
from hub.errors import Conflict, NotFound, Usage
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.money import Money, from_minor
from hub.model.payment import Payment
from hub.model.plan import PostedEntry
from hub.model.settlement import Allocation, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.payments import note
from hub.store.posted import load_entries
from hub.store.proposals import find_proposal, items_of_lines, lines_of
from hub.store.reversing import reverse
from hub.store.settling_items import settling_items
from hub.store.workshop import Workshop

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exported:
    """A payment file, and what the proposal remembers of it."""

    name: str
    data: bytes
    count: int
    total: Decimal


def remove_line(
    connection: Connection, ids: Ids, books: Books, number: int, position: int, reason: str, actor_id: int, at: datetime
) -> None:
    """Take a line out of an open proposal; its items may be proposed again. Raises `NotFound` and `Conflict`."""
    head = find_proposal(connection, books.id, number)
    if head.state != "open":
        raise Conflict(asked("HUB-ASK-39", head.state, number=number))
    line = next(
        (n for n in lines_of(connection, books.id, head.id) if n.position == position and n.state == "open"), None
    )
    if line is None:
        raise NotFound(asked("HUB-ASK-40", str(position), number=number))
    _free(connection, books.id, [line.id])
    note(connection, ids, books.id, actor_id, at, "proposal.line_removed", f"{number}/{position}", reason)


def confirm(
    connection: Connection,
    ids: Ids,
    books: Books,
    number: int,
    actor_id: int,
    at: datetime,
    *,
    in_transit: bool = False,
) -> PostedEntry | None:
    """Freeze a proposal after looking once more at every item; the entry, when it is booked as in transit at once.

    Raises `Conflict` naming every item that was settled or blocked since it was proposed, or a mandate that was revoked.
    """
    head = find_proposal(connection, books.id, number)
    q = t.payment_proposal
    mine = (q.c.administration_id == books.id) & (q.c.id == head.id)
    frozen = {"state": "confirmed", "confirmed_at": at, "confirmed_by": actor_id}
    if connection.execute(update(q).where(mine, q.c.state == "open").values(frozen)).rowcount == 0:
        raise Conflict(asked("HUB-ASK-39", find_proposal(connection, books.id, number).state, number=number))
    lines = [line for line in lines_of(connection, books.id, head.id) if line.state == "open"]
    if not lines:
        raise Conflict(asked("HUB-ASK-41", number=number))
    if head.kind == "collection" and not is_creditor_id(books.snapshot.payments.creditor_id):
        raise Usage("the creditor identifier (payments.creditor_id) is missing or its check digits are wrong")
    settled = items_of_lines(connection, books.id, [line.id for line in lines])
    faults = _faults(connection, books, lines, settled)
    if faults:
        raise Conflict(f"proposal {number} no longer holds: {'; '.join(faults)}; remove these lines and confirm again")
    note(connection, ids, books.id, actor_id, at, "proposal.confirmed", str(number), "")
    if not in_transit:
        return None
    return _book_in_transit(connection, ids, books, head, lines, settled, actor_id, at)


def _faults(connection: Connection, books: Books, lines: Sequence[Row[Any]], settled: Sequence[Row[Any]]) -> list[str]:
    items = settling_items(connection, books.id, [row.open_item_id for row in settled], lock=True)
    positions = {line.id: line.position for line in lines}
    found = [f"line {n.position}: mandate {n.mandate} was revoked" for n in lines if n.mandate and n.revoked_at]
    for row in settled:
        item = items[row.open_item_id]
        wanted = from_minor(row.amount + row.discount, item.outstanding.currency)
        where = f"line {positions[row.line_id]}: {item.number}"
        if abs(wanted) > abs(item.outstanding.amount) or wanted * item.outstanding.amount < 0:
            found.append(f"{where} has {item.outstanding} open, not {wanted}")
        if item.blocks:
            found.append(f"{where} is blocked ({', '.join(item.blocks)})")
    return found


def _book_in_transit(
    connection: Connection, ids: Ids, books: Books, head: Row[Any], lines: Sequence[Row[Any]], settled: Sequence[Row[Any]],
    actor_id: int, at: datetime,
) -> PostedEntry:  # fmt: skip
    """The items settled now, against payments in transit; the bank's line will clear that."""
    currency = books.snapshot.currency
    sign = -1 if head.kind == "transfer" else 1
    total = sign * sum((from_minor(line.amount, currency) for line in lines), ZERO)
    account = named_account(books.snapshot, "payments_in_transit")
    journal = books.snapshot.journal("memorial").code
    payment = Payment(head.execution_date, Money(total, currency), account, journal, reference=head.message_id)
    allocations = tuple(
        Allocation(row.open_item_id, from_minor(row.amount, currency), discount=from_minor(row.discount, currency))
        for row in settled
    )
    items = settling_items(connection, books.id, [a.item for a in allocations], lock=True)
    shop = Workshop(connection, ids, books, actor_id, at, items)
    decision = Decision("match", head.message_id, "match_sent_in_transit", words=(("number", str(head.number)),))
    plan = shop.plan(
        Settlement(payment, allocations), decision, head.execution_date, f"Betaalbestand {head.message_id}"
    )
    (posted,) = post(connection, ids, books, [plan], actor_id, at)
    q = t.payment_proposal
    mine = (q.c.administration_id == books.id) & (q.c.id == head.id)
    kept = {"transit_account_id": books.accounts[account], "transit_entry_id": posted.id}
    connection.execute(update(q).where(mine).values(kept))
    return posted


def export(connection: Connection, ids: Ids, books: Books, number: int, actor_id: int, at: datetime) -> Exported:
    """The file of a confirmed proposal: the same bytes each time. Raises `Conflict` when it was not confirmed."""
    head = find_proposal(connection, books.id, number)
    if head.state not in ("confirmed", "exported"):
        raise Conflict(asked("HUB-ASK-42", head.state, number=number))
    lines = [line for line in lines_of(connection, books.id, head.id) if line.state != "removed"]
    made = [_file_line(line) for line in lines]
    write = transfer_file if head.kind == "transfer" else collection_file
    data = write(head.message_id, head.confirmed_at, head.execution_date, _ourselves(books, head.account), made)
    total = sum((line.amount for line in made), ZERO)
    if head.state == "confirmed":
        q = t.payment_proposal
        mine = (q.c.administration_id == books.id) & (q.c.id == head.id)
        connection.execute(
            update(q).where(mine).values(
                state="exported", exported_at=at, exported_total=sum(line.amount for line in lines), exported_count=len(lines),
                exported_sha256=hashlib.sha256(data).hexdigest(),
            )
        )  # fmt: skip
        note(connection, ids, books.id, actor_id, at, "proposal.exported", str(number), head.message_id)
    return Exported(f"{head.message_id}.xml", data, len(made), total)


def _file_line(line: Row[Any]) -> FileLine:
    return FileLine(
        line.end_to_end_id, from_minor(line.amount, line.currency), line.currency, line.name, line.iban, line.remittance,
        line.creditor_reference, line.town, line.country, line.mandate or "", line.signed_on, line.scheme or "", line.sequence,
    )  # fmt: skip


def _ourselves(books: Books, account: str) -> Ourselves:
    own = next((bank for bank in bank_accounts(books.snapshot) if bank.account == account and bank.iban), None)
    if own is None:
        raise Usage(f"ledger account {account} has no IBAN: list it under payments.bank_accounts")
    settings = books.snapshot.payments
    return Ourselves(
        books.snapshot.name, own.iban, own.bic, settings.town, books.snapshot.country, settings.creditor_id
    )


def discard(
    connection: Connection, ids: Ids, books: Books, number: int, reason: str, actor_id: int, at: datetime
) -> None:
    """Give a proposal up, also one whose file the bank refused; its items may be proposed again.

    What was booked as in transit is reversed. Raises `Conflict` when the bank has carried out a part of it.
    """
    head = find_proposal(connection, books.id, number)
    if head.state == "discarded":
        raise Conflict(f"proposal {number} was discarded already")
    lines = lines_of(connection, books.id, head.id)
    if any(line.state == "answered" for line in lines):
        raise Conflict(f"the bank has carried out a part of proposal {number}; it is no longer given up")
    if head.transit_entry_id is not None:
        booked = load_entries(connection, books.id, [head.transit_entry_id])[head.transit_entry_id]
        reverse(connection, ids, books, booked, at.date(), reason, actor_id, at)
    _free(connection, books.id, [line.id for line in lines if line.state == "open"])
    q = t.payment_proposal
    mine = (q.c.administration_id == books.id) & (q.c.id == head.id)
    connection.execute(update(q).where(mine).values(state="discarded"))
    note(connection, ids, books.id, actor_id, at, "proposal.discarded", str(number), reason)


def _free(connection: Connection, administration_id: int, lines: Sequence[int]) -> None:
    n, i = t.payment_line, t.payment_line_item
    if lines:
        connection.execute(
            update(n).where(n.c.administration_id == administration_id, n.c.id.in_(lines)).values(state="removed")
        )
        connection.execute(
            update(i).where(i.c.administration_id == administration_id, i.c.line_id.in_(lines)).values(active=False)
        )
