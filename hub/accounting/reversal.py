"""Reversal (storno): the entry that undoes another, line by line, on a day of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hub.model.journal import JournalEntry, Posting, VatLine, opposite
from hub.model.money import Money


def reversal(entry: JournalEntry, on: date, description: str, tax_date: date | None = None) -> JournalEntry:
    """The same postings on the other side, dated `on`; VAT falls in the period of `tax_date` (None = `on`).

    Postings must name open items by `settles`: a reversal opens nothing, it takes away what was opened.
    """
    if any(posting.open_item is not None for posting in entry.postings):
        raise ValueError("a reversal settles the open items of the entry it undoes; they must be named by their ids")
    return replace(
        entry,
        booking_date=on,
        description=description[:140],
        postings=tuple(_other_side(posting) for posting in entry.postings),
        vat_lines=tuple(_lowered(line, tax_date or on) for line in entry.vat_lines),
        open_items=(),
    )


def _other_side(posting: Posting) -> Posting:
    return replace(posting, side=opposite(posting.side))


def _lowered(line: VatLine, tax_date: date) -> VatLine:
    names = ("base", "tax", "non_deductible", "base_in_base", "tax_in_base", "non_deductible_in_base")
    changes = {name: _negative(getattr(line, name)) for name in names}
    return replace(line, **changes, tax_date=tax_date)  # type: ignore[arg-type]


def _negative(money: Money) -> Money:
    return Money(-money.amount, money.currency)
