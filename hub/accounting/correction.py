"""Correction: the net of one line moves to the account it belongs on, by an entry of its own (nothing booked is changed)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.accounting.currency import Conversion
from hub.model.administration import Account, Administration
from hub.model.decision import Decision
from hub.model.journal import JournalEntry, Posting, Side, opposite
from hub.model.money import Money
from hub.model.plan import PlannedEntry


def correction(
    entry: JournalEntry,
    booked_on: str,
    old: Account,
    new: Account,
    net: Decimal,
    line: str,
    on: date,
    administration: Administration,
    reason: str,
) -> PlannedEntry:
    """Move `net` (document currency, positive as the line adds to the invoice) from `old`, where it stands, to `new`.

    `booked_on` is where the entry put it: another account when it was corrected before.

    Raises ValueError when the two deduct another share of VAT: then the VAT itself would change, and the invoice must be
    booked again; and when nothing of the entry stands on `old`.
    """
    if old.deduction_percentage != new.deduction_percentage:
        raise ValueError(
            f"account {new.code} deducts {new.deduction_percentage} % of VAT and {old.code} {old.deduction_percentage} %: "
            "reverse the entry and book the invoice again"
        )
    standing = next((p for p in entry.postings if p.account == booked_on and p.settles is None), None)
    if standing is None:
        raise ValueError(f"nothing of this invoice stands on account {booked_on}")
    side = standing.side if net >= 0 else opposite(standing.side)
    amount = Money(abs(net), standing.amount.currency)
    base = _base(amount, standing, entry, administration)
    text = f"Correctie {entry.description} regel {line}"[:140]
    postings = (_on(new.code, side, amount, base, standing), _on(old.code, opposite(side), amount, base, standing))
    words = (("old", old.code), ("reason", reason))
    decision = Decision("contra_account", new.code, "corrected", line, words)
    journal = administration.journal("memorial").code
    return PlannedEntry(JournalEntry(journal, on, text, postings, rate=entry.rate), (decision,))


def _on(account: str, side: Side, amount: Money, base: Money, standing: Posting) -> Posting:
    return Posting(account, side, amount, base, standing.vat_code, standing.cost_center, standing.project)


def _base(amount: Money, standing: Posting, entry: JournalEntry, administration: Administration) -> Money:
    """At the rate of the entry; the whole posting moves with the whole of its base, so that no cent stays behind."""
    if amount.currency == administration.currency:
        return amount
    if amount == standing.amount:
        return standing.base
    conversion = Conversion(amount.currency, administration.currency, Decimal(entry.rate))
    return Money(conversion.to_base(amount.amount), administration.currency)
