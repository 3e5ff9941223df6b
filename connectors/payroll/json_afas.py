"""AFAS SB: what `POST /api/payrolljournalentry` takes, one object or a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.payroll.rows import ZERO, Row, Voucher
from connectors.payroll.values import day_of, exact
from hub.formats.content import Content

LAYOUT = "afas"
_LINES = "PayrollJournalEntryLine"


def is_mine(content: Content) -> bool:
    """Its lines are called PayrollJournalEntryLine: no other file has them."""
    return content.head[:1] in ("{", "[") and f'"{_LINES}"' in content.text and content.is_json


def read(content: Content) -> Iterator[Voucher]:
    """A voucher per entry."""
    value = content.json
    found = value if isinstance(value, list) else [value]
    for index, entry in enumerate(found):
        place = f"$[{index}]" if isinstance(value, list) else "$"
        if isinstance(entry, dict):
            yield _voucher(entry, place)
        else:
            voucher = Voucher(place)
            voucher.wrong(place, str(entry), "object")
            yield voucher


def _voucher(entry: dict[str, Any], place: str) -> Voucher:
    said = _text(entry, "Date")
    voucher = Voucher(
        place,
        run=_text(entry, "Description"),
        on=day_of(said),
        employer=_text(entry, "AdministrationId"),
        description=_text(entry, "Description"),
    )
    if voucher.on is None:
        voucher.wrong(f"{place}.Date", said, "2026-03-25")
    lines = entry.get(_LINES)
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        _take_line(voucher, line if isinstance(line, dict) else {}, f"{place}.{_LINES}[{index}]")
    return voucher


def _take_line(voucher: Voucher, line: dict[str, Any], place: str) -> None:
    debit, credit = (exact(_text(line, name) or "0") for name in ("AmountDebit", "AmountCredit"))
    for name, amount in (("AmountDebit", debit), ("AmountCredit", credit)):
        if amount is None:
            voucher.wrong(f"{place}.{name}", _text(line, name), "1234.56")
    voucher.take(
        Row(
            place,
            _text(line, "LedgerAccountNumber"),
            (debit or ZERO, credit or ZERO),
            cost_center=_text(line, "CostCenterCode") or _text(line, "CostCenter"),
            description=_text(line, "Description"),
        )
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return (
        ""
        if value is None or isinstance(value, dict | list)
        else f"{value:f}"
        if isinstance(value, Decimal)
        else str(value).strip()
    )
