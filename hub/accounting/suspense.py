"""Provisional booking: the cost of what nobody approved yet stands on the suspense account, and leaves it exactly as it came.

What approval will book is the difference between the entry as it would have been and the provisional one,
posting by posting; so the two together are the direct booking, to the cent and in base currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hub.model.decision import Decision
from hub.model.journal import JournalEntry, Posting, opposite
from hub.model.money import Money

ZERO = Decimal(0)
INTENDED = "cost_after_approval"  # what of the decision that keeps one intended posting
_Key = tuple[str, str, str, str]  # account, VAT code, cost centre, project


def intended_costs(direct: JournalEntry, provisional: JournalEntry, account: str) -> tuple[Posting, ...]:
    """What approval is to book beside emptying the suspense `account`: postings without open items, in order of the entry."""
    sums: dict[_Key, tuple[Decimal, Decimal]] = {}
    for entry, sign in ((direct, 1), (provisional, -1)):
        for posting in entry.postings:
            if posting.open_item is None and posting.account != account:
                _add(sums, posting, sign)
    currency, base = direct.postings[0].amount.currency, direct.postings[0].base.currency
    return tuple(
        part
        for key, (amount, in_base) in sums.items()
        if amount or in_base
        for part in _postings(key, amount, in_base, currency, base)
    )


def _add(sums: dict[_Key, tuple[Decimal, Decimal]], posting: Posting, sign: int) -> None:
    key = (posting.account, posting.vat_code, posting.cost_center, posting.project)
    side = sign if posting.side == "debit" else -sign
    amount, base = sums.get(key, (ZERO, ZERO))
    sums[key] = (amount + side * posting.amount.amount, base + side * posting.base.amount)


def _postings(key: _Key, amount: Decimal, in_base: Decimal, currency: str, base: str) -> tuple[Posting, ...]:
    """One posting, or two where rounding to base left the signs on different sides."""
    if amount * in_base >= 0:
        side = "debit" if (amount or in_base) > 0 else "credit"
        return (_posting(key, side, abs(amount), abs(in_base), currency, base),)
    return (
        _posting(key, "debit" if amount > 0 else "credit", abs(amount), ZERO, currency, base),
        _posting(key, "debit" if in_base > 0 else "credit", ZERO, abs(in_base), currency, base),
    )


def _posting(key: _Key, side: str, amount: Decimal, in_base: Decimal, currency: str, base: str) -> Posting:
    account, vat_code, cost_center, project = key
    money, own = Money(amount, currency), Money(in_base, base)
    return Posting(account, side, money, own, vat_code, cost_center, project)  # type: ignore[arg-type]


def as_decisions(postings: Iterable[Posting]) -> tuple[Decision, ...]:
    """Intended postings as decisions, kept and proven with the provisional entry."""
    return tuple(Decision(INTENDED, p.account, "books_after_approval", words=_words(p)) for p in postings)


def _words(posting: Posting) -> tuple[tuple[str, str], ...]:
    return (
        ("side", posting.side), ("amount", str(posting.amount.amount)), ("currency", posting.amount.currency),
        ("base", str(posting.base.amount)), ("base_currency", posting.base.currency), ("vat_code", posting.vat_code),
        ("cost_center", posting.cost_center), ("project", posting.project),
    )  # fmt: skip


def from_decisions(decisions: Iterable[Mapping[str, Any]]) -> tuple[Posting, ...]:
    """The intended postings among the decisions of an entry, as they are stored."""
    return tuple(_restored(d["value"], dict(d["words"])) for d in decisions if d["what"] == INTENDED)


def _restored(account: str, words: Mapping[str, str]) -> Posting:
    money = Money(Decimal(words["amount"]), words["currency"])
    base = Money(Decimal(words["base"]), words["base_currency"])
    side: Any = words["side"]
    return Posting(account, side, money, base, words["vat_code"], words["cost_center"], words["project"])


def move_to_cost(
    provisional: JournalEntry, intended: Sequence[Posting], account: str, journal: str, on: date, description: str
) -> JournalEntry | None:
    """The entry of approval: suspense `account` to cost. None when there is nothing to move (a document of zero).

    VAT has nothing to do with it: all of it was booked at once, both reverse-charge legs included.
    """
    emptied = tuple(_taken_back(p) for p in provisional.postings if p.account == account and not _is_zero(p))
    postings = (*intended, *emptied)
    if not postings:
        return None
    return JournalEntry(journal, on, description[:140], postings, rate=provisional.rate)


def _taken_back(posting: Posting) -> Posting:
    return Posting(
        posting.account, opposite(posting.side), posting.amount, posting.base, posting.vat_code, posting.cost_center, posting.project
    )  # fmt: skip


def _is_zero(posting: Posting) -> bool:
    return not posting.amount.amount and not posting.base.amount


def suspended(postings: Iterable[Posting], account: str) -> Decimal:
    """What postings leave on the suspense `account`, debit positive, in their own currency."""
    mine = (p for p in postings if p.account == account)
    return sum((p.amount.amount if p.side == "debit" else -p.amount.amount for p in mine), ZERO)
