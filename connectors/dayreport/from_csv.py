"""Days from CSV: one row per figure, so that a till needs no more than a list. Dutch and English headings and words."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connectors.dayreport.checks import total_check
from connectors.dayreport.from_json import default_category
from hub.errors import UnreadableInput
from hub.formats.amounts import read_date
from hub.formats.csv_text import csv_rows, heading
from hub.formats.decimals import Column, Mark, decimal_of
from hub.formats.findings import Findings
from hub.formats.layout import Field, Layout
from hub.model.finding import Finding
from hub.model.money import is_exact
from hub.model.sales_day import Revenue, SalesDay, Tender
from hub.ports import Reading

_HEADINGS = {
    "outlet": ("outlet", "filiaal", "kassa", "vestiging"),
    "date": ("date", "datum"),
    "shift": ("shift", "dienst"),
    "number": ("number", "nummer", "rapport"),
    "line": ("line", "soort", "regel"),
    "name": ("name", "naam", "groep", "omschrijving"),
    "rate": ("rate", "tarief", "btw-tarief", "btw_tarief"),
    "category": ("category", "categorie"),
    "net": ("net", "netto", "excl"),
    "vat": ("vat", "btw"),
    "amount": ("amount", "bedrag"),
    "currency": ("currency", "valuta"),
}
_FIELDS = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_NEEDED = ("outlet", "date", "line", "amount")
_LINES = {
    "revenue": "revenue", "omzet": "revenue", "tender": "tender", "betaling": "tender", "betaalwijze": "tender",
    "tips": "tips", "fooi": "tips", "fooien": "tips", "vouchers_sold": "vouchers_sold", "bonnen_verkocht": "vouchers_sold",
    "cadeaubonnen_verkocht": "vouchers_sold", "rounding": "rounding", "afronding": "rounding", "difference": "difference",
    "kasverschil": "difference", "verschil": "difference", "pay_in": "pay_in", "storting": "pay_in", "pay_out": "pay_out",
    "opname": "pay_out", "afstorting": "pay_out", "transactions": "transactions", "transacties": "transactions",
    "total": "total", "totaal": "total",
}  # fmt: skip
_AMOUNTS = ("net", "vat", "amount", "rate")
LAYOUT = Layout(
    "dayreport",
    tuple(
        Field(name, "amount" if name in _AMOUNTS else "date" if name == "date" else "text", also[1:], name in _NEEDED)
        for name, also in _HEADINGS.items()
    ),
)
ZERO = Decimal(0)


def is_day_csv(head: str) -> bool:
    """Whether the headings are those of our day report: the needed ones, and those of revenue."""
    first = head.split("\n", 1)[0].rstrip("\r")
    for delimiter in ";,\t":
        fields = {_FIELDS.get(heading(cell.strip('"'))) for cell in first.split(delimiter)}
        if fields >= {*_NEEDED, "net", "vat"}:
            return True
    return False


@dataclass(slots=True)
class _Day:
    outlet: str
    on: date
    shift: str
    row: int
    number: str = ""
    currency: str = ""
    revenue: list[Revenue] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)
    pay_ins: list[Tender] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    total_row: int = 0
    transactions: int | None = None


def days_of_csv(text: str) -> list[Reading]:
    """A reading per day, in the order of the file; one without any when a row cannot be read. Raises UnreadableInput."""
    try:
        rows = list(csv_rows(text))
    except csv.Error as error:
        raise UnreadableInput("HUB-TILL-02", found=str(error), expected="CSV") from error
    columns = {_FIELDS[name]: place for place, cell in enumerate(rows[0][1]) if (name := heading(cell)) in _FIELDS}
    reader = _Reader(columns, rows[1:])
    days = reader.days()
    if not days and not reader.findings.fatal:
        reader.wrong(rows[0][0], "line", "", "revenue")
    if reader.findings.fatal:
        return [Reading("sales-day-csv", findings=tuple(reader.findings), source="dayreport")]
    return [_reading(day) for day in days]


class _Reader:
    def __init__(self, columns: dict[str, int], rows: list[tuple[int, list[str]]]) -> None:
        self.findings = Findings()
        self._columns, self._rows = columns, rows
        self._marks = {name: self._mark(name) for name in _AMOUNTS}

    def days(self) -> list[_Day]:
        found: dict[tuple[str, date, str], _Day] = {}
        for row, cells in self._rows:
            outlet, said = self._cell(cells, "outlet"), self._cell(cells, "date")
            on = read_date(said)
            if on is None:
                self.wrong(row, "date", said, "2026-03-02")
                continue
            if not outlet:
                self.wrong(row, "outlet", "", "outlet")
                continue
            shift = self._cell(cells, "shift")
            day = found.setdefault((outlet.casefold(), on, shift.casefold()), _Day(outlet, on, shift, row))
            self._take(day, row, cells)
        return list(found.values())

    def wrong(self, row: int, column: str, found: str, expected: str) -> None:
        self.findings.add(
            Finding("HUB-TILL-02", "fatal", "read", f"row {row}, column {column}", found[:200], expected, "sender")
        )

    def _cell(self, cells: list[str], name: str) -> str:
        place = self._columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def _mark(self, name: str) -> Mark:
        """The decimal mark of a column; amounts in two notations, or in one that nobody can tell, are never guessed."""
        column = Column()
        for row, cells in self._rows:
            column.see(row, self._cell(cells, name))
        if column.mixed:
            self.wrong(
                column.proofs[","][0], name, ", .", "," if column.proofs[","][0] < column.proofs["."][0] else "."
            )
        elif column.undecided:
            self.wrong(column.ambiguous[0], name, "1.234 / 1,234", "1234.00")
        return column.mark

    def _amount(self, row: int, cells: list[str], name: str, *, empty: Decimal | None = None) -> Decimal:
        said = self._cell(cells, name)
        if not said and empty is not None:
            return empty
        value = decimal_of(said, self._marks[name])
        if value is None or (name != "rate" and not is_exact(value, self._cell(cells, "currency") or "EUR")):
            self.wrong(row, name, said, "1234.56")
            return ZERO
        return value

    def _take(self, day: _Day, row: int, cells: list[str]) -> None:
        said = self._cell(cells, "line")
        line = _LINES.get(heading(said))
        self._agree(day, row, cells)
        if line is None:
            self.wrong(row, "line", said, "revenue | tender | …")
        elif line == "revenue":
            day.revenue.append(self._revenue(row, cells))
        elif line in ("tender", "pay_in", "pay_out"):
            self._take_tender(day, line, row, cells)
        elif line == "transactions":
            day.transactions = int(self._amount(row, cells, "amount"))
        elif line == "total":
            day.total, day.total_row = self._amount(row, cells, "amount"), row
        else:
            day.sums[line] = day.sums.get(line, ZERO) + self._amount(row, cells, "amount")

    def _agree(self, day: _Day, row: int, cells: list[str]) -> None:
        """Number and currency are of the whole day; two of them are two days under one name."""
        for name in ("number", "currency"):
            said, known = self._cell(cells, name), getattr(day, name)
            if said and known and said != known:
                self.wrong(row, name, said, known)
            elif said:
                setattr(day, name, said)

    def _revenue(self, row: int, cells: list[str]) -> Revenue:
        net, tax = self._amount(row, cells, "net"), self._amount(row, cells, "vat", empty=ZERO)
        gross = self._amount(row, cells, "amount", empty=net + tax)
        if gross != net + tax:
            self.wrong(row, "amount", str(gross), str(net + tax))
        said = self._cell(cells, "rate").removesuffix("%").strip()
        rate = decimal_of(said, self._marks["rate"]) if said else None
        if said and (rate is None or not ZERO <= rate < 100):
            self.wrong(row, "rate", said, "21")
        return Revenue(
            net, tax, rate, self._cell(cells, "category") or default_category(rate), self._cell(cells, "name")
        )

    def _take_tender(self, day: _Day, line: str, row: int, cells: list[str]) -> None:
        name, amount = self._cell(cells, "name"), self._amount(row, cells, "amount")
        if not name:
            self.wrong(row, "name", "", "name")
        if line == "tender":
            day.tenders.append(Tender(name, amount))
        else:
            day.pay_ins.append(Tender(name, amount if line == "pay_in" else -amount))


def _reading(day: _Day) -> Reading:
    document = SalesDay(
        day.outlet,
        day.on,
        day.currency or "EUR",
        tuple(day.revenue),
        tuple(day.tenders),
        day.shift,
        day.number,
        tips=day.sums.get("tips", ZERO),
        vouchers_sold=day.sums.get("vouchers_sold", ZERO),
        rounding=day.sums.get("rounding", ZERO),
        pay_ins=tuple(day.pay_ins),
        difference=day.sums.get("difference", ZERO),
        transactions=day.transactions,
    )
    findings = total_check(document, day.total, f"row {day.total_row}, column amount")
    return Reading("sales-day-csv", findings=findings, source="dayreport", feed=document)
