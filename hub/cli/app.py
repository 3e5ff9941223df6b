"""The command `hub` as typer has it: help, options before the command, and the table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from hub import __version__
from hub.cli.commands import LazyGroup

app = typer.Typer(
    name="hub",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""E-invoices in, balanced bookings out.

\b
First steps:
  hub demo                              see it work, on made-up documents
  hub init                              a database and a starter administration
  hub intake invoices/ --dry-run        what would be booked, without booking
  hub intake invoices/                  book it
  hub trial-balance                     see what stands where

Settings come from flags, HUB_... variables and hub.toml in HUB_HOME (default ./hub-data).
Exit codes: 0 ok, 1 unexpected, 2 usage, 3 fatal findings, 4 not found, 5 conflict, 6 unavailable, 7 partly done.""",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hub {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log everything on stderr, with tracebacks. Works anywhere.")
    ] = False,
) -> None:
    """Options before the command."""
