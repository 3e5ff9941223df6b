"""The invariants of paying: red after an edit of what they prove."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.reports.verify import verify
from tests.books import Books
from tests.reports.tampering import lift_guards
from tests.store.test_payments import _propose, confirm, export, now, open_now, take_lines, within
from tests.store.test_statements import DAY, line, record, statement


def _red(books: Books) -> set[str]:
    return {r.check for r in verify(books.hub.database, books.hub.sources) if not r.ok}


@pytest.fixture
def paid(books: Books) -> Books:
    """An invoice paid, an unknown receipt, and a payment file that went out."""
    books.take("01", "02")
    first = next(iter(open_now(books)))
    take_lines(books, f"2026-11-20;-10,00;;x;{first}", "2026-11-20;5,00;;Iemand;geen idee")
    number = _propose(books)
    within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now()))
    within(books, lambda c, b: export(c, books.hub.ids, b, number, books.actor_id, now()))
    record(books, statement("0.00", line("3.00", "a")))
    record(books, statement("3.00", line("4.00", "b"), number="2", day=DAY + timedelta(days=1)))
    assert _red(books) == set()
    lift_guards(books, "payment", "payment_entry", "bank_statement", "bank_statement_entry")
    return books


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE payment SET amount = amount + 1", "payments-booked"),
        ("DELETE FROM payment_entry WHERE payment_id = (SELECT MIN(id) FROM payment)", "payments-booked"),
        ("UPDATE payment SET amount = 1 WHERE amount > 0", "payments-waiting"),
        ("UPDATE payment_line SET amount = amount + 1 WHERE position = 1", "proposal-lines"),
        ("UPDATE bank_statement SET closing = closing + 1 WHERE number = '2'", "statements-add-up"),
        (
            "DELETE FROM bank_statement_entry WHERE statement_id = (SELECT MIN(id) FROM bank_statement)",
            "statements-add-up",
        ),
        (
            "UPDATE bank_statement SET opening = opening + 1, closing = closing + 1 WHERE number = '2'",
            "statements-chained",
        ),
        ("UPDATE payment_line SET state = 'removed' WHERE position = 1", "proposals-exported"),
    ],
)
def test_edit_is_seen(paid: Books, statement: str, check: str) -> None:
    paid.execute(statement)
    assert check in _red(paid)
