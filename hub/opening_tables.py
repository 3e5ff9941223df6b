"""Opening balance and open items from tables: judged row by row and as a whole, booked whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hub.model.finding import Finding
from hub.model.money import Money, is_exact, to_minor
from hub.model.plan import PostedEntry
from hub.store import opening
from hub.store.master_rows import Judged
from hub.store.opening import NewItem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.store.administrations import Books
    from hub.store.ids import Ids

_NAMED = {"receivable": "debtors", "payable": "creditors"}


def import_balance(
    rows: Sequence[Judged], connection: Connection, ids: Ids, books: Books, first: date, actor_id: int, at: datetime
) -> tuple[list[Finding], list[str]]:
    """The opening balance. Its control accounts must be what the open items that were brought in add up to."""
    books, journal = opening.ensure_opening_journal(connection, ids, books, actor_id, at)
    balances: dict[str, int] = {}
    for row in rows:
        row.key = str(row.values.get("account", ""))
        _known_account(row, books, "account", row.key)
        minor = _balance(row, books.snapshot.currency)
        balances[row.key] = balances.get(row.key, 0) + minor
        row.outcome = "failed" if row.findings else "new"
    opened = opening.opened_so_far(connection, books, first)
    findings = opening.judge_balance(books, balances, opened)
    if findings or any(row.outcome == "failed" for row in rows):
        return findings or [_not_whole()], []
    posted = opening.book_balance(connection, ids, books, journal, first, balances, actor_id, at)
    details = {"accounts": len(balances)}
    opening.note_opening(connection, ids, books, "opening_balance.imported", str(first), details, actor_id, at)
    return [], _names(posted)


def import_items(
    rows: Sequence[Judged], connection: Connection, ids: Ids, books: Books, first: date, actor_id: int, at: datetime
) -> tuple[list[Finding], list[str]]:
    """Open items of the first morning."""
    books, journal = opening.ensure_opening_journal(connection, ids, books, actor_id, at)
    if opening.is_opened(books, opening.opened_so_far(connection, books, first)):
        return [Finding("HUB-OPN-03", "fatal", "opening", str(first.year), who="us")], []
    there = opening.relations_there(connection, books, (str(row.values.get("relation", "")) for row in rows))
    known = opening.opened_items(connection, books, first)
    items = []
    for row in rows:
        item = _item(row, books, there, first)
        if item is not None and (item.relation, item.side, item.invoice, item.part) in known:
            row.findings.append(row.located("HUB-TAB-11", "invoice", item.invoice, "OPN"))
        row.outcome = "failed" if row.findings else "new"
        if item is not None:
            items.append(item)
    if any(row.outcome == "failed" for row in rows):
        return [_not_whole()], []
    posted = opening.book_items(connection, ids, books, journal, first, items, actor_id, at)
    opening.note_opening(connection, ids, books, "open_items.imported", str(first), {"items": len(items)}, actor_id, at)
    return [], _names(posted)


def _not_whole() -> Finding:
    return Finding("HUB-OPN-04", "fatal", "opening", who="us")


def _names(posted: Sequence[PostedEntry]) -> list[str]:
    return [f"{entry.journal} {entry.period[:4]}/{entry.number}" for entry in posted]


def _known_account(row: Judged, books: Books, field: str, code: str) -> None:
    """HUB-TAB-25 for an account that is not there; HUB-TAB-14 when it is with the zeros that a spreadsheet dropped."""
    if not code or code in books.accounts:
        return
    padded = next((known for known in sorted(books.accounts) if known.lstrip("0") == code.lstrip("0")), "")
    row.findings.append(row.located("HUB-TAB-14" if padded else "HUB-TAB-25", field, code, padded))


def _balance(row: Judged, currency: str) -> int:
    """Debit less credit, or the balance, in minor units; either of the two must be filled."""
    given = {name: row.values[name] for name in ("debit", "credit", "balance") if name in row.values}
    for name, amount in given.items():
        if not is_exact(amount, currency):
            row.findings.append(row.located("HUB-TAB-18", name, str(amount), currency))
            return 0
    if not given or ("balance" in given and len(given) > 1):
        row.findings.append(row.located("HUB-TAB-10", "debit", ", ".join(given), "debit, credit | balance"))
        return 0
    amount = given.get("balance", given.get("debit", Decimal(0)) - given.get("credit", Decimal(0)))
    return to_minor(amount, currency)


def _item(row: Judged, books: Books, there: set[str], first: date) -> NewItem | None:
    """The open item of a row, when all of it is right."""
    found, own = row.values, books.snapshot.currency
    row.key = f"{found.get('relation', '')} {found.get('invoice', '')}".strip()
    relation = str(found.get("relation", ""))
    if relation and relation not in there:
        row.findings.append(row.located("HUB-TAB-28", "relation", relation))
    account, side = _control(row, books)
    currency = str(found.get("currency", own)).upper()
    amount, base = found.get("amount"), found.get("base_amount")
    if currency == own:
        base = amount
    elif base is None:
        row.findings.append(row.located("HUB-TAB-10", "base_amount", currency, own))
    given = [("amount", amount, currency)] + ([("base_amount", base, own)] if currency != own else [])
    for name, value, of in given:
        if value is not None and (len(of) != 3 or not is_exact(value, of)):
            row.findings.append(row.located("HUB-TAB-18", name, str(value), of))
    on = found.get("date")
    if on is not None and on >= first:
        row.findings.append(row.located("HUB-OPN-05", "date", str(on), str(first)))
    if amount is not None and base is not None and amount * base < 0:
        row.findings.append(row.located("HUB-TAB-09", "base_amount", str(base), str(-base)))
    if amount == 0:
        row.findings.append(row.located("HUB-TAB-09", "amount", "0", "1234,56"))
    if row.findings or amount is None or base is None or on is None:
        return None
    due = max(found.get("due_date", on), on)
    return NewItem(
        row.record.row, relation, side, account, str(found["invoice"]), on, due, Money(amount, currency), Money(base, own),
        str(found.get("iban", "")), str(found.get("payment_reference", "")), found.get("part", "normal"),
    )  # fmt: skip


def _control(row: Judged, books: Books) -> tuple[str, Any]:
    """Control account and side: of the account that is named, else of the side, with the account of that part."""
    code, side = str(row.values.get("account", "")), str(row.values.get("side", ""))
    if code:
        _known_account(row, books, "account", code)
        account = books.snapshot.accounts.get(code)
        if account is not None and not account.control:
            controls = ", ".join(a.code for a in books.snapshot.accounts.values() if a.control)
            row.findings.append(row.located("HUB-TAB-15", "account", code, controls))
        if account is not None and side and account.control and account.control != side:
            row.findings.append(row.located("HUB-TAB-15", "side", side, account.control))
        return code, account.control if account else side
    if not side:
        row.findings.append(row.located("HUB-TAB-10", "side", "", "receivable, payable"))
        return "", ""
    return books.snapshot.accounts_named[_NAMED[side]], side
