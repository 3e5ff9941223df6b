"""The source itself: which layout a file is in, by its content, and its vouchers as payroll journals."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial

from connectors.payroll import (
    csv_datev,
    csv_headed,
    csv_positional,
    json_afas,
    xml_exact_online,
    xml_nmbrs,
    xml_twinfield,
)
from connectors.payroll.rows import SOURCE, Voucher, readings
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

Reader = Callable[[Content], Iterator[Voucher]]
_XML: tuple[tuple[str, Callable[[Content], bool], Reader], ...] = (
    (xml_nmbrs.JOURNAL, xml_nmbrs.is_journal, xml_nmbrs.journal),
    (xml_nmbrs.REPORT, xml_nmbrs.is_report, xml_nmbrs.report),
    (xml_twinfield.LAYOUT, xml_twinfield.is_mine, xml_twinfield.read),
    (xml_exact_online.LAYOUT, xml_exact_online.is_mine, xml_exact_online.read),
)
_LISTS: dict[str, Reader] = {
    csv_positional.TWINFIELD: csv_positional.twinfield,
    csv_positional.EXACT_GLOBE: csv_positional.exact_globe,
    csv_positional.EASYFLEX: csv_positional.easyflex,
    csv_positional.INFORMER: csv_positional.informer,
}


class PayrollSource:
    """Loonjournaalposten of Nmbrs, Twinfield, Exact, AFAS, xCount, Asperion, Speedbooks, Informer, DATEV, and distributions."""

    name = SOURCE
    layout = csv_headed.LAYOUT
    kinds, forms = ("payroll_journal",), ("CSV", "XML", "JSON", "TXT")

    def recognise(self, content: Content) -> bool:
        """Whether it is a payroll journal in a layout that is known. What may be any journal is taken as `marks.py` says."""
        try:
            return _layout(content) is not None
        except (UnreadableInput, csv.Error):
            return False

    def read(self, content: Content) -> Reading:
        """The first run, the others of the file behind it."""
        found = _layout(content)
        if found is None:
            raise UnreadableInput("HUB-FMT-01", found=content.head[:50], expected="payroll journal")
        layout, reader = found
        made = list(readings(reader(content), layout))
        if not made:
            empty = Finding("HUB-PAYR-02", "fatal", "read", "", None, None, "sender")
            return Reading(f"payroll-{layout}", findings=(empty,), source=SOURCE)
        first = made[0]
        return Reading(first.format, findings=first.findings, rest=tuple(made[1:]), source=SOURCE, feed=first.feed)


def _layout(content: Content) -> tuple[str, Reader] | None:
    """Name and reader of the layout; None when it is not ours."""
    start = content.head[:1]
    if start == "<":
        return next(((name, reader) for name, is_mine, reader in _XML if is_mine(content)), None)
    if start in ("{", "["):
        return (json_afas.LAYOUT, json_afas.read) if json_afas.is_mine(content) else None
    if csv_datev.is_mine(content):
        return csv_datev.LAYOUT, csv_datev.read
    if listed := csv_positional.layout_of(content):
        return listed, _LISTS[listed]
    if headed := csv_headed.layout_of(content):
        return headed, partial(csv_headed.read, layout=headed)
    return None


source = PayrollSource()
