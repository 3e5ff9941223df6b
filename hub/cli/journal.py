"""`hub journal`: entries by hand, and their reversal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.pay import Day
from hub.cli.payments import show_findings
from hub.cli.settled import entry_row, show_entry

if TYPE_CHECKING:
    from hub.model.plan import PostedEntry

FATAL = 3
app = typer.Typer(
    help="Entries by hand: post, reverse.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.command("post")
def post_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON or CSV.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try the whole file, record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Book entries from a file; every fault is shown, and with one nothing is booked.

    \b
    [{"journal": "MEM", "date": "2026-11-20", "description": "Bankkosten", "lines": [
        {"account": "4640", "debit": "12.50"}, {"account": "1100", "credit": "12.50"}]}]

    \b
    CSV: journal;date;description;account;debit;credit;vat_code;cost_center;project;relation;invoice;due_date
    A line on debtors or creditors settles the invoice it names, or opens it (with due_date, or open=1).

    \b
    hub journal post memoriaal.csv --dry-run
    """
    from hub.errors import NotFound
    from hub.formats.journal_file import read_journal

    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    entries, findings = read_journal(file.read_bytes())
    keys = sum(len(entry.lines) + 3 for entry in entries) + 200
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=keys) as change:
        from hub.store.manual import post_manual

        posted: list[PostedEntry] = []
        if not findings:
            args = (change.connection, change.ids, change.books, entries, change.actor_id, change.at)
            posted, findings = post_manual(*args)
        if findings:
            show_findings(change.output, findings)
        if any(finding.fatal for finding in findings):
            raise typer.Exit(FATAL)
        for one in posted:
            row = entry_row(one, {})
            if as_json:
                change.output.line({**row, "recorded": not dry_run})
            else:
                show_entry(change.output, row)
        if dry_run:
            change.output.note("intake_dry_run")


@app.command("reverse")
def reverse_entry(
    journal: Annotated[str, typer.Argument(metavar="JOURNAL", help="As INK.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Its number.")],
    year: Annotated[int, typer.Option("--year", help="Fiscal year; else this one.", show_default=False)] = 0,
    on: Day = None,
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Undo an entry by its mirror image, on a day that is open.

    \b
    hub journal reverse INK 12 --year 2026 --reason "dubbel geboekt"

    Exit 5: it was reversed already, or what it opened was paid since.
    """
    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        from hub.store.posted import find_entry
        from hub.store.reversing import reverse

        booked = find_entry(change.connection, change.books.id, journal, year or date.today().year, number)
        args = (change.connection, change.ids, change.books, booked, on or date.today(), reason)
        row = entry_row(reverse(*args, change.actor_id, change.at), {})
        if as_json:
            change.output.line({**row, "reversal_of": f"{journal} {number}", "recorded": not dry_run})
        else:
            show_entry(change.output, row)
