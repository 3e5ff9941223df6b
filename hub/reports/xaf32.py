"""XML Auditfile Financieel 3.2: the elements of each section, in the order of its schema (DOMAIN 1.3)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from hub import __version__
from hub.reports.xaf_books import Year
from hub.reports.xaf_foreign import add_currency
from hub.reports.xaf_form import COUNTRY_CODES, SOFTWARE, EntryRow, add_vat, own_number
from hub.reports.xaf_relations import RelationRow
from hub.reports.xaf_text import Writer, plain, sided

Element = etree._Element
NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
_TYPES = {frozenset(("receivable",)): "C", frozenset(("payable",)): "S", frozenset(("receivable", "payable")): "B"}


class Xaf32:
    """The edition that practically every package reads."""

    namespace = NAMESPACE
    subledgers = True
    balances = False

    def header(self, write: Writer, year: Year, today: str) -> Element:
        """Element `header`."""
        made = etree.Element("header")
        plain(made, "fiscalYear", str(year.year))
        plain(made, "startDate", str(year.first))
        plain(made, "endDate", str(year.last))
        plain(made, "curCode", year.snapshot.currency)
        plain(made, "dateCreated", today)
        plain(made, "softwareDesc", SOFTWARE)
        plain(made, "softwareVersion", __version__[:20])
        return made

    def company(self, write: Writer, year: Year) -> list[Element]:
        """Chamber of commerce number, name, country and VAT number."""
        made = etree.Element("company")
        write.text(made, "companyIdent", own_number(year, "0106"), 35, "company")
        write.text(made, "companyName", year.snapshot.name or year.snapshot.code, 999, "company")
        plain(made, "taxRegistrationCountry", year.snapshot.country)
        plain(made, "taxRegIdent", own_number(year, "9944")[:30])
        return list(made)

    def relation(self, write: Writer, row: RelationRow) -> Element:
        """One `customerSupplier`."""
        made, where = etree.Element("customerSupplier"), f"{row.code}"
        plain(made, "custSupID", row.code)
        write.text(made, "custSupName", row.name, 50, where)
        write.text(made, "contact", row.contact, 50, where)
        write.text(made, "telephone", row.card.get("telephone", ""), 30, where)
        write.text(made, "eMail", row.card.get("email", ""), 0, where)
        write.text(made, "website", row.card.get("website", ""), 0, where)
        write.text(made, "commerceNr", row.first("0106:"), 999, where)
        vat = row.first("VAT:")
        write.code(made, "taxRegistrationCountry", "GR" if vat[:2] == "EL" else vat[:2], COUNTRY_CODES, where)
        write.text(made, "taxRegIdent", vat, 30, where)
        plain(made, "custSupTp", _TYPES.get(frozenset(row.sides), "O"))
        for letters, tag in ((False, "streetAddress"), (True, "postalAddress")):
            for address in row.street(letters):
                _address(write, made, tag, address, where)
        for iban in row.ibans():
            plain(etree.SubElement(made, "bankAccount"), "bankAccNr", iban[:35])
        return made

    def account(self, write: Writer, row: Any) -> Element:
        """One `ledgerAccount`; RGS goes into the lead code."""
        made = etree.Element("ledgerAccount")
        plain(made, "accID", row.code)
        write.text(made, "accDesc", row.name or row.code, 999, row.code)
        plain(made, "accTp", "B" if row.kind == "balance" else "P")
        if row.rgs:
            plain(made, "leadCode", row.rgs)
            plain(made, "leadReference", "RGS")
        return made

    def vat_code(self, write: Writer, code: str, name: str, due: str, input_: str) -> Element:
        """One `vatCode`."""
        made = etree.Element("vatCode")
        plain(made, "vatID", code)
        write.text(made, "vatDesc", name or code, 999, code)
        write.text(made, "vatToPayAccID", due, 35, code)
        write.text(made, "vatToClaimAccID", input_, 35, code)
        return made

    def period(self, number: int, name: str, first: str, last: str) -> Element:
        """One `period`."""
        made = etree.Element("period")
        plain(made, "periodNumber", str(number))
        plain(made, "periodDesc", name)
        plain(made, "startDatePeriod", first)
        plain(made, "endDatePeriod", last)
        return made

    def opening_head(self, year: Year) -> list[Element]:
        """The day of the opening balance."""
        made = etree.Element("opBalDate")
        made.text = str(year.first)
        return [made]

    def transaction(self, write: Writer, year: Year, entry: EntryRow) -> Element:
        """One `transaction`."""
        head = entry.header
        made = etree.Element("transaction")
        plain(made, "nr", str(head.number))
        write.text(made, "desc", head.description, 0, entry.name)
        plain(made, "periodNumber", str(head.booking_date.month))
        plain(made, "trDt", str(head.booking_date))
        write.text(made, "sourceID", (head.message_uid or "").replace("-", ""), 35, entry.name)
        write.text(made, "userID", head.user, 35, entry.name)
        for posting in entry.postings:
            _line(write, made, year, entry, posting)
        made.tail = "\n"
        return made


def _line(write: Writer, parent: Element, year: Year, entry: EntryRow, posting: Any) -> None:
    where = entry.name
    made = etree.SubElement(parent, "trLine")
    plain(made, "nr", str(posting.line + 1))
    plain(made, "accID", posting.account)
    write.text(made, "docRef", entry.document, 999, where)
    plain(made, "effDate", entry.effective)
    sided(made, posting.base_amount if posting.side == "debit" else -posting.base_amount)
    if posting.open_item_id is not None:
        plain(made, "matchKeyID", str(posting.open_item_id))
        plain(made, "custSupID", posting.relation)
        write.text(made, "invRef", posting.invoice, 999, where)
    write.text(made, "costID", posting.cost_center, 35, where)
    write.text(made, "projID", posting.project, 35, where)
    add_vat(made, entry.vat.get(posting.line, ()))
    add_currency(write, made, year, posting, where)
    made.tail = "\n"


def _address(write: Writer, parent: Element, tag: str, row: Any, where: str) -> None:
    made = etree.SubElement(parent, tag)
    street = " ".join(part for part in (row.line_1, row.line_2, row.line_3) if part)
    write.text(made, "streetname", street, 999, where)
    write.text(made, "city", row.city, 50, where)
    write.text(made, "postalCode", row.postcode, 10, where)
    write.text(made, "region", row.subdivision, 50, where)
    write.code(made, "country", row.country, COUNTRY_CODES, where)
