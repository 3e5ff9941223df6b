"""Exact Online, topic GLTransactions. The layout serves every journal: see `marks.py`."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from connectors.payroll.marks import speaks_of_wages
from connectors.payroll.rows import ZERO, Row, Voucher, signed
from connectors.payroll.values import day_of, exact
from hub.formats.content import Content
from hub.formats.xml import Locator, local_name
from hub.formats.xml_stream import child_text

LAYOUT = "exact-online"
_TRADE = {"20", "21", "30", "31", "40"}  # sales, purchases, and their credit notes; cash flow


def is_mine(content: Content) -> bool:
    """`eExact/GLTransactions` of no trading type, without VAT or relation, and with a word about wages (or the channel)."""
    root = content.root
    if local_name(root.tag) != "eExact":
        return False
    found = root.findall("{*}GLTransactions/{*}GLTransaction")
    if not found or any(_is_trade(t) for t in found):
        return False
    return speaks_of_wages(content, (str(text.text or "") for t in found for text in t.iter("{*}Description")))


def _is_trade(transaction: etree._Element) -> bool:
    if _attribute(transaction, "TransactionType", "number") in _TRADE:
        return True
    return any(
        line.find(name) is not None
        for line in transaction.iterfind("{*}GLTransactionLine")
        for name in ("{*}VATTransaction", "{*}Account")
    )


def read(content: Content) -> Iterator[Voucher]:
    """A voucher per GLTransaction."""
    place = Locator(content.root)
    for transaction in content.root.iterfind("{*}GLTransactions/{*}GLTransaction"):
        yield _voucher(transaction, place)


def _voucher(transaction: etree._Element, place: Locator) -> Voucher:
    line = transaction.find("{*}GLTransactionLine")
    said = child_text(transaction, "Date") or (child_text(line, "Date") if line is not None else "")
    year, period = _attribute(line, "FinYear", "number"), _attribute(line, "FinPeriod", "number")
    voucher = Voucher(
        place.of(transaction),
        run=transaction.get("entry", ""),
        period=f"{year}-{period.zfill(2)}" if year and period else "",
        on=day_of(said),
        journal=_attribute(transaction, "Journal", "code"),
        description=child_text(transaction, "Description"),
    )
    if voucher.on is None:
        voucher.wrong(f"{voucher.place}/Date[1]", said, "2026-03-25")
    for line in transaction.iterfind("{*}GLTransactionLine"):
        _take_line(voucher, line, place.of(line))
    return voucher


def _take_line(voucher: Voucher, line: etree._Element, place: str) -> None:
    said = child_text(found, "Value") if (found := line.find("{*}Amount")) is not None else ""
    amount = exact(said)
    if amount is None:
        voucher.wrong(f"{place}/Amount[1]/Value[1]", said, "1234.56")
    currency = _attribute(found, "Currency", "code")
    if currency and voucher.rows and currency != voucher.currency:
        voucher.wrong(f"{place}/Amount[1]/Currency[1]", currency, voucher.currency)
    voucher.currency = voucher.currency if voucher.rows else currency or voucher.currency
    voucher.take(
        Row(
            place,
            _attribute(line, "GLAccount", "code"),
            signed(amount or ZERO),
            cost_center=_attribute(line, "Costcenter", "code"),
            cost_unit=_attribute(line, "Costunit", "code"),
            description=child_text(line, "Description"),
        )
    )


def _attribute(element: etree._Element | None, child: str, name: str) -> str:
    found = None if element is None else element.find(f"{{*}}{child}")
    return "" if found is None else (found.get(name) or "").strip()
