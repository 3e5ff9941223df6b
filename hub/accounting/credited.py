"""A supplier's credit note for an invoice that we rejected: registered without booking, or booked against what waits for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from hub.accounting.suspense import suspended
from hub.model.booking import EarlierApproval, Facts
from hub.model.finding import Finding
from hub.model.invoice import Invoice, normalised_number
from hub.model.journal import JournalEntry
from hub.model.relation import Relation

MISFIT = "HUB-APPR-04"


@dataclass(frozen=True, slots=True)
class Credit:
    """What a credit note does to `rejected`: nothing more (`register`), take it off the suspense account (`book`), or a person decides."""

    rejected: EarlierApproval
    what: Literal["register", "book", "ask"]
    finding: Finding | None = None


def credit_of_rejected(invoice: Invoice, relation: Relation, facts: Facts) -> Credit | None:
    """None when this credit note names no rejected invoice of the relation (DOMAIN 10.6 no. 13 and 15), or a person let it pass.

    Matched only on BT-25, relation and currency, alone and not above what is left.
    """
    if invoice.kind != "credit_note" or MISFIT in facts.released:
        return None
    named = {normalised_number(p.number) for p in invoice.preceding}
    mine = [r for r in facts.rejected if r.document.relation_key == relation.key and r.document.number_key in named]
    if not mine:
        return None
    rejected = mine[0]
    waits = rejected.ending == "wait_for_credit"
    booked = waits and rejected.method == "book_at_once"
    again = normalised_number(invoice.number) in rejected.credits
    limit = rejected.rest if waits and not again else rejected.document.total or Decimal(0)
    amount = (invoice.totals.due if booked else invoice.totals.with_vat) or Decimal(0)
    if len(named) > 1:
        return Credit(rejected, "ask", _misfit(invoice, rejected, "several", amount, limit))
    if rejected.document.currency != invoice.currency or amount > limit:
        return Credit(rejected, "ask", _misfit(invoice, rejected, "amount", amount, limit))
    if booked:
        return Credit(rejected, "book")
    details = (("earlier", rejected.document.message_id), ("number", _number(invoice)), ("ending", rejected.ending))
    finding = Finding(
        "HUB-APPR-02", "information", "hub", "BT-25", _number(invoice), None, "us",
        (*details, ("date", str(rejected.document.issue_date))),
    )  # fmt: skip
    return Credit(rejected, "register", finding)


def fits(credit: Credit, invoice: Invoice, suspense: Decimal) -> Finding | None:
    """Whether the net that the credit note takes off the suspense account goes with what it takes off the debt.

    `suspense` is what it would put there, debit positive. The last of the debt must take the last of the cost.
    """
    left, rest = credit.rejected.suspense + suspense, credit.rejected.rest - (invoice.totals.due or Decimal(0))
    if (left == 0) == (rest == 0) and left * credit.rejected.suspense >= 0:
        return None
    return _misfit(invoice, credit.rejected, "vat", -suspense, credit.rejected.suspense)


def lowered(rejected: EarlierApproval, note: Invoice, entry: JournalEntry | None) -> EarlierApproval:
    """The rejected invoice after this credit note, which was booked by `entry`, or registered without."""
    waits = rejected.ending == "wait_for_credit"
    key = normalised_number(note.number)
    if entry is not None:
        rest = rejected.rest - (note.totals.due or Decimal(0))
        suspense = rejected.suspense + suspended(entry.postings, rejected.account)
        state = "credited" if waits and rest == 0 and suspense == 0 else rejected.state
        return replace(rejected, rest=rest, suspense=suspense, state=state)
    if key in rejected.credits:
        return rejected
    rest = (
        rejected.rest - (note.totals.with_vat or Decimal(0)) if rejected.method == "register_first" else rejected.rest
    )
    state = "credited" if waits and rest == 0 else rejected.state
    return replace(rejected, rest=rest, credits=tuple(sorted({*rejected.credits, key})), state=state)


def _misfit(invoice: Invoice, rejected: EarlierApproval, variant: str, found: Decimal, expected: Decimal) -> Finding:
    details = (
        ("variant", variant), ("earlier", rejected.document.message_id), ("number", _number(invoice)),
        ("date", str(rejected.document.issue_date)), ("currency", rejected.document.currency),
    )  # fmt: skip
    return Finding(MISFIT, "fatal", "hub", "BT-25", f"{found:f}", f"{expected:f}", "us", details)


def _number(invoice: Invoice) -> str:
    return ", ".join(p.number for p in invoice.preceding)
