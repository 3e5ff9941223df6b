"""`hub import`: audit files of another package, and master data from spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.export import FINDINGS
from hub.cli.import_table import Given, run
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.cli.output import Output

OK, FATAL = 0, 3
app = typer.Typer(
    help="Import: xaf, relations, accounts, opening-balance, open-items.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]


@app.callback()
def root() -> None:
    """Import."""


@app.command("xaf")
def xaf(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="The audit file, and its continuation files.")],
    administration: Annotated[
        str,
        typer.Option(
            "--administration", metavar="CODE", help="Code of the new administration; else after the company."
        ),
    ] = "",
    receivable: Annotated[
        list[str] | None, typer.Option("--receivable", metavar="ACCOUNT", help="Control account of debtors.")
    ] = None,
    payable: Annotated[
        list[str] | None, typer.Option("--payable", metavar="ACCOUNT", help="Control account of creditors.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="CODE", help="Import although this was found (HUB-XAF-18, -20)."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Take over the books of another package from its audit file (XAF 3.0 to 4.0).

    \b
    hub import xaf old-2025.xaf --dry-run
    hub import xaf old-2025.xaf --administration new
    hub import xaf old-2026.xaf --administration new      the year after it
    hub import xaf books.xaf --receivable 1300 --payable 1600

    Nothing is booked when the file is not sound; every fault is shown.
    """
    from hub.errors import NotFound

    for file in files:
        if not file.is_file():
            raise NotFound(f"there is no file {file}", say="no_file", file=file)
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        from hub.accounting.migration import Wishes
        from hub.migrating import migrate

        wishes = Wishes(tuple(receivable or ()), tuple(payable or ()), administration, "", frozenset(accept or ()))
        with output.progress("progress_import", sum(file.stat().st_size for file in files)) as advance:
            result = migrate(hub.database, hub.ids, hub.actor, files, wishes, dry_run=dry_run, progress=advance)
    _show(result, output)
    raise typer.Exit(FATAL if result["refused"] else OK)


def _show(result: dict[str, Any], output: Output) -> None:
    from hub.texts.shown import finding_json

    findings = [finding_json(finding, output.language) for finding in result["findings"]]
    shown = {**result, "findings": findings}
    if output.as_json:
        output.line(shown)
        return
    if findings:
        output.table(findings, FINDINGS)
    if result["findings_left_out"]:
        output.say("findings_left_out", count=result["findings_left_out"])
    key = "xaf_refused" if result["refused"] else "xaf_would_import" if result["dry_run"] else "xaf_imported"
    names = ("administration", "entries", "lines", "relations", "accounts", "debit", "credit", "receivable", "payable")
    output.say(key, **{name: result[name] for name in names})


MapColumn = Annotated[
    list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="Which field a column is; `-` leaves it out.")
]
UseMapping = Annotated[
    str, typer.Option("--mapping", metavar="NAME", help="Keep the --map choices under this name, or use those kept.")
]
OutFailed = Annotated[
    Path | None,
    typer.Option("--out-failed", metavar="FILE", help="The rows that failed with the reason, .csv or .xlsx."),
]
InSheet = Annotated[str, typer.Option("--sheet", help="Which sheet of a workbook; else the first that is visible.")]
DecimalMark = Annotated[
    str, typer.Option("--decimal", metavar="comma|point", help="How amounts are written, where the file cannot tell.")
]
DayOrder = Annotated[
    str, typer.Option("--dates", metavar="dmy|mdy", help="Order of day and month, where the file cannot tell.")
]
FirstYear = Annotated[int, typer.Option("--year", help="The financial year that begins with it.")]
TableFile = Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, .xlsx, .xls or .ods file.")]


@app.command("relations")
def relations(
    file: TableFile, dry_run: DryRun = False, map_: MapColumn = None, mapping: UseMapping = "", out_failed: OutFailed = None,
    sheet: InSheet = "", administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Relations from a table: new, changed or the same. An empty cell leaves alone what is there.

    \b
    hub import relations relations.xlsx --dry-run
    hub import relations old.csv --map "Klantnr=code" --map "Opm=-" --mapping oldpackage --out-failed failed.csv

    Exit 0: every row taken; 3: none, or the file is refused; 7: some failed.
    """
    given = Given("relations", file, dry_run, map_, mapping, out_failed, sheet)
    run(given, administration, as_json, language, actor)


@app.command("accounts")
def accounts(
    file: TableFile, dry_run: DryRun = False, map_: MapColumn = None, mapping: UseMapping = "", out_failed: OutFailed = None,
    sheet: InSheet = "", decimal: DecimalMark = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Ledger accounts from a table: new, changed or the same.

    \b
    hub import accounts chart.xlsx --dry-run
    """
    given = Given("accounts", file, dry_run, map_, mapping, out_failed, sheet, decimal)
    run(given, administration, as_json, language, actor)


@app.command("opening-balance")
def opening_balance(
    file: TableFile, year: FirstYear, dry_run: DryRun = False, map_: MapColumn = None, mapping: UseMapping = "",
    out_failed: OutFailed = None, sheet: InSheet = "", decimal: DecimalMark = "", administration: ForAdministration = "",
    as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """The opening balance from a table of accounts. Import the open items first: debtors and creditors must be their sum.

    \b
    hub import open-items items.xlsx --year 2026
    hub import opening-balance balance.xlsx --year 2026

    Booked whole or not at all.
    """
    given = Given("opening-balance", file, dry_run, map_, mapping, out_failed, sheet, decimal, "", year)
    run(given, administration, as_json, language, actor)


@app.command("open-items")
def open_items(
    file: TableFile, year: FirstYear, dry_run: DryRun = False, map_: MapColumn = None, mapping: UseMapping = "",
    out_failed: OutFailed = None, sheet: InSheet = "", decimal: DecimalMark = "", dates: DayOrder = "",
    administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Open items of the first day of a year, from a table. Booked whole or not at all.

    \b
    hub import open-items items.xlsx --year 2026 --dry-run
    """
    given = Given("open-items", file, dry_run, map_, mapping, out_failed, sheet, decimal, dates, year)
    run(given, administration, as_json, language, actor)
