"""`hub responses`: what senders were told about their documents."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

app = typer.Typer(
    help="Business answers on documents: list, show.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_LIST = (
    Column("message_id"), Column("number"), Column("status"), Column("codes"), Column("sink"), Column("state", "word"),
    Column("made_at"),
)  # fmt: skip


@app.callback()
def root() -> None:
    """Responses."""


@app.command("list")
def list_all(
    limit: Annotated[int, typer.Option("--limit", help="At most so many.")] = 100,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Answers, the latest first, and whether they have left.

    \b
    AB received, IP in process, UQ under query, CA conditionally accepted, RE rejected, AP accepted,
    PD paid, PPD paid in part.

    \b
    hub responses list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.responses import list_responses

        output.rows(list_responses(connection, administration_id, limit=limit), _LIST, empty="no_responses")


@app.command("show")
def show(
    message: Annotated[
        str, typer.Argument(metavar="ID", help="The message that was answered, or the beginning of its id.")
    ],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every answer on one document, with reasons, and the message as it was sent.

    \b
    hub responses show 0198f1c4
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.messages import find_message
        from hub.store.responses import show_responses

        found = show_responses(connection, administration_id, find_message(connection, administration_id, message))
        output.rows(found, _LIST)
        if not as_json:
            for one in found:
                typer.echo(one["xml"])
