"""Cases: prepared, handed over in one transaction, spoken of, taken back. What follows for the debtor follows from the open case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, update

from hub.credit.account import Account, Rulebook
from hub.credit.case_file import case_file
from hub.errors import Conflict, Refused
from hub.formats.case_protocol import (
    MEDIA_TYPE,
    Heading,
    WithdrawReason,
    case_json,
    faults,
    message_json,
    withdraw_json,
)
from hub.model.agency import Agency
from hub.model.case_file import ENDED, CaseDocument, CaseFile, CloseReason
from hub.model.dispatch import Dispatch
from hub.model.finding import Finding, asked
from hub.model.money import money_text
from hub.model.relation_card import Reason
from hub.store import dispatches
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.case_documents import Render, keep_letters
from hub.store.case_end import end_case
from hub.store.case_material import material_of
from hub.store.case_rows import (
    Happened,
    case_amounts,
    file_of,
    find_case,
    insert_case,
    item_interest,
    next_number,
    note_event,
    since,
)
from hub.store.open_items import lock_items
from hub.store.overdue import accounts_now
from hub.store.packing import packed
from hub.store.reasons import add_reason
from hub.store.relation_changes import Changing
from hub.store.relations import resolve

LONGEST_NOTE = 4000


def account_of(change: Changing, books: Books, code: str, on: date) -> Account | None:
    """A debtor's account as it is at this moment; None when nothing is open. Raises `NotFound`."""
    relation_id, _ = resolve(change.connection, books.id, code)
    accounts = accounts_now(change.connection, books.id, books.snapshot.code, [relation_id], on)
    return accounts.get(relation_id)


def prepare(
    change: Changing, books: Books, code: str, agency: Agency, book: Rulebook, on: date, *, invoices: Iterable[str] = (),
    items: Iterable[int] = (), extra: tuple[CaseDocument, ...] = (), note: str = "", render: Render | None = None,
) -> CaseFile:  # fmt: skip
    """A case of all that a debtor owes and is overdue, or of the items or invoices named, on the shelf to be looked at.

    `render` makes the PDFs of the letters that were sent; without it they are told and not shown. A case that was prepared
    before with the same contents stays; one with others is cancelled. Raises `Refused` with everything that is missing, and
    `NotFound`.
    """
    change.begin()
    relation_id, code = resolve(change.connection, books.id, code)
    account = account_of(change, books, code, on)
    if account is None:
        raise Refused([asked("HUB-INC-01", code)])
    chosen = _chosen(account, on, set(invoices), set(items))
    number = next_number(change.connection, books.id, on.year)
    made = _made(change, books, account, chosen, agency, book, on, number, note, extra)
    made = _with_letters(change, books.id, made, render)
    for row in _prepared(change, books.id, relation_id):
        same = file_of(row)
        if _said(same) == _said(made):
            return same
        cancel(change, row)
    insert_case(change, relation_id, made)
    return made


def _with_letters(change: Changing, administration_id: int, made: CaseFile, render: Render | None) -> CaseFile:
    if render is None:
        return replace(made, letters=tuple(replace(letter, document="") for letter in made.letters))
    shown = keep_letters(change, administration_id, made.letters, render)
    return replace(made, documents=(*made.documents, *shown))


def _chosen(account: Account, on: date, invoices: set[str], items: set[int]) -> tuple[int, ...]:
    """The items named; without names what is overdue. Raises `Refused` for an invoice of which nothing is open."""
    known = {item.invoice for item in account.items}
    if unknown := sorted(invoices - known):
        raise Refused([asked("HUB-INC-25", one, ", ".join(sorted(known))) for one in unknown])
    if invoices or items:
        return tuple(item.key for item in account.items if item.invoice in invoices or item.key in items)
    return tuple(item.key for item in account.items if item.outstanding > 0 and item.due < on and item.part == "normal")


