"""`hub connectors`: what is installed, what each can exchange, in which direction and form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import output_of, settings_of

if TYPE_CHECKING:
    from hub.settings import Settings

app = typer.Typer(help="Connectors: list.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LIST = (
    Column("name"), Column("direction"), Column("way"), Column("kinds"), Column("forms"), Column("lane"),
    Column("what"),
)  # fmt: skip
_DISPATCH = "dispatch.NAME"


@app.callback()
def root() -> None:
    """Connectors."""


@app.command("list")
def list_all(as_json: AsJson = False, language: InLanguage = None) -> None:
    """Installed connectors, ours and those of others: what they exchange, in which direction and form, and on which lane.

    \b
    hub connectors list
    """
    settings = settings_of(language)
    output_of(settings, as_json).rows(list(_installed(settings)), _LIST)


def _installed(settings: Settings) -> Iterator[dict[str, Any]]:
    from hub.bootstrap import HAND_OVER_GROUP, INBOX_GROUP, POSTED_GROUP, SINK_GROUP, Hub, installed
    from hub.channel_file import FETCHERS

    for source in Hub(settings).sources:
        yield _row(source.name, "in", "document", source, type(source).__module__.rpartition(".")[0])
    groups = (
        (HAND_OVER_GROUP, "in", "folder"), (POSTED_GROUP, "in", "http"), (INBOX_GROUP, "in", "inbox"), (FETCHERS, "in", "fetcher"),
        (SINK_GROUP, "out", "sink"),
    )  # fmt: skip
    for group, direction, way in groups:
        for name, entry in installed(group).items():
            yield _row(name, direction, way, entry.load(), entry.module)


def _row(name: str, direction: str, way: str, made: object, module: str) -> dict[str, Any]:
    """What a connector says of itself; one of somebody else may say less."""
    from hub.transport.lanes import lane_of_kind

    kinds = [str(kind) for kind in getattr(made, "kinds", ())]
    lanes = {lane_of_kind(kind) for kind in kinds} if direction == "in" else {_DISPATCH}
    return {
        "name": name, "direction": direction, "way": way, "kinds": kinds, "forms": [str(form) for form in getattr(made, "forms", ())],
        "lane": ", ".join(sorted(lanes)) or None, "what": next(iter((type(made).__doc__ or "").strip().splitlines()), ""),
        "module": module,
    }  # fmt: skip
