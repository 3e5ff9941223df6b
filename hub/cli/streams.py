"""`hub streams`: documents that are booked in the order of their numbers, what they stand still for, and skipping a number."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.output import Column
from hub.cli.reading import reading

app = typer.Typer(
    help="Numbered documents in their order: list, show, skip.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)  # fmt: skip
_LIST = (
    Column("stream"), Column("applied", "count"), Column("state", "word"), Column("next"), Column("waiting", "count"),
    Column("since"), Column("number"), Column("message_id"),
)  # fmt: skip
_SHOW = (
    Column("seq"), Column("state", "word"), Column("number"), Column("message_id"), Column("at"), Column("actor"), Column("reason"),
)  # fmt: skip
Stream = Annotated[str, typer.Argument(metavar="STREAM", help="As `hub streams list` names it: source/stream.")]


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every stream: how far it is, and what it stands still for.

    A number that is missing is for its sender; a document that is held or refused holds its stream until it is released,
    sent again, or its number is skipped.

    \b
    hub streams list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.streams import list_streams

        output.rows(list_streams(connection, administration_id), _LIST, empty="no_streams")


@app.command("show")
def show(
    stream: Stream, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """One stream, number by number: booked, skipped, held, refused, waiting.

    \b
    hub streams show erp/stock
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.streams import show_stream

        output.rows(show_stream(connection, administration_id, stream), _SHOW, empty="no_streams")


@app.command("skip")
def skip(
    stream: Stream,
    seq: Annotated[int, typer.Option("--seq", metavar="N", help="The number that will never be booked.")],
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Skip a number for good, so that what waits behind it goes on; what is held under it is refused.

    \b
    hub streams skip erp/stock --seq 3 --reason "withdrawn by the warehouse"
    """
    from hub.store.skipping import KEYS

    with changing(administration, as_json, language, actor, ids=KEYS) as change:
        from hub.store.skipping import skip as end

        applied = end(change.connection, change.ids, change.books.id, stream, seq, reason, change.actor_id, change.at)
    if as_json:
        change.output.line({"stream": stream, "skipped": seq, "applied": applied})
    else:
        change.output.say("number_skipped", stream=stream, number=str(seq), applied=str(applied))
