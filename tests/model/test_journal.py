"""An entry that does not balance cannot exist."""

from __future__ import annotations

from typing import Any

import pytest

from hub.model.journal import JournalEntry, Posting, opposite
from hub.model.money import Money
from tests.builders import DAY, D


def posting(side: Any, amount: str, currency: str = "EUR", base: str = "") -> Posting:
    return Posting("4990", side, Money(D(amount), currency), Money(D(base or amount), "EUR"))


def entry(*postings: Posting) -> JournalEntry:
    return JournalEntry("INK", DAY, "test", postings)


def test_an_entry_balances_in_document_currency_and_in_base() -> None:
    assert entry(posting("debit", "10.00", "USD", "9.00"), posting("credit", "10.00", "USD", "9.00")).postings


@pytest.mark.parametrize(
    "other",
    [
        posting("credit", "9.99"),
        posting("debit", "10.00"),
        posting("credit", "10.00", base="9.00"),
        posting("credit", "10.00", "USD"),
    ],
)
def test_an_entry_that_does_not_balance_is_refused(other: Posting) -> None:
    with pytest.raises(ValueError, match="balance"):
        entry(posting("debit", "10.00"), other)


def test_an_entry_has_at_least_two_postings() -> None:
    with pytest.raises(ValueError, match="two postings"):
        entry(posting("debit", "0.00"))


def test_a_posting_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        posting("debit", "-1.00")


def test_the_opposite_side() -> None:
    assert (opposite("debit"), opposite("credit")) == ("credit", "debit")
