"""`hub tasks`: what waits for a person in reminding and collecting."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from hub.cli.options import AsJson, AsOf, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

_LIST = (
    Column("since", "date"), Column("deadline", "date"), Column("relation"), Column("amount", "money"), Column("owner"),
    Column("do"), Column("command"),
)  # fmt: skip


def tasks(
    owner: Annotated[
        str, typer.Option("--owner", metavar="NAME", help="Only of this person, and what is nobody's.")
    ] = "",
    as_of: AsOf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What waits for a person in reminding and collecting, each with what to do and the command for it.

    \b
    hub tasks
    hub tasks --owner Anja

    Reminders that failed, came back or are late; calls and letters; runs to agree to; broken promises and plans; disputes
    older than two weeks; cases to hand over, refused, or stuck on their way; messages of agencies that could not be booked.
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.tasks import tasks as found
        from hub.store.store import now

        rows = found(connection, administration_id, as_of or date.today(), now(), owner=owner, language=output.language)
        output.rows(rows, _LIST, empty="no_tasks")
