"""A payment that comes back (R-transaction): what it had settled is open again, to the cent, on the day of the return. Pure.

The return is a movement of its own: money went and came. So its entry is the mirror of those that booked and matched the
original, and not a reversal, which would say that nothing moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.accounting.reversal import reversal
from hub.model.journal import JournalEntry, Posting, Side, VatLine
from hub.model.money import Money
from hub.model.payment import Payment
from hub.model.settlement import Allocation, OpenItem

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reopened:
    """By how much an open item has more left: its own currency, and base. Signed as the item is."""

    item: int
    amount: Decimal
    base: Decimal


def mirrored(payment: Payment, originals: Sequence[JournalEntry], on: date, description: str) -> JournalEntry | None:
    """The mirror of all entries of a payment in one; None where it does not come to what was returned."""
    sums: dict[tuple[object, ...], tuple[Posting, Decimal, Decimal]] = {}
    vat_lines: list[VatLine] = []
    for original in originals:
        mirror = reversal(original, on, description, payment.on)
        vat_lines += mirror.vat_lines
        for posting in mirror.postings:
            sign = 1 if posting.side == "debit" else -1
            key = (
                posting.account,
                posting.amount.currency,
                posting.settles,
                posting.vat_code,
                posting.cost_center,
                posting.project,
            )
            _, amount, base = sums.get(key, (posting, ZERO, ZERO))
            sums[key] = (posting, amount + sign * posting.amount.amount, base + sign * posting.base.amount)
    postings = tuple(_posting(*line) for line in sums.values() if line[1] or line[2])
    if len(postings) < 2 or _on(postings, payment.bank_account) != payment.amount.amount:
        return None
    return JournalEntry(payment.journal, on, description[:140], postings, tuple(vat_lines))


def reopening(
    payment: Payment, allocations: Iterable[Allocation], items: Mapping[int, OpenItem], on: date, description: str
) -> JournalEntry | None:
    """The entry for one line of our own payment file that came back, where the file was booked as a whole.

    None where more than cash closed an item (a discount has VAT of its own), or currencies differ.
    """
    lines = list(allocations)
    money = payment.amount.currency
    if any(a.discount or a.item not in items or items[a.item].outstanding_base.currency != money for a in lines):
        return None
    if any(items[a.item].outstanding.currency != money for a in lines):
        return None
    postings = [_signed(payment.bank_account, payment.amount.amount, money)]
    postings += [_signed(items[a.item].account, items[a.item].cash(a.amount), money, a.item) for a in lines]
    if sum((items[a.item].cash(a.amount) for a in lines), ZERO) != -payment.amount.amount:
        return None
    return JournalEntry(payment.journal, on, description[:140], tuple(postings))


def reopened(entry: JournalEntry, items: Mapping[int, OpenItem]) -> tuple[Reopened, ...] | None:
    """What the entry opens again; None when an item would have more open than it ever had, or less than nothing."""
    changes: dict[int, Reopened] = {}
    for posting in entry.postings:
        if posting.settles is None:
            continue
        item = items[posting.settles]
        sign = 1 if (posting.side == "debit") == (item.side == "receivable") else -1
        known = changes.get(item.id, Reopened(item.id, ZERO, ZERO))
        changes[item.id] = Reopened(
            item.id, known.amount + sign * posting.amount.amount, known.base + sign * posting.base.amount
        )
    for change in changes.values():
        item = items[change.item]
        left, whole = item.outstanding.amount + change.amount, item.original.amount
        if left * whole < 0 or abs(left) > abs(whole):
            return None
    return tuple(changes.values())


def _on(postings: Iterable[Posting], account: str) -> Decimal:
    mine = [p for p in postings if p.account == account]
    return sum((p.amount.amount if p.side == "debit" else -p.amount.amount for p in mine), ZERO)


def _posting(posting: Posting, amount: Decimal, base: Decimal) -> Posting:
    side: Side = "debit" if (amount or base) > 0 else "credit"
    return replace(
        posting, side=side, amount=Money(abs(amount), posting.amount.currency), base=Money(abs(base), posting.base.currency)
    )  # fmt: skip


def _signed(account: str, amount: Decimal, currency: str, settles: int | None = None) -> Posting:
    money = Money(abs(amount), currency)
    return Posting(account, "debit" if amount > 0 else "credit", money, money, settles=settles)
