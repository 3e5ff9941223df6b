"""`hub connectors`: what is installed, what each can exchange, in which direction and form."""

from __future__ import annotations

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import output_of, settings_of

app = typer.Typer(help="Connectors: list.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LIST = (Column("name"), Column("direction"), Column("what"), Column("module"))


@app.callback()
def root() -> None:
    """Connectors."""


@app.command("list")
def list_all(as_json: AsJson = False, language: InLanguage = None) -> None:
    """Installed connectors, ours and those of others.

    \b
    hub connectors list
    """
    from hub.bootstrap import HAND_OVER_GROUP, INBOX_GROUP, SINK_GROUP, Hub, installed

    settings = settings_of(language)
    rows = [
        {
            "name": source.name,
            "direction": "in",
            "what": next(iter((type(source).__doc__ or "").strip().splitlines()), ""),
            "module": type(source).__module__.rpartition(".")[0],
        }
        for source in Hub(settings).sources
    ]
    for group, direction in ((HAND_OVER_GROUP, "in"), (INBOX_GROUP, "in"), (SINK_GROUP, "out")):
        for name, entry in installed(group).items():
            kind = entry.load()
            what = next(iter((type(kind).__doc__ or "").strip().splitlines()), "")
            rows.append({"name": name, "direction": direction, "what": what, "module": entry.module})
    output_of(settings, as_json).rows(rows, _LIST)
