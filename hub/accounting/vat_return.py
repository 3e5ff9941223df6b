"""The VAT return: what a VAT line brings to which box, the boxes in cents and in whole euros, and the booking of filing.

Amounts are minor units of the administration's currency. A code's boxes are those of the row that was valid on
the day of supply. Declared amounts are whole euros, rounded in the taxpayer's favour as the tax authority allows:
tax due down, input tax up, turnover down; 5a and 5c follow from the declared boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.model.administration import Administration, VatCode
from hub.model.journal import JournalEntry, Posting, Side
from hub.model.money import Money, decimals, from_minor, round_half_up, to_minor

SUPPLIES = ("1a", "1b", "1c", "1d", "1e", "2a", "3a", "3b", "3c", "4a", "4b")
BOXES = (*SUPPLIES, "5a", "5b", "5c", "5d", "5e", "5f", "5g")


@dataclass(frozen=True, slots=True)
class VatSum:
    """VAT lines of one code and day of supply, summed; minor units of the administration's currency."""

    code: str
    supply_date: date
    base: int
    tax: int
    non_deductible: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a VAT line, or a sum of them, brings to the return and to the VAT accounts."""

    box_base: str
    box_due: str
    box_input: str
    base: int
    due: int
    input: int
    due_account: str
    input_account: str

    @property
    def net(self) -> int:
        """What it makes us pay (or, below zero, get back)."""
        return self.due - self.input

    @property
    def declarable(self) -> bool:
        """Whether any box of the return has it."""
        return bool(self.box_base or self.box_due or self.box_input)


@dataclass(frozen=True, slots=True)
class Figure:
    """One box. `base` and `tax` are exact; `declared_*` whole euros, in minor units too."""

    box: str
    base: int = 0
    tax: int = 0
    declared_base: int = 0
    declared_tax: int = 0


class DatedCodes:
    """The rows of VAT codes, by code and day of supply."""

    def __init__(self, rows: Iterable[VatCode]) -> None:
        self._rows: dict[str, list[VatCode]] = {}
        for row in sorted(rows, key=lambda r: (r.code, r.valid_from)):
            self._rows.setdefault(row.code, []).append(row)

    def row(self, code: str, on: date) -> VatCode:
        """The row in force on a day: the last that has begun, else the first. Raises KeyError for an unknown code."""
        rows = self._rows[code]
        begun = [row for row in rows if row.valid_from <= on]
        return begun[-1] if begun else rows[0]

    def all(self) -> list[VatCode]:
        """Every row."""
        return [row for rows in self._rows.values() for row in rows]


def effect(line: VatSum, code: VatCode) -> Effect:
    """The boxes of a line: turnover or purchase, tax due, and of input tax the deductible part only."""
    due = line.tax if code.due_account or code.box_due else 0
    deducted = line.tax - line.non_deductible if code.box_input or code.input_account else 0
    if code.direction == "sales":
        deducted = 0
    return Effect(
        code.box_base, code.box_due, code.box_input, line.base if code.box_base else 0, due, deducted,
        code.due_account, code.input_account if code.direction == "purchase" else "",
    )  # fmt: skip


def figures(effects: Iterable[Effect], currency: str = "EUR") -> tuple[Figure, ...]:
    """Every box in order, exact and declared."""
    base: dict[str, int] = dict.fromkeys(BOXES, 0)
    tax: dict[str, int] = dict.fromkeys(BOXES, 0)
    for one in effects:
        if one.box_base:
            base[one.box_base] = base.get(one.box_base, 0) + one.base
        if one.box_due:
            tax[one.box_due] = tax.get(one.box_due, 0) + one.due
        if one.box_input:
            tax[one.box_input] = tax.get(one.box_input, 0) + one.input
    return totalled([Figure(box, base[box], tax[box]) for box in (*SUPPLIES, "5b")], currency)


def totalled(boxes: Iterable[Figure], currency: str = "EUR") -> tuple[Figure, ...]:
    """Boxes 1a–4b and 5b rounded, and 5a, 5c and 5g made of them, exactly and as declared."""
    found = {figure.box: _rounded(figure, currency) for figure in boxes}
    due = [found[box] for box in SUPPLIES]
    found["5a"] = Figure("5a", 0, sum(f.tax for f in due), 0, sum(f.declared_tax for f in due))
    left = (found["5a"].tax - found["5b"].tax, found["5a"].declared_tax - found["5b"].declared_tax)
    found["5c"] = Figure("5c", 0, left[0], 0, left[1])
    found["5g"] = Figure(
        "5g", 0, left[0], 0, left[1]
    )  # 5d–5f: the old relief for small firms and estimates, always nil
    return tuple(found.get(box, Figure(box)) for box in BOXES)


def _rounded(figure: Figure, currency: str) -> Figure:
    """Whole units in the taxpayer's favour: input tax up, everything else down, also below zero."""
    unit: int = 10 ** decimals(currency)
    tax = -(-figure.tax // unit) if figure.box == "5b" else figure.tax // unit
    return Figure(figure.box, figure.base, figure.tax, figure.base // unit * unit, tax * unit)


def correction(before: Sequence[Figure], after: Sequence[Figure]) -> tuple[Figure, ...]:
    """What a supplement declares: the figures of the period as they are now less those that were declared."""
    known = {figure.box: figure for figure in before}
    return tuple(
        Figure(
            new.box, new.base - old.base, new.tax - old.tax,
            new.declared_base - old.declared_base, new.declared_tax - old.declared_tax,
        )
        for new in after
        for old in (known.get(new.box, Figure(new.box)),)
    )  # fmt: skip


def figure(found: Iterable[Figure], box: str) -> Figure:
    """The figure of a box."""
    return next((one for one in found if one.box == box), Figure(box))


def moved(effects: Iterable[Effect]) -> dict[str, int]:
    """What these lines left on each VAT account, debit positive; accounts of no box are no part of the return."""
    balances: dict[str, int] = {}
    for one in effects:
        if one.due_account and one.box_due:
            balances[one.due_account] = balances.get(one.due_account, 0) - one.due
        if one.input_account and one.box_input:
            balances[one.input_account] = balances.get(one.input_account, 0) + one.input
    return {account: amount for account, amount in sorted(balances.items()) if amount}


def filing_entry(
    books: Administration, balances: Mapping[str, int], declared: int, on: date, description: str
) -> JournalEntry | None:
    """VAT balances to the account of VAT payable, the whole-euro difference to its own (DOMAIN 10.6 no. 6).

    `declared` is what was filed to pay (5g), in minor units. None when there is nothing to move.
    Raises LookupError when the administration names no account for it.
    """
    rest = declared + sum(balances.values())  # balances of tax due are negative: they are on the credit side
    signed = {account: -amount for account, amount in balances.items()}
    if declared:
        signed[vat_account(books, "vat_payable")] = signed.get(vat_account(books, "vat_payable"), 0) - declared
    if rest:
        rounding = vat_account(books, "vat_rounding")
        signed[rounding] = signed.get(rounding, 0) + rest
    postings = tuple(signed_posting(account, amount, books.currency) for account, amount in signed.items() if amount)
    if len(postings) < 2:
        return None
    return JournalEntry(books.journal("memorial").code, on, description[:140], postings)


def signed_posting(account: str, amount: int, currency: str, vat_code: str = "") -> Posting:
    """A posting of an amount in minor units, debit positive."""
    side: Side = "debit" if amount > 0 else "credit"
    money = Money(from_minor(abs(amount), currency), currency)
    return Posting(account, side, money, money, vat_code)


_BY_RGS = {"vat_payable": "BSchBepBtw"}
_ELSE = {
    "vat_rounding": ("rounding", "payment_differences"),
    "vat_bad_debts": ("bad_debts_provision", "suspense"),
    "vat_unpaid_purchases": ("suspense",),
}


def vat_account(books: Administration, role: str) -> str:
    """The account that plays a part in VAT; an administration file that names none has one by RGS code or by another role.

    Raises LookupError when there is none at all.
    """
    if role in books.accounts_named:
        return books.accounts_named[role]
    if wanted := _BY_RGS.get(role):
        for account in sorted(books.accounts):
            if books.accounts[account].rgs == wanted:
                return account
    for other in _ELSE.get(role, ()):
        if other in books.accounts_named:
            return books.accounts_named[other]
    raise LookupError(f"administration {books.code} names no account for {role} (accounts_named.{role})")


@dataclass(frozen=True, slots=True)
class AccountTie:
    """A VAT account: its balance in the ledger, and what the lines that are not declared yet say it should be."""

    account: str
    ledger: int  # credit positive for tax due, debit positive for input tax: what the return counts
    this_return: int
    other_periods: int

    @property
    def difference(self) -> int:
        """What stands on the account and is in no return: booked by hand, or brought along from elsewhere."""
        return self.ledger - self.this_return - self.other_periods


def ties(
    codes: DatedCodes, ledger: Mapping[str, int], mine: Iterable[Effect], others: Iterable[Effect]
) -> tuple[AccountTie, ...]:
    """Per VAT account whether the ledger is what the returns say. `ledger` is debit positive."""
    due = {code.due_account for code in codes.all() if code.box_due and code.due_account}
    deducted = {code.input_account for code in codes.all() if code.box_input and code.input_account}
    own, rest = moved(mine), moved(others)
    return tuple(
        AccountTie(account, sign * ledger.get(account, 0), sign * own.get(account, 0), sign * rest.get(account, 0))
        for account in sorted(due | deducted)
        for sign in (-1 if account in due else 1,)
    )


def share(amount: int, numerator: int, denominator: int) -> int:
    """A part of an amount in minor units, in whole ones, rounded half up; nothing of nothing."""
    if not denominator:
        return 0
    return to_minor(round_half_up(from_minor(amount) * numerator / denominator))
