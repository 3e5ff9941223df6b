"""`hub years` and `hub revalue`: the end of a fiscal year."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading, reading_books

app = typer.Typer(
    help="Fiscal years: list, opening, close.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
Year = Annotated[int, typer.Argument(metavar="YEAR", min=1900, max=2999, help="The fiscal year, as 2026.")]
_YEARS = (Column("year", "count"), Column("state", "word"))
_OPENING = (Column("account"), Column("name"), Column("balance", "money"))
_REVALUED = (
    Column("currency"), Column("rate"), Column("items", "count"), Column("booked", "money"), Column("worth", "money"),
    Column("difference", "money"), Column("entry"),
)  # fmt: skip


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every fiscal year and whether it is closed.

    \b
    hub years list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.year_end import list_years

        rows = [{"year": year, "state": state} for year, state in list_years(connection, administration_id)]
        output.rows(rows, _YEARS, empty="no_periods")


@app.command("opening")
def opening(
    year: Year, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """The balance a year opens with; the results of earlier years show in equity.

    \b
    hub years opening 2027
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from datetime import date

        from hub.reports.opening_balance import opening_balance, retained_earnings

        retained = retained_earnings(books.snapshot)
        output.rows(opening_balance(connection, books.id, date(year, 1, 1), retained), _OPENING, empty="no_entries")


@app.command("close")
def close(
    year: Year,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what is unfinished.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Close a fiscal year for good: its periods are locked, the next year opens, what is unfinished is named first.

    \b
    hub years close 2026 --dry-run
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.store.year_end import obstacles

        unfinished = obstacles(connection, books, year)
    for obstacle in unfinished:
        if as_json:
            output.line({"code": obstacle.code, "found": obstacle.found, "fatal": obstacle.fatal})
        else:
            output.say(f"year_obstacle_{obstacle.code}", found=obstacle.found)
    if dry_run:
        return
    if not yes:
        typer.confirm(output.text("confirm_close_year", year=year), abort=True, err=True)
    _close(year, administration, as_json, language, actor)


def _close(year: int, administration: str, as_json: bool, language: InLanguage, actor: str) -> None:
    from datetime import date

    from hub.reports.opening_balance import result_of
    from hub.reports.selection import text_of
    from hub.store.year_end import close_year

    with changing(administration, as_json, language, actor) as change:
        result = result_of(change.connection, change.books.id, date(year, 1, 1), date(year, 12, 31))
        locked = close_year(change.connection, change.ids, change.books, year, result, change.actor_id, change.at)
        shown = text_of(result, change.books.snapshot.currency)
    if as_json:
        change.output.line({"year": year, "periods_locked": locked, "result": shown})
    else:
        change.output.say("year_closed", year=year, result=shown)


def revalue(
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be booked, and book nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Bring open items in foreign currency to the rate of a day; reversed by itself the next day.

    \b
    hub revalue --as-of 2026-12-31 --dry-run
    """
    from datetime import date

    from hub.model.money import money_text
    from hub.store.revaluing import revalue as book

    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        done = book(change.connection, change.ids, change.books, as_of or date.today(), change.actor_id, change.at)
        rows = [
            {
                "currency": one.currency, "rate": one.rate, "items": one.items,
                "booked": money_text(one.booked.amount, one.booked.currency),
                "worth": money_text(one.worth.amount, one.worth.currency),
                "difference": money_text(one.worth.amount - one.booked.amount, one.booked.currency),
                "entry": f"{one.entry.journal} {one.entry.number}" if one.entry else "",
            }
            for one in done
        ]  # fmt: skip
        change.output.rows(rows, _REVALUED, empty="nothing_to_revalue")
