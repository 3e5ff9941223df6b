"""A payroll journal becomes an entry: each of its accounts on ours, cost centres kept, employees left out.

Debit equals credit before anything is rounded (DOMAIN 10.6 no. 18); what rounding to cents leaves over goes to an account
of its own. Journals that tell totals since the start of the year are booked for what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.desk import Desk
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.money import round_half_up
from hub.model.payroll_journal import PayrollJournal, PayrollLine

ZERO = Decimal(0)
DISTRIBUTION = "distribution"


@dataclass(frozen=True, slots=True)
class _Place:
    account: str
    cost_center: str
    project: str = ""
    description: str = ""


def book_payroll(journal: PayrollJournal, desk: Desk) -> JournalEntry | None:
    """The entry of a run; None with a finding when it may not be booked, or brings nothing new."""
    journal = journal.kept(desk.facts.mapping)
    contra = _contra(journal, desk)
    if journal.debit != journal.credit and not contra:
        desk.differs("debit = credit", journal.debit, journal.credit)
    amounts = _rounded(_sums(journal, desk), contra, desk)
    if journal.cumulative:
        amounts = _new_of(amounts, desk)
    for place, amount in amounts.items():
        desk.post(
            place.account, amount, cost_center=place.cost_center, project=place.project, description=place.description
        )
    if journal.correction:
        desk.note(Finding("HUB-PAYR-07", "information", "hub", journal.period, journal.number, None, "us"))
    entry = desk.entry(desk.journal("memorial"), journal.on, " ".join(filter(None, (journal.period, journal.run))))
    if entry is None and not desk.blocked:
        desk.note(Finding("HUB-PAYR-08", "information", "hub", journal.period, journal.number, None, "us"))
    return entry


def _contra(journal: PayrollJournal, desk: Desk) -> str:
    """Where a distribution takes its costs from: the account that the wage journal left them on."""
    if journal.package != DISTRIBUTION or journal.debit == journal.credit:
        return ""
    return desk.named("payroll_distribution")


def _sums(journal: PayrollJournal, desk: Desk) -> dict[_Place, Decimal]:
    """Unrounded, per account, cost centre and cost unit of ours; per line text too where the mapping asks for it."""
    sums: dict[_Place, Decimal] = {}
    detail = desk.facts.mapping.setting("detail", "account")
    centers = desk.facts.mapping.setting("cost_centers", "keep") == "keep"
    for line in journal.lines:
        account = _account(desk, line)
        center = desk.cost_center(line.cost_center) if centers else ""
        place = _Place(account, center, line.cost_unit if centers else "", _text(line) if detail == "line" else "")
        sums[place] = sums.get(place, ZERO) + (line.amount if line.side == "debit" else -line.amount)
    return sums


def _account(desk: Desk, line: PayrollLine) -> str:
    account = desk.account("account", line.account)
    if account and desk.facts.administration.accounts[account].control:
        details = (("account", account), ("file", desk.facts.mapping.file))
        desk.note(Finding("HUB-PAYR-05", "fatal", "hub", "account", line.account, None, "us", details))
        return ""
    return account


def _text(line: PayrollLine) -> str:
    return " ".join(filter(None, (line.employee, line.component, line.description)))


def _rounded(sums: dict[_Place, Decimal], contra: str, desk: Desk) -> dict[_Place, Decimal]:
    """In cents; what is left over goes to the contra-account of a distribution, else to the rounding account."""
    money = desk.document.currency
    rounded = {place: round_half_up(amount, money) for place, amount in sums.items()}
    rest = sum(rounded.values(), ZERO)
    if not rest or desk.blocked:
        return rounded
    role, account = ("payroll_distribution", contra) if contra else ("payroll_rounding", desk.named("payroll_rounding"))
    desk.decide("account", account, "payroll_contra" if contra else "payroll_residual", role=role)
    place = _Place(account, "")
    return {**rounded, place: rounded.get(place, ZERO) - rest}


def _new_of(totals: dict[_Place, Decimal], desk: Desk) -> dict[_Place, Decimal]:
    """Totals of the year less what was booked of them before: per account and cost centre, without cost units or texts.

    What was booked and is in the totals no more is taken back.
    """
    new: dict[_Place, Decimal] = {}
    for place, amount in totals.items():
        key = _Place(place.account, place.cost_center)
        new[key] = new.get(key, ZERO) + amount
    for account, center, amount in desk.facts.booked:
        key = _Place(account, center)
        new[key] = new.get(key, ZERO) - amount
    desk.decide("amount", desk.document.number, "cumulative_less_booked", booked=str(len(desk.facts.booked)))
    return new
