"""The opening balance of an administration that begins, and the open items behind it.

Open items go in first, against the suspense account; the opening balance then books everything else, with the
control accounts as the items say. The two must agree, or nothing is booked; after both the suspense account is zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, case, func, insert, select

from hub.errors import Conflict, Usage
from hub.model.administration import Journal
from hub.model.finding import Finding
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money, from_minor, money_text
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books, load_books, save_administration
from hub.store.booking import post
from hub.store.ids import Ids

OPENING = "opening"
ITEMS = 400  # open items in one entry
SUSPENSE = "suspense"  # the role of the account that stands between items and balance


@dataclass(frozen=True, slots=True)
class NewItem:
    """An open item to bring in: a positive amount is owed as its side says; `base` the same in our own currency."""

    row: int
    relation: str
    side: Literal["receivable", "payable"]
    account: str
    invoice: str
    on: date
    due: date
    amount: Money
    base: Money
    iban: str = ""
    reference: str = ""
    part: Literal["normal", "g_account"] = "normal"


def ensure_opening_journal(
    connection: Connection, ids: Ids, books: Books, actor_id: int, at: datetime
) -> tuple[Books, str]:
    """The administration with a journal for opening balances, and that journal's code."""
    for journal in books.snapshot.journals:
        if journal.kind == OPENING:
            return books, journal.code
    taken = {journal.code for journal in books.snapshot.journals}
    code = next(code for code in ("OPN", "OPN2", "HOPN") if code not in taken)
    journals = (*books.snapshot.journals, Journal(code, "Beginbalans", OPENING, "Opening balance"))
    save_administration(connection, ids, replace(books.snapshot, journals=journals), actor_id, at)
    return load_books(connection, [books.snapshot.code])[books.snapshot.code], code


def suspense_account(books: Books) -> str:
    """The account between open items and opening balance. Raises `Usage` when the administration names none."""
    code = books.snapshot.accounts_named.get(SUSPENSE, "")
    if not code:
        raise Usage("the administration names no suspense account: set accounts_named.suspense")
    return code


def opened_so_far(connection: Connection, books: Books, first: date) -> dict[str, int]:
    """What the opening journal has on the first day, per account, in minor units, debit positive."""
    journals = [books.journals[j.code] for j in books.snapshot.journals if j.kind == OPENING]
    p, e, a = t.posting, t.entry, t.account
    balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = (
        select(a.c.code, balance.label("balance"))
        .join(p, (p.c.administration_id == a.c.administration_id) & (p.c.account_id == a.c.id))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .where(e.c.administration_id == books.id, e.c.journal_id.in_(journals), e.c.booking_date == first)
        .group_by(a.c.code)
    )
    return {row.code: int(row.balance) for row in connection.execute(query) if row.balance}


