"""Receipts of a register put together per day of business and Z report; the report is compared, and leads where it stands alone."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from connectors.saft_till.file import Register, TillFile
from connectors.saft_till.receipt import Receipt
from connectors.saft_till.report import Report
from connectors.saft_till.values import ZERO
from hub.model.business_day import business_day
from hub.model.finding import Finding
from hub.model.money import money_text
from hub.model.sales_day import SalesDay, Tender
from hub.ports import Reading

FORMAT, SOURCE = "saft-cash-register", "saft_till"


def readings(file: TillFile) -> list[Reading]:
    """A reading per register, day of business and Z report; one without any when something could not be read."""
    if file.findings.fatal:
        return [Reading(FORMAT, findings=tuple(file.findings), source=SOURCE)]
    made = [reading for register in file.registers.values() for reading in _of_register(register, file.currency)]
    if not made:
        seen = str(sum(register.seen for register in file.registers.values()))
        return [
            Reading(
                FORMAT, findings=(Finding("HUB-TILL-13", "fatal", "read", "", seen, None, "sender"),), source=SOURCE
            )
        ]
    return made


def _of_register(register: Register, currency: str) -> list[Reading]:
    """A day is one document however often it was closed, so that files that overlap are seen by its identity."""
    reports = sorted(register.reports, key=lambda report: report.at)
    if not register.receipts:
        days = sorted({business_day(report.at) for report in reports})
        return [
            _read(_from_reports([r for r in reports if business_day(r.at) == on], on, register, currency))
            for on in days
        ]
    closed = [report.at for report in reports]
    by_report: dict[int, list[Receipt]] = {}
    by_day: dict[date, list[Receipt]] = {}
    for receipt in register.receipts:
        by_report.setdefault(bisect_left(closed, receipt.at), []).append(receipt)
        by_day.setdefault(_day(receipt), []).append(receipt)
    faults: dict[date, list[Finding]] = {}
    for place, receipts in by_report.items():
        found = (
            _compare(reports[place], receipts, register, currency) if place < len(reports) else _open(reports, receipts)
        )
        if found:
            for on in {_day(receipt) for receipt in receipts}:
                faults.setdefault(on, []).append(found)
    return [
        _read(
            _from_receipts(receipts, on, _numbers(reports, by_report, on), register, currency),
            (*faults.get(on, ()), *_notes(receipts, register, currency)),
        )
        for on, receipts in sorted(by_day.items())
    ]


def _numbers(reports: list[Report], by_report: dict[int, list[Receipt]], on: date) -> str:
    """The Z reports that closed receipts of a day."""
    closers = (p for p, receipts in by_report.items() if p < len(reports) and any(_day(r) == on for r in receipts))
    return ", ".join(reports[place].number for place in sorted(closers))


def _open(reports: list[Report], receipts: list[Receipt]) -> Finding | None:
    """Receipts after the last Z report of a till that makes them: the day may go on after this file was made."""
    if not reports:
        return None
    last = max(receipt.at for receipt in receipts)
    return Finding("HUB-TILL-16", "fatal", "hub", reports[-1].number, last.isoformat(" "), str(len(receipts)), "us")


def _day(receipt: Receipt) -> date:
    """The till's own day of business, else by the clock."""
    try:
        return date.fromisoformat(receipt.booked)
    except ValueError:
        return business_day(receipt.at)


def _from_receipts(receipts: list[Receipt], on: date, number: str, register: Register, currency: str) -> SalesDay:
    return SalesDay(
        outlet=register.outlet,
        on=on,
        currency=currency,
        revenue=tuple(r for receipt in receipts for r in receipt.revenue),
        tenders=tuple(t for receipt in receipts for t in receipt.tenders),
        report=number,
        rounding=sum((receipt.rounding for receipt in receipts), ZERO),
        pay_ins=tuple(m for receipt in receipts for m in receipt.moved),
        transactions=len(receipts),
    )


def _from_reports(reports: list[Report], on: date, register: Register, currency: str) -> SalesDay:
    """A till that gives no receipts. What came into the drawer for no sale came in by some way to pay, which it names."""
    counts = [report.receipts for report in reports if report.receipts is not None]
    moved = [m for report in reports for m in report.pay_ins]
    return SalesDay(
        outlet=register.outlet or reports[0].outlet,
        on=on,
        currency=currency,
        revenue=tuple(r for report in reports for r in report.revenue),
        tenders=(*(t for report in reports for t in report.tenders), *moved),
        report=", ".join(report.number for report in reports),
        tips=sum((report.tips for report in reports), ZERO),
        pay_ins=tuple(Tender("pay-in" if m.amount > 0 else "pay-out", m.amount) for m in moved),
        transactions=sum(counts) if len(counts) == len(reports) else None,
    )


def _compare(report: Report, receipts: list[Receipt], register: Register, currency: str) -> Finding | None:
    """The report against the receipts it closed, with or without what was taken back."""
    sold = sum((receipt.gross for receipt in receipts), ZERO)
    if report.total in (sold, sold + report.returns):
        return None
    details = (("difference", money_text(sold - report.total, currency)), ("report", report.number))
    shown = money_text(sold, currency), money_text(report.total, currency)
    return Finding("HUB-TILL-11", "fatal", "hub", f"{register.outlet}, Z {report.number}", *shown, "us", details)


def _notes(receipts: list[Receipt], register: Register, currency: str) -> list[Finding]:
    made = []
    for receipt in receipts:
        if receipt.fault:
            term, found, expected = receipt.fault
            details = (("term", term), ("difference", money_text(found - expected, currency)))
            place = f"{register.outlet}, receipt {receipt.number}"
            shown = money_text(found, currency), money_text(expected, currency)
            made.append(Finding("HUB-FEED-01", "fatal", "read", place, *shown, "sender", details))
    implied = sum((receipt.rounding for receipt in receipts if receipt.implied), ZERO)
    if implied or any(receipt.implied for receipt in receipts):
        made.append(_information("HUB-TILL-14", register.outlet, money_text(implied, currency)))
    for why, count in sorted(register.out.items()):
        made.append(_information("HUB-TILL-15", why, str(count)))
    return made[:100]


def _information(code: str, place: str, found: str) -> Finding:
    return Finding(code, "information", "read", place, found, None, "us")


def _read(day: SalesDay, findings: tuple[Finding, ...] = ()) -> Reading:
    return Reading(FORMAT, findings=findings, source=SOURCE, feed=day)
