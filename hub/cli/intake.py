"""`hub intake`: files, folders and zips to their outcome, in this process, through the same pipeline as a worker."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cli.output import Output
    from hub.taking import Taken

FATAL, NOT_FOUND, PARTLY = 3, 4, 7
COLUMNS = (
    Column("file"),
    Column("outcome", "word"),
    Column("number"),
    Column("relation"),
    Column("total", "money"),
    Column("currency"),
    Column("entry"),
    Column("reason"),
)


class Side(StrEnum):
    """What `--as` may say."""

    purchase = "purchase"
    sales = "sales"


def intake(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, zips, or - for stdin.")],
    administration: ForAdministration = "",
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="Where it came from.")] = "cli",
    side: Annotated[
        Side | None,
        typer.Option("--as", help="Our side, where a document names neither party as ours.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen and record nothing; each file is judged alone.")
    ] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Take documents in: each ends posted, held, refused, duplicate or conflict.

    \b
    hub intake invoice.xml                   one file
    hub intake invoices/ month.zip           folders and zips, in this order
    hub intake invoices/ --dry-run           what would be booked
    hub intake old.xml --as purchase         it names neither party as ours
    cat invoice.xml | hub intake - --json    for scripts

    Exit 0: all posted or duplicate; 3: all refused; 4: nothing of that name; 7: anything mixed or held.
    """
    from hub.intake import arrivals
    from hub.taking import Taking

    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        code = hub.administration_code(administration)
        taking = Taking(hub, code, channel=channel, wished=side.value if side else "", dry_run=dry_run)
        counts, codes = show_taken(output, taking.take(arrivals(paths)))
    if not counts:
        output.note("intake_nothing")
    elif not as_json:
        output.say("intake_summary", counts=_summary(output, counts))
        if dry_run:
            output.say("intake_dry_run")
        elif counts["held"]:
            output.say("intake_held_next")
    raise typer.Exit(_exit_code(counts, codes))


def show_taken(output: Output, taken: Iterable[Taken]) -> tuple[Counter[str], Counter[str]]:
    """Show every outcome as it comes (tables at the end); how many there were of each, and of each fatal code."""
    from hub.reports.outcome import outcome_json, reason

    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    with output.progress("progress_intake") as advance:
        for item in taken:
            counts[item.result.outcome] += 1
            codes.update(f.code for f in item.result.booking.findings if f.fatal)
            row = outcome_json(item.name, item.result, output.language, recorded=item.recorded)
            if output.as_json:
                output.line(row)
            else:
                rows.append(table_row(row, reason(item.result, output.language)))
            advance(1)
    if rows:
        output.table(rows, COLUMNS)
    return counts, codes


def table_row(row: dict[str, Any], reason: str) -> dict[str, Any]:
    """One outcome as a line of the table."""
    document = row["document"] or {}
    entry = next(iter(row["entries"]), None)
    voucher = f"{entry['journal']} {entry['number'] or ''}".strip() if entry else ""
    names = ("number", "relation", "total", "currency")
    return {
        "file": row["file"],
        "outcome": row["outcome"],
        **{n: document.get(n) for n in names},
        "entry": voucher,
        "reason": reason,
    }


def _summary(output: Output, counts: Counter[str]) -> str:
    return ", ".join(f"{count} {output.text('outcome_' + outcome)}" for outcome, count in sorted(counts.items()))


def _exit_code(counts: Counter[str], codes: Counter[str]) -> int:
    total = counts.total()
    if total and codes["HUB-FILE-01"] == total:
        return NOT_FOUND
    if counts["posted"] + counts["duplicate"] == total:
        return 0
    return FATAL if counts["refused"] == total else PARTLY
