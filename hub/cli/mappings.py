"""`hub mappings`: how the words of a source are said in our books: list, check, try on a file, apply to what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column, Output
from hub.cli.reading import reading_books
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.store.waiting_mappings import Released

app = typer.Typer(
    help="Mappings: list, check, try, apply.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
FATAL = 3
_LIST = (Column("source"), Column("version"), Column("file"), Column("rows", "count"), Column("waiting", "count"))
_FAULTS = (
    Column("file"),
    Column("line"),
    Column("table"),
    Column("word"),
    Column("found"),
    Column("reason"),
    Column("remedy"),
)
_TRIED = (
    Column("document"), Column("outcome", "word"), Column("account"), Column("name"), Column("cost_center"),
    Column("debit", "money"), Column("credit", "money"), Column("reason"),
)  # fmt: skip


@app.callback()
def root() -> None:
    """Mappings."""


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every source with a mapping: its version, where rows are added, and how many words held messages wait for.

    \b
    hub mappings list
    """
    settings = settings_of(language, administration=administration)
    with opened(settings) as hub:
        from collections import Counter

        from hub.store.administrations import load_books
        from hub.store.waiting_mappings import waiting_words

        code = hub.administration_code(administration)
        with hub.database.reading() as connection:
            waiting = Counter(w.source for w in waiting_words(connection, load_books(connection, [code])[code].id))
        rows = []
        for name in hub.mappings.sources():
            mapping, _ = hub.mappings.of(name, code)
            count = sum(map(len, mapping.tables.values())) + sum(map(len, mapping.lists.values()))
            rows.append(
                {
                    "source": name,
                    "version": mapping.version,
                    "file": mapping.file,
                    "rows": count,
                    "waiting": waiting[name],
                }
            )
        output_of(settings, as_json).rows(rows, _LIST)


@app.command("check")
def check(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only these.")] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Check mappings against the chart: every account, journal and VAT code that a row names must exist. Exit 3 = faults.

    \b
    hub mappings check
    hub mappings check dayreport
    """
    with reading_books(administration, as_json, language) as (_, books, output):
        from hub.accounting.mapping_check import faults
        from hub.bootstrap import Hub
        from hub.columns import column_faults

        hub = Hub(settings_of(language, administration=administration))
        mappings = hub.mappings
        rows: list[dict[str, Any]] = []
        for name in sources or mappings.sources():
            mapping, _ = mappings.of(name, books.snapshot.code)
            for f in (*column_faults(mapping, hub.sources), *faults(mapping, books.snapshot)):
                file, line = mappings.where(name, books.snapshot.code, f.table, f.word)
                rows.append({
                    "file": str(file), "line": line or None, "table": f.table, "word": f.word or None, "found": f.found,
                    "expected": f.expected or None, "reason": output.text(f"mapping_fault_{f.what}"),
                    "remedy": output.text(f"mapping_remedy_{f.what}", expected=f.expected, found=f.found, word=f.word),
                })  # fmt: skip
        output.rows(rows, _FAULTS, empty="mappings_fine")
    if rows:
        raise typer.Exit(FATAL)


@app.command("try")
def try_file(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files of any source.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Show the entry that a file would make with the mapping as it is now, also one that came before; nothing is recorded.

    \b
    hub mappings try z-report.json
    """
    settings = settings_of(language, administration=administration)
    with opened(settings) as hub:
        from hub.intake import arrivals
        from hub.reports.outcome import outcome_json, reason
        from hub.store.administrations import load_books
        from hub.taking import Taking

        code = hub.administration_code(administration)
        output = output_of(settings, as_json)
        with hub.database.reading() as connection:
            accounts = load_books(connection, [code])[code].snapshot.accounts
        rows: list[dict[str, Any]] = []
        for taken in Taking(hub, code, dry_run=True, as_new=True).take(arrivals(files)):
            row = outcome_json(taken.name, taken.result, output.language, recorded=False)
            if as_json:
                output.line(row)
                continue
            why = reason(taken.result, output.language)
            document = row["document"] or {}
            rows.append({"document": document.get("number") or row["file"], "outcome": row["outcome"], "reason": why})
            planned = [
                e for e in (taken.result.booking.entry, *(p.entry for p in taken.result.posted)) if e is not None
            ]
            centers = [p.cost_center for entry in planned for p in entry.postings]
            shown = [p for entry in row["entries"] for p in entry["postings"]]
            for posting, center in zip(shown, centers, strict=False):
                account = accounts.get(posting["account"])
                rows.append(
                    {
                        "account": posting["account"],
                        "name": account.name if account else "",
                        "cost_center": center or None,
                        posting["side"]: posting["amount"],
                    }
                )
        if not as_json:
            output.rows(rows, _TRIED)


@app.command("apply")
def apply(
    administration: ForAdministration = "",
    every: Annotated[bool, typer.Option("--all", help="Of every administration.")] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Release every held message that waited for a word that is there now; a worker decides it again.

    `hub run` does so by itself when a mapping changes.

    \b
    hub mappings apply
    hub mappings apply --all
    """
    if every:
        settings = settings_of(language, actor)
        with opened(settings) as hub:
            from hub.workers.mapping_watch import apply_all

            _said(output_of(settings, as_json), apply_all(hub), as_json)
        return
    from hub.store.waiting_mappings import KEYS_AT_ONCE, release_ready

    with changing(administration, as_json, language, actor, ids=KEYS_AT_ONCE) as change:
        done = release_ready(
            change.connection, change.ids, change.books, change.hub.mappings, change.actor_id, change.at
        )
        _said(change.output, done, as_json)


def _said(output: Output, done: Released, as_json: bool) -> None:
    if as_json:
        output.line({"released": done.released, "waiting": done.waiting})
    else:
        output.say("mappings_applied", released=done.released, waiting=done.waiting)
