"""The commands of `hub dunning` about letters and mails, put together."""

from __future__ import annotations

import typer

from hub.cli import dunning_bounces, dunning_letters, dunning_templates


def add_letters(app: typer.Typer) -> None:
    """Add them to the app of `hub dunning`."""
    for name, command in (
        ("preview", dunning_letters.preview), ("letter", dunning_letters.letter), ("print", dunning_letters.print_run),
        ("bounces", dunning_bounces.bounces),
    ):  # fmt: skip
        app.command(name)(command)
    app.add_typer(dunning_templates.app, name="templates")
