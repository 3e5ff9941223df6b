"""The source itself: tells JSON from CSV, and hands every day of the file on with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.dayreport.from_csv import LAYOUT, days_of_csv, is_day_csv
from connectors.dayreport.from_json import FORMAT, days_of_json
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

NAME = "dayreport"


class DayReportSource:
    """Z reports, and single receipts, as tills and converters write them for the hub."""

    name = NAME
    layout = LAYOUT
    kinds, forms = ("sales_day",), ("JSON", "CSV")

    def recognise(self, content: Content) -> bool:
        """JSON that names our format, or a CSV whose headings are ours."""
        head = content.head
        if head[:1] in ("{", "[", "<"):
            return head.startswith("{") and f'"{FORMAT}"' in head
        return is_day_csv(head)

    def read(self, content: Content) -> Reading:
        """The first day, the others behind it. A file that is not what it says is refused with every place where it is not."""
        try:
            readings = days_of_json(content) if content.head.startswith("{") else days_of_csv(content.text)
        except UnreadableInput as refusal:
            finding = Finding(
                refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500]
            )
            return Reading("sales-day", findings=(finding,), source=NAME)
        return _chained(iter(readings))


def _chained(readings: Iterator[Reading]) -> Reading:
    first = next(readings)
    return Reading(
        first.format, first.profile, findings=first.findings, rest=tuple(readings), source=NAME, feed=first.feed
    )


source = DayReportSource()
