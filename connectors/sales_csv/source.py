"""The source itself: tells JSON from CSV, and hands on the invoices one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.sales_csv.build import NAME
from connectors.sales_csv.from_csv import LAYOUT, invoices_of_csv
from connectors.sales_csv.from_json import MARK, invoices_of_json
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading


class InvoiceTableSource:
    """Sales and purchase invoices of wholesale and other packages, as CSV or JSON."""

    name = NAME
    layout = LAYOUT
    kinds, forms = ("invoice",), ("CSV", "JSON")

    def recognise(self, content: Content) -> bool:
        """JSON that names our format, or a CSV whose headings are ours."""
        head = content.head
        if head.startswith("{"):
            return f'"{MARK}"' in head
        return not head.startswith(("<", "[")) and LAYOUT.recognises(head)

    def read(self, content: Content) -> Reading:
        """The first invoice, the others behind it as they are asked for."""
        try:
            as_json = content.head.startswith("{")
            readings: Iterator[Reading] = invoices_of_json(content) if as_json else invoices_of_csv(content.text)
            return replace(next(readings), rest=readings)
        except UnreadableInput as refusal:
            finding = Finding(
                refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500]
            )
            return Reading("invoice-table", findings=(finding,), mapped=False, source=NAME)


source = InvoiceTableSource()
