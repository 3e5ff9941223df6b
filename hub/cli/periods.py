"""`hub periods`: which months may be booked in."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.books import reading
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Language, Reason
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

app = typer.Typer(
    help="Periods: list, close, open, lock.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_LIST = (Column("period"), Column("first_day", "date"), Column("last_day", "date"), Column("state", "word"))
Period = Annotated[str, typer.Argument(metavar="PERIOD", help="Year and month, as 2026-11.")]


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every period and its state.

    \b
    hub periods list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.periods import list_periods

        output.rows(list_periods(connection, administration_id), _LIST, empty="no_periods")


@app.command("close")
def close(
    period: Period, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Close a period; it can be opened again.

    \b
    hub periods close 2026-10 --reason "return filed"
    """
    _set(period, "closed", reason, administration, as_json, language, actor)


@app.command("open")
def reopen(
    period: Period, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Open a closed period again.

    \b
    hub periods open 2026-10
    """
    _set(period, "open", reason, administration, as_json, language, actor)


@app.command("lock")
def lock(
    period: Period, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:  # fmt: skip
    """Lock a period for good; nothing opens it again.

    \b
    hub periods lock 2025-12 --yes
    """
    if not yes:
        typer.confirm(f"Lock {period} for good?", abort=True, err=True)
    _set(period, "locked", reason, administration, as_json, language, actor)


def _set(
    period: str, state: str, reason: str, administration: str, as_json: bool, language: Language | None, actor: str
) -> None:  # fmt: skip
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books
        from hub.store.periods import set_state
        from hub.store.store import actor_of, now

        code = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(50)
        with hub.database.transaction() as connection:
            books_id = load_books(connection, [code])[code].id
            changed = set_state(connection, hub.ids, books_id, period, state, actor_id, now(), reason)
    output = output_of(settings, as_json)
    if as_json:
        output.line({"period": period, "state": state, "changed": changed})
    else:
        output.say(f"period_{state}", period=period)
