"""Payments as neutral CSV: a row a movement, Dutch or English headings and amounts, every fault named by row and column.

Columns (the English or the Dutch name, any order, `;` `,` or tab between): `date` datum, `amount` bedrag (positive came in),
and when wanted `currency` valuta, `iban` tegenrekening, `name` naam, `reference` kenmerk, `end_to_end_id`, `description`
omschrijving, `bank_account` rekening (ours: IBAN or ledger account), `transaction_id` transactie (the bank's own).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from stdnum import iban as ibans

from hub.formats.amounts import AmbiguousAmount, read_amount, read_date
from hub.formats.csv_text import csv_rows, decoded, heading
from hub.model.finding import Finding
from hub.model.money import Money

MOST_BYTES = 64 * 1024 * 1024
NAMES = {
    "date": ("date", "datum", "boekdatum", "transactiedatum"),
    "amount": ("amount", "bedrag"),
    "currency": ("currency", "valuta", "munt"),
    "iban": ("iban", "tegenrekening", "counter_account"),
    "name": ("name", "naam"),
    "reference": ("reference", "kenmerk", "betalingskenmerk"),
    "end_to_end_id": ("end_to_end_id", "end-to-end-id", "endtoendid"),
    "description": ("description", "omschrijving"),
    "bank_account": ("bank_account", "rekening", "bankrekening"),
    "transaction_id": ("transaction_id", "transactie", "transactieid", "transaction"),
}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One movement as it stands in the file. `line` counts from 1, the headings included."""

    line: int
    on: date
    amount: Money
    iban: str = ""
    name: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    description: str = ""
    bank_account: str = ""
    transaction_id: str = ""


def read_payments(data: bytes, currency: str) -> tuple[list[PaymentRow], list[Finding]]:
    """The rows, and what is wrong with those that cannot be read; `currency` where a row names none."""
    if len(data) > MOST_BYTES:
        return [], [_finding("HUB-PAY-01", 1, "", str(len(data)), str(MOST_BYTES))]
    rows = _rows(data)
    head = next(rows, (1, []))[1]
    columns = _columns(head)
    missing = [name for name in ("date", "amount") if name not in columns]
    if missing:
        found = ", ".join(head)[:200]
        return [], [_finding("HUB-PAY-02", 1, name, found, ", ".join(NAMES[name])) for name in missing]
    made: list[PaymentRow] = []
    findings: list[Finding] = []
    for line, cells in rows:
        if len(cells) != len(head):
            findings.append(_finding("HUB-PAY-03", line, "", str(len(cells)), str(len(head))))
            continue
        row, faults = _row(line, {name: cells[place] for name, place in columns.items()}, currency)
        findings += faults
        if row is not None:
            made.append(row)
    if not made and not findings:
        findings.append(_finding("HUB-PAY-04", 1, "", "0", "1"))
    return made, findings


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    line = 0
    try:
        for line, cells in csv_rows(decoded(data)):
            yield line, cells
    except csv.Error:  # a field beyond the reader's limit, or a stray NUL: what was read until there counts
        yield line + 1, ["?"]


def _columns(head: Sequence[str]) -> dict[str, int]:
    given = [heading(cell) for cell in head]
    return {
        name: given.index(alias)
        for name, aliases in NAMES.items()
        if (alias := next((a for a in aliases if a in given), None)) is not None
    }


def _row(line: int, cells: dict[str, str], currency: str) -> tuple[PaymentRow | None, list[Finding]]:
    findings: list[Finding] = []
    on = read_date(cells["date"])
    if on is None:
        findings.append(_finding("HUB-PAY-05", line, "date", cells["date"], "2026-11-21, 21-11-2026"))
    money = cells.get("currency", "").upper() or currency
    if len(money) != 3 or not money.isalpha() or not money.isascii():
        findings.append(_finding("HUB-PAY-06", line, "currency", money, "EUR"))
        money = currency
    amount = _amount(line, cells["amount"], money, findings)
    iban = cells.get("iban", "").replace(" ", "").upper()
    if iban and not ibans.is_valid(iban):
        findings.append(_finding("HUB-PAY-09", line, "iban", iban, "NL91ABNA0417164300"))
    if findings or on is None or amount is None:
        return None, findings
    texts = {name: cells.get(name, "") for name in _TEXTS}
    return PaymentRow(line, on, amount, iban, **texts), findings


_TEXTS = ("name", "reference", "end_to_end_id", "description", "bank_account", "transaction_id")


def _amount(line: int, text: str, currency: str, findings: list[Finding]) -> Money | None:
    try:
        value = read_amount(text, currency)
    except AmbiguousAmount:
        findings.append(
            _finding(
                "HUB-PAY-08", line, "amount", text, f"{text[:-4]}{text[-3:]}, {text}{',' if '.' in text else '.'}00"
            )
        )
        return None
    if value is None:
        findings.append(_finding("HUB-PAY-07", line, "amount", text, "1234,56 / 1234.56"))
        return None
    if not value:
        findings.append(_finding("HUB-PAY-10", line, "amount", text, "> 0 / < 0"))
        return None
    return Money(value, currency)


def _finding(code: str, line: int, column: str, found: str, expected: str) -> Finding:
    details = (("row", str(line)), ("column", column))
    return Finding(
        code, "fatal", "import", f"row {line}{f', {column}' if column else ''}", found, expected, "us", details
    )
