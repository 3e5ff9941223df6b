"""`hub periods`: which months may be booked in."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Language, Reason
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.session import output_of, settings_of

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
        asked = output_of(settings_of(language), as_json).text("confirm_lock_period", period=period)
        typer.confirm(asked, abort=True, err=True)
    _set(period, "locked", reason, administration, as_json, language, actor)


def _set(
    period: str, state: str, reason: str, administration: str, as_json: bool, language: Language | None, actor: str
) -> None:  # fmt: skip
    with changing(administration, as_json, language, actor) as change:
        from hub.store.periods import set_state

        changed = set_state(
            change.connection, change.ids, change.books.id, period, state, change.actor_id, change.at, reason
        )
    output = change.output
    if as_json:
        output.line({"period": period, "state": state, "changed": changed})
    else:
        output.say(f"period_{state}", period=period)
