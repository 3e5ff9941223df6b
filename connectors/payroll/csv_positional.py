"""Lists without headings, known by their shape: Twinfield's 11 columns, Exact Globe's 40 and Easyflex's 30, Informer's tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from connectors.payroll.marks import speaks_of_wages
from connectors.payroll.rows import ZERO, Row, Voucher, signed
from connectors.payroll.values import day_of, exact
from hub.formats.content import Content
from hub.formats.decimals import Column, decimal_of

TWINFIELD, EXACT_GLOBE, EASYFLEX, INFORMER = "twinfield-csv", "exact-globe", "easyflex", "informer"
_TWINFIELD_ROW = re.compile(
    r'"?\d+"?;[^;]*;[^;]*;"?\d{1,2}-\d{1,2}-\d{4}"?;"?\d{1,2}"?;[^;]+;[^;]*;(?:"")?;[^;]*;"?-?[\d.,]+"?;(?:"")?\r?'
)
_EASYFLEX_FILLED = {0, 1, 2, 7, 8, 12, 26, 27, 29}
_SAMPLE = 200  # rows by which a list is known


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells, stripped; empty rows are left out."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def layout_of(content: Content) -> str:
    """Which of the lists this is; "" when it is none."""
    first = content.head.split("\n", 1)[0]
    if _TWINFIELD_ROW.fullmatch(first):
        return TWINFIELD if speaks_of_wages(content, (content.text,)) else ""
    commas = first.count(",")
    if 28 <= commas <= 60:
        return _globe(content)
    if first.count("\t") >= 6:
        return _informer(content)
    return ""


def _globe(content: Content) -> str:
    """Exact Globe: memorial only, without debtor, creditor and VAT; Easyflex: 30 fields of which nine are filled."""
    rows = [cells for _, cells in islice(rows_of(content.text, ","), _SAMPLE)]
    if any(len(cells) < 3 or not cells[0].isdigit() or cells[1].upper() != "M" for cells in rows):
        return ""
    if all(len(cells) == 30 and _filled(cells) <= _EASYFLEX_FILLED and cells[8] for cells in rows):
        return EASYFLEX
    if not all(len(cells) == 40 for cells in rows) or rows[0][0].strip("0"):
        return ""
    if any(cells[place] for cells in rows for place in (9, 10, 20)):
        return ""
    return EXACT_GLOBE if speaks_of_wages(content, (cells[6] for cells in rows)) else ""


def _filled(cells: list[str]) -> set[int]:
    return {place for place, cell in enumerate(cells) if cell}


def _informer(content: Content) -> str:
    """Entry number, description, day, journal 1–99, then threes of ledger, text and amount."""
    for _, cells in islice(rows_of(content.text, "\t"), _SAMPLE):
        head, threes = cells[:4], _threes(cells)
        if len(head) < 4 or not threes or len(cells[4:]) % 3:
            return ""
        if not (head[0].isdigit() and day_of(head[2]) and re.fullmatch(r"[1-9]\d?", head[3])):
            return ""
        if not all(ledger.isdigit() and len(ledger) <= 7 for ledger, _, _ in threes):
            return ""
    return INFORMER if speaks_of_wages(content, (content.text,)) else ""


def _threes(cells: list[str]) -> list[tuple[str, str, str]]:
    rest = cells[4:]
    while rest and not rest[-1]:
        rest = rest[:-1]
    return [(rest[i], rest[i + 1], rest[i + 2]) for i in range(0, len(rest) - 2, 3)]


def twinfield(content: Content) -> Iterator[Voucher]:
    """A voucher per journal, statement number and period."""
    rows = list(rows_of(content.text, ";"))
    column = Column()
    for number, cells in rows:
        column.see(number, cells[9] if len(cells) > 9 else "")
    vouchers: dict[tuple[str, ...], Voucher] = {}
    for number, cells in rows:
        cells += [""] * (11 - len(cells))
        key = cells[1], cells[2], cells[4]
        voucher = vouchers.setdefault(key, Voucher(f"row {number}", cells[2], cells[4], journal=cells[1]))
        _take_day(voucher, cells[3], f"row {number}, column 4")
        amount = decimal_of(cells[9], column.mark)
        if amount is None or column.mixed:
            voucher.wrong(f"row {number}, column 10", cells[9], "1234.56")
        voucher.take(
            Row(
                f"row {number}",
                cells[5],
                signed(amount or ZERO),
                cost_center=cells[6],
                description=cells[8],
            )
        )
    yield from vouchers.values()


def _take_day(voucher: Voucher, said: str, place: str, *, packed: str = "ymd") -> None:
    """The day of a voucher is that of its first row; one that cannot be read is a fault wherever it stands."""
    day = day_of(said, packed=packed)
    if day is None:
        voucher.wrong(place, said, "30-11-2026")
    elif voucher.on is None:
        voucher.on = day


def exact_globe(content: Content) -> Iterator[Voucher]:
    """A voucher per header record (line number 0); the details lead, the header's amount is never read."""
    voucher: Voucher | None = None
    for number, cells in rows_of(content.text, ","):
        if not cells[0].strip("0"):
            if voucher:
                yield voucher
            voucher = Voucher(
                f"row {number}", cells[5], journal=cells[2], description=cells[6], currency=cells[14] or "EUR"
            )
            _take_day(voucher, cells[7], f"row {number}, column 8", packed="dmy")
        elif voucher:
            _take_globe(voucher, number, cells)
    if voucher:
        yield voucher


def easyflex(content: Content) -> Iterator[Voucher]:
    """A voucher per journal and day: there is no entry number."""
    vouchers: dict[tuple[str, str], Voucher] = {}
    for number, cells in rows_of(content.text, ","):
        voucher = vouchers.setdefault((cells[2], cells[7]), Voucher(f"row {number}", journal=cells[2]))
        _take_day(voucher, cells[7], f"row {number}, column 8", packed="dmy")
        _take_globe(voucher, number, cells)
    yield from vouchers.values()


def _take_globe(voucher: Voucher, number: int, cells: list[str]) -> None:
    amount = exact(cells[12]) if len(cells) > 28 else None
    if amount is None:
        found = cells[12] if len(cells) > 12 else ""
        voucher.wrong(f"row {number}, column 13", found, "1234.56")
    cells = cells + [""] * (30 - len(cells))
    voucher.take(
        Row(
            f"row {number}",
            cells[8],
            signed(amount or ZERO),
            cost_center=cells[26],
            cost_unit=cells[27],
            description=cells[6],
        )
    )


def informer(content: Content) -> Iterator[Voucher]:
    """A voucher per row."""
    column = Column()
    rows = list(rows_of(content.text, "\t"))
    for number, cells in rows:
        for _, _, said in _threes(cells):
            column.see(number, said)
    for number, cells in rows:
        voucher = Voucher(f"row {number}", cells[0], journal=cells[3], description=cells[1])
        _take_day(voucher, cells[2], f"row {number}, column 3")
        for index, (ledger, text, said) in enumerate(_threes(cells)):
            amount = decimal_of(said, column.mark)
            if amount is None or column.mixed:
                voucher.wrong(f"row {number}, column {7 + 3 * index}", said, "1234.56")
            voucher.take(Row(f"row {number}", ledger, signed(amount or ZERO), description=text))
        yield voucher
