"""Reading an XML Auditfile Financieel 3.0 to 4.0, without trusting it and without holding it: what it says, as nouns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.findings import Findings
from hub.formats.xaf_bytes import AuditBytes
from hub.formats.xml import local_name
from hub.formats.xml_stream import child_text, elements, texts
from hub.model.audit_file import (
    AuditAccount,
    AuditCompany,
    AuditHeader,
    AuditJournal,
    AuditLine,
    AuditPeriod,
    AuditRelation,
    AuditTransaction,
    OpeningItem,
)
from hub.model.finding import Finding
from hub.model.money import to_minor

Event = (
    AuditHeader
    | AuditCompany
    | AuditRelation
    | AuditAccount
    | AuditPeriod
    | AuditJournal
    | AuditTransaction
    | OpeningItem
    | tuple[str, Any]
)
_NAMES = (
    "header", "customerSupplier", "ledgerAccount", "vatCode", "period", "obLine", "obSbLine", "openingBalance",
    "transaction", "sbLine", "transactions", "company",
)  # fmt: skip
_VERSION = re.compile(r"(?i)XAF[/_ ]?v?([34]\.[0-9])|Financieel([34]\.[0-9])")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T.*)?")


def read_audit_file(path: Path, findings: Findings, taken: list[int] | None = None) -> Iterator[Event]:
    """The events of one file, in the order of the file; the header is the first.

    Events that are pairs: `("opening", (nr, account, cents))`, `("subledger", (journal, transaction, line))`,
    `("totals", (section, lines, debit, credit))`, `("vat account", code)`. `taken[0]` is how many bytes were read.
    Raises UnreadableInput for what is no XML or no audit file; a value that cannot be read is HUB-XAF-14.
    """
    source = AuditBytes(path)
    try:
        reader = _Reader(findings, source, path.name)
        for element in elements(source, _NAMES):
            if taken is not None:
                taken[0] = source.done
            yield from reader.events(element)
        if reader.version == "":
            raise UnreadableInput("HUB-XAF-12", found=path.name, expected="auditfile")
    finally:
        source.close()
    if source.windows_characters and source.declared:
        found = f"{source.declared}: {source.windows_characters}"
        findings.add(Finding("HUB-XAF-10", "information", "xaf", found=found, expected="windows-1252"))
    if source.illegal_characters:
        findings.add(Finding("HUB-XAF-11", "warning", "xaf", found=str(source.illegal_characters)))


def part_of(path: Path) -> tuple[int, int] | None:
    """(x, y) when the file says that it is continuation x of y, else None. Raises as `read_audit_file`."""
    source = AuditBytes(path)
    source.close()
    return source.part


class _Reader:
    """Elements to events; remembers the journal and the decimals of the currency."""

    def __init__(self, findings: Findings, source: AuditBytes, name: str) -> None:
        self.findings = findings
        self.source = source
        self.name = name
        self.version = ""
        self.currency = "EUR"
        self._parent: etree._Element | None = None
        self._journal = AuditJournal("", "")

    def events(self, element: etree._Element) -> Iterator[Event]:
        """What one element says."""
        name = local_name(element.tag)
        if name == "header":
            yield self._header(element)
            return
        if not self.version:
            raise UnreadableInput("HUB-XAF-12", found=name, expected="header", location=self._line(element))
        if name == "transaction":
            yield from self._transaction(element)
        elif name == "customerSupplier":
            if local_name(getattr(element.getparent(), "tag", "")) == "customersSuppliers":
                yield self._relation(element)
        elif name == "ledgerAccount":
            yield self._account(element)
        elif name == "company":
            yield self._company(element)
        elif name in ("openingBalance", "transactions"):
            yield "totals", self._totals(element, name)
        else:
            yield from self._small(element, name)

    def _small(self, element: etree._Element, name: str) -> Iterator[Event]:
        found = texts(element)
        if name == "vatCode":
            for tag in ("vatToPayAccID", "vatToClaimAccID"):
                if found.get(tag):
                    yield "vat account", found[tag]
        elif name == "period":
            first = self._day(element, found.get("startDatePeriod", ""), "startDatePeriod")
            last = self._day(element, found.get("endDatePeriod", ""), "endDatePeriod")
            if first and last:
                yield AuditPeriod(found.get("periodNumber", ""), first, last)
        elif name == "obLine":
            yield "opening", (found.get("nr", ""), found.get("accID", ""), self._cents(element, found, "obLine"))
        elif name == "obSbLine":
            kind = child_text(_parent(element), "sbType")
            yield OpeningItem(kind, found.get("obLineNr", ""), self._as_line(element, found, "obSbLine"))
        elif name == "sbLine":
            at = (found.get("jrnID", ""), found.get("trNr", ""), found.get("trLineNr", ""))
            yield "subledger", (child_text(_parent(element), "sbType"), *at, self._as_line(element, found, "sbLine"))

    def _header(self, element: etree._Element) -> AuditHeader:
        root = _parent(element)
        space = str(root.tag)[1:].partition("}")[0] if str(root.tag).startswith("{") else ""
        version = _VERSION.search(space)
        if local_name(root.tag) != "auditfile" or version is None:
            raise UnreadableInput("HUB-XAF-12", found=space or local_name(root.tag), expected="XAF 3.0 … 4.0")
        self.version = version[1] or version[2]
        found = texts(element)
        first = self._day(element, found.get("startDate", ""), "startDate")
        last = self._day(element, found.get("endDate", ""), "endDate")
        if first is None or last is None or first > last:
            raise UnreadableInput("HUB-XAF-12", found=f"{found.get('startDate', '')}", expected="startDate, endDate")
        self.currency = found.get("curCode", "") or "EUR"
        software = " ".join(part for part in (found.get("softwareDesc"), found.get("softwareVersion")) if part)
        return AuditHeader(self.version, found.get("fiscalYear", ""), first, last, self.currency, software)

    def _company(self, element: etree._Element) -> AuditCompany:
        number = child_text(element, "companyIdent") or child_text(element, "Commercenr")
        country = child_text(element, "taxRegistrationCountry") or "NL"
        return AuditCompany(child_text(element, "companyName"), number, country, child_text(element, "taxRegIdent"))

    def _relation(self, element: etree._Element) -> AuditRelation:
        found = texts(element)
        address: dict[str, str] = {}
        for tag in ("streetAddress", "postalAddress"):
            for child in element.iterchildren(f"{{*}}{tag}"):
                address = address or texts(child)
        accounts = tuple(child_text(child, "bankAccNr") for child in element.iterchildren("{*}bankAccount"))
        street = " ".join(address.get(tag, "") for tag in ("streetname", "number", "numberExtension")).strip()
        code = found.get("custSupID", "")
        return AuditRelation(
            code, found.get("custSupName", "") or code, found.get("custSupTp", ""),
            address.get("country", "") or found.get("taxRegistrationCountry", ""), found.get("commerceNr", ""),
            found.get("taxRegIdent", ""), tuple(iban for iban in accounts if iban), found.get("eMail", ""),
            found.get("telephone", ""), found.get("contact", ""), street, address.get("postalCode", ""), address.get("city", ""),
            self._opening_of(found),
        )  # fmt: skip

    def _opening_of(self, found: dict[str, str]) -> int:
        cents = self._optional(found.get("opBalDesc", "")) or 0
        return cents if found.get("opBalTp", "") != "C" else -cents

    def _account(self, element: etree._Element) -> AuditAccount:
        found = texts(element)
        code = found.get("accID", "")
        rgs = found.get("RGScode", "") or found.get("leadCode", "")
        return AuditAccount(code, found.get("accDesc", "") or code, found.get("accTp", ""), rgs)

    def _totals(self, element: etree._Element, name: str) -> tuple[str, str, int | None, int | None]:
        debit, credit = child_text(element, "totalDebit"), child_text(element, "totalCredit")
        return name, child_text(element, "linesCount"), self._optional(debit), self._optional(credit)

    def _optional(self, text: str) -> int | None:
        try:
            return to_minor(Decimal(text), self.currency) if text else None
        except (InvalidOperation, ValueError):
            return None

    def _transaction(self, element: etree._Element) -> Iterator[Event]:
        parent = _parent(element)
        if parent is not self._parent:
            self._parent = parent
            codes = [child_text(parent, tag) for tag in ("jrnID", "desc", "jrnTp", "offsetAccID")]
            self._journal = AuditJournal(codes[0], codes[1] or codes[0], codes[2], codes[3])
            yield self._journal
        place = f"{self._journal.code} {child_text(element, 'nr')}"
        day = self._day(element, child_text(element, "trDt"), f"{place} trDt")
        lines = tuple(
            self._as_line(child, texts(child), f"{place}/{number}")
            for number, child in enumerate(element.iterchildren("{*}trLine"), 1)
        )
        if day is not None:
            yield AuditTransaction(
                self._journal.code, child_text(element, "nr"), day, child_text(element, "periodNumber"),
                child_text(element, "desc"), child_text(element, "userID") or child_text(element, "User"), lines, place,
            )  # fmt: skip

    def _as_line(self, element: etree._Element, found: dict[str, str], place: str) -> AuditLine:
        foreign = [child_text(child, "curCode") for child in element.iterchildren("{*}currency")]
        vat = tuple(
            (child_text(child, "vatID"), _signed_text(child_text(child, "vatAmnt"), child_text(child, "vatAmntTp")))
            for child in element.iterchildren("{*}vat")
        )
        return AuditLine(
            found.get("nr", ""), found.get("accID", ""), self._cents(element, found, place), found.get("docRef", ""),
            found.get("desc", ""), found.get("custSupID", ""), found.get("invRef", ""), found.get("matchKeyID", ""),
            _iso(found.get("invDt", "")), _iso(found.get("invDueDt", "")), found.get("costID", "") or found.get("cost", ""),
            found.get("projID", "") or found.get("project", ""), foreign[0] if foreign else "", vat,
        )  # fmt: skip

    def _cents(self, element: etree._Element, found: dict[str, str], place: str) -> int:
        text, side = found.get("amnt", ""), found.get("amntTp", "")
        try:
            cents = to_minor(Decimal(text), self.currency)
        except (InvalidOperation, ValueError, OverflowError):
            self._bad(place, "amnt", text, "1234.56", element)
            return 0
        if side not in ("D", "C"):
            self._bad(place, "amntTp", side, "D, C", element)
        return cents if side == "D" else -cents

    def _day(self, element: etree._Element, text: str, place: str) -> date | None:
        found = _iso(text)
        if not found:
            self._bad(place, "", text, "2026-11-21", element)
            return None
        return date.fromisoformat(found)

    def _bad(self, place: str, field: str, found: str, expected: str, element: etree._Element) -> None:
        where = f"{place} {field}".strip()
        details = (("row", str(element.sourceline or "")),)
        self.findings.add(Finding("HUB-XAF-14", "fatal", "xaf", where, found[:60], expected, details=details))

    def _line(self, element: etree._Element) -> str:
        return f"line {element.sourceline}, column 1"


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _signed_text(amount: str, side: str) -> str:
    return f"-{amount}" if side == "C" and not amount.startswith("-") else amount


def _iso(text: str) -> str:
    """The date alone; "" for what is none. Time zones are dropped: a date of a booking has none (XAF7008)."""
    match = _DAY.fullmatch(text)
    try:
        return str(date.fromisoformat(match[1])) if match else ""
    except ValueError:
        return ""
