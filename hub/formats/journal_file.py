"""Manual entries from a file: JSON (one entry or a list) or CSV (a row a line), every fault named by its place.

JSON: `{"journal": "MEM", "date": "2026-11-20", "description": "…", "lines": [{"account": "4640", "debit": "12.50"}, …]}`.
CSV columns: journal, date, description, account, debit, credit; and when wanted entry (which lines belong together),
side and amount instead of debit and credit, currency, base, vat_code, cost_center, project, relation, invoice, due_date, open.
Dutch headings are read too. Amounts in JSON are text, so that nothing is rounded on the way.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hub.formats.amounts import AmbiguousAmount, read_amount, read_date
from hub.formats.csv_text import csv_rows, decoded, heading
from hub.model.finding import Finding
from hub.model.manual import ManualEntry, ManualLine

_DUTCH = {
    "boeking": "entry", "dagboek": "journal", "datum": "date", "omschrijving": "description", "rekening": "account",
    "debet": "debit", "kant": "side", "bedrag": "amount", "valuta": "currency", "btw_code": "vat_code", "btw-code": "vat_code",
    "btw": "vat_code", "kostenplaats": "cost_center", "relatie": "relation", "factuur": "invoice", "vervaldatum": "due_date",
    "eigen_valuta": "base",
}  # fmt: skip
_SIDES = {"debit": 1, "d": 1, "debet": 1, "credit": -1, "c": -1}
_YES = ("1", "true", "yes", "ja", "new", "nieuw", "x")
_MOST = 16 * 1024 * 1024  # bytes


def read_journal(data: bytes) -> tuple[list[ManualEntry], list[Finding]]:
    """The entries, and what is wrong with those that cannot be read."""
    if len(data) > _MOST:
        return [], [_finding("HUB-JRN-01", "", f"{len(data)} bytes", f"{_MOST} bytes")]
    text = decoded(data)
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text)
    return _from_csv(text)


def _from_json(text: str) -> tuple[list[ManualEntry], list[Finding]]:
    try:
        read = json.loads(text, parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        return [], [_finding("HUB-JRN-01", "", str(error)[:200], "JSON")]
    entries: list[ManualEntry] = []
    findings: list[Finding] = []
    for number, one in enumerate(read if isinstance(read, list) else [read], 1):
        place = f"entry {number}"
        lines = one.get("lines") if isinstance(one, dict) else None
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            findings.append(_finding("HUB-JRN-02", place, "", "journal, date, description, lines"))
            continue
        rows = [(f"{place}, line {n}", _named(line)) for n, line in enumerate(lines, 1)]
        _collect(place, _named(one), rows, entries, findings)
    return entries, findings


def _from_csv(text: str) -> tuple[list[ManualEntry], list[Finding]]:
    entries: list[ManualEntry] = []
    findings: list[Finding] = []
    groups: dict[tuple[str, ...], list[tuple[str, dict[str, str]]]] = {}
    head: list[str] = []
    line = 0
    try:
        for line, cells in csv_rows(text):
            if not head:
                head = _names(cells)
                continue
            row = dict(zip(head, cells, strict=False))
            key = (row["entry"],) if row.get("entry") else tuple(row.get(n, "") for n in _TOGETHER)
            groups.setdefault(key, []).append((f"row {line}", row))
    except csv.Error as error:
        return [], [_finding("HUB-JRN-01", f"row {line + 1}", str(error), "CSV")]
    if "account" not in head or "date" not in head:
        return [], [_finding("HUB-JRN-02", "row 1", ", ".join(head)[:200], "journal, date, account, debit, credit")]
    for rows in groups.values():
        _collect(rows[0][0], rows[0][1], rows, entries, findings)
    if not groups:
        findings.append(_finding("HUB-JRN-02", "row 2", "", "account, debit, credit"))
    return entries, findings


_TOGETHER = ("journal", "date", "description")  # rows alike in these are one entry, where none is named


def _names(cells: list[str]) -> list[str]:
    return [_DUTCH.get(name, name) for name in map(heading, cells)]


def _named(one: Mapping[str, Any]) -> dict[str, str]:
    """Keys in English, values as text."""
    plain = {k: v for k, v in one.items() if not isinstance(v, dict | list) and v is not None}
    return {_DUTCH.get(str(k).casefold(), str(k).casefold()): str(v).strip() for k, v in plain.items()}


def _collect(
    place: str, head: Mapping[str, str], rows: list[tuple[str, dict[str, str]]], entries: list[ManualEntry],
    findings: list[Finding],
) -> None:  # fmt: skip
    on = read_date(head.get("date", ""))
    if on is None:
        findings.append(_finding("HUB-JRN-03", f"{place}, date", head.get("date", ""), "2026-11-21"))
    lines = [line for where, row in rows if (line := _line(where, row, findings)) is not None]
    if on is not None and len(lines) == len(rows):
        entries.append(ManualEntry(place, head.get("journal", ""), on, head.get("description", ""), tuple(lines)))


def _line(place: str, row: Mapping[str, str], findings: list[Finding]) -> ManualLine | None:
    before = len(findings)
    currency = row.get("currency", "").upper()
    amount = _signed(place, row, currency, findings)
    base = _amount(f"{place}, base", row["base"], "EUR", findings) if row.get("base") else None
    due = _due(place, row, findings)
    if len(findings) > before or amount is None:
        return None
    base = None if base is None else abs(base) if amount > 0 else -abs(base)
    texts = {
        name: row.get(name, "") for name in ("vat_code", "cost_center", "project", "relation", "invoice", "description")
    }
    opens = row.get("open", "").casefold() in _YES
    return ManualLine(
        place, row.get("account", ""), amount, currency, base, due_date=due, opens=opens or due is not None, **texts
    )


def _due(place: str, row: Mapping[str, str], findings: list[Finding]) -> date | None:
    text = row.get("due_date", "")
    due = read_date(text)
    if text and due is None:
        findings.append(_finding("HUB-JRN-03", f"{place}, due_date", text, "2026-11-21"))
    return due


def _signed(place: str, row: Mapping[str, str], currency: str, findings: list[Finding]) -> Decimal | None:
    """Debit positive: from debit or credit, or from side and amount."""
    given = [name for name in ("debit", "credit") if row.get(name, "").strip(" 0.,")]
    if row.get("amount"):
        sign = _SIDES.get(row.get("side", "").casefold())
        if sign is None or given:
            findings.append(_finding("HUB-JRN-04", place, row.get("side", ""), "debit / credit"))
            return None
        amount = _amount(f"{place}, amount", row["amount"], currency, findings)
        return None if amount is None else sign * amount
    if len(given) != 1:
        shown = ", ".join(f"{name} {row.get(name, '')}" for name in ("debit", "credit"))
        findings.append(_finding("HUB-JRN-04", place, shown, "debit / credit"))
        return None
    amount = _amount(f"{place}, {given[0]}", row[given[0]], currency, findings)
    return None if amount is None else amount if given[0] == "debit" else -amount


def _amount(place: str, text: str, currency: str, findings: list[Finding]) -> Decimal | None:
    try:
        value = read_amount(text, currency or "EUR")
    except AmbiguousAmount:
        value = None
    if not value:
        findings.append(_finding("HUB-JRN-05", place, text, "1234.56 / 1234,56"))
        return None
    return value


def _finding(code: str, place: str, found: str, expected: str) -> Finding:
    return Finding(code, "fatal", "import", place, found, expected, "us", (("place", place),))