def _made(
    change: Changing, books: Books, account: Account, chosen: Iterable[int], agency: Agency, book: Rulebook, on: date, number: str,
    note: str, extra: tuple[CaseDocument, ...],
) -> CaseFile:  # fmt: skip
    material = material_of(change.connection, books, account, chosen, agency, number, note[:LONGEST_NOTE], extra)
    made = case_file(material, on, book)
    if not isinstance(made, CaseFile):
        raise Refused(made)
    if wrong := faults(case_json(made, "-", change.at)):
        raise Refused([Finding("HUB-AGY-02", "fatal", "hub", w.place, w.found, w.expected, "us") for w in wrong])
    return made


def _prepared(change: Changing, administration_id: int, relation_id: int) -> list[Row[Any]]:
    c = t.collection_case
    mine = (c.c.administration_id == administration_id) & (c.c.relation_id == relation_id)
    return list(change.connection.execute(select(c).where(mine, c.c.state == "prepared").order_by(c.c.id)))


def _said(case: CaseFile) -> Any:
    """A case but for its number and what explains it: whether two say the same."""
    return replace(case, number="", steps=())


def hand_over(change: Changing, books: Books, number: str, agency: Agency, book: Rulebook, on: date) -> CaseFile:
    """Hand a prepared case over, in the caller's transaction: looked at again with its items locked, and only then sent.

    The debtor is on hold and gets nothing on credit for as long as the case is open, dunning rests, and the dispatch waits in
    the outbox. Raises `Refused` with everything that changed since it was prepared, `Conflict` when it is not on the shelf.
    """
    row = find_case(change.connection, books.id, number, lock=True)
    if row.state != "prepared":
        raise Conflict(asked("HUB-INC-23", row.number, row.state))
    before = file_of(row)
    lock_items(change.connection, books.id, [claim.key for claim in before.claims])
    change.begin()
    made = _as_it_is_now(change, books, row, before, agency, book, on)
    dispatch = _dispatch(change, books, row.number, agency.name, made)
    _offer(change, books.id, row, made, dispatch.id)
    _hold(change, books.id, row)
    dispatches.put(change.connection, change.ids, books.id, [dispatch], change.at)
    details = {"dispatch": dispatch.id, "agency": agency.name, "total": money_text(made.total, made.currency)}
    note_event(change, row.id, Happened("handed_over", "offered", "person", details=details), made.currency)
    return made


def _as_it_is_now(
    change: Changing, books: Books, row: Row[Any], before: CaseFile, agency: Agency, book: Rulebook, on: date
) -> CaseFile:
    """The case made up to this day, where its claims are still what they were."""
    code = before.debtors[0].customer_number
    account = account_of(change, books, code, on)
    now = {} if account is None else {item.key: item.outstanding for item in account.items}
    changed = [
        asked("HUB-INC-24", money_text(now.get(c.key, Decimal(0)), before.currency), money_text(c.outstanding, before.currency), c.invoice)
        for c in before.claims
        if now.get(c.key, Decimal(0)) != c.outstanding
    ]  # fmt: skip
    if changed or account is None:
        raise Refused(changed or [asked("HUB-INC-01", code)])
    made = _made(
        change,
        books,
        account,
        [c.key for c in before.claims],
        agency,
        book,
        on,
        row.number,
        before.note,
        before.documents,
    )
    shown = {document.name for document in made.documents}
    return replace(
        made, letters=tuple(one if one.document in shown else replace(one, document="") for one in made.letters)
    )


def _dispatch(change: Changing, books: Books, number: str, agency: str, case: CaseFile) -> Dispatch:
    uid = str(uuid.uuid4())
    body = case_json(case, uid, change.at)
    return _to_agency(books, uid, agency, "collection.case", number, body, change, f"case:{number}")


def _to_agency(
    books: Books, uid: str, agency: str, kind: str, number: str, body: bytes, change: Changing, key: str
) -> Dispatch:
    return Dispatch(
        uid, books.snapshot.code, agency, kind, number, body, MEDIA_TYPE, change.at, key, (("case", number),)
    )  # fmt: skip


