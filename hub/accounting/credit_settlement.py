"""A credit note closes the rejected invoice it belongs to: debt against debt, and what rates leave on the suspense account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.model.journal import JournalEntry, Posting
from hub.model.money import Money, round_half_up

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Debt:
    """What is left of one open item that we owe; negative for a credit note. `base` in the administration's currency."""

    item: int
    account: str
    part: str
    outstanding: Money
    base: Money


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where the rest goes: the suspense account with what stands on it in base (debit positive), and exchange differences."""

    suspense: str
    left_in_base: Decimal
    exchange_differences: str


def settle_with_credit_note(
    invoice: Sequence[Debt],
    note: Sequence[Debt],
    accounts: Accounts,
    journal: str,
    on: date,
    description: str,
    rate: str,
) -> JournalEntry | None:
    """Take the credit note off the invoice, part by part (a G-part only with a G-part), never more than either has left.

    In a foreign currency the two were booked at different rates: the difference of the debt, and of what stays on the
    suspense account when nothing is left there in the currency, goes to exchange differences. None = nothing to book.
    """
    postings = [posting for pair in _pairs(invoice, note) for posting in _matched(*pair)]
    currency, base = _currencies(invoice, note)
    if accounts.left_in_base:
        side = "credit" if accounts.left_in_base > 0 else "debit"
        postings.append(_posting(accounts.suspense, side, ZERO, abs(accounts.left_in_base), currency, base))
    out = sum((p.base.amount if p.side == "debit" else -p.base.amount for p in postings), ZERO)
    if out:
        side = "credit" if out > 0 else "debit"
        postings.append(_posting(accounts.exchange_differences, side, ZERO, abs(out), currency, base))
    if not postings:
        return None
    return JournalEntry(journal, on, description[:140], tuple(postings), rate=rate)


def _pairs(invoice: Sequence[Debt], note: Sequence[Debt]) -> list[tuple[Debt, Debt]]:
    """Parts of both with something left to take from each other."""
    return [
        (owed, credit)
        for owed in invoice
        for credit in note
        if owed.part == credit.part and owed.outstanding.amount > 0 > credit.outstanding.amount
    ]


def _matched(owed: Debt, credit: Debt) -> tuple[Posting, Posting]:
    amount = min(owed.outstanding.amount, -credit.outstanding.amount)
    currency, base = owed.outstanding.currency, owed.base.currency
    return (
        _posting(owed.account, "debit", amount, _share(owed, amount), currency, base, owed.item),
        _posting(credit.account, "credit", amount, _share(credit, amount), currency, base, credit.item),
    )


def _share(debt: Debt, amount: Decimal) -> Decimal:
    """The base amount of a part of a debt; of all that is left, all that is left in base."""
    whole = abs(debt.outstanding.amount)
    return (
        abs(debt.base.amount)
        if amount == whole
        else round_half_up(abs(debt.base.amount) * amount / whole, debt.base.currency)
    )


def _currencies(invoice: Sequence[Debt], note: Sequence[Debt]) -> tuple[str, str]:
    one = (*invoice, *note)[0]
    return one.outstanding.currency, one.base.currency


def _posting(
    account: str, side: str, amount: Decimal, in_base: Decimal, currency: str, base: str, settles: int | None = None
) -> Posting:
    return Posting(account, side, Money(amount, currency), Money(in_base, base), settles=settles)  # type: ignore[arg-type]
