"""VAT of what is not paid (art. 29 Wet OB, DOMAIN 10.6 no. 8): had back from what debtors do not pay, given back on what we do not.

A year after the due date (of a debtor also when it is certain before) the VAT in the unpaid part is taken back; what is
paid later brings it back again. What should stand on each day is a step function of time; what was booked is another;
the list is what still has to be booked to make them equal, so that nothing is ever taken twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from hub.accounting.vat_period import a_year_after
from hub.accounting.vat_return import share, signed_posting, vat_account
from hub.model.administration import Administration, VatCode
from hub.model.journal import JournalEntry, VatLine
from hub.model.money import Money, from_minor

Side = Literal["receivable", "payable"]
Action = Literal["reclaim", "pay_back", "give_back", "deduct_again"]
_ACTIONS: dict[Side, tuple[Action, Action]] = {
    "receivable": ("reclaim", "pay_back"),
    "payable": ("give_back", "deduct_again"),
}


@dataclass(frozen=True, slots=True)
class InvoiceVat:
    """A VAT line of the invoice that counts: taxed by us, or deducted; minor units of the base currency."""

    line: int
    code: VatCode
    base: int
    tax: int  # of a purchase the part that was deducted
    supply_date: date
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What an entry did to the item: how much less is open, and how much of that was written off; minor units."""

    on: date
    amount: int
    written_off: int = 0


@dataclass(frozen=True, slots=True)
class Booked:
    """What was taken back (or, below zero, brought back) of one VAT line of the invoice."""

    source_line: int
    tax_date: date
    base: int
    tax: int


