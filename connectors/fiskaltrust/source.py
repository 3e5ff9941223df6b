"""The source itself: knows receipt requests by their cases, and says of what is no sale what it is instead."""

from __future__ import annotations

from typing import Any

from connectors.fiskaltrust import cases
from connectors.fiskaltrust.receipt import read_sale, text
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding, Who
from hub.ports import Reading

NAME, FORMAT = "fiskaltrust", "fiskaltrust-receipt"
_NO_SALE = {"order": "HUB-TILL-20", "technical": "HUB-TILL-21", "unfinished": "HUB-TILL-25", "training": "HUB-TILL-26"}


class FiskaltrustSource:
    """Receipt requests (`ftReceiptCase`, `cbChargeItems`, `cbPayItems`), one or a list; each receipt is a document."""

    name = NAME
    kinds, forms = ("sales_day",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """JSON that names a receipt case and items."""
        if content.head[:1] not in ("{", "["):
            return False
        return b'"ftReceiptCase"' in content.data and b'"cbPayItems"' in content.data

    def read(self, content: Content) -> Reading:
        """The first receipt, the others behind it."""
        try:
            value = content.json
        except UnreadableInput as refusal:
            found = Finding(
                refusal.code, "fatal", "read", refusal.location, refusal.found[:500], refusal.expected[:500]
            )
            return Reading(FORMAT, findings=(found,), source=NAME)
        listed = value if isinstance(value, list) else [value]
        made = [
            _read(receipt, f"$[{index}]" if isinstance(value, list) else "$") for index, receipt in enumerate(listed)
        ]
        if not made:
            return _refused("HUB-TILL-27", "$", "[]", "object")
        first = made[0]
        return Reading(first.format, findings=first.findings, rest=tuple(made[1:]), source=NAME, feed=first.feed)


def _read(receipt: Any, place: str) -> Reading:
    case = receipt.get("ftReceiptCase") if isinstance(receipt, dict) else None
    if isinstance(case, bool) or not isinstance(case, int):
        return _refused("HUB-TILL-27", f"{place}.ftReceiptCase", str(case or ""), "ftReceiptCase")
    if cases.country(case) != cases.GERMANY:
        return _refused("HUB-TILL-29", f"{place}.ftReceiptCase", hex(case), "0x4445…", "us")
    items, payments = bool(receipt.get("cbChargeItems")), bool(receipt.get("cbPayItems"))
    kind = cases.kind_of(case, items, payments)
    reference = text(receipt, "cbReceiptReference")
    if kind in _NO_SALE:
        return _refused(_NO_SALE[kind], f"{place}.ftReceiptCase", reference or hex(case))
    day, findings = read_sale(receipt, place)
    if kind == "info":
        findings.append(Finding("HUB-TILL-22", "fatal", "hub", f"{place}.ftReceiptCase", reference, hex(case), "us"))
    return Reading(FORMAT, findings=tuple(findings), source=NAME, feed=day)


def _refused(code: str, place: str, found: str, expected: str = "", who: Who = "sender") -> Reading:
    return Reading(
        FORMAT, findings=(Finding(code, "fatal", "read", place, found[:200], expected or None, who),), source=NAME
    )


source = FiskaltrustSource()
