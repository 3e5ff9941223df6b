"""`hub dispatches`: what goes out, and how each of it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

app = typer.Typer(help="What goes out: list, show.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LIST = (
    Column("id"), Column("sink"), Column("type"), Column("subject"), Column("state", "word"), Column("attempts", "count"),
    Column("created_at"), Column("note"),
)  # fmt: skip


class Standing(StrEnum):
    """States of a dispatch."""

    waiting = "waiting"
    sending = "sending"
    sent = "sent"
    parked = "parked"


@app.command("list")
def list_all(
    sink: Annotated[str, typer.Option("--sink", metavar="NAME", help="Only what goes there.")] = "",
    state: Annotated[Standing | None, typer.Option("--state", help="Only these.", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", help="At most so many.")] = 100,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Dispatches, the latest first. `sending` for more than a minute: cut off, and looked up or sent again by itself.

    \b
    hub dispatches list --state parked
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.dispatches import listed

        rows = listed(connection, administration_id, sink=sink, state=state.value if state else "", limit=limit)
        output.rows(rows, _LIST, empty="no_dispatches")


@app.command("show")
def show(
    dispatch: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """One dispatch with what it says and everything that went wrong. `hub messages retry ID` sends a parked one again.

    \b
    hub dispatches show 0198f1c4-...
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.dispatches import shown

        found = shown(connection, administration_id, dispatch)
        if as_json:
            output.line(found)
            return
        output.table([found], _LIST)
        if found["failures"]:
            output.table(found["failures"], (Column("at"), Column("class"), Column("reason")))
        typer.echo(found["body"])


@app.callback()
def root() -> None:
    """Dispatches."""
