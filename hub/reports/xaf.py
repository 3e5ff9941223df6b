"""Audit files (XML Auditfile Financieel): one year of one administration, streamed to a file in constant memory.

The order of sections is that of the schema; totals stand before the lines they are of, so all is read from
one snapshot. The file appears under its name when it is whole, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from lxml import etree
from sqlalchemy import Connection, select

from hub.errors import Usage
from hub.formats.findings import Findings
from hub.model.finding import Finding
from hub.model.money import decimals
from hub.reports import xaf_books as books
from hub.reports.xaf32 import Xaf32
from hub.reports.xaf40 import Xaf40
from hub.reports.xaf_books import Totals, Year
from hub.reports.xaf_form import JOURNAL_TYPES, EntryRow, Form, opening_line, own_number, totals
from hub.reports.xaf_relations import relation_pages
from hub.reports.xaf_subledgers import opening_sections, write_opening_items, write_subledgers
from hub.reports.xaf_text import Writer
from hub.reports.xaf_vat import Rates, vat_parts
from hub.store import tables as t
from hub.store.administrations import Books

FORMS: dict[str, type[Xaf32] | type[Xaf40]] = {"3.2": Xaf32, "4.0": Xaf40}
Progress = Callable[[int], None]  # lines written since the last call


@dataclass(frozen=True, slots=True)
class Written:
    """What an audit file holds, and what had to be changed to fit into it."""

    path: Path
    version: str
    year: int
    transactions: Totals
    opening: Totals
    findings: Findings


def write_audit_file(
    connection: Connection,
    loaded: Books,
    version: str,
    year: int,
    path: Path,
    today: date,
    progress: Progress | None = None,
) -> Written:
    """Write the year to `path`. `connection` sees one snapshot (`Database.reporting`), so that totals are those of the lines.

    Raises `Usage` for an unknown version and `NotFound` for a year without bookings.
    """
    if version not in FORMS:
        raise Usage(
            f"there is no audit file version {version!r}; choose from {', '.join(FORMS)}",
            say="no_xaf_version",
            version=version,
            known=", ".join(FORMS),
        )
    if decimals(loaded.snapshot.currency) > 2:
        raise Usage(f"an audit file has two decimals at most, {loaded.snapshot.currency} has more")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as handle:
            found = books.find_year(connection, loaded, year)
            done = _Export(connection, found, FORMS[version](), progress or _silent).write(handle, today)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Written(path, version, year, *done)


def _silent(_lines: int) -> None:
    """Nobody is watching."""


class _Export:
    """One file being written."""

    def __init__(self, connection: Connection, year: Year, form: Form, progress: Progress) -> None:
        self.connection = connection
        self.year = year
        self.form = form
        self.progress = progress
        self.findings = Findings()
        self.text = Writer(self.findings)
        self.rates = Rates(year.snapshot)

    def write(self, handle: IO[bytes], today: date) -> tuple[Totals, Totals, Findings]:
        """Everything, in the order of the schema."""
        # Children are built without namespace and written below an element that declares it: the bytes are right,
        # and a million elements need no prefix each.
        with etree.xmlfile(handle, encoding="utf-8") as xml:
            xml.write_declaration()
            with xml.element(f"{{{self.form.namespace}}}auditfile", nsmap={None: self.form.namespace}):
                xml.write(self.form.header(self.text, self.year, str(today)))
                with xml.element("company"):
                    if not own_number(self.year, "9944"):
                        self.findings.add(Finding("HUB-XAF-05", "warning", "xaf", "taxRegIdent", who="us"))
                    for element in self.form.company(self.text, self.year):
                        xml.write(element)
                    self._master_data(xml)
                    opening = self._opening(xml)
                    transactions = self._transactions(xml)
        return transactions, opening, self.findings

    def _master_data(self, xml: Any) -> None:
        with xml.element("customersSuppliers"):
            for page in relation_pages(self.connection, self.year, balances=self.form.balances):
                for relation in page:
                    _put(xml, self.form.relation(self.text, relation))
        accounts = select(t.account).where(t.account.c.administration_id == self.year.id)
        with xml.element("generalLedger"):
            for row in sorted(self.connection.execute(accounts), key=lambda row: str(row.code)):
                _put(xml, self.form.account(self.text, row))
        with xml.element("vatCodes"):
            for code in self._vat_codes():
                _put(xml, self.form.vat_code(self.text, *code))
        with xml.element("periods"):
            for number, name, first, last in self._periods():
                _put(xml, self.form.period(number, name, first, last))

    def _vat_codes(self) -> Iterator[tuple[str, str, str, str]]:
        """Each code once, though it may have a row per rate; those of earlier charts as well."""
        v = t.vat_code
        known = {code.code: code for code in reversed(self.year.snapshot.vat_codes)}
        rows = self.connection.execute(select(v.c.code, v.c.name).where(v.c.administration_id == self.year.id))
        names = {str(row.code): str(row.name) for row in sorted(rows, key=lambda row: str(row.code), reverse=True)}
        for code in sorted(names):
            own = known.get(code)
            yield (
                code,
                own.name if own else names[code],
                own.due_account if own else "",
                own.input_account if own else "",
            )

    def _periods(self) -> Iterator[tuple[int, str, str, str]]:
        p = t.period
        if self.year.fiscal_year_id is None:
            yield 1, str(self.year.year), str(self.year.first), str(self.year.last)
            return
        mine = (p.c.administration_id == self.year.id, p.c.fiscal_year_id == self.year.fiscal_year_id)
        for row in self.connection.execute(select(p).where(*mine).order_by(p.c.first_day)):
            yield row.first_day.month, row.name, str(row.first_day), str(row.last_day)

    def _opening(self, xml: Any) -> Totals:
        sections = opening_sections(self.connection, self.year) if self.form.subledgers else []
        held = {account for section in sections for account in section.accounts}
        lines = books.opening_lines(self.connection, self.year, held)
        found = books.totals_of(line.balance for line in lines)
        with xml.element("openingBalance"):
            for element in (*self.form.opening_head(self.year), *totals(found)):
                xml.write(element)
            for line in lines:
                _put(xml, opening_line(line))
            if held:
                numbers = {line.account: line.number for line in lines}
                write_opening_items(xml, self.text, self.connection, self.year, sections, numbers)
        return found

    def _transactions(self, xml: Any) -> Totals:
        found = books.transaction_totals(self.connection, self.year)
        with xml.element("transactions"):
            for element in totals(found):
                xml.write(element)
            for journal_id, code, name, kind in books.journals_used(self.connection, self.year):
                with xml.element("journal"):
                    head = etree.Element("journal")
                    self.text.text(head, "jrnID", code, 35, code)
                    self.text.text(head, "desc", name or code, 0, code)
                    self.text.text(head, "jrnTp", JOURNAL_TYPES.get(kind, "M"), 1, code)
                    for element in head:
                        xml.write(element)
                    self._journal(xml, journal_id, code)
            if self.form.subledgers:
                write_subledgers(xml, self.text, self.connection, self.year)
        return found

    def _journal(self, xml: Any, journal_id: int, code: str) -> None:
        for page in books.entry_pages(self.connection, self.year, journal_id):
            ids = [row.id for row in page]
            postings = books.postings_of(self.connection, self.year, ids)
            vat_lines = books.vat_lines_of(self.connection, self.year, ids)
            items = (p.open_item_id for rows in postings.values() for p in rows if p.open_item_id is not None)
            settled = {} if self.form.subledgers else books.settled_on(self.connection, self.year, items)
            for row in page:
                mine = postings.get(row.id, [])
                entry = self._entry(row, code, mine, vat_lines.get(row.id, []), settled)
                xml.write(self.form.transaction(self.text, self.year, entry))
                self.progress(len(mine))

    def _entry(
        self, row: Any, journal: str, postings: list[Any], vat_lines: list[Any], settled: dict[int, str]
    ) -> EntryRow:
        name = f"{journal} {self.year.year}/{row.number}"
        parts, homeless = vat_parts(postings, vat_lines, self.rates, self.year.snapshot.currency)
        for code in homeless:
            self.findings.add(Finding("HUB-XAF-06", "warning", "xaf", name, code, who="us"))
        invoice = next((p.invoice for p in postings if p.invoice), "")
        document = row.document or invoice or name
        return EntryRow(row, name, document, str(row.issue_date or row.booking_date), postings, parts, settled)


def _put(xml: Any, element: etree._Element) -> None:
    """An element on a line of its own, so that the file can be looked at."""
    element.tail = "\n"
    xml.write(element)
