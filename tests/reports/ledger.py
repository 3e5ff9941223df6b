"""Invoices and payments by hand, with dates of one's choice, for reports that look back in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.books import Books
from tests.store.raw import DAY, RawEntry, raw_entry

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice in the books; what payments need to know of it."""

    open_item: int
    relation: int
    side: str
    falls_due: date | None  # null on a credit note, which is never overdue


def book_invoice(
    books: Books,
    number: int,
    minor: int,
    due: date,
    *,
    side: str = "payable",
    posted_at: datetime = NOON,
    like: Invoice | None = None,
    name: str = "",
) -> Invoice:
    """An invoice of `minor` cents (a credit note when negative), of a new relation or that of another invoice."""
    entry = raw_entry(books, number=number)
    _as_side(entry, side, minor)
    if like is not None:
        entry.items[0]["relation_id"] = entry.postings[1]["relation_id"] = like.relation
    entry.items[0].update(due_date=due, number=name or f"F{number}")
    entry.postings[1]["falls_due"] = due if minor > 0 else None
    entry.header["posted_at"] = posted_at
    entry.record()
    item = entry.items[0]
    return Invoice(item["id"], item["relation_id"], side, entry.postings[1]["falls_due"])


def book_payment(
    books: Books, number: int, invoice: Invoice, minor: int, *, on: date = DAY, posted_at: datetime = NOON
) -> None:
    """A payment of `minor` cents on the invoice's open item."""
    entry = raw_entry(books, number=number)
    _as_side(entry, invoice.side, -minor)
    entry.items = []
    entry.postings[0]["account_id"] = entry.accounts["1100"]
    entry.postings[1].update(open_item_id=invoice.open_item, relation_id=invoice.relation, falls_due=invoice.falls_due)
    period = "SELECT id FROM period WHERE administration_id = :a AND first_day <= :d AND last_day >= :d"
    entry.header.update(
        booking_date=on, posted_at=posted_at, period_id=books.scalar(period, a=entry.administration, d=str(on))
    )
    entry.record()


def days_after(days: int) -> date:
    """A day counted from the booking date of all these entries."""
    return DAY + timedelta(days=days)


def _as_side(entry: RawEntry, side: str, minor: int) -> None:
    """A payable is credited on creditors, a receivable debited on debtors; negative amounts change side."""
    credited = (side == "payable") == (minor >= 0)
    amounts: dict[str, Any] = {"amount": abs(minor), "base_amount": abs(minor)}
    entry.postings[0].update(side="debit" if credited else "credit", **amounts)
    entry.postings[1].update(side="credit" if credited else "debit", **amounts)
    entry.postings[1]["account_id"] = entry.accounts["1600" if side == "payable" else "1300"]
    for item in entry.items:
        item["side"] = side
