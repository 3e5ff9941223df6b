"""Recording what booking decided about approval: documents that begin to wait, and credit notes of rejected invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from hub.accounting.credit_settlement import Accounts, Debt, settle_with_credit_note
from hub.accounting.credited import lowered
from hub.errors import StaleFacts
from hub.model.approval import CREDIT, Approval
from hub.model.booking import EarlierApproval
from hub.model.codec import to_json
from hub.model.decision import Decision
from hub.model.money import from_minor, is_exact, to_minor
from hub.model.plan import PlannedEntry
from hub.model.result import Case
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.approval import memorial
from hub.store.approval_lookup import find_rejected
from hub.store.approval_rows import items_of, lock, on_suspense, provisional_entry
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.open_items import lock_items
from hub.store.posted import load_entries
from hub.store.rows import Row, insert_rows

Place = tuple[int, str]  # administration id, message


def confirm_rejected(connection: Connection, cases: Sequence[Case], books: Mapping[str, Books]) -> None:
    """Keep rejected invoices that these credit notes belong to from changing. Raises `StaleFacts` when one has changed already.

    Taken before anything is numbered, so that it never waits for a person who waits for a number.
    """
    left: dict[Place, EarlierApproval] = {}
    for case in cases:
        approval = case.booking.approval
        if approval is None or approval.method != CREDIT:
            continue
        believed = next(r for r in case.facts.rejected if r.document.message_id == approval.of)
        place = (books[case.message.administration].id, approval.of)
        if place not in left:
            left[place] = _still(connection, *place, believed)
        if left[place] != believed:
            raise StaleFacts
        assert case.invoice is not None
        left[place] = lowered(believed, case.invoice, case.booking.entry)


def _still(connection: Connection, administration_id: int, uid: str, believed: EarlierApproval) -> EarlierApproval:
    lock(connection, administration_id, [uid])
    found = find_rejected(connection, [administration_id], [believed.document.number_key])
    same = next((r for _, r in found if r.document.message_id == uid), None)
    if same is None:
        raise StaleFacts
    return same


def record_approvals(
    connection: Connection, ids: Ids, cases: Sequence[Case], books: Mapping[str, Books], actor_id: int, at: datetime
) -> None:
    """Rows of what begins, and for credit notes of rejected invoices the entry that closes both."""
    mine = [(case, case.booking.approval) for case in cases if case.booking.approval is not None]
    if not mine:
        return
    for case, approval in mine:  # one by one: a second credit note of one invoice sees the first
        row = _row(connection, ids, books[case.message.administration], case, approval, actor_id, at)
        insert_rows(connection, t.approval, [row], ignore=True)  # what is decided again waits already


def _row(
    connection: Connection, ids: Ids, books: Books, case: Case, approval: Approval, actor_id: int, at: datetime
) -> Row:
    amount, base = approval.amount, books.snapshot.currency
    minor = None if amount is None or not is_exact(amount, base) else to_minor(amount, base)
    account_id = books.accounts[approval.account] if approval.account else None
    ends, entry_id = False, None
    if approval.method == CREDIT:
        ends, entry_id = _credit(connection, ids, books, case, approval, actor_id, at)
    return (
        books.id, case.message.id, approval.method, to_json(approval.flow), minor, account_id, approval.of or None, ends, entry_id, at,
        actor_id,
    )  # fmt: skip


def _credit(
    connection: Connection, ids: Ids, books: Books, case: Case, approval: Approval, actor_id: int, at: datetime
) -> tuple[bool, int | None]:
    """Whether this credit note is the last of its rejected invoice, and the entry in which the two close each other."""
    believed = next(r for r in case.facts.rejected if r.document.message_id == approval.of)
    assert case.invoice is not None
    ends = lowered(believed, case.invoice, case.booking.entry).state == "credited"
    if case.booking.entry is None:
        return ends, None
    return ends, _settle(connection, ids, books, case, approval, actor_id, at, ends)


def _settle(
    connection: Connection,
    ids: Ids,
    books: Books,
    case: Case,
    approval: Approval,
    actor_id: int,
    at: datetime,
    ends: bool,
) -> int | None:
    """Debt against debt, in one entry about the rejected invoice; at the end nothing is left on the suspense account in base either."""
    invoice_id = provisional_entry(connection, books.id, approval.of)
    note_id = provisional_entry(connection, books.id, case.message.id)
    assert invoice_id is not None
    assert note_id is not None
    booked = load_entries(connection, books.id, [invoice_id, note_id])
    note = booked[note_id].entry
    left = on_suspense(connection, books.id, approval.of, case.message.id)[1] if ends else 0
    own = books.snapshot
    accounts = Accounts(approval.account, from_minor(left, own.currency), own.accounts_named["exchange_differences"])
    owed, credit = (_debts(connection, books.id, key) for key in (invoice_id, note_id))
    entry = settle_with_credit_note(
        owed, credit, accounts, memorial(books, note), note.booking_date, f"Creditnota {note.description}", note.rate
    )
    if entry is None:
        return None
    number = case.invoice.number if case.invoice else ""
    decision = Decision("settlement", number, "settled_by_credit_note", words=(("number", number),))
    facts = {"settles": invoice_id, "with": note_id, "approval": approval.of}
    plan = PlannedEntry(entry, (decision,), facts, document_id=booked[invoice_id].document_id)
    return post(connection, ids, books, [plan], actor_id, at)[0].id


def _debts(connection: Connection, administration_id: int, entry_id: int) -> list[Debt]:
    items = lock_items(connection, administration_id, items_of(connection, administration_id, [entry_id]))
    return [Debt(item.id, item.account, item.part, item.outstanding, item.outstanding_base) for item in items.values()]
