"""A mutation of another administration becomes an entry: its accounts, VAT codes and cost centres in ours, line by line.

A code of our own chart stands for itself; every other word is looked up. Debtors and creditors are not for mutations:
who owes what is said by an invoice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hub.accounting.desk import Desk
from hub.model.administration import VatCode
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.mapping import OTHERS
from hub.model.money import money_text, round_half_up
from hub.model.mutation import Mutation, MutationLine

ZERO = Decimal(0)
NEAR = Decimal("0.05")  # by which tax may differ from base × rate before it is worth a look
OPENING = "opening"  # a journal that no mutation chooses: what stands there is the opening balance


def book_mutation(mutation: Mutation, desk: Desk) -> JournalEntry | None:
    """The entry; None with every finding when it may not be booked."""
    if mutation.debit != mutation.credit:
        desk.differs("debit = credit", mutation.debit, mutation.credit)
    lines = [replace(line, account=_account(desk, line), vat_code=_vat_code(desk, line)) for line in mutation.lines]
    _book_vat(desk, _with_tax_codes(lines, mutation.on, desk), mutation.on)
    for line in lines:
        text = line.description if desk.facts.mapping.setting("detail", "line") == "line" else ""
        desk.post(
            line.account, line.amount, vat_code=line.vat_code, cost_center=desk.cost_center(line.cost_center),
            project=line.project, description=text,
        )  # fmt: skip
    description = mutation.description or f"{mutation.system} {mutation.ref}"
    entry = desk.entry(_journal(mutation, desk), mutation.on, description)
    if entry is None and not desk.blocked:
        desk.note(Finding("HUB-MUT-07", "information", "hub", mutation.ref, None, None, "us"))
    return entry


def _account(desk: Desk, line: MutationLine) -> str:
    rows, word = desk.facts.mapping.tables.get("account", {}), line.account.strip()
    accounts = desk.facts.administration.accounts
    own = word.casefold() not in rows and word in accounts
    account = word if own else desk.account("account", word)
    if own:
        desk.decide("account", word, "own_account")
    if account and accounts[account].control:
        _refuse_control(desk, line, account, own=own)
        return ""
    return account


def _refuse_control(desk: Desk, line: MutationLine, account: str, *, own: bool) -> None:
    """Debtors and creditors stand in the books by relation and open item, and a mutation has neither."""
    if own:
        desk.note(Finding("HUB-MUT-03", "fatal", "hub", "account", account, None, "sender", (("account", account),)))
        return
    details = (("account", account), ("file", desk.facts.mapping.file))
    desk.note(Finding("HUB-MUT-04", "fatal", "hub", "account", line.account, None, "us", details))


def _vat_code(desk: Desk, line: MutationLine) -> str:
    """Our VAT code for a word; "" for none, also where the mapping says that a word means no VAT."""
    word = line.vat_code.strip()
    if not word:
        return ""
    known = {code.code for code in desk.facts.administration.vat_codes}
    rows = desk.facts.mapping.tables.get("vat", {})
    if word.casefold() not in rows and word in known:
        return word
    if rows.get(word.casefold(), rows.get(OTHERS)) == "":
        return ""
    code = desk.word("vat", word)
    if code and code not in known:
        details = (("file", desk.facts.mapping.file), ("word", word))
        desk.note(Finding("HUB-MUT-08", "fatal", "hub", "vat", code, None, "us", details))
        return ""
    return code


def _journal(mutation: Mutation, desk: Desk) -> str:
    """By the row of table `journal`, else a journal of ours by its own code, else `settings.journal`, else memorial."""
    word = mutation.journal.strip()
    journals = {j.code: j.kind for j in desk.facts.administration.journals}
    row = desk.facts.mapping.look("journal", word) if word else None
    if row:
        if row not in journals:
            details = (("file", desk.facts.mapping.file), ("table", "journal"), ("word", word))
            desk.note(Finding("HUB-MAP-03", "fatal", "hub", f"journal.{word}", row, None, "us", details))
            return ""
        return row
    if word in journals and journals[word] != OPENING:
        return word
    return desk.journal("memorial")


def _with_tax_codes(lines: list[MutationLine], on: date, desk: Desk) -> list[MutationLine]:
    """Lines on a VAT account that name no code belong to the one code of this mutation that books there."""
    used = {line.vat_code for line in lines if line.vat_code}
    codes = [_valid(desk, name, on) for name in sorted(used)]
    made = []
    for line in lines:
        mine = [c for c in codes if c is not None and line.account and line.account in (c.due_account, c.input_account)]
        if not line.vat_code and len(mine) == 1:
            line = replace(line, vat_code=mine[0].code)
        made.append(line)
    return made


def _book_vat(desk: Desk, lines: list[MutationLine], on: date) -> None:
    """What the returns sum, per code: base is what stands on other accounts, tax what stands on the code's own."""
    for name in dict.fromkeys(line.vat_code for line in lines if line.vat_code):
        code = _valid(desk, name, on)
        if code is None:
            details = (("date", str(on)), ("origin", ""))
            desk.note(Finding("HUB-FEED-03", "fatal", "hub", "VAT", name, None, "us", details))
            continue
        base, tax = _base_and_tax([line for line in lines if line.vat_code == name], code)
        desk.vat(code, base, tax, on, rate=code.rate)
        _check_tax(desk, code, base, tax)


def _base_and_tax(lines: list[MutationLine], code: VatCode) -> tuple[Decimal, Decimal]:
    """Positive in the code's own direction: sold, bought."""
    sign = -1 if code.direction == "sales" else 1
    own = code.due_account if code.direction == "sales" or code.reverse_charge else code.input_account
    tax_sign = -1 if own == code.due_account else 1
    base = sum((sign * x.amount for x in lines if x.account not in (code.due_account, code.input_account)), ZERO)
    tax = sum((tax_sign * x.amount for x in lines if own and x.account == own), ZERO)
    return base, tax


def _check_tax(desk: Desk, code: VatCode, base: Decimal, tax: Decimal) -> None:
    """Tax that is not base × rate is booked as it stands, and said."""
    money = desk.document.currency
    own = code.due_account or code.input_account
    expected = round_half_up(base * (code.rate or ZERO) / 100, money) if own else ZERO
    if code.rate is not None and abs(expected - tax) > NEAR:
        details = (("vat_code", code.code), ("difference", money_text(tax - expected, money)))
        shown = money_text(tax, money), money_text(expected, money)
        desk.note(Finding("HUB-MUT-05", "warning", "hub", code.code, *shown, "sender", details))


def _valid(desk: Desk, name: str, on: date) -> VatCode | None:
    rows = [code for code in desk.facts.administration.vat_codes if code.code == name]
    return next((code for code in rows if code.valid_from <= on <= code.valid_to), None)
