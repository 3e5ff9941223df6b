"""Sub-ledgers of an audit file 3.2: open items of the first morning, and the control lines of the year with their dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy import Connection

from hub.reports import xaf_books as books
from hub.reports.xaf_books import Totals, Year
from hub.reports.xaf_form import totals
from hub.reports.xaf_text import Writer, plain, sided

Element = etree._Element
_LETTERS = (("receivable", "CU", "Debiteuren"), ("payable", "SU", "Crediteuren"))
_CONTROL_LINES = """
    SELECT p.entry_id, p.line, p.side, p.base_amount, p.open_item_id, r.code AS relation, o.number AS invoice,
           o.invoice_date, o.due_date, o.entry_id AS opened_by
    FROM posting p JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
    JOIN relation r ON r.administration_id = p.administration_id AND r.id = p.relation_id
    JOIN open_item o ON o.administration_id = p.administration_id AND o.id = p.open_item_id
    WHERE p.administration_id = :administration AND a.control = '{side}' AND {{within}} ORDER BY p.entry_id, p.line"""


@dataclass(frozen=True, slots=True)
class Section:
    """One sub-ledger of the opening balance: its totals and the control accounts of its items."""

    side: str
    totals: Totals
    accounts: frozenset[str]


def opening_sections(connection: Connection, year: Year) -> list[Section]:
    """Debtors and creditors as they stood on the first morning."""
    found = []
    for side, *_ in _LETTERS:
        sums, accounts = Totals(), set()
        for item in books.opening_items(connection, year, side):
            sums = sums.plus(int(item.balance))
            accounts.add(str(item.account))
        found.append(Section(side, sums, frozenset(accounts)))
    return found


def write_opening_items(
    xml: Any, write: Writer, connection: Connection, year: Year, sections: Sequence[Section], numbers: Mapping[str, int]
) -> None:
    """Element `obSubledgers`: every open item, pointing at the opening line of its control account."""
    with xml.element("obSubledgers"):
        for section in sections:
            with xml.element("obSubledger"):
                _head(xml, section.side, section.totals)
                for number, item in enumerate(books.opening_items(connection, year, section.side), 1):
                    xml.write(_opening_line(write, number, numbers[item.account], item, section.side))


def write_subledgers(xml: Any, write: Writer, connection: Connection, year: Year) -> None:
    """Element `subledgers`: every control line of the year with the dates of its invoice."""
    found = {
        side: books.totals_of(_signed(line) for *_, line in _lines(connection, year, side)) for side, *_ in _LETTERS
    }
    if not any(sums.lines for sums in found.values()):
        return
    with xml.element("subledgers"):
        for side, *_ in _LETTERS:
            with xml.element("subledger"):
                _head(xml, side, found[side])
                for number, (journal, head, line) in enumerate(_lines(connection, year, side), 1):
                    xml.write(_line(write, number, journal, head, line, side))


def _head(xml: Any, side: str, sums: Totals) -> None:
    letters, name = next((letters, name) for own, letters, name in _LETTERS if own == side)
    for tag, value in (("sbType", letters), ("sbDesc", name)):
        element = etree.Element(tag)
        element.text = value
        xml.write(element)
    for element in totals(sums):
        xml.write(element)


def _lines(connection: Connection, year: Year, side: str) -> Iterator[tuple[str, Any, Any]]:
    """(journal, entry, line) of every line on the control accounts of a side, as transactions are ordered."""
    for journal_id, code, *_ in books.journals_used(connection, year):
        for page in books.entry_pages(connection, year, journal_id):
            found = books.rows_by_entry(connection, _CONTROL_LINES.format(side=side), year, [head.id for head in page])
            for head in page:
                for line in found.get(head.id, ()):
                    yield code, head, line


def _signed(line: Any) -> int:
    return int(line.base_amount) if line.side == "debit" else -int(line.base_amount)


def _opening_line(write: Writer, number: int, opening_line: int, item: Any, side: str) -> Element:
    """One `obSbLine`."""
    made, where = etree.Element("obSbLine"), f"{item.relation} {item.number}"
    plain(made, "nr", str(number))
    plain(made, "obLineNr", str(opening_line))
    sided(made, int(item.balance))
    write.text(made, "docRef", item.number, 999, where)
    _invoice(write, made, item.id, item.relation, item.number, where)
    _dates(made, item, side, int(item.balance), "I")
    return made


def _line(write: Writer, number: int, journal: str, head: Any, line: Any, side: str) -> Element:
    """One `sbLine`, pointing at its line in the transactions."""
    made, where = etree.Element("sbLine"), f"{journal} {head.number}"
    plain(made, "nr", str(number))
    write.text(made, "jrnID", journal, 35, where)
    plain(made, "trNr", str(head.number))
    plain(made, "trLineNr", str(line.line + 1))
    sided(made, _signed(line))
    write.text(made, "docRef", head.document or line.invoice, 999, where)
    _invoice(write, made, line.open_item_id, line.relation, line.invoice, where)
    _dates(made, line, side, _signed(line), "I" if line.opened_by == line.entry_id else "P")
    return made


def _invoice(write: Writer, made: Element, item_id: int, relation: str, invoice: str, where: str) -> None:
    plain(made, "matchKeyID", str(item_id))
    plain(made, "custSupID", relation)
    write.text(made, "invRef", invoice, 999, where)


def _dates(made: Element, item: Any, side: str, signed: int, kind: str) -> None:
    receivable = side == "receivable"
    plain(made, "invPurSalTp", "S" if receivable else "P")
    plain(made, "invTp", "D" if (signed >= 0) == receivable else "C")
    plain(made, "invDt", str(item.invoice_date))
    plain(made, "invDueDt", str(item.due_date))
    plain(made, "mutTp", kind)
    made.tail = "\n"
