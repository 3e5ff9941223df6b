"""`hub learn` and `hub suggest`: contra-accounts from what was booked before, with their reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.intake import Side
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.output import Column
from hub.cli.reading import reading_books
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.learning import Ranked

_QUALITY = (
    Column("relation"), Column("asked", "count"), Column("sure", "count"), Column("right", "count"), Column("precision"),
    Column("coverage"), Column("used"),
)  # fmt: skip
_RANKING = (
    Column("line"), Column("description"), Column("rank", "count"), Column("account"), Column("name"), Column("confidence"),
    Column("words"),
)  # fmt: skip


def learn(
    quality: Annotated[
        bool, typer.Option("--quality", help="Only show how good the guesses are, per relation.")
    ] = False,
    side: Annotated[Side, typer.Option("--as", help="Purchases or sales.")] = Side.purchase,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Learn contra-accounts from what was booked since the last time; then how right they would have been.

    \b
    hub learn                    run it every night
    hub learn --quality --json
    """
    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    if not quality:
        with opened(settings) as hub, output.progress("progress_learn") as advance:
            from hub.learning import learn as walk

            count = 0
            for done in walk(hub, hub.administration_code(administration)):
                count += done
                advance(done)
        if not as_json:
            output.say("learned", count=count)
    with reading_books(administration, as_json, language) as (connection, books, shown):
        from hub.store.lessons import measured

        threshold = books.snapshot.suggestion_precision
        rows = [
            {
                "relation": code, "asked": m.asked, "sure": m.sure, "right": m.right, "precision": str(m.precision),
                "coverage": str(m.coverage), "used": "yes" if threshold is not None and m.trusted(threshold) else "no",
            }
            for code, m in measured(connection, books.id, side.value).items()
        ]  # fmt: skip
        people = [{**row, "used": row["used"] == "yes"} for row in rows]
        shown.rows(rows if as_json else people, _QUALITY, empty="nothing_learned")


def suggest(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An invoice, as for `hub intake`.", exists=True, dir_okay=False)
    ],
    side: Annotated[
        Side | None,
        typer.Option("--as", help="Our side, where the document names neither party as ours.", show_default=False),
    ] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Which contra-accounts fit the lines of a document, best first, and why; nothing is recorded.

    \b
    hub suggest invoice.xml
    """
    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        from hub.intake import arrivals
        from hub.learning import rank
        from hub.store.administrations import load_books
        from hub.taking import Taking

        code = hub.administration_code(administration)
        taking = Taking(hub, code, wished=side.value if side else "", dry_run=True)
        (taken, *_) = taking.take(arrivals([str(file)]))
        result = taken.result
        if result.invoice is None or result.booking.direction is None:
            from hub.reports.outcome import reason

            output.note("suggest_unreadable", reason=reason(result, settings.language))
            raise typer.Exit(3)
        with hub.database.reading() as connection:
            books = load_books(connection, [code])[code]
            ranked = rank(hub, connection, books, result.invoice, result.relation_code, result.booking.direction)
        threshold = books.snapshot.suggestion_precision
        chosen = [d for d in result.booking.decisions if d.what == "contra_account"]
        rows = [
            _line(one, chosen[i] if i < len(chosen) else None, threshold, books.snapshot)
            for i, one in enumerate(ranked)
        ]
    if as_json:
        for row in rows:
            output.line({"file": str(file), "relation": result.relation_code, **row})
        return
    output.rows(_flat(rows, output), _RANKING, empty="nothing_to_suggest")


def _line(one: Ranked, chosen: Any, threshold: Any, snapshot: Any) -> dict[str, Any]:
    """One line with its ranking, as JSON."""
    return {
        "line": one.line,
        "description": one.text,
        "books_on": chosen.value if chosen else None,
        "books_because": chosen.why if chosen else None,
        "ranking": [
            {
                "account": g.account, "name": snapshot.accounts[g.account].name, "confidence": str(g.confidence),
                "words": [{"word": word, "booked": count} for word, count in g.words],
            }
            for g in one.guesses
        ],
        "measured": {"asked": one.measured.asked, "sure": one.measured.sure, "right": one.measured.right,
                     "precision": str(one.measured.precision), "coverage": str(one.measured.coverage)},
        "used": threshold is not None and one.measured.trusted(threshold),
    }  # fmt: skip


def _flat(rows: list[dict[str, Any]], output: Output) -> list[dict[str, Any]]:
    """A row per account, for people."""
    shown = []
    for row in rows:
        head: dict[str, Any] = {"line": row["line"], "description": row["description"]}
        for place, guess in enumerate(row["ranking"], 1):
            words = ", ".join(f"{_spoken(w['word'], output)} {w['booked']}×" for w in guess["words"])
            shown.append({**head, "rank": place, **guess, "words": words})
            head = {}
    return shown


def _spoken(word: str, output: Output) -> str:
    """`relatie C0001` for `#from:C0001`; a word of the line as it is."""
    kind, _, rest = word.partition(":")
    if not kind.startswith("#"):
        return word
    return output.text(
        f"suggest_{kind[1:]}", value=rest.rpartition(":")[2] if kind == "#item" else rest.replace(":", " ")
    )


def correct(
    invoice: Annotated[str, typer.Option("--invoice", metavar="NUMBER", help="The invoice number.")],
    line: Annotated[str, typer.Option("--line", metavar="ID", help="The line, as `hub suggest` names it.")],
    account: Annotated[str, typer.Option("--account", metavar="CODE", help="Where it belongs.")],
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be booked, and book nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Move a line of a booked invoice to another account, by an entry of its own, and learn from it.

    \b
    hub correct --invoice GK-2026-0012 --line 1 --account 4540
    """
    from hub.learning import correct as move

    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        posted = move(change.hub, change.connection, change.books, invoice, line, account, reason, change.actor_id)
    if as_json:
        change.output.line({"journal": posted.journal, "number": posted.number, "date": str(posted.entry.booking_date)})
    else:
        change.output.say("corrected_line", entry=f"{posted.journal} {posted.number}", line=line, account=account)
