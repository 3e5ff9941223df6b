"""Manual entries: everything that stands in the way is found at once, and what is left is an entry ready to be booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hub.accounting.discount import base_of
from hub.model.administration import Administration, VatCode
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import normalised_number
from hub.model.journal import JournalEntry, NewOpenItem, Posting, VatLine
from hub.model.manual import ManualEntry, ManualLine
from hub.model.money import Money, is_exact, money_text, round_half_up
from hub.model.plan import PlannedEntry
from hub.model.settlement import OpenItem

ZERO = Decimal(0)
CENT = Decimal("0.05")  # by which tax may differ from base × rate without a finding


@dataclass(slots=True)
class Surroundings:
    """What an entry is looked at with. `items` are lowered by each entry that settles them, so that two cannot share a cent."""

    administration: Administration
    relations: frozenset[str]
    items: dict[int, OpenItem]
    closed: Sequence[tuple[date, date]] = ()


def plan_manual(entry: ManualEntry, around: Surroundings) -> tuple[PlannedEntry | None, list[Finding]]:
    """The entry, or None with everything that is wrong with it; warnings come with the entry."""
    findings = _head_findings(entry, around)
    for line in entry.lines:
        findings += _line_findings(line, around)
    findings += _balance_findings(entry, around.administration)
    postings: list[Posting] = []
    opened: list[NewOpenItem] = []
    if not findings:
        lowered = dict(around.items)
        for line in entry.lines:
            fault = _post(line, entry, around.administration, lowered, postings, opened)
            if fault is not None:
                findings.append(fault)
        if not findings:
            around.items.update(lowered)
    if findings:
        return None, findings
    vat_lines, warnings = _vat(entry, around.administration)
    made = JournalEntry(
        entry.journal, entry.on, (entry.description or "-")[:140], tuple(postings), tuple(vat_lines), tuple(opened)
    )
    decision = Decision("manual_entry", entry.journal, "entered_by_hand", words=(("place", entry.place),))
    return PlannedEntry(made, (decision,), {"manual": entry}), warnings


def _fault(code: str, place: str, found: str, expected: str, **details: str) -> Finding:
    told = (("place", place), *details.items())
    return Finding(code, "fatal", "import", place, found, expected, "us", tuple(told))


def _head_findings(entry: ManualEntry, around: Surroundings) -> list[Finding]:
    found = []
    journals = [journal.code for journal in around.administration.journals]
    if entry.journal not in journals:
        found.append(_fault("HUB-JRN-06", entry.place, entry.journal, ", ".join(journals)))
    day = entry.on
    for first, last in sorted(around.closed):
        if first <= day <= last:
            day = last + timedelta(days=1)
    if day != entry.on:
        found.append(_fault("HUB-JRN-09", entry.place, str(entry.on), str(day)))
    if len(entry.lines) < 2:
        found.append(_fault("HUB-JRN-16", entry.place, str(len(entry.lines)), "2"))
    return found


def _line_findings(line: ManualLine, around: Surroundings) -> list[Finding]:
    books, found = around.administration, []
    currency = line.currency or books.currency
    account = books.accounts.get(line.account)
    if account is None:
        found.append(_fault("HUB-JRN-07", line.place, line.account, books.accounts_like(line.account)))
    if line.vat_code and not any(code.code == line.vat_code for code in books.vat_codes):
        found.append(
            _fault("HUB-JRN-10", line.place, line.vat_code, ", ".join(dict.fromkeys(c.code for c in books.vat_codes)))
        )
    if line.relation and line.relation not in around.relations:
        found.append(_fault("HUB-JRN-12", line.place, line.relation, "hub relations list"))
    if not is_exact(line.amount, currency) or (currency != books.currency and line.base is None):
        found.append(_fault("HUB-JRN-17", line.place, f"{line.amount} {currency}", books.currency))
    if account is not None and account.control and not (line.relation and line.invoice):
        found.append(_fault("HUB-JRN-11", line.place, line.account, "relation, invoice"))
    if account is not None and not account.control and (line.invoice or line.relation):
        control = ", ".join(a.code for a in books.accounts.values() if a.control)
        found.append(_fault("HUB-JRN-15", line.place, line.account, control))
    return found


def _balance_findings(entry: ManualEntry, books: Administration) -> list[Finding]:
    sums: dict[str, Decimal] = {}
    base = ZERO
    for line in entry.lines:
        currency = line.currency or books.currency
        sums[currency] = sums.get(currency, ZERO) + line.amount
        base += line.amount if line.base is None else line.base
    off = {currency: amount for currency, amount in sums.items() if amount}
    if not off and base:
        off = {books.currency: base}
    return [
        _fault("HUB-JRN-08", entry.place, money_text(abs(amount), currency), "0.00", currency=currency,
               side="debit" if amount > 0 else "credit")
        for currency, amount in sorted(off.items())
    ]  # fmt: skip


def _post(
    line: ManualLine, entry: ManualEntry, books: Administration, items: dict[int, OpenItem], postings: list[Posting],
    opened: list[NewOpenItem],
) -> Finding | None:  # fmt: skip
    currency = line.currency or books.currency
    base = line.amount if line.base is None else line.base
    made = Posting(
        line.account, "debit" if line.amount > 0 else "credit", Money(abs(line.amount), currency),
        Money(abs(base), books.currency), line.vat_code, line.cost_center, line.project, description=line.description,
    )  # fmt: skip
    control = books.accounts[line.account].control
    if not control:
        postings.append(made)
        return None
    raises = (line.amount > 0) == (control == "receivable")
    item, fault = (None, None) if line.opens else _settled(line, control, currency, items, raises)
    if fault is not None:
        return fault
    if item is None:
        opened.append(_new_item(line, entry, control, currency))
        postings.append(replace(made, open_item=len(opened) - 1))
        return None
    taken = -line.amount if control == "receivable" else line.amount
    left = item.outstanding.amount - taken
    whole = base_of(item, taken)
    items[item.id] = replace(
        item,
        outstanding=Money(left, currency),
        outstanding_base=Money(item.outstanding_base.amount - whole, books.currency),
    )
    if currency == books.currency and abs(base) != abs(
        whole
    ):  # a base residue on an item in our own currency cannot be
        return _fault("HUB-JRN-17", line.place, str(abs(base)), str(abs(whole)))
    postings.append(replace(made, settles=item.id))
    return None


def _new_item(line: ManualLine, entry: ManualEntry, control: str, currency: str) -> NewOpenItem:
    return NewOpenItem(
        control, line.invoice, entry.on, line.due_date or entry.on, relation=line.relation, currency=currency  # type: ignore[arg-type]
    )  # fmt: skip


def _settled(
    line: ManualLine, control: str, currency: str, items: Mapping[int, OpenItem], raises: bool
) -> tuple[OpenItem | None, Finding | None]:
    """The item that a line settles; None without a fault when it opens one."""
    wanted = normalised_number(line.invoice)
    named = [i for i in items.values() if normalised_number(i.number) == wanted and i.side == control]
    mine = [
        i for i in named if i.relation == line.relation and i.outstanding.currency == currency and i.outstanding.amount
    ]
    towards = [i for i in mine if (i.outstanding.amount < 0) == raises]
    if not towards:
        others = sorted({i.relation for i in named if i.outstanding.amount} - {line.relation})
        if others and not mine:
            return None, _fault("HUB-JRN-14", line.place, line.relation, ", ".join(others), invoice=line.invoice)
        if raises:
            return None, None
        return None, _fault(
            "HUB-JRN-13", line.place, money_text(abs(line.amount), currency), "0.00", invoice=line.invoice
        )
    fitting = [i for i in towards if abs(i.outstanding.amount) >= abs(line.amount)]
    if len(fitting) > 1:
        shown = ", ".join(f"{i.number} ({i.part}, {i.outstanding})" for i in fitting)
        return None, _fault("HUB-JRN-18", line.place, line.invoice, shown)
    if not fitting:
        most = max(abs(i.outstanding.amount) for i in towards)
        found = money_text(abs(line.amount), currency)
        return None, _fault("HUB-JRN-13", line.place, found, money_text(most, currency), invoice=line.invoice)
    return fitting[0], None


def _vat(entry: ManualEntry, books: Administration) -> tuple[list[VatLine], list[Finding]]:
    """A VAT line per code: its base is what stands on other accounts, its tax what stands on the code's own accounts."""
    made, warnings = [], []
    for name in dict.fromkeys(line.vat_code for line in entry.lines if line.vat_code):
        code = _valid(name, entry.on, books)
        mine = [line for line in entry.lines if line.vat_code == name]
        sign = -1 if code.direction == "sales" else 1
        own = code.due_account if code.direction == "sales" or code.reverse_charge else code.input_account
        tax_sign = -1 if own == code.due_account else 1
        tax = sum((tax_sign * line.amount for line in mine if line.account == own), ZERO)
        net = sum(
            (sign * line.amount for line in mine if line.account not in (code.due_account, code.input_account)), ZERO
        )
        currency = mine[0].currency or books.currency
        net_base = sum(
            (sign * _in_base(line) for line in mine if line.account not in (code.due_account, code.input_account)), ZERO
        )
        tax_base = sum((tax_sign * _in_base(line) for line in mine if line.account == own), ZERO)
        zero, own_zero = Money(ZERO, currency), Money(ZERO, books.currency)
        made.append(
            VatLine(
                name, Money(net, currency), Money(tax, currency), zero, Money(net_base, books.currency),
                Money(tax_base, books.currency), own_zero, entry.on, entry.on, code.kind, code.reverse_charge,
            )
        )  # fmt: skip
        expected = round_half_up(net * (code.rate or ZERO) / 100, currency)
        if code.rate is not None and own and abs(expected - tax) > CENT:
            details = (("place", entry.place), ("vat_code", name), ("account", own))
            found, wanted = money_text(tax, currency), money_text(expected, currency)
            warnings.append(Finding("HUB-JRN-19", "warning", "import", entry.place, found, wanted, "us", details))
    return made, warnings


def _in_base(line: ManualLine) -> Decimal:
    return line.amount if line.base is None else line.base


def _valid(name: str, on: date, books: Administration) -> VatCode:
    rows = [code for code in books.vat_codes if code.code == name]
    return next((code for code in rows if code.valid_from <= on <= code.valid_to), rows[0])
