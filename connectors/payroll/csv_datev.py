"""DATEV posting batches (EXTF, DTVF) from its wage program: each row a balanced pair of account and contra-account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.payroll.csv_positional import rows_of
from connectors.payroll.marks import by_payroll_channel
from connectors.payroll.rows import NOTHING, ZERO, Row, Sides, Voucher, sided
from connectors.payroll.values import day_of
from hub.formats.content import Content
from hub.formats.decimals import decimal_of

LAYOUT = "datev"
_BATCH = "21"  # category: posting batch
_AMOUNT, _SIDE, _ACCOUNT, _CONTRA, _TAX_KEY, _DAY, _NUMBER, _TEXT, _COST_CENTER, _COST_UNIT = (
    0,
    1,
    6,
    7,
    8,
    9,
    10,
    13,
    36,
    37,
)


def is_mine(content: Content) -> bool:
    """A posting batch whose origin is the wage program (LO), or whose name says wages."""
    line = content.head.split("\n", 1)[0]
    if not line.startswith(('"EXTF";', '"DTVF";', "EXTF;", "DTVF;")):
        return False
    head = [cell.strip().strip('"') for cell in line.split(";")]
    if len(head) < 22 or head[2] != _BATCH:
        return False
    return head[7] == "LO" or "lohn" in head[16].casefold() or (by_payroll_channel(content) and not head[7])


def read(content: Content) -> Iterator[Voucher]:
    """One voucher: the batch."""
    rows = list(rows_of(content.text, ";"))
    head = rows[0][1]
    start, end = day_of(head[14]), day_of(head[15])
    voucher = Voucher("row 1", head[16], on=end, employer=head[11], description=head[16], currency=head[21] or "EUR")
    if start is None or end is None:
        voucher.wrong("row 1, column 15", head[14], "20260301")
        start = end = date.max
    for number, cells in rows[2:]:
        cells += [""] * (_COST_UNIT + 1 - len(cells))
        _take_pair(voucher, number, cells, start)
    yield voucher


def _take_pair(voucher: Voucher, number: int, cells: list[str], start: date) -> None:
    amount = decimal_of(cells[_AMOUNT], ",")
    sides = sided(amount or ZERO, cells[_SIDE])
    if amount is None or amount < 0:
        voucher.wrong(f"row {number}, column 1", cells[_AMOUNT], "1234,56")
    if sides is None:
        voucher.wrong(f"row {number}, column 2", cells[_SIDE], "S | H")
    if cells[_TAX_KEY]:
        voucher.wrong(f"row {number}, column {_TAX_KEY + 1}", cells[_TAX_KEY], "")
    if not _within(cells[_DAY], start):
        voucher.wrong(f"row {number}, column {_DAY + 1}", cells[_DAY], "3103")
    _take(voucher, number, cells, cells[_ACCOUNT], sides or NOTHING)
    _take(voucher, number, cells, cells[_CONTRA], (sides or NOTHING)[::-1])


def _take(voucher: Voucher, number: int, cells: list[str], account: str, sides: Sides) -> None:
    voucher.take(
        Row(
            f"row {number}",
            account,
            sides,
            cost_center=cells[_COST_CENTER],
            cost_unit=cells[_COST_UNIT],
            description=cells[_TEXT],
        )
    )


def _within(said: str, start: date) -> bool:
    """`3006` or `306` is 30 June or 3 June of the batch's year; whether there is such a day."""
    if not said.isdigit() or len(said) not in (3, 4):
        return False
    return day_of(f"{start.year}-{said[-2:]}-{said[:-2]}") is not None
