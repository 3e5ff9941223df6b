"""PayrollJournal: the wage entry of one run (loonjournaalpost), without the names of employees unless asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hub.model.journal import Side
from hub.model.mapping import Mapping
from hub.model.money import money_text
from hub.model.party import Party

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """One line as the payroll package wrote it; up to four decimals, never negative (the side says the sign)."""

    account: str  # the package's own ledger number
    side: Side
    amount: Decimal
    cost_center: str = ""
    cost_unit: str = ""  # kostendrager, project
    description: str = ""
    employee: str = ""  # only where the mapping's `settings.employee_names = "keep"`
    component: str = ""  # wage component


@dataclass(frozen=True, slots=True)
class PayrollJournal:
    """Law: debit equals credit before rounding (DOMAIN 10.6 no. 18). `cumulative` = since the start of the year."""

    employer: str
    run: str  # the package's run or voucher number
    period: str  # `2026-03`, `2026-P04`, as the package says
    on: date
    currency: str
    lines: tuple[PayrollLine, ...]
    package: str = ""  # layout it was written in
    cumulative: bool = False
    correction: bool = False
    journal: str = ""  # the package's own journal code, for the mapping
    written: int = 0  # lines in the file, where lines of one account were put together since

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "payroll_journal"

    @property
    def number(self) -> str:
        """See `FeedDocument`."""
        return self.run or self.period

    @property
    def day(self) -> date:
        """See `FeedDocument`."""
        return self.on

    @property
    def identity(self) -> str:
        """Employer, period and run."""
        return f"payroll_journal|{self.employer.strip().casefold()}|{self.period}|{self.run.strip().casefold()}"

    @property
    def debit(self) -> Decimal:
        """Sum of the debit side, unrounded."""
        return sum((x.amount for x in self.lines if x.side == "debit"), ZERO)

    @property
    def credit(self) -> Decimal:
        """Sum of the credit side, unrounded."""
        return sum((x.amount for x in self.lines if x.side == "credit"), ZERO)

    def kept(self, mapping: Mapping) -> PayrollJournal:
        """What may be kept of it: with employees only where a bookkeeper asked for them (`settings.employee_names = "keep"`).

        To be called before anything is stored, compared or booked: wages per person are nobody's business in a ledger.
        """
        return self if mapping.setting("employee_names") == "keep" else self.anonymous()

    def anonymous(self) -> PayrollJournal:
        """Without employees: names gone, also from descriptions, and their lines put together per account and cost centre."""
        if not any(line.employee for line in self.lines):
            return self
        sums: dict[PayrollLine, Decimal] = {}
        for line in self.lines:
            key = replace(line, employee="", amount=ZERO, description=_without(line.description, line.employee))
            sums[key] = sums.get(key, ZERO) + line.amount
        lines = tuple(replace(key, amount=amount) for key, amount in sums.items())
        return replace(self, lines=lines, written=self.written or len(self.lines))

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return self.debit

    @property
    def party(self) -> Party | None:
        """Nobody."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        return {
            "employer": self.employer,
            "run": self.run,
            "period": self.period,
            "date": str(self.on),
            "number": self.number,
            "lines": self.written or len(self.lines),
            "debit": money_text(self.debit, self.currency),
            "credit": money_text(self.credit, self.currency),
            "cumulative": self.cumulative,
        }


def _without(description: str, name: str) -> str:
    """A description that names the employee is no description of the account."""
    return "" if name and name.casefold() in description.casefold() else description
