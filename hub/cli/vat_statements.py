"""`hub icp` and `hub oss`: the statements beside the VAT return."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading_books
from hub.cli.vat import DryRun, On, Period, period_named, show_rows, vat_tables

if TYPE_CHECKING:
    from hub.cli.output import Output

icp_app = typer.Typer(help="ICP statement.", invoke_without_command=True, rich_markup_mode=None, add_completion=False)
oss_app = typer.Typer(
    help="OSS return: show, file.", invoke_without_command=True, rich_markup_mode=None, add_completion=False
)
_ICP = (
    Column("vat_id"), Column("goods", "money"), Column("services", "money"), Column("abc", "money"),
    Column("call_off", "money"), Column("period"), Column("correction"), Column("relation"),
)  # fmt: skip
_OSS = (
    Column("country"), Column("kind", "word"), Column("rate", "rate"), Column("correction_of"), Column("taxable", "money"),
    Column("tax", "money"),
)  # fmt: skip


@icp_app.callback()
def icp(
    period: Period = "", administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """Supplies to businesses elsewhere in the EU per VAT number, reconciled with box 3b of the return.

    \b
    hub icp --period 2026-Q4
    hub icp --period 2026-10 --json
    """
    wanted = period_named(period)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.icp import icp as report

        *rows, last = report(connection, books, wanted, vat_tables())
        _show(rows, last, _ICP, output, books.snapshot.currency)
        output.say("icp_tie", total=last["total"], box=last["box_3b"], difference=last["difference"])


@oss_app.callback()
def oss(
    context: typer.Context,
    period: Period = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """VAT of other member states on our sales, per country, kind and rate, with the threshold of the year.

    \b
    hub oss --period 2026-Q4
    hub oss file --period 2026-Q4 --dry-run
    """
    if context.invoked_subcommand is not None:
        return
    wanted = period_named(period)
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.oss import oss as report

        *rows, last = report(connection, books, wanted, vat_tables())
        _show(rows, last, _OSS, output, "EUR")
        output.say("oss_tie", total=last["total"], year=last["year"], sales=last["distance_sales"],
                   threshold=last["threshold"] or "0")  # fmt: skip


@oss_app.command("file")
def file(
    period: Period,
    on: On = None,
    dry_run: DryRun = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """File the OSS return of a quarter: its lines are frozen, what comes later is a correction in the next one.

    \b
    hub oss file --period 2026-Q4 --dry-run
    """
    from hub.reports.vat_return import filed_row
    from hub.store.oss_returns import file_oss

    wanted = period_named(period)
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=300) as change:
        filed = file_oss(change.connection, change.ids, change.books, wanted, change.actor_id, change.at, on=on)
    if as_json:
        change.output.line({**filed_row(filed), "dry_run": dry_run})
    else:
        key = "vat_would_file" if dry_run else "vat_now_filed"
        change.output.say(key, kind=filed.kind, period=filed.period.name, lines=filed.lines, entry=filed.entry or "-")


def _show(rows: Iterable[dict[str, Any]], last: dict[str, Any], columns: Any, output: Output, currency: str) -> None:
    """JSON lines with the findings as the contract shows them; else a table, and the findings as sentences."""
    from hub.texts.catalogue import sentence
    from hub.texts.shown import finding_json

    if output.as_json:
        for row in rows:
            output.line(row)
        shown = [finding_json(finding, output.language, currency) for finding in last["findings"]]
        output.line({**last, "findings": shown})
        return
    show_rows(rows, columns, output, "no_supplies")
    for finding in last["findings"]:
        output.say("vat_finding", text=sentence(finding, output.language, currency))