@dataclass(frozen=True, slots=True)
class UnpaidItem:
    """An open item with the VAT of its invoice. `original` and `gross` in minor units of the item's currency."""

    id: int
    side: Side
    relation: str
    relation_name: str
    number: str
    due_date: date
    currency: str
    original: int
    gross: int  # of the whole invoice, of which the item may be a part
    vat: tuple[InvoiceVat, ...]
    settled: tuple[Settled, ...] = ()
    booked: tuple[Booked, ...] = ()
    certain_since: date | None = None
    blocked: tuple[str, ...] = ()
    lost: int = 0  # of the VAT that was taken back, what stands with the loss and not with the claim

    @property
    def taken_back(self) -> int:
        """VAT that was taken back until now, less what came to life again."""
        return sum(one.tax for one in self.booked)

    @property
    def since(self) -> date:
        """From which day the VAT of what is not paid is taken back."""
        year = a_year_after(self.due_date)
        return min(year, self.certain_since) if self.certain_since and self.side == "receivable" else year

    def unpaid(self, on: date) -> int:
        """What nobody has paid by the end of a day: open, or written off."""
        return self.original - sum(one.amount - one.written_off for one in self.settled if one.on <= on)

    def written_off(self, on: date) -> int:
        """What was given up by the end of a day."""
        return sum(one.written_off for one in self.settled if one.on <= on)

    def with_loss(self, taken_back: int, written_off: int = 0) -> int:
        """What of the VAT taken back belongs to the loss: the part that was written off, with `written_off` more of it.

        What is only overdue still stands with the debtors, VAT and all; its VAT is corrected on an account beside them.
        """
        given_up = sum(one.written_off for one in self.settled) + written_off
        return min(taken_back, share(sum(v.tax for v in self.vat), min(max(given_up, 0), self.gross), self.gross))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to book: what is taken back on a day (above zero) or brought back (below), per VAT line of the invoice.

    `lost` is the part of its VAT that lowers a loss that was written off.
    """

    item: UnpaidItem
    tax_date: date
    unpaid: int
    parts: tuple[Booked, ...]
    lost: int = 0

    @property
    def tax(self) -> int:
        """The VAT of all lines."""
        return sum(part.tax for part in self.parts)

    @property
    def base(self) -> int:
        """The turnover or purchase behind it."""
        return sum(part.base for part in self.parts)

    @property
    def action(self) -> Action:
        """What it means for the return."""
        return _ACTIONS[self.item.side][0 if self.tax > 0 or (not self.tax and self.base > 0) else 1]


def steps(item: UnpaidItem, as_of: date) -> list[Step]:
    """What is still to be booked of an item up to a day, in order of date; empty when all of it was."""
    if item.original <= 0 or not item.gross:
        return []
    days = {item.since, *(one.on for one in item.settled), *(one.tax_date for one in item.booked)}
    done: dict[int, tuple[int, int]] = {}
    made: list[Step] = []
    for day in sorted(day for day in days if day <= as_of):
        parts = []
        for line in item.vat:
            wanted, booked, before = (
                _target(item, line, day),
                _known(item, line, day),
                done.get(line.line, (0, 0)),
            )
            part = (wanted[0] - booked[0] - before[0], wanted[1] - booked[1] - before[1])
            if any(part):
                parts.append(Booked(line.line, day, *part))
                done[line.line] = (before[0] + part[0], before[1] + part[1])
        if parts:
            made.append(Step(item, day, item.unpaid(day), tuple(parts)))
    return made if item.side == "payable" else _with_losses(item, made)


def _with_losses(item: UnpaidItem, found: Iterable[Step]) -> list[Step]:
    """Each step with what of its VAT belongs to the loss, as things are written off now."""
    taken_back, lost, made = item.taken_back, item.lost, []
    for step in found:
        taken_back += step.tax
        part = max(min(item.with_loss(taken_back) - lost, max(step.tax, 0)), min(step.tax, 0))
        lost += part
        made.append(replace(step, lost=part))
    return made


def with_write_off(item: UnpaidItem, amount: int) -> int:
    """VAT taken back before that goes along when `amount` more is written off: the loss is that much smaller."""
    return max(item.with_loss(item.taken_back, amount) - item.lost, 0)


def _target(item: UnpaidItem, line: InvoiceVat, on: date) -> tuple[int, int]:
    """Base and tax that should be taken back by the end of a day."""
    unpaid = item.unpaid(on) if on >= item.since else item.written_off(on)
    part = min(max(unpaid, 0), item.gross)
    return share(line.base, part, item.gross), share(line.tax, part, item.gross)


def _known(item: UnpaidItem, line: InvoiceVat, on: date) -> tuple[int, int]:
    mine = [one for one in item.booked if one.source_line == line.line and one.tax_date <= on]
    return sum(one.base for one in mine), sum(one.tax for one in mine)


def due_entry(step: Step, books: Administration, on: date) -> JournalEntry:
    """The booking of a step: negative base and tax in the boxes of the invoice, against an account of its own.

    Raises LookupError when the administration names no account for it.
    """
    receivable = step.item.side == "receivable"
    role = "vat_bad_debts" if receivable else "vat_unpaid_purchases"
    sign = 1 if receivable else -1  # tax due is lowered by a debit, input tax by a credit
    vat = {line.line: line for line in step.item.vat}
    signed: dict[tuple[str, str], int] = {}
    for part in step.parts:
        code = vat[part.source_line].code
        at = (code.due_account if receivable else code.input_account, code.code)
        signed[at] = signed.get(at, 0) + sign * part.tax
    lost = step.lost if loss_account(books) else 0
    signed[vat_account(books, role), ""] = -sign * (step.tax - lost)
    if lost:
        signed[loss_account(books), ""] = -lost
    postings = tuple(
        signed_posting(account, amount, books.currency, code) for (account, code), amount in signed.items() if amount
    )
    lines = tuple(_vat_line(part, vat[part.source_line], books.currency) for part in step.parts)
    text = f"{_TEXT[step.action]} {step.item.relation_name} {step.item.number}"
    return JournalEntry(books.journal("memorial").code, on, text[:140], postings, lines)


_TEXT: dict[Action, str] = {
    "reclaim": "Btw oninbaar",
    "pay_back": "Btw alsnog betaald",
    "give_back": "Voorbelasting onbetaald",
    "deduct_again": "Voorbelasting alsnog betaald",
}


def _vat_line(part: Booked, line: InvoiceVat, currency: str) -> VatLine:
    base, tax, none = (Money(from_minor(amount, currency), currency) for amount in (-part.base, -part.tax, 0))
    return VatLine(
        line.code.code, base, tax, none, base, tax, none, line.supply_date, part.tax_date, line.kind or line.code.kind
    )


def bookable(found: Iterable[Step]) -> list[Step]:
    """Steps that move any VAT; one that comes to less than a cent is none."""
    return [
        replace(step, parts=kept)
        for step in found
        if (kept := tuple(part for part in step.parts if part.tax)) and step.tax
    ]


def counts(code: VatCode, side: Side, *, reverse_charge: bool) -> bool:
    """Whether the VAT of a line can be taken back: Dutch VAT that a sale charged, or that a purchase was charged and deducted.

    Reverse-charged VAT was never owed to the supplier, and foreign VAT is not in the Dutch return.
    """
    if side == "receivable":
        return code.direction == "sales" and bool(code.box_due and code.due_account)
    return code.direction == "purchase" and bool(code.box_input and code.input_account) and not reverse_charge


def loss_account(books: Administration) -> str:
    """Where a loss stands, when VAT taken back before it has an account of its own; else empty, and nothing moves."""
    return books.accounts_named.get("bad_debts", "") if "vat_bad_debts" in books.accounts_named else ""


def write_off_accounts(books: Administration) -> tuple[str, ...]:
    """Accounts on which a receivable is given up: no payment, and no reason for VAT to come back."""
    named = {books.accounts_named.get(role, "") for role in ("bad_debts", "bad_debts_provision", "vat_bad_debts")}
    by_rgs = {a.code for a in books.accounts.values() if a.rgs in ("WBedVkkAdd", "WBedVkkDvd", "BVorDebVdd")}
    return tuple(sorted((named | by_rgs) - {""}))


def total(found: Sequence[Step]) -> int:
    """The VAT of several steps."""
    return sum(step.tax for step in found)
