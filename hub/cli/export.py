"""`hub export`: audit files, master data and entries, for other packages and for the tax office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, AsOf, ForAdministration, From, InLanguage, To
from hub.cli.output import Column
from hub.cli.reading import reading_books

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.reports.xaf import Written

app = typer.Typer(
    help="Export: xaf, relations, accounts, open-items, opening-balance, entries.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
FINDINGS = (Column("code"), Column("severity", "word"), Column("location"), Column("message"))
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write; an existing file is replaced.")]


@app.callback()
def root() -> None:
    """Export."""


def require_folder(out: Path) -> None:
    """Raises `NotFound` before long work begins, when the file could not be put there."""
    from hub.errors import NotFound

    if not out.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {out.absolute().parent}", say="no_folder", folder=out.absolute().parent)


@app.command("xaf")
def xaf(
    year: Annotated[int, typer.Option("--year", help="The financial year.")],
    out: OutFile,
    version: Annotated[str, typer.Option("--version", help="3.2 or 4.0.")] = "3.2",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Write the audit file (XML Auditfile Financieel) of a year.

    \b
    hub export xaf --version 3.2 --year 2026 --out demo-2026.xaf
    hub export xaf --version 4.0 --year 2026 --out demo-2026.xaf

    What had to be changed to fit into the format is shown as a finding.
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.xaf import write_audit_file
        from hub.store.store import now

        with output.progress("progress_export") as advance:
            done = write_audit_file(connection, books, version, year, out, now().date(), advance)
        _show(done, output)


def _show(done: Written, output: Output) -> None:
    from hub.reports.xaf_text import amount
    from hub.texts.shown import finding_json

    findings = [finding_json(finding, output.language) for finding in done.findings]
    if output.as_json:
        output.line(
            {
                "file": str(done.path), "version": done.version, "year": done.year, "lines": done.transactions.lines,
                "debit": amount(done.transactions.debit), "credit": amount(done.transactions.credit),
                "opening_lines": done.opening.lines, "opening_debit": amount(done.opening.debit),
                "findings": findings, "findings_left_out": done.findings.left_out,
            }
        )  # fmt: skip
        return
    if findings:
        output.table(findings, FINDINGS)
    if done.findings.left_out:
        output.say("findings_left_out", count=done.findings.left_out)
    output.say("xaf_written", file=done.path, version=done.version, year=done.year, lines=done.transactions.lines)


@app.command("relations")
def relations(
    out: OutFile, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """Every relation, as a table that `hub import relations` takes.

    \b
    hub export relations --out relations.xlsx
    hub export relations --out relations.csv
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports import master_data

        _table("relations", master_data.RELATIONS, master_data.relations(connection, books), out, output)


@app.command("accounts")
def accounts(
    out: OutFile, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """The chart of accounts, as a table that `hub import accounts` takes.

    \b
    hub export accounts --out accounts.xlsx
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (_, books, output):
        from hub.reports import master_data

        _table("accounts", master_data.ACCOUNTS, master_data.accounts(books), out, output)


@app.command("open-items")
def open_items(
    out: OutFile, as_of: AsOf = None, administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """What is still to be paid or received on a day, as a table that `hub import open-items` takes.

    \b
    hub export open-items --as-of 2026-12-31 --out open-items.xlsx
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports import master_data

        _table("open-items", master_data.OPEN_ITEMS, master_data.open_items(connection, books, as_of), out, output)


@app.command("opening-balance")
def opening_balance(
    year: Annotated[int, typer.Option("--year", help="The financial year that begins with it.")],
    out: OutFile, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
) -> None:  # fmt: skip
    """What a year begins with, per account, as a table that `hub import opening-balance` takes.

    \b
    hub export opening-balance --year 2027 --out balance.xlsx
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports import master_data
        from hub.reports.xaf_books import find_year

        rows = master_data.opening_balance(connection, find_year(connection, books, year))
        _table("opening-balance", master_data.OPENING_BALANCE, rows, out, output)


@app.command("entries")
def entries(
    out: OutFile, first: From = None, last: To = None, administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """Every posting on a line of its own, for other packages: .csv, .jsonl or .xlsx (schemas/README.md names the columns).

    \b
    hub export entries --from 2026-01-01 --to 2026-12-31 --out entries.csv
    hub export entries --out entries.jsonl
    """
    require_folder(out)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.entry_lines import COLUMNS, entry_lines

        _table("entries", COLUMNS, entry_lines(connection, books, first, last), out, output)


def _table(kind: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], out: Path, output: Output) -> None:
    """Rows to a file by its ending; what was written is said."""
    from hub.errors import Usage
    from hub.reports.forms import write_sheet
    from hub.reports.json_lines import write_json_lines
    from hub.reports.master_data import DATES, MONEY

    ending = out.suffix.lower()
    if ending not in (".csv", ".xlsx", ".jsonl"):
        raise Usage(
            f"{out.name}: choose .csv, .xlsx or .jsonl", say="report_ending", file=out.name, known=".csv, .xlsx, .jsonl"
        )
    with output.progress("progress_export") as advance:
        watched = _watched(rows, advance)
        if ending == ".jsonl":
            count = write_json_lines(watched, out)
        else:
            from hub.model.sheet import Sheet, SheetColumn

            forms = {**dict.fromkeys(MONEY, "money"), **dict.fromkeys(DATES, "date")}
            heads = tuple(SheetColumn(name, name, forms.get(name, "")) for name in columns)
            count = write_sheet(Sheet(kind, (), heads, watched), out)
    if output.as_json:
        output.line({"file": str(out), "kind": kind, "rows": count})
    else:
        output.say("export_written", file=out, count=count)


def _watched(rows: Iterable[Mapping[str, Any]], advance: Callable[[int], None]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield row
        advance(1)
