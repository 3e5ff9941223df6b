"""Lists with headings: xCount, Asperion, Speedbooks, and the journal and wage distribution of our own (`schemas/README.md`)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from connectors.payroll.marks import speaks_of_wages
from connectors.payroll.rows import DISTRIBUTION, ZERO, Row, Voucher, sided, signed
from connectors.payroll.values import day_of, named_period
from hub.formats.content import Content
from hub.formats.csv_text import csv_rows, delimiter_of, heading
from hub.formats.decimals import Column, Mark, decimal_of
from hub.formats.layout import Field, Kind, Layout

XCOUNT, ASPERION, SPEEDBOOKS, OWN = "xcount", "asperion", "speedbooks", "table"
_HEADINGS = {
    "account": ("rekeningnummer", "grootboekrekening", "grbrek", "grootboeknummer", "grootboek", "rekening", "account"),
    "debit": ("debet", "debit"),
    "credit": ("credit",),
    "amount": ("waarde", "bedrag", "amount"),
    "date": ("datum", "boekdatum", "date"),
    "run": ("boekstuk", "boekstuknummer", "run"),
    "text": ("omschrijving", "rekeningomschrijving", "description"),
    "cost_center": ("kostenplaats", "cost_center"),
    "cost_unit": ("kostendrager", "cost_unit"),
    "period": ("periode", "period"),
    "employer": ("werkgever", "employer"),
    "employee": ("medewerker", "werknemer", "employee"),
    "invoice": ("factuurnr", "factuurnummer"),
    "kind": ("soort", "kind"),
    "side": ("d/c", "dc", "zijde", "side"),
    "journal": ("dagboek", "journal"),
}
_KINDS = {
    "journal": "journal", "loonjournaalpost": "journal", "totals": "totals", "cumulatief": "totals",
    "distribution": DISTRIBUTION, "loonverdeelstaat": DISTRIBUTION,
}  # fmt: skip
_FIELDS = {name: field for field, names in _HEADINGS.items() for name in names}
_XCOUNT = {"rekeningnummer", "rekeningomschrijving", "debet", "credit", "datum"}
_AMOUNTS = ("debit", "credit", "amount")
_NEEDED = ("kind", "employer", "account")
_OF_KIND: dict[str, Kind] = {"debit": "amount", "credit": "amount", "amount": "amount", "date": "date"}
LAYOUT = Layout(
    "payroll",
    tuple(
        Field("description" if name == "text" else name, _OF_KIND.get(name, "text"), also, name in _NEEDED)
        for name, also in _HEADINGS.items()
        if name != "invoice"
    ),
)
"""Our own table of wages: what a description of another package's file (`settings.form = "payroll"`) comes down to."""


def layout_of(content: Content) -> str:
    """Which of the lists this is; "" when it is none. xCount and the distribution are known by their headings alone."""
    line = content.head.split("\n", 1)[0].strip()
    delimiter, _ = delimiter_of(line)
    names = {heading(cell.strip('"')) for cell in line.split(delimiter)}
    fields = {_FIELDS[name] for name in names & _FIELDS.keys()}
    if names == _XCOUNT:
        return XCOUNT
    if fields >= set(_NEEDED) and (fields >= {"debit", "credit"} or "amount" in fields):
        return OWN
    if fields >= {"employer", "period", "account", "cost_center", "amount"}:
        return DISTRIBUTION
    layout = ""
    if (
        "account" in fields
        and "run" in fields
        and "date" in fields
        and (fields >= {"debit", "credit"} or "amount" in fields)
    ):
        layout = ASPERION
    elif fields >= {"account", "text", "debit", "credit"} and "date" not in fields:
        layout = SPEEDBOOKS
    if not layout or not speaks_of_wages(content, (content.text,)):
        return ""
    return "" if _names_invoices(content) else layout


