"""The source itself: knows the file by its root, reads it as a stream, and gives a document per register and day of business."""

from __future__ import annotations

import re

from connectors.saft_till.days import readings
from connectors.saft_till.file import TillFile
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

NAME, FORMAT = "saft_till", "saft-cash-register"
_ROOT = re.compile(r"<(?:[\w.-]+:)?auditfile[\s>]")


class SaftTillSource:
    """Audit files of cash registers: receipts summed to days, or the Z reports where there are no receipts."""

    name = NAME
    kinds, forms = ("sales_day",), ("XML",)

    def recognise(self, content: Content) -> bool:
        """Root `auditfile` with cash registers in it; the financial audit file (XAF) has the same root and none."""
        head = content.head
        if not head.startswith("<") or not _ROOT.search(head):
            return False
        return "StandardAuditFile-Taxation-CashRegister" in head or b"cashregister>" in content.data

    def read(self, content: Content) -> Reading:
        """All days, in order of register and day. A file that breaks off is refused whole: its last day would lack receipts."""
        file = TillFile()
        try:
            file.read(content.data)
        except UnreadableInput as refusal:
            found = Finding(
                refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500]
            )
            return Reading(FORMAT, findings=(found,), source=NAME)
        made = readings(file)
        first = made[0]
        return Reading(first.format, findings=first.findings, rest=tuple(made[1:]), source=NAME, feed=first.feed)


source = SaftTillSource()
