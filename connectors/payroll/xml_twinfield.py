"""Twinfield transactions (`transactions/transaction` with office and code). The layout serves every journal: see `marks.py`."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from connectors.payroll.marks import speaks_of_wages
from connectors.payroll.rows import NOTHING, ZERO, Row, Voucher, sided
from connectors.payroll.values import day_of, exact
from hub.formats.content import Content
from hub.formats.xml import Locator, local_name
from hub.formats.xml_stream import child_text, texts

LAYOUT = "twinfield"
_OTHER_JOURNALS = {"vrk", "ink", "bnk", "kas", "si", "pi", "bank", "cash", "sales", "purchase", "bnk-imp"}


def is_mine(content: Content) -> bool:
    """A transaction with a journal code, no VAT, no invoice, and a word about wages (or the channel)."""
    root = content.root
    if local_name(root.tag) not in ("transactions", "transaction"):
        return False
    found = _transactions(root)
    headers = [header for t in found if (header := t.find("{*}header")) is not None and child_text(header, "code")]
    if not headers or len(headers) != len(found) or any(_is_trade(t) for t in found):
        return False
    words = [child_text(h, name) for h in headers for name in ("code", "freetext1", "freetext2", "freetext3")]
    words += [str(text.text or "") for t in found for text in t.iterfind("{*}lines/{*}line/{*}description")]
    return speaks_of_wages(content, words)


def _transactions(root: etree._Element) -> list[etree._Element]:
    return [root] if local_name(root.tag) == "transaction" else list(root.findall("{*}transaction"))


def _is_trade(transaction: etree._Element) -> bool:
    """Sales, purchases and bank: by the journal, an invoice number or due date, or a line with VAT."""
    header = transaction.find("{*}header")
    if header is None or child_text(header, "code").casefold() in _OTHER_JOURNALS:
        return True
    if child_text(header, "invoicenumber") or child_text(header, "duedate"):
        return True
    return any(
        line.get("type") == "vat" or child_text(line, "vatcode") for line in transaction.iterfind("{*}lines/{*}line")
    )


def read(content: Content) -> Iterator[Voucher]:
    """A voucher per transaction."""
    place = Locator(content.root)
    for transaction in _transactions(content.root):
        header = transaction.find("{*}header")
        said = texts(header) if header is not None else {}
        voucher = Voucher(
            place.of(transaction),
            run=said.get("number", "") or said.get("freetext1", ""),
            period=said.get("period", ""),
            on=day_of(said.get("date", "")),
            journal=said.get("code", ""),
            employer=said.get("office", ""),
            description=" ".join(said.get(name, "") for name in ("freetext1", "freetext2", "freetext3")),
            currency=said.get("currency", "") or "EUR",
        )
        if voucher.on is None:
            voucher.wrong(f"{voucher.place}/header[1]/date[1]", said.get("date", ""), "20260325")
        for line in transaction.iterfind("{*}lines/{*}line"):
            _take_line(voucher, line, place.of(line))
        yield voucher


def _take_line(voucher: Voucher, line: etree._Element, place: str) -> None:
    if line.get("type") == "total":  # repeats what the details say
        return
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