def _names_invoices(content: Content) -> bool:
    """Whether a row names an invoice: then it is trade, and no payroll."""
    rows = list(csv_rows(content.text))
    places = [place for place, cell in enumerate(rows[0][1]) if _FIELDS.get(heading(cell)) == "invoice"]
    return any(place < len(cells) and cells[place] for _, cells in rows[1:] for place in places)


def read(content: Content, layout: str) -> Iterator[Voucher]:
    """A voucher per run, or per day or period where there is no run. Speedbooks tells totals since the start of the year."""
    rows = list(csv_rows(content.text))
    table = _Table({_FIELDS[n]: i for i, cell in enumerate(rows[0][1]) if (n := heading(cell)) in _FIELDS}, rows[1:])
    vouchers: dict[tuple[str, ...], Voucher] = {}
    for number, cells in table.rows:
        said = {name: table.cell(cells, name) for name in _HEADINGS}
        key = (said["kind"], said["employer"], said["run"], said["period"], "" if said["run"] else said["date"])
        voucher = vouchers.get(key)
        if voucher is None:
            period = said["period"] or ("" if said["date"] else named_period(content.file_name))
            voucher = vouchers[key] = Voucher(f"row {number}", said["run"], period, employer=said["employer"])
            voucher.cumulative = layout == SPEEDBOOKS
            if layout == OWN:
                _kind_of(voucher, number, said["kind"])
                voucher.journal = said["journal"]
            voucher.description = content.file_name
        _take(voucher, table, number, cells, said)
    yield from vouchers.values() if vouchers else [Voucher("row 1")]


def _kind_of(voucher: Voucher, number: int, said: str) -> None:
    """A run, totals since the start of the year, or a distribution; who does not say which is asked, never guessed."""
    kind = _KINDS.get(said.casefold(), "")
    if not kind:
        voucher.wrong(f"row {number}, column kind", said, "journal | totals | distribution")
    voucher.cumulative, voucher.distribution = kind == "totals", kind == DISTRIBUTION


class _Table:
    """Cells by the name of their column, and the decimal mark of each column of amounts."""

    def __init__(self, columns: dict[str, int], rows: list[tuple[int, list[str]]]) -> None:
        self.rows = rows
        self._columns = columns
        self._seen = {name: self._look(name) for name in _AMOUNTS}

    def cell(self, cells: list[str], name: str) -> str:
        place = self._columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def _look(self, name: str) -> Column:
        column = Column()
        for number, cells in self.rows:
            column.see(number, self.cell(cells, name))
        return column

    def mark(self) -> Mark:
        """One list is written in one notation: a column that proves nothing follows the others."""
        return next((column.mark for column in self._seen.values() if column.mark), "")

    @property
    def mixed(self) -> bool:
        return len({mark for column in self._seen.values() for mark, rows in column.proofs.items() if rows}) > 1


def _take(voucher: Voucher, table: _Table, number: int, cells: list[str], said: dict[str, str]) -> None:
    if said["date"] and (day := day_of(said["date"])) is not None:
        voucher.on = voucher.on or day
    elif said["date"]:
        voucher.wrong(f"row {number}, column date", said["date"], "2026-03-25")
    amounts: dict[str, Decimal] = {}
    for name in _AMOUNTS:
        value = decimal_of(said[name], table.mark()) if said[name] else ZERO
        if value is None or (said[name] and table.mixed):
            voucher.wrong(f"row {number}, column {name}", said[name], "1234.56")
        amounts[name] = value or ZERO
    sides = signed(amounts["amount"]) if amounts["amount"] else (amounts["debit"], amounts["credit"])
    if said["side"] and amounts["amount"]:
        written = sided(amounts["amount"], said["side"])
        if written is None:
            voucher.wrong(f"row {number}, column side", said["side"], "D | C")
        sides = written or sides
    voucher.take(
        Row(
            f"row {number}",
            said["account"],
            sides,
            cost_center=said["cost_center"],
            cost_unit=said["cost_unit"],
            description=said["text"],
            employee=said["employee"],
        )
    )
