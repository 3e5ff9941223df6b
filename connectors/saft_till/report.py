"""A Z report as the file holds it: when it closed the till, and what it says was sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lxml import etree

from connectors.saft_till.receipt import Names
from connectors.saft_till.values import ZERO, amount, moment, signed
from hub.formats.xml_stream import child_text
from hub.model.sales_day import Revenue, Tender


@dataclass(frozen=True, slots=True)
class Report:
    """A Z report. `total` is its sales with VAT; `returns` what it took back, where it says so."""

    number: str
    at: datetime
    total: Decimal
    returns: Decimal
    revenue: tuple[Revenue, ...]
    tenders: tuple[Tender, ...]
    tips: Decimal
    pay_ins: tuple[Tender, ...]
    receipts: int | None
    outlet: str = ""


def read_report(event: etree._Element, names: Names) -> Report | None:
    """The Z report of an event; None when it is an X report (which closes nothing) or no report. Raises `Unreadable`."""
    report = event.find("{*}eventReport")
    if report is None or not child_text(report, "reportType").upper().startswith("Z"):
        return None
    sales = report.find("{*}reportTotalCashSales")
    total = amount(sales, "totalCashSaleAmnt") if sales is not None else ZERO
    tip = report.find("{*}reportTip")
    count = child_text(report, "reportReceiptNum")
    paid_in = [_moved(row, "payIn", names, 1) for row in report.iterfind("{*}reportPayIns/{*}reportPayIn")]
    paid_out = [_moved(row, "payOut", names, -1) for row in report.iterfind("{*}reportPayOuts/{*}reportPayOut")]
    return Report(
        number=child_text(report, "reportID"),
        at=moment(report, "reportDate", "reportTime"),
        total=total,
        returns=abs(amount(report, "reportReturnAmnt", empty=True)),
        revenue=_revenue(report, total),
        tenders=tuple(
            Tender(names.payment(child_text(row, "paymentType")), amount(row, "paymentAmnt"))
            for row in report.iterfind("{*}reportPayments/{*}reportPayment")
        ),
        tips=amount(tip, "tipAmnt", empty=True) if tip is not None else ZERO,
        pay_ins=tuple(m for m in (*paid_in, *paid_out) if m.amount),
        receipts=int(count) if count.isdigit() else None,
        outlet=child_text(report, "registerID"),
    )


def _revenue(report: etree._Element, total: Decimal) -> tuple[Revenue, ...]:
    """Sales per rate. Tills write them with or without VAT: whichever adds up to the report's total."""
    rows = []
    for row in report.iterfind("{*}reportCashSalesVat/{*}reportCashSaleVat"):
        side = child_text(row, "vatAmntTp")
        rows.append(
            (amount(row, "vatPerc"), signed(amount(row, "cashSaleAmnt"), side), signed(amount(row, "vatAmnt"), side))
        )
    without = sum((sale + tax for _, sale, tax in rows), ZERO) == total
    return tuple(
        Revenue(sale if without else sale - tax, tax, rate, "S" if rate else "")
        for rate, sale, tax in rows
        if sale or tax
    )


def _moved(row: etree._Element, kind: str, names: Names, sign: int) -> Tender:
    return Tender(names.payment(child_text(row, f"{kind}Type")), sign * abs(amount(row, f"{kind}Amnt")))
