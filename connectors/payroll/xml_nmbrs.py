"""Nmbrs: the journal (`transactions/transaction`), and the flat report of totals since the start of the year (`Report/Items/Item`)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from connectors.payroll.rows import NOTHING, ZERO, Row, Voucher, sided
from connectors.payroll.values import day_of, exact
from hub.formats.content import Content
from hub.formats.xml import Locator, local_name
from hub.formats.xml_stream import texts

JOURNAL, REPORT = "nmbrs", "nmbrs-report"


def is_journal(content: Content) -> bool:
    """`transactions` whose header has date and period but no journal code: nobody else writes that."""
    root = content.root
    header = root.find("{*}transaction/{*}header")
    if local_name(root.tag) != "transactions" or header is None:
        return False
    names = {local_name(child.tag) for child in header}
    line = root.find("{*}transaction/{*}lines/{*}line")
    return names <= {"date", "period"} and "date" in names and (line is None or line.find("{*}debitcredit") is not None)


def is_report(content: Content) -> bool:
    """`Report/Items/Item` with a ledger account."""
    root = content.root
    return local_name(root.tag) == "Report" and root.find("{*}Items/{*}Item/{*}GeneralLedgerAccount") is not None


def journal(content: Content) -> Iterator[Voucher]:
    """A voucher per transaction. They bear no number; where there are several, their place is it."""
    place = Locator(content.root)
    found = content.root.findall("{*}transaction")
    for number, transaction in enumerate(found, 1):
        header = transaction.find("{*}header")
        said = texts(header) if header is not None else {}
        voucher = Voucher(place.of(transaction), str(number) if len(found) > 1 else "", said.get("period", ""))
        voucher.on = day_of(said.get("date", ""))
        if voucher.on is None:
            voucher.wrong(f"{voucher.place}/header[1]/date[1]", said.get("date", ""), "2026-03-25")
        for line in transaction.iterfind("{*}lines/{*}line"):
            _take_line(voucher, line, place.of(line))
        yield voucher


def _take_line(voucher: Voucher, line: etree._Element, place: str) -> None:
    said = texts(line)
    amount = exact(said.get("value", ""))
    sides = sided(amount or ZERO, said.get("debitcredit", ""))
    if amount is None:
        voucher.wrong(f"{place}/value[1]", said.get("value", ""), "1234.56")
    if sides is None:
        voucher.wrong(f"{place}/debitcredit[1]", said.get("debitcredit", ""), "debit | credit")
    voucher.take(
        Row(
            place,
            said.get("dim1", ""),
            sides or NOTHING,
            cost_center=said.get("dim2", ""),
            cost_unit=said.get("dim3", ""),
            description=said.get("description", ""),
        )
    )


def report(content: Content) -> Iterator[Voucher]:
    """A voucher per year, period and run."""
    place = Locator(content.root)
    vouchers: dict[tuple[str, str, str], Voucher] = {}
    for item in content.root.iterfind("{*}Items/{*}Item"):
        said, where = texts(item), place.of(item)
        year, period, run = said.get("Year", ""), said.get("Period", ""), said.get("Run", "")
        voucher = vouchers.setdefault(
            (year, period, run), Voucher(where, run, f"{year}-{period.zfill(2)}" if year else "", cumulative=True)
        )
        debit, credit = (exact(said.get(name) or "0") for name in ("Debit", "Credit"))
        for name, amount in (("Debit", debit), ("Credit", credit)):
            if amount is None:
                voucher.wrong(f"{where}/{name}[1]", said.get(name, ""), "1234.56")
        voucher.take(
            Row(
                where,
                said.get("GeneralLedgerAccount", ""),
                (debit or ZERO, credit or ZERO),
                cost_center=said.get("CostCenter", ""),
                cost_unit=said.get("CostUnit", ""),
                employee=said.get("EmployeeName", ""),
                component=said.get("ComponentName", ""),
            )
        )
    yield from vouchers.values()
