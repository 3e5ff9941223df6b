"""`hub changes`: the feed by which shops, wholesale and project systems follow our relations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

_LIST = (
    Column("version", "count"), Column("changed_at"), Column("relation"), Column("name"), Column("change", "word"), Column("by"),
    Column("merged_into"),
)  # fmt: skip


def changes(
    since: Annotated[
        str, typer.Option("--since", metavar="INSTANT|VERSION", help="An instant, or the last version you have read.")
    ] = "0",
    limit: Annotated[int, typer.Option("--limit", help="At most so many; 0 = all.")] = 0,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Relations that changed, each once with its whole card as it is now.

    Keep the `version` of the last line and pass it as --since the next time: nothing is missed, nothing comes twice.

    \b
    hub changes --since 2026-11-21T00:00:00Z --json
    hub changes --since 1042 --json
    """
    after, instant = (int(since), None) if since.isdigit() else (0, _instant(since))
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relation_changes import changes as feed

        found = feed(connection, administration_id, after=after, since=instant, limit=limit or None)
        shown = found if as_json else ({**row, "name": (row["card"] or {}).get("name")} for row in found)
        output.rows(shown, _LIST, empty="no_changes")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: write an instant as 2026-11-21T12:00:00Z, or a version") from None
