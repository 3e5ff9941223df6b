"""Foreign currency on a line of an audit file: at most two decimals, whatever the currency has."""

from __future__ import annotations

from typing import Any

from lxml import etree

from hub.model.finding import Finding
from hub.model.money import decimals, from_minor
from hub.reports.xaf_books import Year
from hub.reports.xaf_form import CURRENCY_CODES
from hub.reports.xaf_text import Writer, plain


def add_currency(write: Writer, parent: etree._Element, year: Year, posting: Any, where: str) -> None:
    """Element `currency`, where the line is in another one. HUB-XAF-04 when its amount cannot be written."""
    if posting.currency == year.snapshot.currency:
        return
    value = from_minor(posting.amount, posting.currency)
    if posting.currency not in CURRENCY_CODES or (decimals(posting.currency) > 2 and value != round(value, 2)):
        found = f"{value} {posting.currency}"
        write.findings.add(Finding("HUB-XAF-04", "warning", "xaf", where, found, who="us"))
        return
    made = etree.SubElement(parent, "currency")
    plain(made, "curCode", posting.currency)
    plain(made, "curAmnt", f"{value:.2f}")