def _offer(change: Changing, administration_id: int, row: Row[Any], case: CaseFile, dispatch_uid: str) -> None:
    c, i = t.collection_case, t.case_item
    amounts = {name: amount for name, amount in case_amounts(case).items() if name != "principal"}  # it did not change
    values = {
        "state": "offered", "dispatch_uid": dispatch_uid, "handed_over_at": change.at, "handed_over_by": change.actor_id,
        "body": packed(case), "status_at": since(case), **amounts,
    }  # fmt: skip
    mine = (c.c.administration_id == administration_id) & (c.c.id == row.id)
    change.connection.execute(update(c).where(mine).values(**values))
    items = (i.c.administration_id == administration_id) & (i.c.case_id == row.id)
    change.connection.execute(update(i).where(items).values(claim=i.c.open_item_id))
    for claim, interest in item_interest(case).items():
        change.connection.execute(update(i).where(items, i.c.open_item_id == claim).values(interest=interest))


def _hold(change: Changing, administration_id: int, row: Row[Any]) -> None:
    """Derived from the open case: they bear its number, and end with it (`end_case`)."""
    r = t.relation
    query = select(r.c.code).where(r.c.administration_id == administration_id, r.c.id == row.relation_id)
    code = change.connection.execute(query).scalar_one()
    for reason in (Reason("hold", "case", "", None, row.number), Reason("limit", "case", "", 0, row.number)):
        add_reason(change, code, reason)


def withdraw(change: Changing, books: Books, number: str, reason: WithdrawReason, why: str = "") -> str:
    """Take a case back: the debtor is free again at once. `told`, `unsent` when it had not left yet, or `cancelled`.

    Raises `Conflict` for one that has ended, and `NotFound`.
    """
    row = find_case(change.connection, books.id, number, lock=True)
    if row.state in ENDED:
        raise Conflict(asked("HUB-INC-26", row.number, row.state))
    if row.state == "prepared":
        cancel(change, row)
        return "cancelled"
    unsent = _hold_back(change, row.dispatch_uid)
    if not unsent:
        uid = str(uuid.uuid4())
        body = withdraw_json(Heading(uid, change.at, row.number, row.agency_reference), reason, why)
        out = _to_agency(
            books, uid, row.agency, "collection.withdraw", row.number, body, change, f"case:{row.number}:withdraw"
        )
        dispatches.put(change.connection, change.ids, books.id, [out], change.at)
    end_case(
        change.connection, change.ids, books.id, row.id, state="closed", close_reason="withdrawn", at=change.at,
        actor_id=change.actor_id, why=why or reason, source="person",
    )  # fmt: skip
    return "unsent" if unsent else "told"


def _hold_back(change: Changing, dispatch_uid: str) -> bool:
    """Keep a case that never left from leaving; whether it could still be kept. One in doubt may have arrived."""
    d = t.dispatch
    never_left = (d.c.uid == dispatch_uid) & (d.c.state == "waiting")
    values = {"state": "sent", "note": "withdrawn before it left", "changed_at": change.at}
    return bool(change.connection.execute(update(d).where(never_left).values(**values)).rowcount)


def cancel(change: Changing, row: Row[Any]) -> None:
    """Take a prepared case off the shelf."""
    c = t.collection_case
    mine = (c.c.administration_id == change.administration_id) & (c.c.id == row.id)
    reason: CloseReason = "cancelled"
    values = {"state": "closed", "close_reason": reason, "ended_at": change.at, "status_at": change.at}
    change.connection.execute(update(c).where(mine).values(**values))
    note_event(change, row.id, Happened("cancelled", "closed", "person"), row.currency)


def send_message(change: Changing, books: Books, number: str, text: str) -> None:
    """A word to the agency. Raises `Conflict` for a case that it does not have, and `NotFound`."""
    row = find_case(change.connection, books.id, number)
    if row.state in (*ENDED, "prepared"):
        raise Conflict(asked("HUB-INC-26", row.number, row.state))
    uid = str(uuid.uuid4())
    body = message_json(Heading(uid, change.at, row.number, row.agency_reference), text)
    out = _to_agency(books, uid, row.agency, "collection.message", row.number, body, change, f"case:{row.number}:{uid}")
    dispatches.put(change.connection, change.ids, books.id, [out], change.at)
    note_event(change, row.id, Happened("message", row.state, "person", text, details={"dispatch": uid}), row.currency)
