"""What every layout comes down to: rows, each a line of one voucher; and vouchers, each a payroll journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connectors.payroll.marks import is_correction
from connectors.payroll.values import last_day, period_of
from hub.model.finding import Finding
from hub.model.payroll_journal import PayrollJournal, PayrollLine
from hub.ports import Reading

SOURCE, DISTRIBUTION = "payroll", "distribution"
_DECIMALS = 4
ZERO = Decimal(0)
Sides = tuple[Decimal, Decimal]
"""Debit and credit."""
NOTHING: Sides = (ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as written: both sides may be filled, or negative. `place` is where it stands."""

    place: str
    account: str
    sides: Sides
    cost_center: str = ""
    cost_unit: str = ""
    description: str = ""
    employee: str = ""
    component: str = ""


@dataclass(slots=True)
class Voucher:
    """A run on its way to its document. `on` None: the file did not tell, or not readably (then `findings` says so)."""

    place: str
    run: str = ""
    period: str = ""
    on: date | None = None
    journal: str = ""
    employer: str = ""
    description: str = ""
    currency: str = "EUR"
    cumulative: bool = False
    distribution: bool = False
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, place: str, found: str, expected: str) -> None:
        """Something that cannot be read: this voucher is refused, the others of the file are not."""
        self.findings.append(Finding("HUB-PAYR-01", "fatal", "read", place, found[:200], expected, "sender"))

    def take(self, row: Row) -> None:
        """A line; it needs an account, and amounts with four decimals at most."""
        if not row.account:
            self.wrong(row.place, "", "0000")
        for amount in row.sides:
            exponent = amount.normalize().as_tuple().exponent
            if isinstance(exponent, int) and -exponent > _DECIMALS:
                self.wrong(row.place, str(amount), "1234.5678")
        self.rows.append(row)


def signed(amount: Decimal) -> Sides:
    """A signed amount; negative is credit."""
    return (amount, ZERO) if amount >= 0 else (ZERO, -amount)


def sided(amount: Decimal, side: str) -> Sides | None:
    """An amount and a word for its side; None for a word that is neither."""
    word = side.strip().casefold()
    if word in ("debit", "debet", "d", "s", "soll"):
        return amount, ZERO
    return (ZERO, amount) if word in ("credit", "c", "h", "haben") else None


def readings(vouchers: Iterable[Voucher], layout: str) -> Iterator[Reading]:
    """A reading per voucher, in order."""
    for voucher in vouchers:
        document = _document(voucher, layout)
        findings = tuple(voucher.findings)
        fatal = any(f.fatal for f in findings)
        yield Reading(f"payroll-{layout}", findings=findings, source=SOURCE, feed=None if fatal else document)


def _document(voucher: Voucher, layout: str) -> PayrollJournal | None:
    period = period_of(voucher.period, voucher.on)
    on = voucher.on or last_day(period)
    if not voucher.rows:
        voucher.findings.append(Finding("HUB-PAYR-02", "fatal", "read", voucher.place, None, None, "sender"))
    if on is None:
        if not voucher.findings:
            voucher.findings.append(Finding("HUB-PAYR-03", "fatal", "read", voucher.place, None, "2026-03", "sender"))
        return None
    return PayrollJournal(
        employer=voucher.employer,
        run=voucher.run,
        period=period,
        on=on,
        currency=voucher.currency,
        lines=tuple(line for row in voucher.rows for line in _lines(row)),
        package=DISTRIBUTION if voucher.distribution else layout,
        cumulative=voucher.cumulative,
        correction=is_correction(voucher.description),
        journal=voucher.journal,
        written=len(voucher.rows),
    )


def _lines(row: Row) -> Iterator[PayrollLine]:
    """One line, or two where a row is written on both sides; a negative debit is a credit."""
    made = False
    for debit, amount in zip((True, False), row.sides, strict=True):
        if amount:
            made = True
            yield _line(row, debit == (amount > 0), abs(amount))
    if not made:
        yield _line(row, True, ZERO)


def _line(row: Row, debit: bool, amount: Decimal) -> PayrollLine:
    return PayrollLine(
        row.account,
        "debit" if debit else "credit",
        amount,
        row.cost_center,
        row.cost_unit,
        row.description,
        row.employee,
        row.component,
    )
