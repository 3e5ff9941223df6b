"""How every report is shown: JSON lines, a table on the terminal, or a file by `--out`; one place for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.cli.options import CsvDialect, WhichSide
from hub.cli.output import Column, Output, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.model.sheet import Sheet

Lines = Callable[[Iterable[Row]], Iterable[Row]]  # rows of the JSON contract as lines of a table


@dataclass(frozen=True, slots=True)
class Report:
    """A report, said once for every form. `title` is a message key; `lines` makes its rows lines of a table.

    `ids` are columns more in CSV and XLSX, which no page has room for: what one goes down by, to item, entry and message.
    `every` makes the lines of CSV and XLSX where those must each bear what a page says once.
    """

    title: str
    columns: Sequence[Column]
    facts: Sequence[tuple[str, str]] = ()
    lines: Lines = iter
    headings: Mapping[str, str] = field(default_factory=dict)
    empty: str = "nothing_found"
    ids: Sequence[Column] = ()
    every: Lines | None = None


def show(
    output: Output, report: Report, rows: Iterable[Row], out: Path | None = None, csv: CsvDialect = CsvDialect.plain,
    notes: Sequence[str] = (),
) -> int:  # fmt: skip
    """Show it; the number of rows or lines. `notes` stand below a table, and may be added to until the last row is read.

    With `out` the answer under `--json` is one line about the file. Raises `Usage` for what cannot be written.
    """
    if out is not None:
        return _write(output, report, rows, out, csv, notes)
    if output.as_json:
        return output.rows(rows, report.columns)
    lines = list(report.lines(rows))
    if not lines:
        output.note(report.empty)
        return 0
    output.table(lines, report.columns, headings=report.headings)
    for note in notes:
        output.say("note", text=note)
    return len(lines)


def _write(
    output: Output, report: Report, rows: Iterable[Row], out: Path, csv: CsvDialect, notes: Sequence[str]
) -> int:
    from hub.reports.forms import ending_of, write_sheet

    paper = ending_of(out) == ".pdf"  # said before the books are read
    with output.progress("progress_report") as advance:
        lines = _counted((report.lines if paper else report.every or report.lines)(rows), advance)
        columns = report.columns if paper else (*report.columns, *report.ids)
        count = write_sheet(_sheet(output, report, columns, lines, notes), out, dutch_csv=csv is CsvDialect.dutch)
    if output.as_json:
        output.line({"file": str(out), "rows": count})
    else:
        output.say("report_written", file=str(out), count=count)
    return count


def _counted(lines: Iterable[Row], advance: Callable[[int], None]) -> Iterable[Row]:
    for line in lines:
        advance(1)
        yield line


def _sheet(
    output: Output, report: Report, shown: Sequence[Column], lines: Iterable[Row], notes: Sequence[str]
) -> Sheet:
    from hub.model.sheet import Sheet, SheetColumn

    columns = tuple(
        SheetColumn(c.key, report.headings.get(c.key) or output.text(f"column_{c.key}"), c.form) for c in shown
    )
    return Sheet(
        output.text(report.title), tuple(report.facts), columns, lines, notes, "nl" if output.language == "nl" else "en",
        output.text("page"), (output.text("yes"), output.text("no")),
    )  # fmt: skip


def facts(
    connection: Connection, administration_id: int, output: Output, *, as_of: date | None = None, first: date | None = None,
    known_at: datetime | None = None, more: Sequence[tuple[str, str]] = (),
) -> list[tuple[str, str]]:  # fmt: skip
    """Whose books, of which days and as known when: what stands at the head of every file and page."""
    from sqlalchemy import select

    from hub.store import tables as t

    a = t.administration
    code, name, currency = connection.execute(
        select(a.c.code, a.c.name, a.c.currency).where(a.c.id == administration_id)
    ).one()
    made = [(output.text("fact_administration"), f"{name} ({code})"), (output.text("fact_currency"), currency)]
    if first is None:
        made.append((output.text("fact_as_of"), _day(output, as_of) if as_of else output.text("fact_all_days")))
    else:
        last = _day(output, as_of) if as_of else output.text("fact_no_end")
        made.append((output.text("fact_period"), f"{_day(output, first)} - {last}"))
    if known_at is not None:
        made.append((output.text("fact_known_at"), output.text("instant", at=known_at.isoformat())))
    return [*made, *more]


def _day(output: Output, day: date) -> str:
    return output.text("day", day=str(day))


def nothing_of(*asked: object) -> str:
    """What an empty report says: that nothing was booked yet, or that nothing meets what was asked."""
    return "no_entries_chosen" if any(one is not None for one in asked) else "no_entries"


def with_total(rows: Iterable[Row], sums: Sequence[str], named: str, output: Output) -> Iterable[Row]:
    """The rows, then their sum over the columns `sums`, with the word for total in column `named`; nothing for no rows."""
    from decimal import Decimal

    from hub.model.sheet import STRONG

    totals: dict[str, Any] = {}
    for row in rows:
        for key in sums:
            totals[key] = totals.get(key, Decimal(0)) + Decimal(row[key])
        yield row
    if totals:
        yield {named: output.text("total"), **{key: str(value) for key, value in totals.items()}, STRONG: True}


def side_fact(side: WhichSide, output: Output) -> list[tuple[str, str]]:
    """Which side of the sub-ledger a report shows."""
    return [(output.text("fact_side"), output.text(f"side_{side.value}"))]
