"""Mutations from CSV: a row a line, rows of one system and number are one mutation. Dutch and English headings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hub.formats.layout import Field, Layout, LayoutTable, Row
from hub.model.finding import Finding
from hub.model.mutation import Mutation, MutationLine
from hub.ports import Reading

NAME, FORMAT = "mutations", "mutation-csv"
LAYOUT = Layout(
    NAME,
    (
        Field("source", also=("bron", "systeem", "system"), needed=True, longest=60),
        Field("number", also=("nummer", "boekstuk", "mutatie", "mutatienummer"), needed=True, longest=100),
        Field("date", "date", also=("datum", "boekdatum"), needed=True),
        Field("account", also=("rekening", "grootboek", "grootboekrekening"), needed=True, longest=100),
        Field("debit", "amount", also=("debet",)),
        Field("credit", "amount"),
        Field("amount", "amount", also=("bedrag",)),
        Field("journal", also=("dagboek",), longest=60),
        Field("description", also=("omschrijving",)),
        Field("line", also=("regel", "regelomschrijving", "line_description")),
        Field("vat", also=("btw", "btw-code", "btw_code", "vat_code"), longest=60),
        Field("cost_center", also=("kostenplaats", "cost_centre"), longest=60),
        Field("project", also=("kostendrager",), longest=60),
        Field("currency", also=("valuta",), longest=3),
        Field("stream", also=("reeks",), longest=60),
        Field("seq", "whole", also=("reeksnummer",)),
    ),
    marks=("debit", "credit", "amount"),
)
ZERO = Decimal(0)


def mutations_of_csv(text: str) -> Iterator[Reading]:
    """A reading per mutation, in the order of the file; one without any when the file as a whole cannot be read."""
    table = LayoutTable(LAYOUT, text, "HUB-MUT-02")
    if table.faults:
        yield Reading(FORMAT, findings=tuple(table.faults), source=NAME)
        return
    empty = True
    for rows, wrong in table.documents(lambda row: (row.text("source").casefold(), row.text("number").casefold())):
        empty = False
        yield _reading(table, rows, wrong)
    if empty:
        wrong = [Finding("HUB-MUT-02", "fatal", "read", "row 1, column number", "", "1", "sender")]
        yield Reading(FORMAT, findings=tuple(wrong), source=NAME)


def _reading(table: LayoutTable, rows: list[Row], log: list[Finding]) -> Reading:
    heads = {
        name: table.agreed(rows, name, log) for name in ("date", "journal", "description", "currency", "stream", "seq")
    }
    system = table.text(rows[0], "source", log, needed=True)
    number = table.text(rows[0], "number", log, needed=True)
    on = table.day(heads["date"], "date", log, needed=True)
    currency = heads["currency"].text("currency").upper() or "EUR"
    if len(currency) != 3 or not currency.isalpha():
        log.append(table.fault(heads["currency"], "currency", currency, "EUR"))
    stream, seq = _place(table, heads, log)
    lines = tuple(_line(table, row, currency, log) for row in rows)
    if on is None or any(f.fatal for f in log):
        return Reading(FORMAT, findings=tuple(log), source=NAME)
    journal = table.text(heads["journal"], "journal", log)
    description = table.text(heads["description"], "description", log)
    document = Mutation(system, number, on, currency, lines, journal, description, stream, seq)
    return Reading(FORMAT, findings=tuple(log), source=NAME, feed=document)


def _place(table: LayoutTable, heads: dict[str, Row], log: list[Finding]) -> tuple[str, int]:
    """Stream and number of a mutation that has them; one without the other says nothing."""
    stream, seq = table.text(heads["stream"], "stream", log), table.whole(heads["seq"], "seq", log)
    if stream and not seq and not any(f.location.endswith("column seq") for f in log):
        log.append(table.fault(heads["stream"], "seq", heads["seq"].text("seq"), "1, 2, 3 …"))
    if not stream and heads["seq"].text("seq"):
        log.append(table.fault(heads["seq"], "stream", "", "stream"))
    return stream, seq or 0


def _line(table: LayoutTable, row: Row, currency: str, log: list[Finding]) -> MutationLine:
    """`debit` and `credit`, or `amount` with a sign; whoever fills both says the same thing twice and must agree."""
    debit, credit = (table.amount(row, name, log, currency) for name in ("debit", "credit"))
    signed = table.amount(row, "amount", log, currency)
    sides = None if debit is None and credit is None else (debit or ZERO) - (credit or ZERO)
    if signed is not None and sides is not None and signed != sides:
        log.append(table.fault(row, "amount", row.text("amount"), str(sides)))
    amount = signed if signed is not None else sides
    if amount is None and not any(row.text(name) for name in ("amount", "debit", "credit")):
        column = next(name for name in ("amount", "debit", "credit") if name in table.columns)
        log.append(table.fault(row, column, row.text(column), "1234.56"))
    return MutationLine(
        table.text(row, "account", log, needed=True), amount or ZERO, table.text(row, "vat", log),
        table.text(row, "cost_center", log), table.text(row, "project", log), table.text(row, "line", log),
    )  # fmt: skip
