"""The file as a stream: names first, then per register its events and its receipts, each forgotten once it is read."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from connectors.saft_till.receipt import Names, Receipt, left_out, read_receipt
from connectors.saft_till.report import Report, read_report
from connectors.saft_till.values import Unreadable
from hub.formats.findings import Findings
from hub.formats.xml import local_name
from hub.formats.xml_stream import child_text, elements
from hub.model.finding import Finding

_NAMES = ("header", "basic", "event", "cashtransaction")


@dataclass(slots=True)
class Register:
    """A cash register: everything of it that counts."""

    outlet: str
    receipts: list[Receipt] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    out: Counter[str] = field(default_factory=Counter)
    seen: int = 0


class TillFile:
    """What the file holds. `findings` are faults that nobody can place in a day; then nothing of it is booked."""

    def __init__(self) -> None:
        self.currency = "EUR"
        self.registers: dict[tuple[str, str], Register] = {}
        self.findings = Findings()
        self._basics: dict[tuple[str, str], tuple[str, str]] = {}

    def read(self, data: bytes) -> None:
        """Read it all. Raises UnreadableInput where the XML is broken."""
        for element in elements(io.BytesIO(data), _NAMES):
            name = local_name(element.tag)
            if name == "header":
                self.currency = child_text(element, "curCode") or self.currency
            elif name == "basic":
                key = child_text(element, "basicType"), child_text(element, "basicID")
                self._basics[key] = child_text(element, "predefinedBasicID"), child_text(element, "basicDesc")
            elif (parent := element.getparent()) is not None and local_name(parent.tag) == "cashregister":
                self._take(element, name, self._register(parent))

    def _take(self, element: etree._Element, name: str, register: Register) -> None:
        register.seen += 1
        try:
            names = Names(self._basics, self.currency)
            if name == "event":
                report = read_report(element, names)
                register.reports += [report] if report else []
            elif why := left_out(element):
                register.out[why] += 1
            else:
                register.receipts.append(read_receipt(element, names))
        except Unreadable as fault:
            number = child_text(element, "nr") or child_text(element, "eventID")
            place = f"{register.outlet}, {name} {number}, {fault.place}"
            self.findings.add(
                Finding("HUB-TILL-12", "fatal", "read", place, fault.found[:200], fault.expected, "sender")
            )

    def _register(self, element: etree._Element) -> Register:
        number = child_text(element, "registerID")
        place = element.getparent()
        shop = child_text(place, "name") if place is not None else ""
        return self.registers.setdefault((shop, number), Register(" ".join(filter(None, (shop, number)))))
