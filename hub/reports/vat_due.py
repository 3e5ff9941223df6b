"""The lists of VAT of what is not paid, as the JSON contract shows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from hub.accounting.vat_due import Side, Step
from hub.accounting.vat_period import Length, period_of
from hub.model.plan import PostedEntry
from hub.reports.selection import text_of
from hub.store.administrations import Books
from hub.store.vat_due import due_steps
from hub.store.vat_returns import filed_returns

Json = dict[str, Any]


def due_rows(connection: Connection, books: Books, side: Side, as_of: date) -> list[Json]:
    """What is still to be booked up to a day, a row per invoice and date, with the period of the return it falls in."""
    length = usual_length(connection, books.id)
    return [due_row(step, length, books.snapshot.currency) for step in due_steps(connection, books, side, as_of)]


def due_row(step: Step, length: Length, currency: str, posted: PostedEntry | None = None) -> Json:
    """One row: base and VAT as they come to the return, so below zero when they are taken back."""
    item = step.item
    return {
        "relation": item.relation,
        "relation_name": item.relation_name,
        "invoice": item.number,
        "due_date": str(item.due_date),
        "currency": item.currency,
        "unpaid": text_of(step.unpaid, item.currency),
        "action": step.action,
        "base": text_of(-step.base, currency),
        "vat": text_of(-step.tax, currency),
        "tax_date": str(step.tax_date),
        "period": period_of(step.tax_date, length).name,
        "blocked": list(item.blocked),
        "entry": f"{posted.journal} {posted.entry.booking_date.year}/{posted.number}" if posted else None,
    }


def usual_length(connection: Connection, administration_id: int) -> Length:
    """As long as the periods that are filed; a quarter until one was."""
    filed = filed_returns(connection, administration_id, "return")
    return filed[-1].period.length if filed else "quarter"
