"""`hub vat-return`: the boxes of a period, what stands behind them, filing, and what came too late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, _day
from hub.cli.output import Column
from hub.cli.reading import reading_books

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.accounting.vat_period import VatPeriod
    from hub.cli.output import Output
    from hub.model.vat_tables import VatTables
    from hub.store.administrations import Books

app = typer.Typer(
    help="VAT return: boxes, details, file, late, supplement, list, pro-rata.", invoke_without_command=True,
    rich_markup_mode=None, add_completion=False,
)  # fmt: skip
_BOXES = (Column("box"), Column("taxable", "money"), Column("tax", "money"), Column("declared_base", "money"),
          Column("declared_tax", "money"))  # fmt: skip
_DETAILS = (
    Column("box"), Column("journal"), Column("number", "count"), Column("tax_date", "date"), Column("document"),
    Column("relation"), Column("code"), Column("taxable", "money"), Column("tax", "money"), Column("non_deductible", "money"),
)  # fmt: skip
_TIES = (
    Column("account"), Column("name"), Column("ledger", "money"), Column("this_return", "money"),
    Column("other_periods", "money"), Column("difference", "money"),
)  # fmt: skip
_LATE = (
    Column("period"), Column("filed"), Column("lines", "count"), Column("due", "money"), Column("input", "money"),
    Column("net", "money"), Column("limit", "money"), Column("may_go_along"), Column("deadline", "date"),
)  # fmt: skip
_FILED = (
    Column("period"), Column("kind", "word"), Column("filed_at"), Column("actor"), Column("lines", "count"), Column("entry"),
    Column("exact", "money"), Column("declared", "money"),
)  # fmt: skip
_PRO_RATA = (Column("what"), Column("value", "money"))
Period = Annotated[str, typer.Option("--period", metavar="PERIOD", help="2026-Q1, 2026-01 or 2026.")]
On = Annotated[
    date | None,
    typer.Option("--on", parser=_day, metavar="DATE", help="Booking date; else chosen.", show_default=False),
]
Along = Annotated[
    list[str] | None,
    typer.Option("--take-along", metavar="PERIOD", help="Late lines of this earlier period go along, or `all`.",
                 show_default=False),
]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]


def vat_tables() -> VatTables:
    """The dated tables of VAT law that ship with the hub."""
    from hub.bootstrap import data_folder
    from hub.formats.vat_tables import read_vat_tables

    path = data_folder("mappings") / "vat_corrections.toml"
    return read_vat_tables(path.read_bytes(), path.name)


def period_named(name: str) -> VatPeriod:
    """The period of `--period`. Raises typer's error for what is none."""
    from hub.accounting.vat_period import vat_period

    try:
        return vat_period(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None


def show_rows(
    rows: Iterable[dict[str, Any]], columns: Sequence[Column], output: Output, empty: str = "nothing_found"
) -> None:
    """JSON lines as they are; in a table `base` is the taxable amount."""
    shown = rows if output.as_json else ({**row, "taxable": row.get("base")} for row in rows)
    output.rows(shown, columns, empty=empty)


@app.callback()
def show(
    context: typer.Context,
    period: Period = "",
    box: Annotated[str, typer.Option("--box", metavar="BOX", help="Every line behind this box.")] = "",
    details: Annotated[bool, typer.Option("--details", help="Every line behind every box.")] = False,
    accounts: Annotated[bool, typer.Option("--accounts", help="VAT accounts against the return.")] = False,
    take_along: Along = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The VAT return of a period: every box exactly and in whole euros (rounded in your favour).

    \b
    hub vat-return --period 2026-Q4
    hub vat-return --period 2026-Q4 --box 5b
    hub vat-return --period 2026-Q4 --accounts
    hub vat-return file --period 2026-Q4 --dry-run
    hub vat-return late
    """
    if context.invoked_subcommand is not None:
        return
    if not period:
        raise typer.BadParameter("say which period: 2026-Q1, 2026-01 or 2026", param_hint="--period")
    wanted, along = period_named(period), tuple(take_along or ())
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports import vat_return as report

        if box or details:
            rows = report.details(connection, books, wanted, vat_tables(), box=box, along=along)
            show_rows(rows, _DETAILS, output, "no_vat_lines")
        elif accounts:
            output.rows(report.tie_rows(connection, books, wanted), _TIES)
        else:
            show_rows(report.vat_return(connection, books, wanted, vat_tables(), along), _BOXES, output)
            _say_state(report.state_of(connection, books, wanted), output)


def _say_state(state: dict[str, Any], output: Output) -> None:
    if state["filed_at"]:
        output.say("vat_filed", period=state["period"], date=state["filed_at"], entry=state["entry"] or "-")
    else:
        output.say("vat_not_filed", period=state["period"])
    if state["supplements"]:
        output.say("vat_supplements", count=state["supplements"])
    if state["late_lines"]:
        output.say("vat_late_lines", count=state["late_lines"], period=state["period"])


@app.command("file")
def file(
    period: Period,
    take_along: Along = None,
    on: On = None,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """File the return of a period: its lines are frozen, its balances move to VAT payable, its months are locked.

    There is no un-filing: what comes later is late.

    \b
    hub vat-return file --period 2026-Q4 --dry-run
    hub vat-return file --period 2026-Q4 --yes
    hub vat-return file --period 2027-Q1 --take-along 2026-Q4
    """
    wanted = period_named(period)
    if not (yes or dry_run or as_json):
        typer.confirm(f"File {wanted.name} for good?", abort=True, err=True)
    from hub.store.vat_filing import file_return

    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=300) as change:
        filed = file_return(
            change.connection, change.ids, change.books, wanted, vat_tables(), change.actor_id, change.at,
            along=tuple(take_along or ()), on=on,
        )  # fmt: skip
        _show_filed(change.connection, change.books, filed.id, filed.period.name, change.output, dry_run)


@app.command("supplement")
def supplement(
    period: Period,
    on: On = None,
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """File what came too late for a period as a correction of its own (suppletie).

    \b
    hub vat-return supplement --period 2026-Q1 --dry-run
    hub vat-return supplement --period 2026-Q1
    """
    from hub.store.vat_filing import file_supplement

    wanted = period_named(period)
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=300) as change:
        _warn_when_late(change.connection, change.books, wanted.name, change.at.date(), change.output)
        filed = file_supplement(
            change.connection, change.ids, change.books, wanted, change.actor_id, change.at, on=on
        )  # fmt: skip
        _show_filed(change.connection, change.books, filed.id, filed.period.name, change.output, dry_run)


def _warn_when_late(connection: Connection, books: Books, period: str, today: date, output: Output) -> None:
    """A supplement that comes after its term is filed all the same."""
    from hub.reports.vat_return import late_rows

    for row in late_rows(connection, books, vat_tables()):
        if row["period"] == period and row["deadline"] and row["deadline"] < str(today):
            output.note("vat_supplement_late", period=period, deadline=row["deadline"])


def _show_filed(
    connection: Connection, books: Books, return_id: int, period: str, output: Output, dry_run: bool
) -> None:
    """The boxes as they are filed, then what was booked."""
    from hub.accounting.vat_return import BOXES
    from hub.reports.vat_return import box_row, filed_row
    from hub.store.vat_returns import figures_of, filed_returns

    found = {figure.box: figure for figure in figures_of(connection, books.id, [return_id])}
    rows = [box_row(found[box], books.snapshot.currency) for box in BOXES if box in found]
    filed = next(one for one in filed_returns(connection, books.id) if one.id == return_id)
    if output.as_json:
        for row in rows:
            output.line(row)
        output.line({**filed_row(filed), "dry_run": dry_run})
        return
    show_rows(rows, _BOXES, output)
    key = "vat_would_file" if dry_run else "vat_now_filed"
    output.say(key, kind=filed.kind, period=period, lines=filed.lines, entry=filed.entry or "-")


@app.command("late")
def late(
    details: Annotated[bool, typer.Option("--details", help="Every line.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What came after its period was filed, per original period, with the limit and the term of a supplement.

    Up to the limit: hub vat-return file --period NEXT --take-along PERIOD; above it: hub vat-return supplement.

    \b
    hub vat-return late
    hub vat-return late --details --json
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports import vat_return as report

        if details:
            show_rows(report.late_details(connection, books), (Column("period"), *_DETAILS), output, "no_late_lines")
            return
        rows = report.late_rows(connection, books, vat_tables())
        output.rows(rows, _LATE, empty="no_late_lines")
        if rows:
            output.say("vat_late_next", period=rows[0]["period"])


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every return and supplement that was filed.

    \b
    hub vat-return list
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.vat_return import filed_rows

        output.rows(filed_rows(connection, books), _FILED, empty="nothing_filed")


@app.command("pro-rata")
def pro_rata(
    year: Annotated[int, typer.Option("--year", metavar="YEAR", help="The calendar year.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What the turnover of a year allows to deduct (taxed over all, rounded up), against what was deducted.

    \b
    hub vat-return pro-rata --year 2026
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.vat_return import pro_rata_rows

        rows = pro_rata_rows(connection, books, period_named(str(year)))
        named = rows if as_json else [{**row, "what": output.text(f"pro_rata_{row['what']}")} for row in rows]
        output.rows(named, _PRO_RATA)