def opened_items(connection: Connection, books: Books, first: date) -> set[tuple[str, str, str, str]]:
    """(relation, side, invoice, part) of the open items that the opening journal brought in and nobody took back."""
    journals = [books.journals[j.code] for j in books.snapshot.journals if j.kind == OPENING]
    o, e, r, v = t.open_item, t.entry, t.relation, t.entry.alias("v")
    query = (
        select(r.c.code, o.c.side, o.c.number, o.c.part)
        .join_from(o, e, (e.c.administration_id == o.c.administration_id) & (e.c.id == o.c.entry_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .outerjoin(v, (v.c.administration_id == e.c.administration_id) & (v.c.reversal_of == e.c.id))
        .where(o.c.administration_id == books.id, e.c.journal_id.in_(journals), e.c.booking_date == first)
        .where(v.c.id.is_(None))
    )
    return {(row.code, row.side, row.number, row.part) for row in connection.execute(query)}


def is_opened(books: Books, opened: Mapping[str, int]) -> bool:
    """Whether the opening balance itself is booked: something but control accounts and the suspense account has a balance."""
    suspense = books.snapshot.accounts_named.get(SUSPENSE, "")
    control = {account.code for account in books.snapshot.accounts.values() if account.control}
    return any(code not in control and code != suspense for code in opened)


def judge_balance(books: Books, balances: Mapping[str, int], opened: Mapping[str, int]) -> list[Finding]:
    """HUB-OPN-01 when debit is not credit, HUB-OPN-02 for a control account that its open items do not add up to."""
    currency = books.snapshot.currency
    findings = []
    if total := sum(balances.values()):
        findings.append(_finding("HUB-OPN-01", "", _text(total, currency), "0.00"))
    for account in books.snapshot.accounts.values():
        if account.control and balances.get(account.code, 0) != opened.get(account.code, 0):
            told, items = balances.get(account.code, 0), opened.get(account.code, 0)
            details = (("text", account.name), ("difference", _text(told - items, currency)))
            findings.append(
                replace(
                    _finding("HUB-OPN-02", account.code, _text(told, currency), _text(items, currency)), details=details
                )
            )
    return findings


def _finding(code: str, location: str, found: str, expected: str) -> Finding:
    return Finding(code, "fatal", "opening", location, found, expected, "us")


def _text(minor: int, currency: str) -> str:
    return money_text(from_minor(minor, currency), currency)


def book_items(
    connection: Connection,
    ids: Ids,
    books: Books,
    journal: str,
    first: date,
    items: Sequence[NewItem],
    actor_id: int,
    at: datetime,
) -> list[PostedEntry]:
    """Open items on their control accounts, against the suspense account; an entry per currency and few hundred items."""
    suspense = suspense_account(books)
    plans = []
    for currency in sorted({item.amount.currency for item in items}):
        mine = [item for item in items if item.amount.currency == currency]
        for start in range(0, len(mine), ITEMS):
            plans.append(_items_entry(mine[start : start + ITEMS], journal, first, suspense))
    return post(connection, ids, books, plans, actor_id, at)


def _items_entry(items: Sequence[NewItem], journal: str, first: date, suspense: str) -> PlannedEntry:
    opened = tuple(
        NewOpenItem(
            item.side, item.invoice, item.on, item.due, item.part, item.iban, item.reference, relation=item.relation,
            currency=item.amount.currency,
        )
        for item in items
    )  # fmt: skip
    postings = [
        _posting(item.account, _signed(item, item.amount), _signed(item, item.base), index)
        for index, item in enumerate(items)
    ]
    amount = sum((_signed(item, item.amount).amount for item in items), Decimal(0))
    base = sum((_signed(item, item.base).amount for item in items), Decimal(0))
    own, foreign = items[0].base.currency, items[0].amount.currency
    if amount * base < 0:  # sums that point to either side cannot be one posting: the base goes by itself
        postings.append(_posting(suspense, Money(-amount, foreign), Money(Decimal(0) * base, own)))
        postings.append(_posting(suspense, Money(Decimal(0) * amount, foreign), Money(-base, own)))
    else:
        postings.append(_posting(suspense, Money(-amount, foreign), Money(-base, own)))
    facts = {"opening": {"rows": [item.row for item in items]}}
    entry = JournalEntry(journal, first, "Openstaande posten", tuple(postings), (), opened)
    return PlannedEntry(entry, facts=facts)


def _signed(item: NewItem, money: Money) -> Money:
    return money if item.side == "receivable" else -money


def _posting(account: str, amount: Money, base: Money, index: int | None = None) -> Posting:
    debit = amount.amount > 0 or (amount.amount == 0 and base.amount >= 0)
    plain = Money(abs(amount.amount), amount.currency), Money(abs(base.amount), base.currency)
    return Posting(account, "debit" if debit else "credit", *plain, open_item=index)


def book_balance(
    connection: Connection,
    ids: Ids,
    books: Books,
    journal: str,
    first: date,
    balances: Mapping[str, int],
    actor_id: int,
    at: datetime,
) -> list[PostedEntry]:
    """The opening balance without its control accounts, which the suspense account stands for. Raises `Conflict`
    when one is booked already.
    """
    opened = opened_so_far(connection, books, first)
    if is_opened(books, opened):
        raise Conflict(
            f"the opening balance of {first.year} is booked already; reverse it first",
            say="opening_booked",
            year=first.year,
        )
    suspense, currency = suspense_account(books), books.snapshot.currency
    control = {account.code for account in books.snapshot.accounts.values() if account.control}
    lines = {code: minor for code, minor in balances.items() if code not in control and minor}
    through = sum(minor for code, minor in balances.items() if code in control)
    lines[suspense] = lines.get(suspense, 0) + through
    postings = tuple(
        _posting(code, money, money)
        for code, minor in sorted(lines.items())
        if minor
        for money in (Money(from_minor(minor, currency), currency),)
    )
    if not postings:
        return []
    entry = JournalEntry(journal, first, f"Beginbalans {first.year}", postings)
    return post(connection, ids, books, [PlannedEntry(entry, facts={"opening": {"balance": True}})], actor_id, at)


def note_opening(
    connection: Connection,
    ids: Ids,
    books: Books,
    what: str,
    subject: str,
    details: Mapping[str, Any],
    actor_id: int,
    at: datetime,
) -> None:
    """Who brought it in, from which file."""
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id, id=ids.take(), at=at, actor_id=actor_id, what=what, subject=subject,
            details=json.dumps(details),
        )
    )  # fmt: skip


def relations_there(connection: Connection, books: Books, codes: Iterable[str]) -> set[str]:
    """Those of the codes that are relations here."""
    r, wanted = t.relation, sorted(set(codes))
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        query = select(r.c.code).where(r.c.administration_id == books.id, r.c.code.in_(wanted[start : start + 500]))
        found.update(connection.execute(query).scalars())
    return found
