"""What both editions of the audit file share: an entry as it is handed to them, and the letters they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lxml import etree

from hub.reports.xaf_books import OpeningLine, Totals, Year
from hub.reports.xaf_relations import RelationRow
from hub.reports.xaf_text import Writer, amount, plain
from hub.reports.xaf_vat import VatPart
from hub.rules.en16931.code_lists import COUNTRIES, CURRENCIES

Element = etree._Element

SOFTWARE = "Boekhub"
# Our list of countries is newer than the schema's; these it does not have.
COUNTRY_CODES = frozenset(COUNTRIES) - {"1A", "XI", "XK"}
CURRENCY_CODES = frozenset(CURRENCIES)
JOURNAL_TYPES = {"purchase": "P", "sales": "S", "bank": "B", "cash": "C", "payroll": "Y"}  # the others are M


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One transaction with everything that stands in it."""

    header: Any
    name: str  # INK 2026/12
    document: str
    effective: str
    postings: Sequence[Any]
    vat: Mapping[int, list[VatPart]]
    settled: Mapping[int, str] = field(default_factory=dict)


class Form(Protocol):
    """One edition: builds the elements of a section, without namespace: the open element above them declares it."""

    namespace: str
    subledgers: bool  # whether open items stand in the opening balance
    balances: bool  # whether relations carry their own balances

    def header(self, write: Writer, year: Year, today: str) -> Element:
        """Element `header`."""

    def company(self, write: Writer, year: Year) -> list[Element]:
        """What stands first in element `company`."""

    def relation(self, write: Writer, row: RelationRow) -> Element:
        """One `customerSupplier`."""

    def account(self, write: Writer, row: Any) -> Element:
        """One `ledgerAccount`."""

    def vat_code(self, write: Writer, code: str, name: str, due: str, input_: str) -> Element:
        """One `vatCode`."""

    def period(self, number: int, name: str, first: str, last: str) -> Element:
        """One `period`."""

    def opening_head(self, year: Year) -> list[Element]:
        """What stands in `openingBalance` before the totals."""

    def transaction(self, write: Writer, year: Year, entry: EntryRow) -> Element:
        """One `transaction`."""


def totals(found: Totals) -> list[Element]:
    """`linesCount`, `totalDebit` and `totalCredit`."""
    made = []
    for tag, value in (
        ("linesCount", str(found.lines)),
        ("totalDebit", amount(found.debit)),
        ("totalCredit", amount(found.credit)),
    ):
        element = etree.Element(tag)
        element.text = value
        made.append(element)
    return made


def opening_line(line: OpeningLine) -> Element:
    """One `obLine`, the same in both editions."""
    made = etree.Element("obLine")
    plain(made, "nr", str(line.number))
    plain(made, "accID", line.account)
    plain(made, "amnt", amount(abs(line.balance)))
    plain(made, "amntTp", "D" if line.balance >= 0 else "C")
    return made


def own_number(year: Year, scheme: str) -> str:
    """An identifier of the administration itself, by scheme."""
    return next((i.value for i in year.snapshot.identifiers if i.scheme == scheme), "")


def add_vat(parent: Element, parts: Sequence[VatPart]) -> None:
    """Elements `vat` of a line; 99 is the most a line may have."""
    for part in parts[:99]:
        vat = etree.SubElement(parent, "vat")
        plain(vat, "vatID", part.code)
        plain(vat, "vatPerc", part.percentage)
        plain(vat, "vatAmnt", amount(part.tax))
        plain(vat, "vatAmntTp", part.side)
