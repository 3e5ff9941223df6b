"""Revaluation: open items in foreign currency at the rate of the reference date (DOMAIN 10.6 no. 19).

Only the base amount moves; the debt itself stays what it is. The entry is reversed the next day, so that a
payment always meets the item at the rate it was booked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.accounting.currency import Conversion
from hub.accounting.reversal import reversal
from hub.model.administration import Administration
from hub.model.decision import Decision
from hub.model.journal import JournalEntry, Posting, Side, opposite
from hub.model.money import Money
from hub.model.plan import PlannedEntry

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """What is open of an item on the reference date, debit positive: in its own currency, and in base at booked rates."""

    id: int
    relation: str
    number: str
    account: str
    amount: Money
    base: Money


def revaluation(
    items: Sequence[ForeignItem], conversion: Conversion, on: date, administration: Administration
) -> tuple[PlannedEntry, PlannedEntry] | None:
    """The entry that brings items of one currency to the rate of `on`, and its reversal on the next day.

    None when nothing changes. All `items` are in `conversion.currency`.
    """
    postings: list[Posting] = []
    decisions: list[Decision] = []
    result = ZERO
    for item in items:
        difference = _signed_base(item.amount.amount, conversion) - item.base.amount
        if not difference:
            continue
        postings.append(_moved(item.account, difference, conversion, item.id))
        result -= difference
        words = (("relation", item.relation), ("rate", f"{conversion.rate:f}"), ("date", str(conversion.on or on)))
        decisions.append(Decision("revaluation", str(difference), "revalued", item.number, words))
    if not postings:
        return None
    exchange = administration.accounts_named["exchange_differences"]
    if result:
        postings.append(_moved(exchange, result, conversion, None))
    elif len(postings) < 2:
        return None
    text = f"Herwaardering {conversion.currency} per {on}"
    journal = administration.journal("memorial").code
    entry = JournalEntry(journal, on, text, tuple(postings), rate=f"{conversion.rate:f}")
    facts = {"currency": conversion.currency, "rate": f"{conversion.rate:f}", "as_of": str(on)}
    back = reversal(entry, on + timedelta(days=1), f"Terugdraaien {text}"[:140])
    return PlannedEntry(entry, tuple(decisions), facts), PlannedEntry(back, (), {**facts, "reverses": str(on)})


def _signed_base(amount: Decimal, conversion: Conversion) -> Decimal:
    """Rounded half away from zero on either side, so that a debt and a claim of one size weigh the same."""
    return conversion.to_base(amount) if amount >= 0 else -conversion.to_base(-amount)


def _moved(account: str, difference: Decimal, conversion: Conversion, item: int | None) -> Posting:
    """A posting of base alone: nothing of the foreign amount moves."""
    side: Side = "debit"
    return Posting(
        account,
        side if difference > 0 else opposite(side),
        Money(ZERO, conversion.currency),
        Money(abs(difference), conversion.base_currency),
        settles=item,
    )
